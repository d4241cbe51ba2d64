"""A check that found nothing is not made again while nothing changes; whatever changes is seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from sqlalchemy.ext.compiler import compiles, deregister
from sqlalchemy.schema import CreateTable

from limbeck.database import read as read_package
from limbeck.database.engine import dialect_of
from limbeck.database.read import fingerprint as fingerprint_of_database
from limbeck.database.read import postgresql, read_known
from limbeck.database.read.metadata import metadata
from limbeck.schema import SchemaState
from limbeck.schema.fingerprint import fingerprint
from tests.generating import Workshop
from tests.models_strategy import models
from tests.servers import Kind

_DIALECTS: dict[Kind, str] = {
    "sqlite": "sqlite://",
    "postgresql": "postgresql+psycopg://",
    "mariadb": "mariadb+pymysql://",
}


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIMBECK_CACHE", str(tmp_path / "cache"))


def shop() -> sa.MetaData:
    """Two tables with a bit of everything that all servers have."""
    found = sa.MetaData()
    sa.Table(
        "customers",
        found,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(50), nullable=False, server_default="nobody"),
        sa.Column("points", sa.Integer),
        sa.Column("size", sa.Enum("small", "large", name="sizes")),
        sa.CheckConstraint("points >= 0", name="not_negative"),
    )
    sa.Table(
        "orders",
        found,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("customer", sa.ForeignKey("customers.id", name="of_customer")),
        sa.Column("number", sa.String(20)),
        sa.UniqueConstraint("number", name="one_number"),
        sa.Index("by_customer", "customer", "number"),
    )
    return found


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The databases that have been read, one after another: what a check costs that does not know the answer."""
    found: list[str] = []

    def hear(connection: sa.Connection, **given: Any) -> tuple[SchemaState, str | None]:
        found.append(str(connection.engine.url))
        return read_known(connection, **given)

    monkeypatch.setattr(read_package, "read_known", hear)
    return found


@pytest.fixture
def workshop(database_url: str, tmp_path: Path) -> Workshop:
    """A database in step with the shop, which has been found out."""
    made = Workshop(database_url, tmp_path)
    with made.connect() as connection:
        shop().create_all(connection)
        connection.commit()
    assert made.missing(shop()) == []
    return made


def test_nothing_is_read_twice(workshop: Workshop, reads: list[str]) -> None:
    found = workshop.check(shop())
    assert found.in_step
    assert not found.not_compared
    assert reads == []


_CHANGES: dict[str, tuple[str, ...]] = {
    "another table": ("CREATE TABLE extra (id INTEGER)",),
    "a table less": ("DROP TABLE orders",),
    "another column": ("ALTER TABLE orders ADD COLUMN extra INTEGER",),
    "a column's name": ("ALTER TABLE customers RENAME COLUMN points TO marks",),
    "another index": ("CREATE INDEX extra ON customers (points)",),
    "an index that is unique": (
        "DROP INDEX by_customer{on}",
        "CREATE UNIQUE INDEX by_customer ON orders (customer, number)",
    ),
    "a table's name": ("ALTER TABLE orders RENAME TO purchases",),
}
_SERVERS: dict[str, tuple[str, str]] = {
    "a type": (
        "ALTER TABLE customers ALTER name TYPE varchar(51)",
        "ALTER TABLE customers MODIFY name varchar(51) NOT NULL DEFAULT 'nobody'",
    ),
    "null": ("ALTER TABLE customers ALTER name DROP NOT NULL", "ALTER TABLE customers MODIFY name varchar(50)"),
    "a default": ("ALTER TABLE customers ALTER name SET DEFAULT 'x'", "ALTER TABLE customers ALTER name SET DEFAULT 'x'"),
    "a check": ("ALTER TABLE customers DROP CONSTRAINT not_negative", "ALTER TABLE customers DROP CONSTRAINT not_negative"),
    "a foreign key": ("ALTER TABLE orders DROP CONSTRAINT of_customer", "ALTER TABLE orders DROP FOREIGN KEY of_customer"),
    "a unique constraint": ("ALTER TABLE orders DROP CONSTRAINT one_number", "ALTER TABLE orders DROP INDEX one_number"),
    "a comment": ("COMMENT ON TABLE orders IS 'x'", "ALTER TABLE orders COMMENT 'x'"),
    "an enum": (
        "ALTER TYPE sizes ADD VALUE 'huge'",
        "ALTER TABLE customers MODIFY size enum('small', 'large', 'huge')",
    ),
}  # fmt: skip


def drop_foreign_key(workshop: Workshop, what: str) -> None:
    """MariaDB keeps an index that a foreign key needs."""
    if what == "an index that is unique":
        workshop.execute("ALTER TABLE orders DROP FOREIGN KEY of_customer")


@pytest.mark.parametrize("what", [*_CHANGES, *_SERVERS])
def test_a_change_of_the_database_is_seen(
    workshop: Workshop, database_kind: Kind, what: str
) -> None:
    if what in _CHANGES:
        if database_kind == "mariadb":
            drop_foreign_key(workshop, what)
        on = " ON orders" if database_kind == "mariadb" else ""
        workshop.execute(*(statement.format(on=on) for statement in _CHANGES[what]))
    elif database_kind == "sqlite":
        workshop.execute("DROP TABLE orders")  # it has no statement for the others
    else:
        workshop.execute(_SERVERS[what][database_kind == "mariadb"])
    found = workshop.check(shop())
    assert found.diff.operations or found.diff.notes


def _column(name: str, table: str = "customers") -> Callable[[sa.MetaData], sa.Column[object]]:
    return lambda found: found.tables[table].c[name]


def _set(column: str, attribute: str, value: object) -> Callable[[sa.MetaData], None]:
    return lambda found: setattr(_column(column)(found), attribute, value)


_MODELS: dict[str, Callable[[sa.MetaData], object]] = {
    "another table": lambda found: sa.Table("extra", found, sa.Column("id", sa.Integer)),
    "another column": lambda found: found.tables["orders"].append_column(
        sa.Column("extra", sa.Integer)
    ),
    "another type": _set("name", "type", sa.String(51)),
    "null": _set("name", "nullable", True),
    "a default": _set("points", "server_default", sa.DefaultClause("5")),
    "another index": lambda found: sa.Index("extra", _column("points")(found)),
    "another check": lambda found: found.tables["orders"].append_constraint(
        sa.CheckConstraint("number <> 'x'", name="extra")
    ),
    "another unique constraint": lambda found: found.tables["customers"].append_constraint(
        sa.UniqueConstraint("name", name="extra")
    ),
    "a column of no interest": lambda found: _column("points")(found).info.update(
        skip_autogenerate=True
    ),
}


@pytest.mark.parametrize("what", _MODELS)
def test_a_change_of_the_models_is_seen(workshop: Workshop, reads: list[str], what: str) -> None:
    changed = shop()
    _MODELS[what](changed)
    found = workshop.check(changed)
    assert reads
    assert bool(found.diff) == (what != "a column of no interest")
    reads.clear()
    assert workshop.check(shop()).in_step
    assert reads == []  # what was known of the others still is


@pytest.mark.parametrize("kind", _DIALECTS)
def test_models_that_differ_have_other_fingerprints(kind: Kind) -> None:
    dialect = dialect_of(_DIALECTS[kind])

    @given(models(kind), models(kind))
    @settings(max_examples=60, deadline=None)
    def differ(some: sa.MetaData, other: sa.MetaData) -> None:
        first, second = metadata(some, dialect), metadata(other, dialect)
        assert (fingerprint(first) != fingerprint(second)) or first == second
        assert fingerprint(first) == fingerprint(metadata(some, dialect))

    differ()


def test_settings_count(workshop: Workshop, reads: list[str]) -> None:
    workshop.check(shop(), exclude_tables=("orders",))
    assert len(reads) == 1
    workshop.check(shop(), exclude_tables=("orders",))
    assert len(reads) == 1
    workshop.check(shop(), exclude_tables=("customers",))
    assert len(reads) == 2


def test_with_a_function_of_the_project_every_check_is_made(
    workshop: Workshop, reads: list[str]
) -> None:
    for _ in range(2):
        workshop.check(shop(), compare_type=f"{__name__}:same_type")
    assert len(reads) == 2


def same_type(*given: object) -> None:
    """Have no opinion about types."""


def test_with_statements_of_the_project_every_check_is_made(
    workshop: Workshop, reads: list[str]
) -> None:
    @compiles(CreateTable, "oracle")
    def _(element: CreateTable, compiler: object, **rest: object) -> str:
        raise AssertionError("nobody makes tables here")

    try:
        workshop.check(shop())
    finally:
        deregister(CreateTable)
    assert len(reads) == 1


def test_what_is_out_of_step_is_compared_each_time(workshop: Workshop, reads: list[str]) -> None:
    workshop.execute("ALTER TABLE orders ADD COLUMN extra INTEGER")
    assert workshop.missing(shop())
    assert workshop.missing(shop())
    assert len(reads) == 2


def test_a_change_while_it_is_compared_is_not_taken_for_what_was_compared(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = shop()
    sa.Index("extra", other.tables["customers"].c.points)
    missing = "CREATE INDEX extra ON customers (points)"
    on = " ON customers" if "mysql" in workshop.url else ""

    def change_first(connection: sa.Connection, **given: Any) -> tuple[SchemaState, str | None]:
        connection.rollback()
        workshop.execute(missing)
        return read_known(connection, **given)

    with monkeypatch.context() as patch:
        patch.setattr(read_package, "read_known", change_first)
        assert workshop.check(other).in_step
    workshop.execute(f"DROP INDEX extra{on}")
    assert workshop.missing(other)


@pytest.mark.parametrize("when", ["before", "after", "both"])
@pytest.mark.parametrize("level", ["READ COMMITTED", "REPEATABLE READ"])
def test_a_change_between_two_statements_of_a_reader_is_not_taken_for_what_was_read(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch, when: str, level: str
) -> None:
    """PostgreSQL tells its fingerprint in one statement and its catalog in another."""
    engine = sa.create_engine(postgresql_url, isolation_level=level)
    real = postgresql.read

    def change(to: str) -> None:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"ALTER TABLE t ALTER n SET DEFAULT {to}")

    def changing(connection: sa.Connection, **given: Any) -> SchemaState:
        if when != "after":
            change("2")
        found = real(connection, **given)
        if when != "before":
            change("1" if when == "both" else "2")
        return found

    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (n integer)")
    change("1")
    with engine.connect() as connection:
        quiet, known = read_known(connection)
        assert known == fingerprint_of_database(connection)
        monkeypatch.setattr(postgresql, "read", changing)
        state, told = read_known(connection)
    engine.dispose()
    assert told is None or (told == known and state == quiet)


def test_reading_tells_the_same_fingerprint_as_asking_for_it(
    database_url: str, database_kind: Kind
) -> None:
    engine = sa.create_engine(database_url)
    found = shop()
    odd = "é \U0001f600 ' \" \\ % : \n\t </script> \x7f"
    for table in found.tables.values():
        table.comment = odd
        table.append_column(sa.Column("odd % name", sa.String(9), server_default="a'b\\c"))
    with engine.begin() as connection:
        found.create_all(connection)
        connection.exec_driver_sql("CREATE VIEW few AS SELECT id FROM customers")
        if database_kind == "mariadb":
            connection.exec_driver_sql("CREATE SEQUENCE numbers START WITH 5")
    with engine.connect() as connection:
        state, told = read_known(connection, wanted=lambda name: name.name == "orders")
        assert [table.name.name for table in state] == ["orders"]
        assert told == fingerprint_of_database(connection, like=told)
        if database_kind == "mariadb":
            connection.exec_driver_sql("ALTER SEQUENCE numbers MAXVALUE 77")
            assert fingerprint_of_database(connection, like=told) != told
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW few AS SELECT id FROM customers",
        "CREATE SEQUENCE numbers",
        "CREATE FUNCTION half(n int) RETURNS int DETERMINISTIC RETURN n / 2",
        "CREATE PROCEDURE nothing() BEGIN END",
        "CREATE TABLE parts (id int) PARTITION BY HASH (id) PARTITIONS 2",
        "CREATE TRIGGER first BEFORE INSERT ON customers FOR EACH ROW SET NEW.name = 'x'",
    ],
)
def test_what_was_not_there_and_is_not_looked_for_is_told_by_the_rest(
    mariadb_url: str, statement: str
) -> None:
    engine = sa.create_engine(mariadb_url)
    with engine.begin() as connection:
        shop().create_all(connection)
    with engine.connect() as connection:
        _, told = read_known(connection)
        assert told == fingerprint_of_database(connection, like=told)
        connection.exec_driver_sql(statement)
        assert fingerprint_of_database(connection, like=told) != told
        _, fresh = read_known(connection)
        assert fresh == fingerprint_of_database(connection, like=fresh)
    engine.dispose()


def test_what_needed_a_scratch_database_needs_none_again(
    postgresql_url: str, tmp_path: Path, reads: list[str]
) -> None:
    found = shop()
    found.tables["customers"].append_constraint(
        sa.CheckConstraint("length(trim(both from name)) > 0 and name not like 'x%'", name="told")
    )
    workshop = Workshop(postgresql_url, tmp_path)
    with workshop.connect() as connection:
        found.create_all(connection)
        connection.commit()
    first = workshop.check(found)
    assert first.scratch
    assert first.in_step, first.diff.operations
    assert not first.not_compared
    reads.clear()
    assert workshop.check(found).scratch == ""
    assert reads == []
    workshop.execute("CREATE TABLE extra (id integer)")
    assert workshop.check(found).scratch == ""
    assert reads


def test_the_number_of_statements_does_not_depend_on_the_number_of_tables(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop = Workshop(database_url, tmp_path)
    counts: list[int] = []
    for number in (1, 12):
        monkeypatch.setenv("LIMBECK_CACHE", str(tmp_path / f"cache-{number}"))
        found = sa.MetaData()
        for at in range(number):
            sa.Table(
                f"t{at:02}",
                found,
                sa.Column("id", sa.Integer, primary_key=True),
                sa.Column("name", sa.String(20), server_default="x"),
                sa.Column("before", sa.ForeignKey(f"t{max(at - 1, 0):02}.id", name=f"fk{at}")),
            )
        workshop.create(found)
        counts += [_statements(workshop, found), _statements(workshop, found)]
    first, again, first_of_many, again_of_many = counts
    assert again <= first
    assert again_of_many == again
    # On PostgreSQL one more where anybody on the server wrote anything meanwhile.
    assert abs(first_of_many - first) <= 1


def _statements(workshop: Workshop, models: sa.MetaData) -> int:
    """How many statements a check sends."""
    seen: list[str] = []

    def hear(connection: sa.Connection, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", hear)
    try:
        assert workshop.check(models).in_step
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", hear)
    return len(seen)
