"""The words of a command line, and how it ends."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from limbeck import errors
from limbeck.cli import failures
from limbeck.cli.arguments import read_globals, typed
from limbeck.cli.exits import EXITS
from limbeck.cli.main import parser
from limbeck.cli.output import Output
from limbeck.cli.verbs import VERBS

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Terminal

# Alembic 1.20: verb → flags and arguments.
ALEMBIC = {
    "init": ["directory", "-t generic", "--template x", "--package"],
    "revision": [
        "-m x", "--message x", "--autogenerate", "--sql", "--head x", "--splice",
        "--branch-label x", "--version-path x", "--rev-id x", "--depends-on x",
    ],
    "upgrade": ["x", "x --sql", "x --tag y"],
    "downgrade": ["x", "x --sql", "x --tag y", "-1", "x@-2", "base"],
    "stamp": ["x", "x y", "x --sql", "x --tag y", "x --purge"],
    "merge": ["x", "x y", "x -m y", "x --message y", "x --branch-label y", "x --rev-id y", "x --splice"],
    "heads": ["-v", "--verbose", "--resolve-dependencies"],
    "branches": ["-v", "--verbose"],
    "history": ["-r x", "--rev-range x", "-v", "--verbose", "-i", "--indicate-current"],
    "current": ["-v", "--verbose", "-c", "--check-heads"],
    "show": ["x"],
    "edit": ["x"],
    "ensure_version": ["--sql"],
    "list_templates": [""],
}  # fmt: skip


@pytest.mark.parametrize(
    "line", [f"{verb} {rest}" for verb, lines in ALEMBIC.items() for rest in lines]
)
@pytest.mark.parametrize(
    "before",
    ["", "-c x.ini", "--config x.ini", "-n x", "--name x", "-x a=b -x c", "--raiseerr", "-q"],
)
def test_what_people_have_typed_for_ten_years(line: str, before: str) -> None:
    args = parser().parse_args(typed([*before.split(), *line.split()]))
    assert args.verb == line.split(maxsplit=1)[0]


@pytest.mark.parametrize("line", ["upgrade -1", "downgrade -12", "upgrade +2", "stamp -1"])
def test_steps_are_no_flags(line: str) -> None:
    verb, steps = line.split()
    args = parser().parse_args([verb, steps])
    assert steps in (getattr(args, "revision", ""), *getattr(args, "revisions", ()))


@pytest.mark.parametrize("line", ["history --rev a:b", "history --indicate", "revision --mess x"])
def test_long_flags_may_be_abbreviated(line: str) -> None:
    assert parser().parse_args(line.split()).verb == line.split(maxsplit=1)[0]


@pytest.mark.parametrize("line", ["-c f -n N -x a=1 -x b=2 -q heads", "heads -c f -n N -x a=1 -x b=2 -q",
                                  "-c f -x a=1 heads -x b=2 -n N -q"])  # fmt: skip
def test_global_flags_stand_before_the_verb_or_after_it(line: str) -> None:
    flags = read_globals(parser().parse_args(line.split()))
    assert flags == (("f",), "N", ("a=1", "b=2"), False, True)


def test_the_later_name_wins() -> None:
    assert read_globals(parser().parse_args(["-n", "one", "heads", "-n", "two"])).name == "two"


def test_a_flag_of_the_verb_comes_before_a_global_one() -> None:
    args = parser().parse_args(["current", "-c", "--config", "f"])
    assert args.check_heads
    assert read_globals(args).config == ("f",)


@pytest.mark.parametrize("verb", [verb.name for verb in VERBS])
def test_every_verb_has_help(limbeck: Terminal, verb: str) -> None:
    ended = limbeck(verb, "--help")
    assert ended.code == 0
    assert ended.out.startswith(f"usage: limbeck {verb}")


def test_the_help_lists_every_verb(limbeck: Terminal) -> None:
    for words in (["--help"], ["-h", "heads"]):
        out = limbeck(*words).out
        assert [verb.name for verb in VERBS if f"\n    {verb.name} " not in out] == []


def test_without_a_verb_the_help_is_shown(limbeck: Terminal) -> None:
    ended = limbeck()
    assert (ended.code, ended.out) == (2, "")
    assert "verbs:" in ended.err


@pytest.mark.parametrize("words", [["nonsense"], ["heads", "--nonsense"], ["show"]])
def test_words_that_are_not_understood(limbeck: Terminal, words: list[str]) -> None:
    ended = limbeck(*words)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("usage: limbeck")


@pytest.mark.parametrize("verb", ["ensure_version", "list_templates"])
def test_a_dash_is_as_good_as_an_underscore(limbeck: Terminal, verb: str) -> None:
    dashed = verb.replace("_", "-")
    assert limbeck(dashed, "--help").out == limbeck(verb, "--help").out
    assert dashed not in limbeck("--help").out


def test_the_verb_is_called_by_its_one_name(limbeck: Terminal) -> None:
    assert json.loads(limbeck("list-templates", "--json").out)["verb"] == "list_templates"


def test_the_version(limbeck: Terminal) -> None:
    assert limbeck("--version").out.startswith("limbeck 0.")


def test_an_error_says_what_is_wrong_and_what_to_type(limbeck: Terminal) -> None:
    ended = limbeck("show", "nothing_like_it")
    assert (ended.code, ended.out) == (5, "")
    assert ended.err.startswith("error[S001]: ")
    assert "\nhint: " in ended.err


def test_an_error_for_programs(limbeck: Terminal) -> None:
    ended = limbeck("show", "nothing_like_it", "--json")
    error = json.loads(ended.out)["error"]
    assert (error["code"], error["exit"], ended.code) == ("S001", 5, 5)
    assert ended.err.startswith("error[S001]: ")


def test_an_error_may_be_raised_instead(limbeck: Terminal) -> None:
    with pytest.raises(errors.UnknownRevision):
        limbeck("--raiseerr", "show", "nothing_like_it")


def test_the_exit_code_is_the_same_with_a_traceback(limbeck: Terminal) -> None:
    command = [sys.executable, "-m", "limbeck", "--raiseerr", "show", "nothing_like_it"]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ended.returncode == 5
    assert ended.stderr.startswith("Traceback")
    assert "limbeck.errors.UnknownRevision: " in ended.stderr


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("his", "'his'; did you mean history? ("),
        ("upgrad", "'upgrad'; did you mean upgrade? ("),
        ("e", "'e'; did you mean edit or ensure_version? ("),
        ("hedas", "'hedas'; did you mean heads? ("),
        ("xyz", "'xyz' ("),
    ],
)
def test_a_verb_that_does_not_exist(limbeck: Terminal, word: str, meant: str) -> None:
    ended = limbeck(word)
    assert ended.code == 2
    assert f"there is no verb {meant}" in ended.err


def test_no_configuration(limbeck: Terminal) -> None:
    (limbeck.folder / "limbeck.toml").unlink()
    ended = limbeck("heads")
    assert ended.code == 3
    assert str(limbeck.folder) in ended.err


def test_two_configuration_files_in_one_folder_count_as_one(limbeck: Terminal) -> None:
    (limbeck.folder / "pyproject.toml").write_text(
        "[tool.alembic]\nscript_location = 'migrations'\n"
    )
    assert limbeck("-c", "pyproject.toml", "-c", "limbeck.toml", "heads").code == 0
    assert limbeck("-c", "other/pyproject.toml", "-c", "limbeck.toml", "heads").code == 2


def test_an_unexpected_error_is_short_and_hides_passwords() -> None:
    error = ValueError("cannot open postgresql://ada:secret@host/db today")
    text = failures.text(error)
    assert text == (
        "ValueError: cannot open postgresql://ada:***@host/db today\n"
        "hint: add --raiseerr to see where it comes from"
    )
    assert failures.exit_code(error) == 1


def _all_errors() -> list[type[errors.LimbeckError]]:
    values = vars(errors).values()
    return [v for v in values if isinstance(v, type) and issubclass(v, errors.LimbeckError)]


def test_every_exit_code_is_in_the_table() -> None:
    used = {0, 13, 15, 16, 130} | {error.exit_code for error in _all_errors()}
    assert {exit.code for exit in EXITS} == used


def test_a_reader_that_has_seen_enough_is_no_error(limbeck: Terminal) -> None:
    command = f"{sys.executable} -m limbeck history | head -n 1; echo ${{PIPESTATUS[0]}}"
    ended = subprocess.run(["bash", "-c", command], check=True, capture_output=True, text=True)
    assert ended.stdout.splitlines()[-1] == "0"
    assert ended.stderr == ""


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_colour_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert Output(_Terminal()).style("a", "red") == "\033[31ma\033[0m"
    assert Output(io.StringIO()).style("a", "red") == "a"
    monkeypatch.setenv("NO_COLOR", "1")
    assert Output(_Terminal()).style("a", "red") == "a"


def test_colour_is_not_for_dumb_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert Output(_Terminal()).style("a", "red") == "a"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_names_the_command(limbeck: Terminal, shell: str) -> None:
    ended = limbeck("completion", shell)
    assert ended.code == 0
    assert "limbeck" in ended.out


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("limbeck he", {"heads"}),
        ("limbeck show o", {"o1", "other", "other@head"}),
        ("limbeck upgrade z", {"zz"}),
        ("limbeck heads --res", {"--resolve-dependencies"}),
        ("limbeck downgrade ba", {"base"}),
        ("limbeck -n d", {"dev"}),
    ],
)
def test_what_the_shell_offers(limbeck: Terminal, line: str, words: set[str]) -> None:
    with (limbeck.folder / "limbeck.toml").open("a") as file:
        file.write('[databases.dev]\nurl = "sqlite:///dev.db"\n')
    environment = {
        **os.environ,
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(limbeck.folder / "offered"),
        "_ARGCOMPLETE_SUPPRESS_SPACE": "1",
        "_ARGCOMPLETE_IFS": "\n",
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
        "COMP_TYPE": "",
    }
    subprocess.run([sys.executable, "-m", "limbeck"], env=environment, check=False)
    offered = (limbeck.folder / "offered").read_text().split("\n")
    assert {word.strip() for word in offered} == words
