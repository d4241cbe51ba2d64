"""A project in a git repository."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.unmerged.branching import IDENTITY, Shop

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A checkout with an origin."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LIMBECK_CACHE", str(tmp_path / "cache"))
    return Shop.make(tmp_path, IDENTITY)
