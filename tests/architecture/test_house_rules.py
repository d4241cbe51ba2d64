"""The rules of the house that no tool checks for us: what is imported at the start, how long things may be."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "limbeck"
MODULES = sorted(SOURCE.rglob("*.py"))

# What costs milliseconds to import, and is not needed to tell the heads of a history.
HEAVY = {
    "sqlalchemy",
    "mako",
    "rich",
    "asyncio",
    "logging",
    "subprocess",
    "importlib.metadata",
    "sqlglot",
}

LONGEST_FILE = 600
LONGEST_FUNCTION = 80


@pytest.mark.parametrize(
    "module",
    [
        "limbeck",
        "limbeck.cli.main",
        "limbeck.history",
        "limbeck.files",
        "limbeck.config",
        "limbeck.errors",
    ],
)
def test_the_command_starts_without_what_it_may_not_need(module: str) -> None:
    program = f"import {module}, sys; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, encoding="utf-8"
    )
    bare = subprocess.run(
        [sys.executable, "-c", "import sys; print(*sys.modules)"],
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    assert HEAVY & (set(run.stdout.split()) - set(bare.stdout.split())) == set()


def test_a_run_on_a_server_starts_without_what_reads_sqlite_and_models() -> None:
    program = (
        "import limbeck.database.live, limbeck.database.read, limbeck.dsl, sys; print(*sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, encoding="utf-8"
    )
    unneeded = {
        "limbeck.database.sqlite.tokens",
        "limbeck.database.read.metadata",
        "limbeck.objects",
    }
    assert unneeded & set(run.stdout.split()) == set()


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(SOURCE)))
def test_a_file_can_be_read_in_one_sitting(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(SOURCE)))
def test_a_function_fits_on_a_screen(file: Path) -> None:
    too_long = [
        f"{node.name}: {_code_lines(node)} lines"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and _code_lines(node) > LONGEST_FUNCTION
    ]
    assert too_long == []


def _code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the first statement to the last, without the docstring: signatures may be long."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
