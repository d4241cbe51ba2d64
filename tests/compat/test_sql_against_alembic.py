"""The SQL of each operation, beside what Alembic writes for the same line in its offline mode.

`CASES` are lines as they stand in revision files, run on five dialects by both.  Where the two differ on purpose
it says so in `DIFFERENT`, with the reason; a difference that is not listed fails, and so does a listed one that
is none any more.
"""

from __future__ import annotations

import io
import re
import warnings
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql, sqlite

from limbeck.database.compile import Compiler
from limbeck.dsl import Op
from tests.compat.sql_cases import CASES, CONVENTION, DIFFERENT, Different

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from limbeck.operations import Operation

DIALECTS = ("postgresql", "mysql", "sqlite", "mssql", "oracle")

NAMES: dict[str, Any] = {
    name: value
    for module in (sa.schema, sa.types, sa)
    for name, value in vars(module).items()
    if not name.startswith("_")
} | {"sa": sa, "postgresql": postgresql, "mysql": mysql, "mssql": mssql, "oracle": oracle,
     "sqlite": sqlite}  # fmt: skip


class Paper:
    """A database that is only written for."""

    connection = None
    offline = True
    options: Mapping[str, Any] = {}

    def __init__(self, dialect: str, convention: Mapping[str, Any]) -> None:
        self.dialect: sa.Dialect = sa.make_url(f"{dialect}://").get_dialect()()
        self.naming_convention = convention

    def autocommit_block(self) -> AbstractContextManager[None]:
        return nullcontext()


def normal(texts: list[str]) -> list[str]:
    found = (re.sub(r"\s+", " ", text).strip().rstrip(";").strip() for text in texts)
    return [text for text in found if text not in {"", "GO", "/"}]


def by_limbeck(line: str, dialect: str, convention: Mapping[str, Any]) -> list[str]:
    paper = Paper(dialect, convention)
    compiler = Compiler(paper.dialect, naming_convention=convention, literal=True)
    texts: list[str] = []

    def send(operation: Operation) -> None:
        texts.extend(statement.text for statement in compiler.statements(operation))

    try:
        exec(line, NAMES | {"op": Op(paper, send)})
    except Exception as error:
        return [f"error: {error!r}"]
    return normal(texts)


class Written(io.StringIO):
    """Each call of `write` is a statement."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def write(self, text: str) -> int:
        self.texts.append(text)
        return len(text)


def by_alembic(line: str, dialect: str, convention: Mapping[str, Any]) -> list[str]:
    written = Written()
    context = MigrationContext.configure(
        dialect_name=dialect,
        opts={
            "as_sql": True,
            "output_buffer": written,
            "target_metadata": sa.MetaData(naming_convention=dict(convention) or None),
        },
    )
    try:
        exec(line, NAMES | {"op": Operations(context)})
    except Exception as error:
        return [f"error: {error!r}"]
    return normal(written.texts)


def failed(texts: list[str]) -> bool:
    return texts[:1] != [] and texts[0].startswith("error: ")


def reason(line: str, dialect: str) -> Different | None:
    return next(
        (
            different
            for different in DIFFERENT
            if dialect in (different.dialects or DIALECTS) and re.search(different.line, line)
        ),
        None,
    )


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("line", CASES)
def test_the_sql_is_what_alembic_writes(line: str, dialect: str) -> None:
    convention = CONVENTION if "convention" in line else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours, theirs = by_limbeck(line, dialect, convention), by_alembic(line, dialect, convention)
    different = reason(line, dialect)
    if different is None or (failed(ours) and failed(theirs)):
        assert ours == theirs or (failed(ours) and failed(theirs))
    else:
        assert ours != theirs, f"no difference any more: {different.why}"
        if different.ours is not None:
            assert ours == normal(list(different.ours))
