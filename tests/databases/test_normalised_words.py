"""
What is said about conditions and expressions without asking the server is what the server says.

Three things, for generated checks, index predicates and index expressions: where words are known, they are the
server's to the letter; two that become equal are equal on the server; two of which both are known and that stay
different are different there.  What is not known is for a scratch database to find out, and counts for nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from limbeck.database.normalise import Facts, facts, words
from limbeck.database.normalise.certain import knows_condition
from limbeck.database.read import read
from limbeck.database.read.metadata import metadata
from limbeck.schema import Check, Expression, SchemaState, Table, TableName
from tests.properties.test_autogenerate import EXAMPLES

Drawn = Any  # hypothesis gives `draw` no narrower type that is public

# Together in one table, since making tables is what takes time.
AT_ONCE = 30
_DRAWN = settings(
    max_examples=max(2, EXAMPLES // 4),
    deadline=None,
    # A table of thirty texts is not worth making smaller: what is wrong is named.
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[
        HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large,
    ],
)  # fmt: skip

NUMBERS = ["n", "big", "small"]
TEXTS = ["name", "note", "code"]
FLAGS = ["flag"]
OTHERS = ["price", "at", "ratio"]
LITERALS = ["0", "5", "-7", "00", "1.5", "10000000000", "1e3", "+3"]
STRINGS = ["'x'", "'it''s'", "''", "'5'", "'a b'", "'( x'", "' , '", "'ä'", "'%'"]


def columns() -> list[sa.Column[Any]]:
    """A column of each type that the words depend on."""
    return [
        sa.Column("n", sa.Integer), sa.Column("big", sa.BigInteger), sa.Column("small", sa.SmallInteger),
        sa.Column("name", sa.String(20)), sa.Column("note", sa.Text), sa.Column("code", sa.CHAR(3)),
        sa.Column("flag", sa.Boolean(create_constraint=False)), sa.Column("price", sa.Numeric(10, 2)),
        sa.Column("at", sa.Date), sa.Column("ratio", sa.Float), sa.Column("Order", sa.Integer),
    ]  # fmt: skip


@st.composite
def predicates(draw: Drawn) -> str:
    """One comparison, in one of the ways in which people write it."""
    kind = draw(st.integers(0, 8))
    number = draw(st.sampled_from([*NUMBERS, '"n"', "N"]))
    text = draw(st.sampled_from(TEXTS))
    if kind == 0:
        column = draw(st.sampled_from([*NUMBERS, *TEXTS, *FLAGS, *OTHERS]))
        return f"{column} IS {draw(st.sampled_from(['', 'NOT ', 'not ']))}NULL"
    if kind <= 2:
        sign = draw(st.sampled_from(["<", ">", "<=", ">=", "=", "<>", "!="]))
        space = draw(st.sampled_from(["", " "]))
        return f"{number}{space}{sign}{space}{draw(st.sampled_from(LITERALS))}"
    if kind == 3:
        words_ = draw(st.lists(st.sampled_from(["1", "2", "3"]), min_size=1, max_size=3))
        return f"{number} {draw(st.sampled_from(['IN', 'NOT IN', 'in']))} ({', '.join(words_)})"
    if kind == 4:
        return f"{number} {draw(st.sampled_from(['', 'NOT ']))}BETWEEN 1 AND {draw(st.sampled_from(['5', '+5', '9']))}"
    if kind == 5:
        return f"{text} {draw(st.sampled_from(['=', '<>', '<']))} {draw(st.sampled_from(STRINGS))}"
    if kind == 6:
        words_ = draw(st.lists(st.sampled_from(STRINGS), min_size=1, max_size=3))
        return f"{text} IN ({', '.join(words_)})"
    if kind == 7:
        function = draw(st.sampled_from(["length", "lower", "upper", "char_length", "Lower"]))
        value = "5" if "length" in function else "'x'"
        return f"{function}({text}) = {value}"
    column = draw(st.sampled_from(OTHERS))
    return (
        f"{column} >= {draw(st.sampled_from(['1', '1.5', '-2', chr(39) + '2020-01-01' + chr(39)]))}"
    )


@st.composite
def conditions(draw: Drawn) -> str:
    """Comparisons that are joined, negated and put in parentheses."""
    parts = draw(st.lists(predicates(), min_size=1, max_size=3))
    text: str = parts[0]
    for part in parts[1:]:
        join = draw(st.sampled_from([" AND ", " OR ", " and "]))
        form = draw(st.sampled_from(["{}", "({})", "NOT ({})", "((({})))"]))
        text = draw(st.sampled_from([text, f"({text})"])) + join + form.format(part)
    return text


@st.composite
def expressions(draw: Drawn) -> str:
    """What may be an element of an index."""
    column = draw(st.sampled_from([*NUMBERS, *TEXTS, '"Order"', "price"]))
    text = draw(st.sampled_from(TEXTS))
    what: str = draw(
        st.sampled_from(
            [column, f"lower({text})", f"LOWER({text})", f"upper({text})", f"length({text})", f"abs({column})",
             "(n + 1)", "(n * 2)", f"coalesce({text}, '')", f"({column})"]
        )
    )  # fmt: skip
    order: str = draw(
        st.sampled_from(
            ["", " DESC", " ASC", " desc", " NULLS FIRST", " DESC NULLS LAST", " ASC NULLS LAST"]
        )
    )
    return what + order


@dataclass(frozen=True)
class Told:
    """One text: as its author wrote it, as it was said without the server, and by it; whether it was known."""

    written: str
    said: str
    server: str
    known: bool


def assert_sound(told: list[Told]) -> None:
    """Known words are the server's; equal ones are equal on it, and known ones that differ, differ there."""
    wrong = [one for one in told if one.known and one.said != one.server]
    assert wrong == []
    for one in told:
        for other in told:
            if one.said == other.said:
                assert one.server == other.server, (one, other)
            elif one.known and other.known:
                assert one.server != other.server, (one, other)


def accepted(connection: sa.Connection, statement: str) -> bool:
    """Whether the server takes a statement; if not it is as if nothing had been said."""
    doubled = statement if connection.dialect.name == "sqlite" else statement.replace("%", "%%")
    try:
        if connection.dialect.name != "postgresql":
            connection.exec_driver_sql(doubled)
            return True
        with connection.begin_nested():
            connection.exec_driver_sql(doubled)
    except sa.exc.DBAPIError:
        return False
    return True


def made(connection: sa.Connection, texts: list[str], form: str) -> list[str]:
    """A table `t`, and those of the texts that the server took; `form` has places for their number and text."""
    connection.rollback()
    connection.exec_driver_sql("DROP TABLE IF EXISTS t")
    sa.Table("t", sa.MetaData(), *columns()).create(connection)
    taken: list[str] = []
    for text in texts:
        if accepted(connection, form.format(number=len(taken), text=text)):
            taken.append(text)
    connection.commit()
    return taken


def table_with(connection: sa.Connection, *items: Any) -> sa.MetaData:
    m = sa.MetaData()
    sa.Table("t", m, *columns(), *items)
    return m


def both(connection: sa.Connection, models: sa.MetaData) -> tuple[Table, Table, Facts]:
    """The table as it is said without the server, and as the server says it."""
    have, known = read(connection), facts(connection)
    connection.rollback()
    want = words(metadata(models, connection.dialect), connection.dialect, known)
    here: SchemaState = words(have, connection.dialect, known)
    return want[TableName("t")], here[TableName("t")], known


@pytest.fixture
def connection(database_url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    with engine.connect() as made_:
        yield made_
    engine.dispose()


@_DRAWN
@given(texts=st.lists(conditions(), min_size=AT_ONCE, max_size=AT_ONCE, unique=True))
def test_checks(texts: list[str], connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        rest = [text for text in texts if _sqlite_takes(connection, text)]
        connection.exec_driver_sql("DROP TABLE IF EXISTS t")
        checks = [sa.CheckConstraint(text, name=f"c{at}") for at, text in enumerate(rest)]
        table_with(connection, *checks).create_all(connection)
        connection.commit()
    else:
        rest = made(connection, texts, "ALTER TABLE t ADD CONSTRAINT c{number} CHECK ({text})")
        checks = [sa.CheckConstraint(text, name=f"c{at}") for at, text in enumerate(rest)]
    want, have, known = both(connection, table_with(connection, *checks))
    server = {c.name: c.sql for c in have.constraints if isinstance(c, Check)}
    types = {column.name: column.type.sql for column in want.columns}
    said = {c.name: c for c in want.constraints if isinstance(c, Check)}
    told = [
        Told(text, said[f"c{at}"].sql, server[f"c{at}"], knows_condition(said[f"c{at}"].sql, types, known))
        for at, text in enumerate(rest)
    ]  # fmt: skip
    assert len(told) > AT_ONCE // 4
    assert_sound(told)


def _sqlite_takes(connection: sa.Connection, text: str) -> bool:
    connection.exec_driver_sql("DROP TABLE IF EXISTS t")
    try:
        table_with(connection, sa.CheckConstraint(text, name="c")).create_all(connection)
    except sa.exc.DBAPIError:
        return False
    finally:
        connection.rollback()
    return True


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@_DRAWN
@given(texts=st.lists(conditions(), min_size=AT_ONCE, max_size=AT_ONCE, unique=True))
def test_predicates_of_indexes(texts: list[str], one_of: sa.Connection) -> None:
    rest = made(one_of, texts, "CREATE INDEX i{number} ON t (n) WHERE {text}")
    where = f"{one_of.dialect.name}_where"
    indexes = [
        sa.Index(f"i{at}", "n", postgresql_where=sa.text(text), sqlite_where=sa.text(text))
        for at, text in enumerate(rest)
    ]
    want, have, known = both(one_of, table_with(one_of, *indexes))
    server = {i.name: str(dict(i.options)[where]) for i in have.indexes}
    types = {column.name: column.type.sql for column in want.columns}
    said = {i.name: str(dict(i.options)[where]) for i in want.indexes}
    told = [
        Told(text, said[f"i{at}"], server[f"i{at}"], knows_condition(said[f"i{at}"], types, known))
        for at, text in enumerate(rest)
    ]
    assert len(told) > AT_ONCE // 4
    assert_sound(told)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@_DRAWN
@given(texts=st.lists(expressions(), min_size=AT_ONCE, max_size=AT_ONCE, unique=True))
def test_expressions_of_indexes(texts: list[str], one_of: sa.Connection) -> None:
    rest = made(one_of, texts, "CREATE INDEX i{number} ON t ({text})")
    indexes = [sa.Index(f"i{at}", sa.text(text)) for at, text in enumerate(rest)]
    want, have, _ = both(one_of, table_with(one_of, *indexes))
    server = {i.name: i.elements[0] for i in have.indexes}
    told = []
    for index in want.indexes:
        text = rest[int(str(index.name)[1:])]
        (element,) = index.elements
        # What was not changed may be anything; what was is meant to be the server's.
        changed = element != text or not isinstance(element, Expression)
        told.append(Told(text, element, server[index.name], changed))
    assert len(told) > AT_ONCE // 4
    assert_sound(told)


@pytest.fixture
def one_of(kind: str, request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    engine = sa.create_engine(request.getfixturevalue(f"{kind}_url"), poolclass=sa.NullPool)
    with engine.connect() as made_:
        yield made_
    engine.dispose()
