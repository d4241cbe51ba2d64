"""What stands beside tables on MariaDB, other schemas, filters and fingerprints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from limbeck.database.engine import call
from limbeck.database.read import fingerprint, read
from limbeck.schema import ForeignKey, Key, Need, Routine, Sequence, TableName, Trigger, View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from limbeck.schema import SchemaState
    from tests.servers import Kind


@pytest.fixture
def connection(mariadb_url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(mariadb_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def executed(connection: sa.Connection, *statements: str) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


TABLES = (
    "CREATE TABLE p (id int PRIMARY KEY, a int)",
    "CREATE TABLE c (id int PRIMARY KEY, p int, CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id))",
)


def test_views(connection: sa.Connection) -> None:
    here = connection.engine.url.database
    executed(
        connection,
        *TABLES,
        f"CREATE VIEW v AS SELECT p.id, '{here}.p `x`.`y`' AS text FROM p JOIN c ON c.p = p.id",
        "CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW w AS SELECT id FROM p WITH LOCAL CHECK OPTION",
        "CREATE VIEW x AS SELECT * FROM v",
    )
    state = read(connection)
    assert [table.name.name for table in state] == ["c", "p"]
    view = state.objects[Key("view", TableName("v"))]
    assert view == View(
        TableName("v"),
        f"select `p`.`id` AS `id`,'{here}.p `x`.`y`' AS `text`"
        " from (`p` join `c` on(`c`.`p` = `p`.`id`))",
    )
    assert isinstance(view, View)
    assert view.needs == {Need("table", TableName("p")), Need("table", TableName("c"))}
    assert state.objects[Key("view", TableName("w"))] == View(
        TableName("w"),
        "select `p`.`id` AS `id` from `p`",
        options=(
            ("mysql_algorithm", "MERGE"),
            ("mysql_check_option", "LOCAL"),
            ("mysql_sql_security", "INVOKER"),
        ),
    )
    above = state.objects[Key("view", TableName("x"))]
    assert isinstance(above, View)
    assert above.needs == {Need("view", TableName("v"))}


def test_the_text_of_a_view_makes_it_again(connection: sa.Connection) -> None:
    executed(
        connection,
        *TABLES,
        "CREATE VIEW v AS SELECT p.id, q.a FROM p JOIN p AS q ON q.id = p.a WHERE q.a IN (SELECT id FROM c)",
    )
    before = read(connection).objects[Key("view", TableName("v"))]
    assert isinstance(before, View)
    executed(connection, "DROP VIEW v", f"CREATE VIEW v AS {before.sql}")
    assert read(connection).objects[before.key] == before


def test_routines(connection: sa.Connection) -> None:
    executed(
        connection,
        """CREATE FUNCTION f (a int, b varchar(10) CHARACTER SET latin1) RETURNS varchar(20)
        DETERMINISTIC NO SQL COMMENT 'a % sign' BEGIN RETURN concat(a, 'x', b); END""",
        """CREATE PROCEDURE f (IN a int, OUT b int, INOUT c decimal(10,2)) SQL SECURITY INVOKER
        BEGIN SET b = a; END""",
        "CREATE PROCEDURE nothing () DO 1",
    )
    objects = read(connection).objects
    assert objects[Key("function", TableName("f"))] == Routine(
        TableName("f"),
        "`a` int(11), `b` varchar(10) CHARACTER SET latin1 COLLATE latin1_swedish_ci",
        "RETURNS varchar(20)\nDETERMINISTIC\nNO SQL\nBEGIN RETURN concat(a, 'x', b); END",
        comment="a % sign",
    )
    assert objects[Key("procedure", TableName("f"))] == Routine(
        TableName("f"),
        "IN `a` int(11), OUT `b` int(11), INOUT `c` decimal(10,2)",
        "SQL SECURITY INVOKER\nBEGIN SET b = a; END",
        procedure=True,
    )
    assert objects[Key("procedure", TableName("nothing"))] == Routine(
        TableName("nothing"), "", "DO 1", procedure=True
    )


def test_the_text_of_a_routine_makes_it_again(connection: sa.Connection) -> None:
    executed(
        connection,
        "CREATE FUNCTION f (a enum('x','y'), `b c` json) RETURNS decimal(5,2) READS SQL DATA RETURN a = `b c`",
    )
    before = read(connection).objects[Key("function", TableName("f"))]
    assert isinstance(before, Routine)
    executed(
        connection, "DROP FUNCTION f", f"CREATE FUNCTION f ({before.arguments}) {before.definition}"
    )
    assert read(connection).objects[before.key] == before


def test_triggers(connection: sa.Connection) -> None:
    executed(
        connection,
        *TABLES,
        "CREATE TRIGGER one BEFORE INSERT ON p FOR EACH ROW BEGIN SET new.a = 1; END",
        "CREATE TRIGGER another BEFORE INSERT ON p FOR EACH ROW SET new.a = length('x''y')",
        "CREATE TRIGGER other AFTER DELETE ON p FOR EACH ROW DELETE FROM c",
    )
    state = read(connection)
    assert [item for item in state.objects.values() if isinstance(item, Trigger)] == [
        Trigger("other", TableName("p"), "AFTER DELETE ON `p` FOR EACH ROW\nDELETE FROM c"),
        Trigger(
            "one",
            TableName("p"),
            "BEFORE INSERT ON `p` FOR EACH ROW\nBEGIN SET new.a = 1; END",
        ),
        Trigger(
            "another",
            TableName("p"),
            "BEFORE INSERT ON `p` FOR EACH ROW FOLLOWS `one`\nSET new.a = length('x''y')",
        ),
    ]


def test_sequences(connection: sa.Connection) -> None:
    executed(
        connection,
        "CREATE SEQUENCE plain",
        "CREATE SEQUENCE `odd %name` START WITH 5 MINVALUE 2 MAXVALUE 99 INCREMENT BY 3 CACHE 7 CYCLE",
        "CREATE SEQUENCE down INCREMENT BY -1",
        "DO nextval(plain)",
    )
    state = read(connection)
    assert len(state) == 0
    assert list(state.objects.values()) == [
        Sequence(TableName("down"), increment=-1),
        Sequence(
            TableName("odd %name"),
            start=5, increment=3, minvalue=2, maxvalue=99, cache=7, cycle=True,
        ),
        Sequence(TableName("plain")),
    ]  # fmt: skip


def test_a_schema_beside_one_s_own(
    connection: sa.Connection, make_database: Callable[[Kind], str]
) -> None:
    other = str(sa.make_url(make_database("mariadb")).database)
    executed(
        connection,
        *TABLES,
        f"CREATE TABLE {other}.o (id int PRIMARY KEY, p int,"
        f" CONSTRAINT away FOREIGN KEY (p) REFERENCES {connection.engine.url.database}.p (id))",
        f"CREATE TABLE l (o int, CONSTRAINT there FOREIGN KEY (o) REFERENCES {other}.o (id))",
    )
    state = read(connection, schemas=(None, other))
    assert [table.name for table in state] == [
        TableName("c"), TableName("l"), TableName("p"), TableName("o", other),
    ]  # fmt: skip
    assert state[TableName("o", other)].foreign_keys == (
        ForeignKey(("p",), TableName("p"), ("id",), "away"),
    )
    assert state[TableName("l")].foreign_keys == (
        ForeignKey(("o",), TableName("o", other), ("id",), "there"),
    )
    assert len(read(connection, schemas=("no such schema",))) == 0
    executed(connection, "DROP TABLE l", f"DROP TABLE {other}.o")


def test_what_is_left_out_goes_with_what_hangs_on_it(connection: sa.Connection) -> None:
    executed(
        connection,
        *TABLES,
        "CREATE TRIGGER tr AFTER DELETE ON p FOR EACH ROW DELETE FROM c",
        "CREATE VIEW v AS SELECT 1 AS one",
    )
    assert repr(read(connection, leave_out=[TableName("p")])) == "SchemaState(c, view v)"
    only = read(connection, wanted=lambda name: name.name == "p")
    assert repr(only) == "SchemaState(p, trigger tr on p)"


CHANGES = [
    "ALTER TABLE p ADD COLUMN x int",
    "ALTER TABLE p MODIFY a int NOT NULL",
    "ALTER TABLE p MODIFY a int DEFAULT 5",
    "ALTER TABLE p MODIFY a int COMMENT 'x'",
    "ALTER TABLE p COMMENT 'x'",
    "ALTER TABLE p ADD CONSTRAINT positive CHECK (a > 0)",
    "ALTER TABLE c DROP FOREIGN KEY fk",
    "CREATE INDEX ix ON p (a)",
    "CREATE TABLE o (id int)",
    "CREATE OR REPLACE VIEW v AS SELECT 2 AS one",
    "CREATE OR REPLACE TRIGGER tr AFTER DELETE ON p FOR EACH ROW DO 2",
    "CREATE OR REPLACE FUNCTION f() RETURNS int RETURN 2",
    "ALTER SEQUENCE s INCREMENT BY 2",
    "CREATE SEQUENCE s2",
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_fingerprint_changes_with_what_is_read(connection: sa.Connection, change: str) -> None:
    executed(
        connection,
        *TABLES,
        "CREATE VIEW v AS SELECT 1 AS one",
        "CREATE TRIGGER tr AFTER DELETE ON p FOR EACH ROW DO 1",
        "CREATE FUNCTION f() RETURNS int RETURN 1",
        "CREATE SEQUENCE s",
    )
    before = fingerprint(connection)
    executed(connection, "INSERT INTO p VALUES (1, 1)", "DO nextval(s)")
    assert fingerprint(connection) == before
    executed(connection, change)
    assert fingerprint(connection) != before


@pytest.mark.parametrize("tables", [1, 30])
def test_round_trips_do_not_depend_on_the_number_of_tables(
    connection: sa.Connection, tables: int
) -> None:
    executed(connection, *(f"CREATE TABLE t{number} (a int)" for number in range(tables)))
    sent: list[str] = []
    sa.event.listen(
        connection, "before_cursor_execute", lambda *arguments: sent.append(arguments[2])
    )
    assert len(read(connection)) == tables
    assert len(sent) == 1
    fingerprint(connection)
    assert len(sent) == 2


@pytest.mark.parametrize("driver", ["mysql+aiomysql", "mariadb+pymysql"])
def test_other_drivers_read_the_same(connection: sa.Connection, driver: str) -> None:
    executed(
        connection,
        *TABLES,
        "CREATE VIEW v AS SELECT '100%' AS `a %s`, 'ä' AS b",
        "CREATE SEQUENCE s",
    )
    url = connection.engine.url.set(drivername=driver).render_as_string(hide_password=False)

    def both(other: sa.Connection) -> tuple[SchemaState, str]:
        return read(other), fingerprint(other)

    assert call(url, both) == (read(connection), fingerprint(connection))
