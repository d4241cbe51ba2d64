"""What the verbs that only look at the history print: the form that Alembic's users and their scripts know."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Terminal


def test_heads(limbeck: Terminal) -> None:
    ended = limbeck("heads")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "c1 (lab) (effective head)\no1 (other) (head)\n"


def test_heads_without_those_that_are_required(limbeck: Terminal) -> None:
    assert limbeck("heads", "--resolve-dependencies").out == "o1 (other) (head)\n"


def test_heads_in_full(limbeck: Terminal) -> None:
    assert (
        limbeck("heads", "-v").out
        == f"""\
Rev: c1 (head) (mergepoint)
Merges: b2, zz
Branch names: lab
Path: {limbeck.versions}/c1.py

    join them

    Revision ID: c1
    Revises: b2, zz
    Create Date: 2026-01-05 10:00:00

Rev: o1 (head)
Parent: <base>
Also depends on: c1
Branch names: other
Path: {limbeck.versions}/o1.py

    other base

    Revision ID: o1
    Revises:
    Create Date: 2026-01-06 10:00:00

"""
    )


def test_no_heads(empty: Terminal) -> None:
    ended = empty("heads")
    assert (ended.code, ended.out, ended.err) == (0, "", "")


def test_branches(limbeck: Terminal) -> None:
    assert limbeck("branches").out == "a1 (branchpoint)\n   -> b1 (lab)\n   -> b2\n\n"


def test_branches_in_full(limbeck: Terminal) -> None:
    assert (
        limbeck("branches", "-v").out
        == f"""\
Rev: a1 (branchpoint)
Parent: <base>
Branches into: b1, b2
Path: {limbeck.versions}/a1.py

    create users

    Revision ID: a1
    Revises:
    Create Date: 2026-01-01 10:00:00

   -> b1 (lab), add email
   -> b2, add phone

"""
    )


def test_history(limbeck: Terminal) -> None:
    assert (
        limbeck("history").out
        == """\
<base> (c1) -> o1 (other) (head), other base
b2, zz -> c1 (lab) (effective head) (mergepoint), join them
a1 -> b2, add phone
b1 -> zz (lab), index email
a1 -> b1 (lab), add email
<base> -> a1 (branchpoint), create users
"""
    )


@pytest.mark.parametrize("words", [("-r", "b1:zz"), ("--rev-range", "b1:zz"), ("-rb1:zz",)])
def test_a_range_of_the_history(limbeck: Terminal, words: tuple[str, ...]) -> None:
    ended = limbeck("history", *words)
    assert ended.out == "b1 -> zz (lab), index email\na1 -> b1 (lab), add email\n"


@pytest.mark.parametrize("words", [("-r", "-1:zz"), ("-r-1:zz",), ("--rev-range", "-1:zz")])
def test_a_range_may_begin_with_steps(limbeck: Terminal, words: tuple[str, ...]) -> None:
    assert limbeck("history", *words).out.startswith("b1 -> zz (lab), index email\n")


def test_a_drawn_history(limbeck: Terminal) -> None:
    expected = """\
o  c1 (lab) (effective head) (mergepoint)  join them
|-.
| o  zz (lab)  index email
| o  b1 (lab)  add email
o |  b2  add phone
|-'
o  a1 (branchpoint)  create users
  o  o1 (other) (head) (depends on c1)  other base
"""
    assert limbeck("history", "--graph").out == expected


def test_show(limbeck: Terminal) -> None:
    assert (
        limbeck("show", "b2").out
        == f"""\
Rev: b2
Parent: a1
Path: {limbeck.versions}/b2.py

    add phone

    Revision ID: b2
    Revises: a1
    Create Date: 2026-01-03 10:00:00

"""
    )


def test_show_several(limbeck: Terminal) -> None:
    out = limbeck("show", "heads").out
    assert [line for line in out.splitlines() if line.startswith("Rev:")] == ["Rev: o1 (head)"]


def test_what_stands_above_a_docstring_is_not_said_again(empty: Terminal) -> None:
    (empty.versions / "x.py").write_text(
        '"""say little"""\nrevision = "ab"\ndown_revision = None\n'
    )
    assert empty("show", "ab").out.endswith("x.py\n\n    say little\n\n")


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (("heads",), ["c1", "o1"]),
        (("heads", "--resolve-dependencies"), ["o1"]),
        (("history", "-r", ":b1"), ["b1", "a1"]),
        (("show", "zz"), ["zz"]),
    ],
)
def test_the_same_for_programs(limbeck: Terminal, words: tuple[str, ...], ids: list[str]) -> None:
    document = json.loads(limbeck(*words, "--json").out)
    assert (document["limbeck"], document["verb"]) == (1, words[0])
    found = document["heads"] if words[0] == "heads" else document["revisions"]
    assert [revision["id"] for revision in found] == ids


def test_the_facts_about_a_revision_for_programs(limbeck: Terminal) -> None:
    (found,) = json.loads(limbeck("show", "c1", "--json").out)["revisions"]
    assert found == {
        "id": "c1",
        "message": "join them",
        "parents": ["b2", "zz"],
        "requires": [],
        "children": [],
        "labels": ["lab"],
        "own_labels": [],
        "created": "2026-01-05 10:00:00",
        "path": str(limbeck.versions / "c1.py"),
        "head": True,
        "effective_head": True,
        "branch_point": False,
        "merge_point": True,
        "doc": "join them\n\nRevision ID: c1\nRevises: b2, zz\nCreate Date: 2026-01-05 10:00:00",
    }


@pytest.mark.parametrize("verb", ["heads", "history", "branches", "show", "merge", "revision"])
def test_no_database_library_is_imported_for(limbeck: Terminal, verb: str) -> None:
    words = {"show": ["show", "a1"], "merge": ["merge", "heads"]}.get(verb, [verb])
    program = (
        "import sys; from limbeck.cli.main import main; main(sys.argv[1:]);"
        "print(*{'sqlalchemy', 'rich', 'asyncio', 'logging'} & set(sys.modules), file=sys.stderr)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, *words], check=True, capture_output=True, text=True
    )
    assert ended.stderr.splitlines()[-1] == ""


def test_several_revisions_are_shown(limbeck: Terminal) -> None:
    out = limbeck("show", "b2", "a1").out
    assert [line for line in out.splitlines() if line.startswith("Rev:")] == [
        "Rev: a1 (branchpoint)",
        "Rev: b2",
    ]


def test_base_is_before_the_first_revision(limbeck: Terminal) -> None:
    ended = limbeck("show", "base")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == "base: the place before the first revision; there is no file\n"


def test_a_revision_without_a_message_has_no_comma(empty: Terminal) -> None:
    (empty.versions / "q1.py").write_text("revision = 'q1'\ndown_revision = None\n")
    (empty.versions / "q2.py").write_text("revision = 'q2'\ndown_revision = 'q1'\n")
    assert empty("history").out == "q1 -> q2 (head)\n<base> -> q1\n"
    assert "Heads     q2 (head)\n" in empty("status").out
    assert empty("plan").out.splitlines()[1:3] == ["  1  upgrade  -> q1", "  2  upgrade q1 -> q2"]


def test_status_of_a_broken_history_begins_with_the_problem(limbeck: Terminal) -> None:
    (limbeck.versions / "a1.py").unlink()
    assert limbeck("status").out.startswith("problem[H003]: ")


def test_status_without_an_address_has_no_empty_line_for_it(limbeck: Terminal) -> None:
    (limbeck.folder / "limbeck.toml").write_text('url = "env:NOWHERE_AT_ALL"\n', encoding="utf-8")
    out = limbeck("status").out
    assert "Database" not in out
    assert "problem[C001]: " in out


def test_stamp_downward_names_no_verb_that_would_run_something(limbeck: Terminal) -> None:
    ended = limbeck("stamp", "-1")
    assert ended.code == 5
    assert "downgrade" not in ended.err
    assert "`limbeck stamp ID-OF-THE-PARENT`" in ended.err


@pytest.mark.parametrize("verb", ["show", "merge"])
def test_steps_from_nowhere_name_no_verb_that_would_run_something(
    limbeck: Terminal, verb: str
) -> None:
    ended = limbeck(verb, "-1")
    assert ended.code == 5
    assert "'-1' does not say from where to count" in ended.err
    assert "grade" not in ended.err
    assert "`head-1`" in ended.err
