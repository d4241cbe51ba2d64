"""Every operation, carried out on real databases; then the catalog is asked what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.pool import NullPool

from limbeck.errors import CannotCompile
from tests.databases.runs import Shelf, Written, rows, upgrade
from tests.pairs.compile.pairs import CANNOT, PAIRS, compiled

if TYPE_CHECKING:
    from limbeck.dsl import Op
    from tests.servers import Kind


def run(url: str, *bodies: Callable[[Op], object], **arguments: Any) -> None:
    """Each body is a revision; all are new to the database."""
    shelf = Shelf(*(Written(f"r{number}", body) for number, body in enumerate(bodies)))
    upgrade(url, shelf, **arguments)


@contextmanager
def catalog(url: str) -> Iterator[sa.Inspector]:
    engine = sa.create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        yield sa.inspect(connection)


def column(url: str, table: str, name: str) -> dict[str, Any]:
    with catalog(url) as inspector:
        found = {item["name"]: item for item in inspector.get_columns(table)}
    return dict(found[name])


def columns(url: str, table: str) -> list[str]:
    with catalog(url) as inspector:
        return [item["name"] for item in inspector.get_columns(table)]


def tables(url: str) -> set[str]:
    with catalog(url) as inspector:
        return set(inspector.get_table_names()) - {"alembic_version", "limbeck_journal"}


def indexes(url: str, table: str) -> dict[str | None, list[str | None]]:
    with catalog(url) as inspector:
        return {item["name"]: item["column_names"] for item in inspector.get_indexes(table)}


def checks(url: str, table: str) -> set[str | None]:
    with catalog(url) as inspector:
        return {item["name"] for item in inspector.get_check_constraints(table)}


def uniques(url: str, table: str) -> dict[str | None, list[str]]:
    with catalog(url) as inspector:
        return {
            item["name"]: item["column_names"] for item in inspector.get_unique_constraints(table)
        }


def foreign_keys(url: str, table: str) -> list[tuple[str | None, list[str], str, list[str]]]:
    with catalog(url) as inspector:
        return [
            (
                key["name"],
                key["constrained_columns"],
                key["referred_table"],
                key["referred_columns"],
            )
            for key in inspector.get_foreign_keys(table)
        ]


def account(op: Op) -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(50), nullable=False, server_default="nobody"),
        sa.Column("age", sa.Integer),
    )


def member(op: Op) -> None:
    op.create_table(
        "member",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer),
        sa.Column("a", sa.Integer),
    )


# Tables


def test_create_table(database_url: str) -> None:
    def body(op: Op) -> None:
        op.create_table(
            "note",
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", name="fk_account")),
            sa.Column("text", sa.String(20), index=True, server_default="it's 50%"),
            sa.Column("day", sa.Date, unique=True),
            sa.CheckConstraint("account_id > 0", name="ck_positive"),
        )
        op.execute("INSERT INTO account (id) VALUES (1)")
        op.execute("INSERT INTO note (account_id) VALUES (1)")

    run(database_url, account, body)
    assert columns(database_url, "note") == ["id", "account_id", "text", "day"]
    assert foreign_keys(database_url, "note") == [("fk_account", ["account_id"], "account", ["id"])]
    assert indexes(database_url, "note")["ix_note_text"] == ["text"]
    assert ["day"] in uniques(database_url, "note").values()
    assert checks(database_url, "note") == {"ck_positive"}
    assert rows(database_url, "SELECT id, text FROM note") == [(1, "it's 50%")]


def test_create_table_that_exists(database_url: str) -> None:
    def body(op: Op) -> None:
        op.create_table("account", sa.Column("other", sa.Integer), if_not_exists=True)
        for _ in range(2):
            op.create_table("more", sa.Column("a", sa.Integer, index=True), if_not_exists=True)

    run(database_url, account, body)
    assert columns(database_url, "account") == ["id", "name", "age"]
    assert tables(database_url) == {"account", "more"}


def test_drop_table(database_url: str) -> None:
    def body(op: Op) -> None:
        op.drop_table("account")
        op.drop_table("account", if_exists=True)

    run(database_url, account, body)
    assert tables(database_url) == set()


def test_rename_table(database_url: str) -> None:
    run(database_url, account, lambda op: op.rename_table("account", "Customer"))
    assert tables(database_url) == {"Customer"}


def test_comments(database_url: str, database_kind: Kind) -> None:
    def body(op: Op) -> None:
        op.create_table("t", sa.Column("a", sa.Integer, comment="of a"), comment="of t")
        op.add_column("t", sa.Column("b", sa.Integer, comment="it's b"))
        op.create_table_comment("account", "50% of it")
        op.alter_column("account", "age", comment="years", existing_type=sa.Integer())
        op.alter_column("t", "a", comment=None, existing_comment="of a", existing_type=sa.Integer())

    run(database_url, account, body)
    if database_kind == "sqlite":
        assert columns(database_url, "t") == ["a", "b"]  # it keeps no comments
        return
    with catalog(database_url) as inspector:
        assert inspector.get_table_comment("t") == {"text": "of t"}
        assert inspector.get_table_comment("account") == {"text": "50% of it"}
    assert column(database_url, "t", "a")["comment"] is None
    assert column(database_url, "t", "b")["comment"] == "it's b"
    assert column(database_url, "account", "age")["comment"] == "years"


def test_drop_table_comment(database_url: str, database_kind: Kind) -> None:
    def body(op: Op) -> None:
        op.create_table_comment("account", "old")
        op.drop_table_comment("account", existing_comment="old")

    run(database_url, account, body)
    if database_kind != "sqlite":
        with catalog(database_url) as inspector:
            assert inspector.get_table_comment("account")["text"] in {None, ""}
    assert tables(database_url) == {"account"}


# Columns


def test_add_column(database_url: str) -> None:
    def body(op: Op) -> None:
        op.execute("INSERT INTO account (id) VALUES (1)")
        op.add_column(
            "account", sa.Column("mail", sa.String(9), nullable=False, server_default="50%")
        )
        op.add_column("account", sa.Column("phone", sa.Integer, index=True))
        op.add_column("account", sa.Column("phone", sa.Integer), if_not_exists=True)

    run(database_url, account, body)
    assert column(database_url, "account", "mail")["nullable"] is False
    assert indexes(database_url, "account") == {"ix_account_phone": ["phone"]}
    assert rows(database_url, "SELECT mail FROM account") == [("50%",)]


@pytest.mark.parametrize("inline", [True, False])
def test_add_column_with_a_foreign_key(database_url: str, inline: bool) -> None:
    def body(op: Op) -> None:
        op.add_column(
            "member",
            sa.Column("owner", sa.Integer, sa.ForeignKey("account.id", ondelete="CASCADE")),
            inline_references=inline,
        )

    run(database_url, account, member, body)
    ((_, *key),) = foreign_keys(database_url, "member")
    assert key == [["owner"], "account", ["id"]]


def test_add_column_with_a_check(database_url: str) -> None:
    def body(op: Op) -> None:
        op.add_column(
            "account", sa.Column("n", sa.Integer, sa.CheckConstraint("n > 5", name="ck_n"))
        )

    run(database_url, account, body)
    with pytest.raises(sa.exc.DBAPIError):
        rows(database_url, "INSERT INTO account (id, n) VALUES (1, 5) RETURNING id")


def test_add_computed_column(database_url: str) -> None:
    def body(op: Op) -> None:
        op.execute("INSERT INTO account (id, age) VALUES (1, 21)")
        op.add_column(
            "account", sa.Column("twice", sa.Integer, sa.Computed("age * 2", persisted=True))
        )

    run(database_url, account, body)
    assert rows(database_url, "SELECT twice FROM account") == [(42,)]


def test_add_column_of_a_type_with_a_check(database_url: str, database_kind: Kind) -> None:
    def body(op: Op) -> None:
        op.add_column(
            "account", sa.Column("ready", sa.Boolean(create_constraint=True, name="ck_ready"))
        )

    run(database_url, account, body)
    assert ("ck_ready" in checks(database_url, "account")) is (database_kind != "postgresql")


def test_drop_column(database_url: str) -> None:
    def body(op: Op) -> None:
        op.drop_column("account", "age")
        op.drop_column("account", "age", if_exists=True)

    run(database_url, account, body)
    assert columns(database_url, "account") == ["id", "name"]


def test_alter_column_nullable(database_url: str) -> None:
    def body(op: Op) -> None:
        op.alter_column("account", "age", nullable=False, existing_type=sa.Integer())
        op.alter_column(
            "account", "name", nullable=True, existing_type=sa.String(50),
            existing_server_default="nobody",
        )  # fmt: skip

    run(database_url, account, body)
    assert column(database_url, "account", "age")["nullable"] is False
    assert column(database_url, "account", "name")["nullable"] is True


def test_alter_column_type(database_url: str) -> None:
    def body(op: Op) -> None:
        op.alter_column("account", "name", type_=sa.String(80), existing_type=sa.String(50))

    run(database_url, account, body)
    name = column(database_url, "account", "name")
    assert name["type"].length == 80
    assert name["nullable"] is False, "what nobody spoke of stays"
    assert "nobody" in name["default"]


def test_alter_column_default(database_url: str) -> None:
    def body(op: Op) -> None:
        op.alter_column("account", "name", server_default="it's", existing_type=sa.String(50))
        op.alter_column("account", "age", server_default="5", existing_type=sa.Integer())
        op.alter_column("account", "age", server_default=None, existing_type=sa.Integer())
        op.execute("INSERT INTO account (id) VALUES (1)")

    run(database_url, account, body)
    assert rows(database_url, "SELECT name, age FROM account") == [("it's", None)]


def test_alter_column_name(database_url: str) -> None:
    def body(op: Op) -> None:
        op.alter_column("account", "name", new_column_name="Full Name")

    run(database_url, account, body)
    assert columns(database_url, "account") == ["id", "Full Name", "age"]
    name = column(database_url, "account", "Full Name")
    assert name["type"].length == 50, "what nobody spoke of stays"
    assert name["nullable"] is False
    assert "nobody" in name["default"]


def test_alter_column_in_every_way(database_url: str) -> None:
    def body(op: Op) -> None:
        op.execute("INSERT INTO account (id, age) VALUES (1, 21)")
        op.alter_column(
            "account", "age", new_column_name="years", nullable=False, type_=sa.BigInteger(),
            server_default="18", existing_type=sa.Integer(), existing_nullable=True,
        )  # fmt: skip
        op.execute("INSERT INTO account (id) VALUES (2)")

    run(database_url, account, body)
    years = column(database_url, "account", "years")
    assert isinstance(years["type"], sa.BigInteger)
    assert years["nullable"] is False
    assert rows(database_url, "SELECT years FROM account ORDER BY id") == [(21,), (18,)]


def test_alter_column_to_a_time_that_is_filled_in(database_url: str) -> None:
    def body(op: Op) -> None:
        op.create_table("t", sa.Column("id", sa.Integer), sa.Column("moment", sa.DateTime))
        op.alter_column(
            "t", "moment", server_default=sa.func.current_timestamp(), existing_type=sa.DateTime()
        )
        op.execute("INSERT INTO t (id) VALUES (1)")

    run(database_url, body)
    assert rows(database_url, "SELECT count(moment) FROM t") == [(1,)]


def test_alter_column_using(postgresql_url: str) -> None:
    def body(op: Op) -> None:
        op.execute("INSERT INTO account (id, name) VALUES (1, '42')")
        op.alter_column(
            "account", "name", type_=sa.Integer(), server_default=None,
            postgresql_using="name::integer",
        )  # fmt: skip

    run(postgresql_url, account, body)
    assert rows(postgresql_url, "SELECT name FROM account") == [(42,)]


def test_alter_column_identity(postgresql_url: str) -> None:
    def body(op: Op) -> None:
        op.create_table("t", sa.Column("n", sa.Integer, nullable=False))
        op.alter_column("t", "n", server_default=sa.Identity(start=7))
        op.alter_column(
            "t", "n", server_default=sa.Identity(start=7, increment=5),
            existing_server_default=sa.Identity(start=7),
        )  # fmt: skip
        op.execute("INSERT INTO t DEFAULT VALUES")
        op.execute("INSERT INTO t DEFAULT VALUES")
        op.alter_column("t", "n", server_default=None, existing_server_default=sa.Identity())

    run(postgresql_url, body)
    assert rows(postgresql_url, "SELECT n FROM t ORDER BY n") == [(7,), (12,)]
    assert column(postgresql_url, "t", "n")["default"] is None


def test_alter_column_counts_up_by_itself(mariadb_url: str) -> None:
    def body(op: Op) -> None:
        op.create_table("t", sa.Column("n", sa.Integer, primary_key=True, autoincrement=False))
        op.alter_column("t", "n", autoincrement=True)
        op.execute("INSERT INTO t VALUES ()")

    run(mariadb_url, body)
    assert rows(mariadb_url, "SELECT n FROM t") == [(1,)]


def test_alter_column_from_boolean_takes_its_check_along(database_url: str) -> None:
    flag = sa.Boolean(create_constraint=True, name="ck_flag")

    def body(op: Op) -> None:
        op.create_table("t", sa.Column("id", sa.Integer), sa.Column("flag", flag))
        op.alter_column(
            "t", "flag", type_=sa.Integer(), existing_type=flag, postgresql_using="flag::integer"
        )
        op.execute("INSERT INTO t VALUES (1, 5)")

    run(database_url, body)
    assert checks(database_url, "t") == set()
    assert rows(database_url, "SELECT flag FROM t") == [(5,)]


def computed(op: Op) -> None:
    op.execute("INSERT INTO account (id, age) VALUES (4, 1)")
    op.alter_column(
        "account", "age", server_default=sa.Computed("id * 2"), existing_type=sa.Integer()
    )


def test_a_column_becomes_computed_where_the_table_is_recreated(sqlite_url: str) -> None:
    run(sqlite_url, account, computed)
    assert rows(sqlite_url, "SELECT age FROM account") == [(8,)]


def test_a_column_cannot_become_computed_elsewhere(postgresql_url: str) -> None:
    with pytest.raises(CannotCompile, match=r"account\.age"):
        run(postgresql_url, account, computed)


# Constraints and indexes


def test_constraints_come_and_go(database_url: str) -> None:
    def add(op: Op) -> None:
        op.create_unique_constraint("uq_a", "member", ["a"])
        op.create_check_constraint("ck_a", "member", sa.column("a") > 5)
        op.create_foreign_key(
            "fk_account", "member", "account", ["account_id"], ["id"], ondelete="CASCADE"
        )

    run(database_url, account, member, add)
    assert uniques(database_url, "member") == {"uq_a": ["a"]}
    assert checks(database_url, "member") == {"ck_a"}
    assert foreign_keys(database_url, "member") == [
        ("fk_account", ["account_id"], "account", ["id"])
    ]


def test_constraints_are_dropped(database_url: str) -> None:
    def body(op: Op) -> None:
        op.create_table(
            "t",
            sa.Column("a", sa.Integer),
            sa.Column("b", sa.Integer, sa.ForeignKey("account.id", name="fk_b")),
            sa.UniqueConstraint("a", name="uq_a"),
            sa.CheckConstraint("a > 5", name="ck_a"),
        )
        op.drop_constraint("fk_b", "t", type_="foreignkey")
        op.drop_constraint("uq_a", "t", type_="unique")
        op.drop_constraint("ck_a", "t", type_="check")

    run(database_url, account, body)
    assert uniques(database_url, "t") == {}
    assert checks(database_url, "t") == set()
    assert foreign_keys(database_url, "t") == []


def test_primary_key(database_url: str) -> None:
    def body(op: Op) -> None:
        op.create_table("t", sa.Column("a", sa.Integer, nullable=False))
        op.create_primary_key("pk_t", "t", ["a"])

    run(database_url, body)
    with catalog(database_url) as inspector:
        assert inspector.get_pk_constraint("t")["constrained_columns"] == ["a"]


def test_exclude_constraint(postgresql_url: str) -> None:
    def body(op: Op) -> None:
        op.create_table("booking", sa.Column("during", postgresql.TSRANGE))
        op.create_exclude_constraint("no_overlap", "booking", ("during", "&&"))

    run(postgresql_url, body)
    found = rows(postgresql_url, "SELECT contype FROM pg_constraint WHERE conname = 'no_overlap'")
    assert [str(kind) for (kind,) in found] in (["x"], ["b'x'"])


def test_names_by_convention(database_url: str) -> None:
    def body(op: Op) -> None:
        op.create_table(
            "t",
            sa.Column("a", sa.Integer, unique=True),
            sa.Column("b", sa.Integer, index=True),
            sa.CheckConstraint("a > 5", name="big"),
        )
        op.create_check_constraint("small", "t", "a < 50")
        op.drop_constraint("big", "t", type_="check")

    convention = {
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
    run(database_url, body, naming_convention=convention)
    assert uniques(database_url, "t") == {"uq_t_a": ["a"]}
    assert checks(database_url, "t") == {"ck_t_small"}
    assert "ix_t_b" in indexes(database_url, "t")


def test_indexes_come_and_go(database_url: str) -> None:
    def body(op: Op) -> None:
        op.create_index("ix_age", "account", ["age", "name"])
        op.create_index("ux_name", "account", ["name"], unique=True)
        op.create_index("ux_name", "account", ["name"], unique=True, if_not_exists=True)
        op.create_index("ix_gone", "account", ["age"])
        op.drop_index("ix_gone", "account")
        op.drop_index("ix_gone", "account", if_exists=True)

    run(database_url, account, body)
    found = indexes(database_url, "account")
    assert found == {"ix_age": ["age", "name"], "ux_name": ["name"]}


def test_index_without_a_lock(postgresql_url: str) -> None:
    def body(op: Op) -> None:
        op.create_index("ix_age", "account", ["age"], postgresql_concurrently=True)
        op.add_column("account", sa.Column("more", sa.Integer))
        op.drop_index("ix_age", "account", postgresql_concurrently=True)
        op.create_index(
            "ix_more", "account", ["more"], postgresql_concurrently=True,
            postgresql_include=["name"], postgresql_where=sa.text("more > 5"),
        )  # fmt: skip

    run(postgresql_url, account, body)
    ((definition,),) = rows(
        postgresql_url, "SELECT indexdef FROM pg_indexes WHERE indexname IN ('ix_age', 'ix_more')"
    )
    assert "(more) INCLUDE (name) WHERE (more > 5)" in definition


# Types


def test_enum_types_are_made_with_their_table(postgresql_url: str) -> None:
    state = sa.Enum("on", "50%", name="state")

    def body(op: Op) -> None:
        op.create_table("t", sa.Column("a", state), sa.Column("b", state))
        op.create_table("u", sa.Column("a", sa.Enum("on", "50%", name="state")))
        op.drop_table("t")
        op.drop_table("u")
        op.execute("DROP TYPE state")
        op.create_table("v", sa.Column("a", sa.Enum("on", "50%", name="state")))

    run(postgresql_url, body)
    with catalog(postgresql_url) as inspector:
        (found,) = inspector.get_enums()  # type: ignore[attr-defined]  # PostgreSQL's inspector has it
    assert found["labels"] == ["on", "50%"]


def test_tables_of_several_tenants(postgresql_url: str) -> None:
    engine = sa.create_engine(postgresql_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA tenant_7")
    with engine.connect() as connection:
        connection.execution_options(schema_translate_map={None: "tenant_7"})
        shelf = Shelf(
            Written("a", account),
            Written("b", lambda op: op.add_column("account", sa.Column("more", sa.Integer))),
        )
        upgrade(connection, shelf)
    with engine.connect() as connection:
        found = sa.inspect(connection).get_columns("account", schema="tenant_7")
    assert [item["name"] for item in found] == ["id", "name", "age", "more"]


# Rows and SQL


def test_bulk_insert(database_url: str) -> None:
    def body(op: Op) -> None:
        made = op.create_table(
            "t",
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("s", sa.String(50)),
            sa.Column("day", sa.Date),
            sa.Column("bytes", sa.LargeBinary),
            sa.Column("data", sa.JSON),
            sa.Column("made", sa.Integer, default=7),
        )
        day = dt.date(2020, 2, 29)
        op.bulk_insert(made, [{"id": 1, "s": "it's 50% é \\"}, {"id": 2, "s": None}])
        op.bulk_insert(made, [{"id": 3, "day": day, "bytes": b"\x00'\xff", "data": {"a": [1]}}])
        op.bulk_insert(made, [{"id": 4}, {"id": 5, "s": sa.func.lower("ABC")}], multiinsert=False)
        op.bulk_insert(made, [{"id": 6}, {"id": 7, "s": "another column"}])

    run(database_url, body)
    found = rows(database_url, "SELECT id, s, made FROM t ORDER BY id")
    assert found == [
        (1, "it's 50% é \\", 7), (2, None, 7), (3, None, 7), (4, None, 7), (5, "abc", 7),
        (6, None, 7), (7, "another column", 7),
    ]  # fmt: skip
    assert rows(database_url, "SELECT bytes FROM t WHERE id = 3") == [(b"\x00'\xff",)]


def test_execute(database_url: str) -> None:
    account_table = sa.table("account", sa.column("id"), sa.column("name"))

    def body(op: Op) -> None:
        op.execute("INSERT INTO account (id, name) VALUES (1, '50%')")
        op.execute("INSERT INTO account (id, name) VALUES (2, '12\\:30')")
        op.execute(
            sa.text("INSERT INTO account (id, name) VALUES (:id, :n)").bindparams(id=3, n="%s")
        )
        op.execute(sa.insert(account_table).values(id=4, name="it's"))
        op.execute(
            account_table.update()
            .where(account_table.c.name == op.inline_literal("it's"))
            .values(name=op.inline_literal("100%"))
        )

    run(database_url, account, body)
    found = rows(database_url, "SELECT name FROM account ORDER BY id")
    assert found == [("50%",), ("12:30",), ("%s",), ("100%",)]


# The pairs


FILES = sorted({pair.file for pair in PAIRS})


def _empty(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
        return
    quote = connection.dialect.identifier_preparer.quote
    keys = "SET foreign_key_checks = {}" if connection.dialect.name == "mysql" else "SELECT {}"
    connection.exec_driver_sql(keys.format(0))
    for table in sa.inspect(connection).get_table_names():
        connection.exec_driver_sql(f"DROP TABLE {quote(table)}")
    connection.exec_driver_sql(keys.format(1))


@pytest.mark.parametrize("file", FILES)
def test_the_sql_of_the_pairs_is_accepted(
    file: str, database_url: str, database_kind: Kind
) -> None:
    engine = sa.create_engine(database_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    pairs = [pair for pair in PAIRS if pair.file == file and database_kind in pair.blocks]
    with engine.connect() as connection:
        for pair in pairs:
            texts = pair.expected(database_kind)
            if pair.elsewhere or texts == CANNOT:
                continue
            before = compiled(pair.given, connection.dialect, pair.convention)
            try:
                for text in [*before, *texts]:
                    connection.exec_driver_sql(text, execution_options={"no_parameters": True})
            except sa.exc.DBAPIError as error:
                raise AssertionError(f"{pair}\n{error}") from error
            _empty(connection)
