"""
How a kind of thing comes, changes and goes, as stages: what models declare, and the SQL of a database that is so.

Responsible for walking from stage to stage by generated revisions, up, down and up, and for comparing each point of the
way with the database that the SQL made.  That SQL is written by hand, so that nothing of limbeck vouches for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from limbeck import objects
from limbeck.actions.comparison import Decisions
from limbeck.diff import describe
from tests.generating import Workshop, refuse_renames
from tests.seen import Seen, empty
from tests.servers import Kind

IS_OLD = sa.__version__.startswith("2.0.")
"""Whether this SQLAlchemy has no words yet for some of what the newest one can declare."""

Declare = Callable[[sa.MetaData], object]


def nothing(_: sa.MetaData) -> None:
    """Declare nothing more."""


@dataclass(frozen=True)
class Stage:
    """What is declared and what is there; `renames` are the decisions on the way from the stage before, as typed."""

    sql: str
    declare: Declare = nothing
    renames: tuple[str, ...] = ()

    @property
    def models(self) -> sa.MetaData:
        """What an application would declare."""
        made = sa.MetaData()
        self.declare(made)
        return made


T = """CREATE TABLE t (id integer NOT NULL, n integer, name text, CONSTRAINT t_pkey PRIMARY KEY (id))

"""
"""The table that most things are about, on PostgreSQL."""


def t(m: sa.MetaData, *more: Any, schema: str | None = None, **options: Any) -> sa.Table:
    """The same, declared."""
    return sa.Table(
        "t", m, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False), sa.Column("n", sa.Integer),
        sa.Column("name", sa.Text), *more, schema=schema, **options,
    )  # fmt: skip


def and_t(*items: objects.Declaration) -> Declare:
    """Models of the table, and what is declared beside it."""

    def declare(m: sa.MetaData) -> None:
        t(m)
        for item in items:
            objects.attach(m, item)

    return declare


BARE = Stage(T, t)


def walk(
    stages: Sequence[Stage], kind: Kind, databases: tuple[str, str], folder: Path, *schemas: str
) -> list[str]:
    """Go from each stage to the next one, back and there again; the texts of the files.

    Of the two empty databases the first one is led, and the second made anew for each stage.
    """
    chosen = (None, *schemas)
    settings = {"schemas": chosen} if schemas else {}
    first = stages[0]
    workshop = Workshop(databases[0], folder / "project", **settings)
    execute(workshop, first.sql)
    start = Seen(workshop, kind, chosen)
    assert_in_step(workshop, first, "at first")
    texts = []
    for number, stage in enumerate(stages[1:], start=1):
        empty(databases[1])
        wanted = Workshop(databases[1], folder / "wanted", **settings)
        execute(wanted, stage.sql)
        end = Seen(wanted, kind, chosen)
        decisions = Decisions(renames=stage.renames, drop_unowned=True)
        made = workshop.generate(stage.models, decisions=decisions, ask=refuse_renames)
        fail_for(made.comparison.not_compared, f"not compared on the way to stage {number}")
        assert made.made, f"stage {number}: no difference was found"
        text = workshop.text(made)
        workshop.upgrade()
        Seen(workshop, kind, chosen).same_as(end, f"stage {number}, upgraded by\n{text}")
        assert_in_step(workshop, stage, f"at stage {number}, reached by\n{text}")
        workshop.downgrade("-1")
        Seen(workshop, kind, chosen).same_as(start, f"stage {number}, downgraded by\n{text}")
        workshop.upgrade()
        start = end  # which the next downgrade leads back to
        texts.append(text)
    return texts


def assert_in_step(workshop: Workshop, stage: Stage, where: str) -> None:
    """Nothing is missing, and everything could be compared."""
    found = workshop.check(stage.models)
    fail_for(map(describe, found.diff.operations), where)
    fail_for(found.not_compared, where)


def fail_for(findings: Iterable[object], where: str) -> None:
    """Fail when there are any."""
    lines = [str(one) for one in findings]
    if lines:
        pytest.fail("\n".join([*lines, where]))


def execute(workshop: Workshop, sql: str) -> None:
    """Statements, each up to a line that is empty."""
    workshop.execute(*(one.replace("%", "%%") for one in sql.split("\n\n") if one.strip()))
