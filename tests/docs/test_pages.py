"""The documentation names what there is, and all of it."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from limbeck import errors
from limbeck.cli.exits import EXITS
from limbeck.cli.verbs import VERBS
from limbeck.config.keys import KEYS

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
GENERATED = {"cli.md", "errors.md"}
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


@pytest.fixture(scope="module")
def made() -> ModuleType:
    """The hook that makes pages from the code."""
    spec = importlib.util.spec_from_file_location("docs_pages", ROOT / "tools" / "docs_pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_each_verb_and_each_of_its_flags_is_on_the_page(made: ModuleType) -> None:
    page = made.command_line()
    for verb in VERBS:
        assert f"## limbeck {verb.name}\n" in page
    for word in ("check", "forecast", "install"):
        assert f"### limbeck guard {word}\n" in page
    for flag in (
        "--against",
        "--sql",
        "--rev-id",
        "--lock-timeout",
        "--purge",
        "--check-heads",
        "--graph",
    ):
        assert flag in page


def test_each_error_and_exit_code_is_on_the_page(made: ModuleType) -> None:
    page = made.failures()
    for code in EXITS:
        assert f"| {code.code} | {code.name} |" in page
    for name, value in vars(errors).items():
        if isinstance(value, type) and issubclass(value, errors.LimbeckError):
            assert f"`{name}`" in page


def test_each_setting_is_on_the_page(made: ModuleType) -> None:
    page = made.settings()
    for key in KEYS:
        assert f"| `{key.name}` |" in page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page: Path) -> None:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        there = page.parent / link
        assert there.exists() or there.name in GENERATED, f"{page.name} links to {link}"


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_has_a_number_of_its_own_and_three_parts(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    number = page.name.split("-", 1)[0]
    assert text.startswith(f"# {number}. ")
    assert [other.name for other in DECISIONS if other.name.startswith(number)] == [page.name]
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
