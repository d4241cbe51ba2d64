"""Values of enum types on PostgreSQL, with rows that have them."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from limbeck import operations as ops
from limbeck.database.paper import PaperDatabase
from limbeck.dsl import Op
from limbeck.errors import StatementFailed, UsageError
from limbeck.runner import Policy
from tests.databases.runs import Shelf, Written, downgrade, execute, rows, upgrade


def run(url: str, *bodies: Callable[[Op], object], **arguments: Any) -> None:
    """Each body is a revision; all but the last have been applied before."""
    written = [Written(f"r{number}", body) for number, body in enumerate(bodies)]
    if len(written) > 1:
        upgrade(url, Shelf(*written[:-1]), **arguments)
    upgrade(url, Shelf(*written), **arguments)


def status(*values: str) -> postgresql.ENUM:
    return postgresql.ENUM(*values, name="status", create_type=False)


def orders(op: Op) -> None:
    op.create_enum("status", ["new", "paid", "lost"], comment="where an order stands")
    kind = status("new", "paid", "lost")
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("state", kind, server_default="new"),
        sa.Column("history", postgresql.ARRAY(kind), server_default="{new}"),
    )
    op.execute(
        "INSERT INTO orders (id, state, history) VALUES (1, 'new', '{new}'), (2, 'paid', '{new,paid}'),"
        " (3, 'lost', '{lost}'), (4, 'lost', NULL)"
    )


VALUES = "SELECT enumlabel FROM pg_enum WHERE enumtypid = 'status'::regtype ORDER BY enumsortorder"
ROWS = "SELECT id, state::text, history::text[] FROM orders ORDER BY id"


def labels(url: str) -> list[str]:
    return [row[0] for row in rows(url, VALUES)]


@pytest.mark.parametrize("array", [False, True])
def test_a_column_of_a_type_that_nothing_has_made_says_how_to_make_it(
    array: bool, postgresql_url: str
) -> None:
    def wrong(op: Op) -> None:
        kind = sa.Enum("a", "it's", name="mood")
        op.add_column("people", sa.Column("mood", sa.ARRAY(kind) if array else kind))

    def right(op: Op) -> None:
        op.create_enum("mood", ["a", "it's"])
        wrong(op)

    def people(op: Op) -> None:
        op.create_table("people", sa.Column("id", sa.Integer, primary_key=True))

    with pytest.raises(StatementFailed, match=r'type "mood(\[\])?" does not exist') as refused:
        run(postgresql_url, people, wrong)
    hint = """op.create_enum('mood', ['a', "it's"]) before it, and op.drop_enum('mood') at the end of downgrade()"""
    assert refused.value.hint == hint
    run(postgresql_url, people, right)


def test_a_value_can_be_used_in_the_revision_that_adds_it(postgresql_url: str) -> None:
    def more(op: Op) -> None:
        op.add_enum_value("status", "sent", after="paid")
        op.execute("UPDATE orders SET state = 'sent' WHERE id = 2")
        op.alter_column("orders", "state", server_default="sent")

    run(postgresql_url, orders, more)
    assert labels(postgresql_url) == ["new", "paid", "sent", "lost"]
    assert rows(postgresql_url, "SELECT state::text FROM orders WHERE id = 2") == [("sent",)]


def test_values_alone_are_added_in_the_transaction(postgresql_url: str) -> None:
    def more(op: Op) -> None:
        op.add_enum_value("status", "sent")
        op.add_enum_value("status", "back", before="new")

    def fails(op: Op) -> None:
        more(op)
        op.execute("SELECT 1/0")

    with pytest.raises(StatementFailed):
        run(postgresql_url, orders, fails)
    assert labels(postgresql_url) == ["new", "paid", "lost"]
    shelf = Shelf(Written("r0", orders), Written("r1", more))
    upgrade(postgresql_url, shelf, policy=Policy(dry_run=True))
    assert labels(postgresql_url) == ["new", "paid", "lost"]
    upgrade(postgresql_url, shelf)
    assert labels(postgresql_url) == ["back", "new", "paid", "lost", "sent"]


def test_a_renamed_value_takes_rows_and_defaults_along(postgresql_url: str) -> None:
    run(postgresql_url, orders, lambda op: op.rename_enum_value("status", "new", "brand new"))
    execute(postgresql_url, "INSERT INTO orders (id) VALUES (5)")
    assert labels(postgresql_url) == ["brand new", "paid", "lost"]
    assert rows(postgresql_url, ROWS)[0] == (1, "brand new", ["brand new"])
    assert rows(postgresql_url, ROWS)[4] == (5, "brand new", ["brand new"])


def test_a_value_that_rows_have_cannot_go(postgresql_url: str) -> None:
    with pytest.raises(StatementFailed) as caught:
        run(postgresql_url, orders, lambda op: op.replace_enum("status", ["new", "paid"]))
    assert "'lost' in 2 rows of orders.state, 'lost' in 1 row of orders.history" in str(
        caught.value
    )
    assert labels(postgresql_url) == ["new", "paid", "lost"]


def test_values_go_and_are_mapped_with_what_depends_on_them(postgresql_url: str) -> None:
    def dependents(op: Op) -> None:
        op.create_index("ix_new", "orders", ["id"], postgresql_where=sa.text("state = 'new'"))
        op.create_check_constraint("ck", "orders", "state <> 'paid' OR id > 1")
        op.create_view("fresh", "SELECT id, state FROM orders WHERE state = 'new'", comment="young")
        op.create_view("fresh_too", "SELECT state FROM fresh")
        op.execute("GRANT SELECT ON fresh TO PUBLIC")
        op.create_materialized_view(
            "counts",
            "SELECT state, count(*) AS n FROM orders GROUP BY state",
            unique_indexes={"counts_state": ["state"]},
        )
        op.create_policy("young", "orders", using="state = 'new'")

    def fewer(op: Op) -> None:
        op.execute("UPDATE orders SET state = 'new' WHERE state = 'lost'")
        op.execute("UPDATE orders SET history = '{}' WHERE id = 3")
        op.replace_enum("status", ["paid", "new"], renamed={"new": "paid", "paid": "new"})

    run(postgresql_url, orders, dependents, fewer)
    assert labels(postgresql_url) == ["paid", "new"]
    assert rows(postgresql_url, ROWS) == [
        (1, "paid", ["paid"]),
        (2, "new", ["paid", "new"]),
        (3, "paid", []),
        (4, "paid", None),
    ]
    found = rows(
        postgresql_url,
        "SELECT pg_get_expr(indpred, indrelid), pg_get_constraintdef(c.oid), obj_description('fresh'::regclass),"
        " has_table_privilege('public', 'fresh', 'SELECT'), obj_description('status'::regtype),"
        " (SELECT pg_get_expr(polqual, polrelid) FROM pg_policy)"
        " FROM pg_index, pg_constraint c WHERE indexrelid = 'ix_new'::regclass AND conname = 'ck'",
    )
    assert found == [
        (
            "(state = 'paid'::status)",
            "CHECK (((state <> 'new'::status) OR (id > 1)))",
            "young",
            True,
            "where an order stands",
            "(state = 'paid'::status)",
        )
    ]
    assert rows(postgresql_url, "SELECT count(*) FROM fresh_too") == [(3,)]
    assert rows(postgresql_url, "SELECT to_regclass('counts_state') IS NOT NULL") == [(True,)]
    execute(postgresql_url, "INSERT INTO orders (id) VALUES (9)")
    assert rows(postgresql_url, ROWS)[4] == (9, "paid", ["paid"])


def test_a_value_is_taken_back(postgresql_url: str) -> None:
    def more(op: Op) -> None:
        op.add_enum_value("status", "sent")

    def fewer(op: Op) -> None:
        op.replace_enum("status", ["new", "paid", "lost"])

    shelf = Shelf(Written("r0", orders), Written("r1", more, fewer))
    upgrade(postgresql_url, shelf)
    before = rows(postgresql_url, ROWS)
    downgrade(postgresql_url, shelf, "r0")
    assert labels(postgresql_url) == ["new", "paid", "lost"]
    assert rows(postgresql_url, ROWS) == before


def test_a_table_makes_its_type_unless_it_was_made(postgresql_url: str) -> None:
    def one(op: Op) -> None:
        op.create_enum("status", ["a"])
        op.create_table("t", sa.Column("s", sa.Enum("a", name="status")))
        op.drop_table("t")
        op.drop_enum("status")
        op.create_table("u", sa.Column("s", sa.Enum("b", name="status")))
        op.rename_enum("status", "state")
        op.create_enum("status", ["c"])

    run(postgresql_url, one)
    assert labels(postgresql_url) == ["c"]


def test_elsewhere_an_enum_is_nothing_of_its_own(database_url: str) -> None:
    def everything(op: Op) -> None:
        op.create_enum("status", ["a"])
        op.add_enum_value("status", "b")
        op.rename_enum_value("status", "b", "c")
        op.replace_enum("status", ["a", "c", "d"])
        op.rename_enum("status", "state")
        op.drop_enum("state")

    run(database_url, everything)
    assert [row[0] for row in rows(database_url, "SELECT version_num FROM alembic_version")] == [
        "r0"
    ]


# On paper


def written(body: Callable[[Op], object]) -> list[str]:
    out = io.StringIO()
    database = PaperDatabase(sa.make_url("postgresql://").get_dialect()(), out)

    def send(operation: ops.Operation) -> None:
        for statement in database.compile(operation):
            database.execute(statement)

    body(Op(database, send))
    texts = out.getvalue().replace("%", "%%").split(";\n\n")  # psycopg looks for parameters
    return [text for text in texts if text.strip()]


def test_on_paper_what_nobody_knows_must_be_said() -> None:
    with pytest.raises(UsageError, match="enum status") as caught:
        written(lambda op: op.replace_enum("status", ["b"]))
    assert caught.value.hint == "pass existing_values"
    with pytest.raises(UsageError) as caught:
        written(lambda op: op.replace_enum("status", ["b"], existing_values=["a", "b"]))
    assert caught.value.hint == "pass columns"


def test_a_script_replaces_a_type(postgresql_url: str) -> None:
    run(postgresql_url, orders)

    def fewer(op: Op) -> None:
        op.replace_enum(
            "status",
            ["new", "paid"],
            existing_values=["new", "paid", "lost"],
            columns=[("orders", "state", "'new'"), ("public.orders", "history")],
        )

    with pytest.raises(sa.exc.DBAPIError, match="'lost' in 1 row of public"):
        execute(postgresql_url, *written(fewer))
    execute(postgresql_url, "UPDATE orders SET state = 'paid', history = NULL WHERE id > 2")
    execute(postgresql_url, *written(fewer))
    assert labels(postgresql_url) == ["new", "paid"]
    assert rows(postgresql_url, ROWS)[1:3] == [(2, "paid", ["new", "paid"]), (3, "paid", None)]


def test_a_script_commits_before_a_new_value_is_used(postgresql_url: str) -> None:
    run(postgresql_url, orders)

    def more(op: Op) -> None:
        op.add_enum_value("status", "sent")
        op.execute("UPDATE orders SET state = 'sent'")

    for statement in written(more):
        execute(postgresql_url, statement)
    assert rows(postgresql_url, "SELECT DISTINCT state::text FROM orders") == [("sent",)]
