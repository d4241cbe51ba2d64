"""Bodies of revisions that are read, not executed."""

from __future__ import annotations

import textwrap
import tracemalloc

import pytest
import sqlalchemy as sa

from limbeck.database.replay import ReplayDatabase
from limbeck.diff import describe
from limbeck.errors import NotRead
from limbeck.files.reading import ReadScript
from limbeck.history import Direction, Step
from limbeck.operations import Operation

NOWHERE: frozenset[str] = frozenset()


def read(body: str, head: str = "", dialect: sa.Dialect | None = None) -> list[str]:
    """What the file asks for, each with its line behind the head."""
    database = ReplayDatabase(dialect or sa.create_engine("sqlite://").dialect)
    above = f"import sqlalchemy as sa\nfrom limbeck import op\n{head}\n"
    text = f"{above}def upgrade():\n{textwrap.indent(textwrap.dedent(body), '    ')}"
    lines = above.count("\n") + 1

    def send(operation: Operation) -> None:
        database.compile(operation)

    script = ReadScript("x", "x.py", content=text.encode())
    with database.step(Step("x", Direction.UP, NOWHERE, NOWHERE)):
        script.run(Direction.UP, database, send)
    return [f"{one.line - lines}: {describe(one.operation)}" for one in database.recorded]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("pass", []),
        ('op.drop_table("a")', ["1: drop table a"]),
        ('op.execute("DELETE FROM a")', ["1: execute DELETE FROM a"]),
        (
            'for name in ("a", "b"):\n    op.drop_table(name)',
            ["2: drop table a", "2: drop table b"],
        ),
        ('name = "a" + "b"\nop.drop_table(name)', ["2: drop table ab"]),
        ('table = "a"\nop.drop_table(f"{table}_old")', ["2: drop table a_old"]),
        ('if op.get_bind().dialect.name == "sqlite":\n    op.drop_table("a")', ["2: drop table a"]),
        ('if op.get_context().dialect.name != "sqlite":\n    op.drop_table("a")', []),
        ('return\nop.drop_table("a")', []),
    ],
)
def test_what_is_understood(body: str, found: list[str]) -> None:
    assert [line.lower().split(" (")[0] for line in read(body)] == [line.lower() for line in found]


def test_names_at_the_top_of_the_file() -> None:
    assert (
        len(read("op.drop_table(TABLE)", 'TABLE = "a"\nNOBODY_NEEDS = open("/nonexistent")')) == 1
    )


@pytest.mark.parametrize(
    "body",
    [
        'open("/tmp/x", "w")',
        '__import__("os").system("true")',
        "import os\nos.getcwd()",
        'op.__class__.__init__.__globals__["x"]',
        'op.drop_table("{0.__class__}".format(op))',
        "sa.create_engine('sqlite://')",
        "sa.event",
        "sa.util.langhelpers",
        "from sqlalchemy.ext import compiler\ncompiler.compiles",
        'op.get_bind().execute(sa.text("SELECT 1"))',
        "op.run_async(lambda connection: None)",
        "[op.drop_table(x) for x in ('a',)]",
        "while True:\n    pass",
        'try:\n    op.drop_table("a")\nexcept Exception:\n    pass',
        "helper(op)",
        'op.drop_table("a" * 1000000000)',
        "x = 'aaaaaaaaaa'\nfor i in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20):\n    x = x + x",
        "op.invoke(None)",
        "op.nothing_like_it()",
        "sa.Integer.__subclasses__()",
        "(lambda: 1)()",
    ],
)
def test_what_is_refused(body: str) -> None:
    with pytest.raises(NotRead):
        read(body)


@pytest.mark.parametrize("joined", ["''.join(parts)", "f'" + "{text}" * 1000 + "'"])
def test_a_text_that_would_be_too_long_is_never_made(joined: str) -> None:
    several = (
        "for i in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16):\n    text = text + text"
    )
    more = "for i in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10):\n    parts = parts + parts"
    tracemalloc.start()
    try:
        with pytest.raises(NotRead, match="too long"):
            read(f"text = 'a'\n{several}\nparts = [text]\n{more}\nwhole = {joined}")
        assert tracemalloc.get_traced_memory()[1] < 30_000_000  # it would be more than 60 million
    finally:
        tracemalloc.stop()


def test_other_functions_are_not_called() -> None:
    with pytest.raises(NotRead, match="line 7: `tables`"):
        read("for name in tables():\n    op.drop_table(name)", "def tables():\n    return ['a']\n")
