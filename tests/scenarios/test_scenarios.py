"""
Every transcript in this folder, in the README and in the documentation does what it shows.

What may be written in a transcript is told in `transcript.py`.  A command that fails must be followed by
`$ echo $?`, so that a reader learns the exit code, too.  `<!-- needs: postgresql -->` in a transcript gives it an
empty database, `$POSTGRESQL_URL` (or `$MARIADB_URL`).

`LIMBECK_ACCEPT=1 pytest tests/scenarios` writes the real outputs into the transcripts: look at the diff then.
"""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path
from socket import gethostname
from typing import TYPE_CHECKING, cast

import pytest

from tests.scenarios.shell import Shell
from tests.scenarios.transcript import Command, File, Matcher, Step, parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers import Kind

ROOT = Path(__file__).parents[2]
FOLDERS = ("tests/scenarios", "docs", "docs/how-to", "docs/reference")
TRANSCRIPTS = sorted(
    [ROOT / "README.md"] + [file for folder in FOLDERS for file in (ROOT / folder).glob("*.md")]
)
ACCEPT = bool(os.environ.get("LIMBECK_ACCEPT"))
# What a reader sees instead of the temporary folder and the name of the machine.
HOME = "/home/ada"
HOST = "laptop"
_NEEDS = re.compile(r"<!-- needs: ([\w ]+) -->")
_DATE = re.compile(r"\d{4}([-_]?)\d{2}\1\d{2}([-_]\d{4,6})?")


def _has_commands(file: Path) -> bool:
    return "```console" in file.read_text(encoding="utf-8")


def _needs(file: Path) -> list[Kind]:
    found = _NEEDS.search(file.read_text(encoding="utf-8"))
    return cast("list[Kind]", found[1].split() if found else [])


def _parameters() -> list[object]:
    return [
        pytest.param(
            file,
            id=str(file.relative_to(ROOT)),
            marks=[getattr(pytest.mark, kind) for kind in _needs(file) or ["sqlite"]],
        )
        for file in TRANSCRIPTS
        if _has_commands(file)
    ]


@pytest.mark.parametrize("transcript", _parameters())
def test_it_does_what_it_shows(
    transcript: Path, tmp_path: Path, make_database: Callable[[Kind], str]
) -> None:
    text = transcript.read_text(encoding="utf-8")
    urls = {f"{kind.upper()}_URL": make_database(kind) for kind in _needs(transcript)}
    folder = tmp_path / "shop"
    folder.mkdir()
    steps, matcher = parse(text), Matcher()
    outputs: dict[Command, str] = {}
    with Shell(folder, urls) as shell:
        for step, following in zip(steps, [*steps[1:], None], strict=True):
            if isinstance(step, File):
                _write(shell, step, matcher)
                continue
            output, status = shell.run(matcher.with_ids(step.text))
            output = re.sub(rf"\b{gethostname()}\b", HOST, output.replace(str(tmp_path), HOME))
            if not matcher.matches(step.expected, output):
                outputs[step] = matcher.as_written(output)
                if not ACCEPT:
                    pytest.fail(_difference(transcript, step, output), pytrace=False)
            _check_status(transcript, step, status, following)
    if outputs:
        transcript.write_text(_accepted(text, outputs), encoding="utf-8")


def _write(shell: Shell, file: File, matcher: Matcher) -> None:
    folder = Path(shell.run("pwd")[0].strip())
    pattern = _DATE.sub("*", matcher.with_ids(file.path))
    found = list(folder.glob(pattern)) if pattern != file.path or "*" in pattern else []
    path = found[0] if found else folder / file.path
    assert len(found) <= 1, f"line {file.line}: {file.path} is more than one file"
    text = matcher.with_ids(file.text)
    if text.startswith("...\n"):
        rest = text.removeprefix("...\n").lstrip("\n")
        before, found_line, _ = path.read_text(encoding="utf-8").partition(rest.split("\n", 1)[0])
        assert found_line, f"line {file.line}: {file.path} has no line {rest.splitlines()[0]!r}"
        text = before + rest
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _check_status(transcript: Path, step: Command, status: int, following: Step | None) -> None:
    said = isinstance(following, Command) and following.text == "echo $?"
    if status and not said:
        pytest.fail(
            f"{transcript.name}:{step.line}: `{step.text}` exits with {status};"
            " if it should, let `$ echo $?` follow",
            pytrace=False,
        )


def _difference(transcript: Path, step: Command, output: str) -> str:
    lines = difflib.ndiff(step.expected, [line.rstrip() for line in output.splitlines()])
    return "\n".join(
        [f"{transcript.name}:{step.line}: $ {step.text}", *(line.rstrip() for line in lines)]
    )


def _accepted(text: str, outputs: dict[Command, str]) -> str:
    lines = text.splitlines()
    for step in sorted(outputs, key=lambda command: -command.line):
        opening = lines[step.line - 1]
        indent = opening[: len(opening) - len(opening.lstrip())]
        actual = outputs[step].rstrip().splitlines()
        lines[step.end - len(step.expected) - 1 : step.end - 1] = [
            (indent + line).rstrip() for line in actual
        ]
    return "\n".join(lines) + "\n"
