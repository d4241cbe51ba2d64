"""Tables of MariaDB as its catalog has them: made by SQL, read, and compared with values written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from limbeck.database.read import read
from limbeck.schema import (
    Check,
    Column,
    Computed,
    Default,
    Expression,
    ForeignKey,
    Index,
    PrimaryKey,
    Table,
    TableName,
    Type,
    Unique,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def connection(mariadb_url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(mariadb_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def made(connection: sa.Connection, *statements: str, name: str = "t") -> Table:
    """The table of that name after these statements."""
    for statement in statements:
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
    return read(connection)[TableName(name)]


COLUMNS = [
    ("c int NOT NULL", Column("c", Type("int(11)"), nullable=False, autoincrement=False)),
    ("c int", Column("c", Type("int(11)"), autoincrement=False)),
    (
        "c int(5) unsigned zerofill",
        Column("c", Type("int(5) unsigned zerofill"), autoincrement=False),
    ),
    (
        "c enum('a','B''c','d,e') DEFAULT 'a'",
        Column("c", Type("enum('a','B''c','d,e')"), default=Default("'a'"), autoincrement=False),
    ),
    ("c set('x','y')", Column("c", Type("set('x','y')"), autoincrement=False)),
    (
        "c varchar(9) CHARACTER SET latin1",
        Column(
            "c",
            Type("varchar(9) CHARACTER SET latin1 COLLATE latin1_swedish_ci"),
            autoincrement=False,
        ),
    ),
    (
        "c varchar(9) COLLATE utf8mb4_bin",
        Column("c", Type("varchar(9) COLLATE utf8mb4_bin"), autoincrement=False),
    ),
    ("c json", Column("c", Type("json"), autoincrement=False)),
    (
        "c int COMMENT 'it''s 100%'",
        Column("c", Type("int(11)"), comment="it's 100%", autoincrement=False),
    ),
    (
        "c text DEFAULT 'it''s \\\\ x'",
        Column("c", Type("text"), default=Default("'it\\'s \\\\ x'"), autoincrement=False),
    ),
    (
        "c decimal(10,2) DEFAULT 1.50",
        Column("c", Type("decimal(10,2)"), default=Default("1.50"), autoincrement=False),
    ),
    (
        "c bit(3) DEFAULT b'101'",
        Column("c", Type("bit(3)"), default=Default("b'101'"), autoincrement=False),
    ),
    (
        "c int DEFAULT (n + 1)",
        Column("c", Type("int(11)"), default=Default("(`n` + 1)"), autoincrement=False),
    ),
    ("c int DEFAULT NULL", Column("c", Type("int(11)"), autoincrement=False)),
    (
        "c varchar(4) DEFAULT 'NULL'",
        Column("c", Type("varchar(4)"), default=Default("'NULL'"), autoincrement=False),
    ),
    (
        "c timestamp NOT NULL DEFAULT current_timestamp ON UPDATE current_timestamp",
        Column(
            "c",
            Type("timestamp"),
            nullable=False,
            default=Default("current_timestamp() ON UPDATE current_timestamp()"),
            autoincrement=False,
        ),
    ),
    (
        "c datetime(3) NULL ON UPDATE current_timestamp(3)",
        Column(
            "c",
            Type("datetime(3)"),
            default=Default("NULL ON UPDATE current_timestamp(3)"),
            autoincrement=False,
        ),
    ),
    (
        "c datetime NOT NULL ON UPDATE current_timestamp",
        Column(
            "c",
            Type("datetime"),
            nullable=False,
            default=Default("'0000-00-00 00:00:00' ON UPDATE current_timestamp()"),
            autoincrement=False,
        ),
    ),
    (
        "c int AS (n + 1) STORED",
        Column(
            "c", Type("int(11)"), default=Computed("`n` + 1", persisted=True), autoincrement=False
        ),
    ),
    (
        "c int AS (n * 2) VIRTUAL",
        Column(
            "c", Type("int(11)"), default=Computed("`n` * 2", persisted=False), autoincrement=False
        ),
    ),
    ("c int INVISIBLE", Column("c", Type("int(11) INVISIBLE"), autoincrement=False)),
    (
        "c int AUTO_INCREMENT UNIQUE",
        Column("c", Type("int(11)"), nullable=False, autoincrement=True),
    ),
]


@pytest.mark.parametrize(("sql", "expected"), COLUMNS, ids=[sql for sql, _ in COLUMNS])
def test_a_column(connection: sa.Connection, sql: str, expected: Column) -> None:
    table = made(connection, f"CREATE TABLE t (n int, {sql})")
    assert [column.name for column in table.columns] == ["n", "c"]
    assert table["c"] == expected


def test_json_is_a_type_and_not_a_check(connection: sa.Connection) -> None:
    table = made(connection, "CREATE TABLE t (a json, b longtext, c longtext CHECK (c <> ''))")
    assert [column.type.sql for column in table.columns] == ["json", "longtext", "longtext"]
    assert table.constraints == (Check("`c` <> ''"),)


def test_what_only_looks_like_json_is_a_check(connection: sa.Connection) -> None:
    table = made(connection, "CREATE TABLE t (a longtext, CONSTRAINT a CHECK (json_valid(a)))")
    assert table["a"].type == Type("longtext")
    assert table.constraints == (Check("json_valid(`a`)", "a"),)


def test_constraints(connection: sa.Connection) -> None:
    table = made(
        connection,
        "CREATE TABLE p (x int, y int, PRIMARY KEY (y, x))",
        """CREATE TABLE t (
            a int, b int, c int, d varchar(9) CHECK (d <> 'x'),
            PRIMARY KEY (b, a),
            CONSTRAINT uq UNIQUE (c, a),
            CONSTRAINT positive CHECK (a > 0),
            CHECK (b < 7),
            CONSTRAINT fk FOREIGN KEY (a, b) REFERENCES p (y, x) ON DELETE CASCADE ON UPDATE NO ACTION,
            FOREIGN KEY (c) REFERENCES p (y) ON DELETE SET NULL ON UPDATE RESTRICT
        )""",
    )
    assert table.constraints == (
        PrimaryKey(("b", "a")),
        Unique(("c", "a"), "uq"),
        ForeignKey(("a", "b"), TableName("p"), ("y", "x"), "fk", ondelete="CASCADE"),
        ForeignKey(("c",), TableName("p"), ("y",), "t_ibfk_1", ondelete="SET NULL"),
        Check("`d` <> 'x'"),
        Check("`b` < 7", "CONSTRAINT_1"),
        Check("`a` > 0", "positive"),
    )


def test_indexes(connection: sa.Connection) -> None:
    table = made(
        connection,
        """CREATE TABLE t (
            a int, `order` varchar(99), t text, g point NOT NULL,
            KEY plain (a), KEY down (`order` DESC, a), KEY prefix (`order`(10), t(20)),
            UNIQUE KEY start (`order`(5)), FULLTEXT KEY words (t) COMMENT 'for people', SPATIAL KEY place (g),
            KEY off (t(3), a) IGNORED, UNIQUE KEY uq (a)
        )""",
    )
    assert table.indexes == (
        Index("down", (Expression("`order` DESC"), "a")),
        Index("off", ("t", "a"), options=(("mysql_ignored", True), ("mysql_length", (("t", 3),)))),
        Index("place", ("g",), options=(("mysql_prefix", "SPATIAL"),)),
        Index("plain", ("a",)),
        Index("prefix", ("order", "t"), options=(("mysql_length", (("order", 10), ("t", 20))),)),
        Index("start", ("order",), unique=True, options=(("mysql_length", (("order", 5),)),)),
        Index("words", ("t",), options=(("comment", "for people"), ("mysql_prefix", "FULLTEXT"))),
    )
    assert table.constraints == (Unique(("a",), "uq"),)


PARENT = "CREATE TABLE p (id int PRIMARY KEY)"


@pytest.mark.parametrize(
    "keys",
    [
        "FOREIGN KEY (a) REFERENCES p (id)",
        "CONSTRAINT fk FOREIGN KEY (a) REFERENCES p (id)",
        "CONSTRAINT f1 FOREIGN KEY (a) REFERENCES p (id), CONSTRAINT f2 FOREIGN KEY (a) REFERENCES p (id)",
        "FOREIGN KEY (a) REFERENCES p (id), FOREIGN KEY (b) REFERENCES p (id)",
    ],
)
def test_the_index_that_a_foreign_key_brings_along_is_left_out(
    connection: sa.Connection, keys: str
) -> None:
    table = made(connection, PARENT, f"CREATE TABLE t (a int, b int, {keys})")
    assert table.indexes == ()
    assert len(table.foreign_keys) == keys.count("FOREIGN")


@pytest.mark.parametrize(
    ("keys", "index"),
    [
        ("KEY other (a), CONSTRAINT fk FOREIGN KEY (a) REFERENCES p (id)", Index("other", ("a",))),
        # It could be the one that fk brings along, but both are there, so that somebody made it.
        (
            "KEY fk (a), KEY other (a, b), CONSTRAINT fk FOREIGN KEY (a) REFERENCES p (id)",
            Index("fk", ("a",)),
        ),
        (
            "KEY fk (b), CONSTRAINT fk FOREIGN KEY (a) REFERENCES p (id), KEY x (a)",
            Index("fk", ("b",)),
        ),
    ],
)
def test_an_index_that_somebody_made_is_there(
    connection: sa.Connection, keys: str, index: Index
) -> None:
    table = made(connection, PARENT, f"CREATE TABLE t (a int, b int, {keys})")
    assert index in table.indexes


def test_an_index_that_has_lost_its_foreign_key_is_there(connection: sa.Connection) -> None:
    table = made(
        connection,
        PARENT,
        "CREATE TABLE t (a int, CONSTRAINT fk FOREIGN KEY (a) REFERENCES p (id))",
        "ALTER TABLE t DROP FOREIGN KEY fk",
    )
    assert table.indexes == (Index("fk", ("a",)),)


OPTIONS = [
    ("", ()),
    ("ENGINE=InnoDB CHARSET=utf8mb4", ()),
    ("ENGINE=MyISAM", (("mysql_engine", "MyISAM"),)),
    ("CHARSET=latin1", (("mysql_charset", "latin1"), ("mysql_collate", "latin1_swedish_ci"))),
    ("COLLATE=utf8mb4_bin", (("mysql_charset", "utf8mb4"), ("mysql_collate", "utf8mb4_bin"))),
    (
        "ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8",
        (("mysql_key_block_size", "8"), ("mysql_row_format", "COMPRESSED")),
    ),
    ("AUTO_INCREMENT=17", ()),
    ("WITH SYSTEM VERSIONING", (("mysql_system_versioning", True),)),
    (
        "PARTITION BY HASH (a) PARTITIONS 4",
        (("mysql_partition_by", "HASH (`a`)"), ("mysql_partitions", "4")),
    ),
    (
        "PARTITION BY RANGE (a) (PARTITION low VALUES LESS THAN (5), PARTITION p1 VALUES LESS THAN MAXVALUE)",
        (
            (
                "mysql_partition_by",
                "RANGE (`a`) (PARTITION `low` VALUES LESS THAN (5), PARTITION `p1` VALUES LESS THAN MAXVALUE)",
            ),
        ),
    ),
    (
        "PARTITION BY LIST COLUMNS (a, b) (PARTITION `odd``name` VALUES IN ((1, 2), (3, 4)) COMMENT 'it''s')",
        (
            (
                "mysql_partition_by",
                "LIST COLUMNS (`a`,`b`) (PARTITION `odd``name` VALUES IN ((1,2),(3,4)) COMMENT = 'it''s')",
            ),
        ),
    ),
    (
        "PARTITION BY RANGE (a) SUBPARTITION BY HASH (b) SUBPARTITIONS 2 (PARTITION p0 VALUES LESS THAN (5))",
        (
            (
                "mysql_partition_by",
                "RANGE (`a`) SUBPARTITION BY HASH (`b`) SUBPARTITIONS 2 (PARTITION `p0` VALUES LESS THAN (5))",
            ),
        ),
    ),
]


@pytest.mark.parametrize(("sql", "expected"), OPTIONS, ids=[sql for sql, _ in OPTIONS])
def test_options(connection: sa.Connection, sql: str, expected: object) -> None:
    table = made(connection, f"CREATE TABLE t (a int, b int, c varchar(9)) {sql}")
    assert table.options == expected
    assert table["c"].type == Type("varchar(9)")


@pytest.mark.parametrize("sql", [sql for sql, options in OPTIONS if options])
def test_options_make_the_same_table_again(connection: sa.Connection, sql: str) -> None:
    table = made(connection, f"CREATE TABLE t (a int, b int) {sql}")
    given: dict[str, Any] = {
        key: value for key, value in table.options if key != "mysql_system_versioning"
    }
    column = sa.Column("a", sa.Integer)
    again = sa.Table("u", sa.MetaData(), column, sa.Column("b", sa.Integer), **given)
    again.create(connection)
    assert dict(read(connection)[TableName("u")].options) == given


def test_a_comment(connection: sa.Connection) -> None:
    assert (
        made(connection, "CREATE TABLE t (a int) COMMENT 'tab''le \\\\ ä'").comment == "tab'le \\ ä"
    )


NAMES = [
    "a b", "it's", 'double"quote', "back`tick", "percent%s", "100%%", "select", "ünïcödé", "Großes", "a.b",
    "back\\slash", "colon:name", "new\nline", "x" * 64, "ä" * 64, "-- no", "[x]", "{y}", "$d",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_odd_names(connection: sa.Connection, name: str) -> None:
    quoted = f"`{name.replace('`', '``')}`"
    short = name[:60]
    key = f"`{short.replace('`', '``')}`"
    table = made(
        connection,
        f"""CREATE TABLE {quoted} (
            {quoted} int PRIMARY KEY, up int, j json, KEY {quoted} (up DESC),
            CONSTRAINT {key} CHECK ({quoted} > 0)
        )""",
        f"""CREATE TABLE t (
            {quoted} int, CONSTRAINT {key} FOREIGN KEY ({quoted}) REFERENCES {quoted} ({quoted}),
            j json, KEY k ({quoted} DESC)
        )""",
    )
    parent = read(connection)[TableName(name)]
    assert parent.columns[0].name == name
    assert parent.constraints == (PrimaryKey((name,)), Check(f"{quoted} > 0", short))
    assert parent.indexes == (Index(name, (Expression("up DESC"),)),)
    assert table.foreign_keys == (ForeignKey((name,), TableName(name), (name,), short),)
    assert isinstance(table.indexes[0].elements[0], Expression)
    assert name in table


def test_a_json_column_of_any_name(connection: sa.Connection) -> None:
    table = made(connection, "CREATE TABLE t (`a``b` json, `it's` json)")
    assert [column.type.sql for column in table.columns] == ["json", "json"]
    assert table.constraints == ()


def test_a_server_that_cuts_long_texts_off_is_asked_for_short_ones(
    connection: sa.Connection,
) -> None:
    columns = ", ".join(
        f"c{number} varchar({number + 1}) COMMENT 'no, [{number}]'" for number in range(9)
    )
    whole = made(connection, f"CREATE TABLE t ({columns}, INDEX i (c1, c2), INDEX j (c3))")
    assert len(whole.columns) == 9
    for length in (4, *range(100, 260)):  # also just behind a row
        connection.exec_driver_sql(f"SET group_concat_max_len = {length}")
        assert made(connection) == whole
