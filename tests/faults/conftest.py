"""
The servers of the tests in this folder: they make and drop tables thousands of times.

It is our process that breaks here, never the server: so that need not wait for the disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.servers import Kind, Server


@pytest.fixture(scope="session")
def find_server() -> Iterator[Callable[[Kind], Server]]:
    """In place of the one of all tests."""
    with finding(careless=True) as find:
        yield find
