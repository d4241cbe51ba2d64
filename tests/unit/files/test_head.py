"""What the top of a revision file says."""

from __future__ import annotations

import pytest

from limbeck.errors import BrokenHeader
from limbeck.files.head import Head, from_attributes, read_python, read_sql
from limbeck.history.revision import Revision

ALEMBIC = '''"""add a table

    indented

Revision ID: ae1027a6acf
Revises: 1975ea83b712
Create Date: 2026-11-22 12:00:00.123456

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'ae1027a6acf'
down_revision: Union[str, Sequence[str], None] = '1975ea83b712'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    raise RuntimeError("executed")
'''


def revision_of(text: str) -> Revision:
    found = read_python(text.encode(), "a.py").revision
    assert found is not None
    return found


def parents_of(written: str, *, above: str = "") -> tuple[str, ...]:
    return revision_of(f"{above}\nrevision = 'a'\ndown_revision = {written}\n").parents


def test_what_alembic_writes() -> None:
    assert revision_of(ALEMBIC) == Revision(
        "ae1027a6acf",
        ("1975ea83b712",),
        (),
        (),
        "add a table\n\n    indented\n\nRevision ID: ae1027a6acf\nRevises: 1975ea83b712\n"
        "Create Date: 2026-11-22 12:00:00.123456",
        "2026-11-22 12:00:00.123456",
        "a.py",
    )


@pytest.mark.parametrize(
    ("written", "parents"),
    [
        ("'b'", ("b",)),
        ("None", ()),
        ('""', ()),
        ("()", ()),
        ("('b', 'c')", ("b", "c")),
        ("['b', 'c']", ("b", "c")),
        ("{'b', 'c'}", ("b", "c")),
        ("('b',)", ("b",)),
        ("('b', None)", ("b",)),
        ("'b' 'c'", ("bc",)),
        ("'b' + 'c'", ("bc",)),
        ("('b',) + ('c',)", ("b", "c")),
        ("(\n  'b',  # a comment\n  'c',\n)", ("b", "c")),
        ('"\\x62"', ("b",)),
    ],
)
def test_ways_to_write_parents(written: str, parents: tuple[str, ...]) -> None:
    assert parents_of(written) == parents


def test_names_that_stand_for_literals() -> None:
    assert parents_of("(FIRST, PREFIX + '2')", above="FIRST = 'b1'\nPREFIX: str = 'b'") == (
        "b1",
        "b2",
    )


def test_several_names_at_once() -> None:
    found = revision_of("revision, down_revision = 'a', 'b'\nbranch_labels = depends_on = 'x'\n")
    assert (found.id, found.parents, found.labels, found.requires) == ("a", ("b",), ("x",), ("x",))


def test_the_last_assignment_counts() -> None:
    assert revision_of("revision = 'a'\ndown_revision = 'b'\ndown_revision = 'c'\n").parents == (
        "c",
    )


def test_a_head_below_the_functions() -> None:
    text = "def upgrade():\n    pass\n\nrevision = 'a'\ndown_revision = 'b'\n"
    assert revision_of(text).parents == ("b",)


def test_a_part_of_the_head_below_the_functions() -> None:
    text = "revision = 'a'\ndef upgrade():\n    pass\ndown_revision: str = 'b'\n"
    assert revision_of(text).parents == ("b",)


def test_a_name_of_the_head_within_a_function_means_nothing() -> None:
    text = "revision = 'a'\ndef upgrade():\n    down_revision = compute()\n"
    assert revision_of(text).parents == ()


def test_a_docstring_with_code_in_it() -> None:
    text = '"""message\n\ndef upgrade():\n    pass\n"""\nrevision = "a"\n\ndef upgrade():\n  pass\n'
    assert revision_of(text).message == "message"


def test_only_the_head_has_to_be_sound() -> None:
    assert revision_of("revision = 'a'\ndef upgrade():\n    this is no python\n").id == "a"


def test_bytes_of_all_kinds() -> None:
    bom = read_python(b"\xef\xbb\xbfrevision = 'a'\r\ndown_revision = 'b'\r\n", "a.py").revision
    assert bom is not None
    assert bom.parents == ("b",)
    latin = "# -*- coding: latin-1 -*-\n'''größe'''\nrevision = 'a'\n".encode("latin-1")
    found = read_python(latin, "a.py").revision
    assert found is not None
    assert found.doc == "größe"


@pytest.mark.parametrize("text", ["", "x = 1\n", "'''docs'''\nimport os\n", "down_revision = 'a'"])
def test_files_that_are_no_revisions(text: str) -> None:
    assert read_python(text.encode(), "a.py") == Head()


@pytest.mark.parametrize(
    ("text", "functions"),
    [
        ("def upgrade():\n    pass\n", "upgrade()"),
        ("import os\nasync def upgrade(): ...\n", "upgrade()"),
        ("def downgrade(): ...\ndef upgrade(): ...\n", "upgrade() and downgrade()"),
        ("x = 1\ndef helper(): ...\ndef downgrade(): ...\n", "downgrade()"),
    ],
)
def test_what_could_be_run_must_declare_a_revision(text: str, functions: str) -> None:
    with pytest.raises(BrokenHeader) as caught:
        read_python(text.encode(), "a.py")
    assert caught.value.message == f"a.py has {functions}, but declares no revision"
    assert "move it elsewhere" in (caught.value.hint or "")


def test_a_mistyped_name_is_pointed_out() -> None:
    text = b"revison: str = '3a'\ndown_revision = '2a'\ndef upgrade(): ...\n"
    with pytest.raises(BrokenHeader, match=r"declares no revision \(is revison mistyped\?\)"):
        read_python(text, "a.py")


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("down_revison = '2a'", "down_revision"),
        ("donw_revision: str = '2a'", "down_revision"),
        ("down_revision_ = '2a'", "down_revision"),
        ("down_revision = '2a'\nbranch_label = 'people'", "branch_labels"),
        ("down_revision = '2a'\ndepend_on = '1a'", "depends_on"),
    ],
)
def test_a_mistyped_name_that_would_be_lost_is_an_error(line: str, meant: str) -> None:
    text = f"revision = '3a'\n{line}\ndef upgrade(): ...\n"
    with pytest.raises(BrokenHeader, match=f"did you mean {meant}\\?") as caught:
        read_python(text.encode(), "a.py")
    assert f"add {meant} = None" in (caught.value.hint or "")
    with pytest.raises(BrokenHeader, match=f"did you mean {meant}\\?"):
        from_attributes(
            {"revision": "3a", line.splitlines()[-1].split(":")[0].split()[0]: "x"}, "a.py"
        )


def test_names_that_are_something_else_are_let_be() -> None:
    text = b"revision = '3a'\nrevisions = 1\ndown_revision = '2a'\ndepends = 1\nlabels = 2\n"
    assert read_python(text, "a.py").revision == Revision("3a", ("2a",), source="a.py")


@pytest.mark.parametrize(
    "text",
    [
        "def upgrade_all(): ...\n",
        "def helper():\n    def upgrade(): ...\n",
        "class Step:\n    def upgrade(self): ...\n",
        '"""\ndef upgrade():\n"""\n',
    ],
)
def test_files_that_help_others(text: str) -> None:
    assert read_python(text.encode(), "a.py") == Head()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("revision = compute()", 1),
        ("revision = 'a'\ndown_revision = f'{x}'", 2),
        ("revision = 'a'\nif True:\n    down_revision = 'b'", 2),
        ("from head import revision", 1),
        ("import head as revision", 1),
        ("from head import *", 1),
        ("revision = 'a'\nfor down_revision in 'bc': pass", 2),
        ("revision = 'a'\nx = 'b'\nx = compute()\ndown_revision = x", 4),
        ("revision = 'a'\ndown_revision = 'b'\ndown_revision += 'c'", 3),
        ("revision = 'a'\ndef upgrade(): ...\nif True:\n    down_revision = 'b'", 3),
        ("revision, down_revision = compute()", 1),
    ],
)
def test_values_that_only_running_the_file_can_tell(text: str, line: int) -> None:
    assert read_python(text.encode(), "a.py") == Head(computed=line)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("revision = 3", "a.py: revision must be a text, not 3"),
        ("revision = ''", "a.py: revision must be a text, not ''"),
        (
            "revision = 'a'\ndown_revision = 3",
            "down_revision must be a text, several texts or None",
        ),
        ("revision = 'a'\ndepends_on = ('b', 3)", "depends_on must be a text, several texts"),
        ("revision = 'a'\nx = (\n", "a.py, line 2: "),
        ("x = 1\ndef (\n", "a.py, line 2: "),
        ("revision = 'a'\0", "a.py"),
    ],
)
def test_heads_that_are_wrong(text: str, expected: str) -> None:
    with pytest.raises(BrokenHeader) as caught:
        read_python(text.encode(), "a.py")
    assert expected in caught.value.message


def test_an_unfinished_merge_is_recognised() -> None:
    text = b"<<<<<<< HEAD\ndown_revision = 'a'\n=======\ndown_revision = 'b'\n>>>>>>> x\n"
    with pytest.raises(BrokenHeader, match="unfinished merge"):
        read_python(text, "a.py")


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(BrokenHeader, match=r"a\.py"):
        read_python(b"'''\xff'''\nrevision = 'a'\n", "a.py")


def test_the_names_of_a_module_that_was_run() -> None:
    names = {"revision": "a", "down_revision": {"c", "b"}, "__doc__": "message", "x": 1}
    assert from_attributes(names, "a.py") == Head(
        Revision("a", ("b", "c"), doc="message", source="a.py")
    )
    assert from_attributes({"help": print}, "a.py") == Head()
    with pytest.raises(BrokenHeader, match=r"a\.py has upgrade\(\), but declares no revision"):
        from_attributes({"upgrade": print}, "a.py")


def test_a_sql_file() -> None:
    text = """-- add a nickname
--   for each person
--
-- revision: 1975ea83b712
-- revises: ae1027a6acf8, 0c0d
-- labels: people
-- depends-on: 27c6 30d7
-- created: 2026-11-22 12:00:00

-- limbeck: up
-- revision: not this one
ALTER TABLE person ADD nickname TEXT;
"""
    assert read_sql(text.encode(), "a.sql").revision == Revision(
        "1975ea83b712",
        ("ae1027a6acf8", "0c0d"),
        ("27c6", "30d7"),
        ("people",),
        "add a nickname\nfor each person",
        "2026-11-22 12:00:00",
        "a.sql",
    )


@pytest.mark.parametrize("written", ["", "none", "base", "None"])
def test_a_sql_file_without_parents(written: str) -> None:
    found = read_sql(
        f"--Revision ID : a\n--REVISES:{written}\nSELECT 1;".encode(), "a.sql"
    ).revision
    assert found is not None
    assert (found.id, found.parents) == ("a", ())


def test_sql_files_that_are_no_revisions() -> None:
    assert read_sql(b"SELECT 1;\n-- revision: a\n", "a.sql") == Head()
    with pytest.raises(BrokenHeader, match=r"a\.sql has a part '-- limbeck: up'"):
        read_sql(b"-- limbeck: up\nSELECT 1;\n", "a.sql")


def test_sql_files_that_are_wrong() -> None:
    with pytest.raises(BrokenHeader, match=r"a\.sql is not UTF-8"):
        read_sql(b"\xff", "a.sql")
    with pytest.raises(BrokenHeader, match="says revises twice"):
        read_sql(b"-- revision: a\n-- revises: b\n-- revises: c\n", "a.sql")
