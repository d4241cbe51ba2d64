"""
A revision as its author writes it: everything here must pass `mypy --strict`.

Lines that end in `type: ignore` are mistakes that the types must find: mypy complains about an ignore that is not needed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.elements import conv
from typing_extensions import assert_type

from limbeck import (
    AsyncMigrator,
    ColumnComparer,
    ColumnPair,
    Comparison,
    Diff,
    Directive,
    DirectiveProcessor,
    Generated,
    ItemRenderer,
    Migrator,
    NameFilter,
    ObjectFilter,
    Op,
    Part,
    Renderer,
    op,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection

revision: str = "ae1027a6acf"
down_revision: str | tuple[str, ...] | None = None
branch_labels: str | tuple[str, ...] | None = None
depends_on: str | tuple[str, ...] | None = None


def upgrade(op: Op) -> None:
    users = op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("email", sa.String(50), nullable=False),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
        schema="app",
        if_not_exists=True,
        mysql_engine="InnoDB",
    )
    assert_type(users, sa.Table)
    op.bulk_insert(users, [{"id": 1, "email": "a@example.org"}], multiinsert=False)
    op.add_column("users", sa.Column("team", sa.Integer(), sa.ForeignKey("teams.id")), schema="app")
    op.alter_column("users", "email", type_=sa.Text, existing_type=sa.String(50), nullable=True)
    op.alter_column("users", "email", server_default=sa.text("''"), comment=None)
    op.alter_column("users", "id", server_default=sa.Identity(always=True))
    op.alter_column("users", "id", server_default=sa.func.now(), existing_server_default=False)
    op.alter_column("users", "id", postgresql_using="id::int", autoincrement=True)
    op.create_index("ix", "users", ["email", sa.text("lower(email)"), sa.func.lower(users.c.email)])
    op.create_foreign_key("fk", "users", "teams", ["team"], ["id"], ondelete="CASCADE")
    op.create_check_constraint("ck", "users", users.c.id > 0)
    op.create_check_constraint("ck", "users", "id > 0", schema="app")
    op.create_unique_constraint(None, "users", ("email", "team"))
    op.create_exclude_constraint("ex", "users", ("period", "&&"), using="gist")
    op.drop_constraint("ck", "users", type_="check", if_exists=True)
    op.execute("UPDATE users SET id = id + 1")
    op.execute(sa.update(users).values(email=op.inline_literal("x")), execution_options={"a": 1})
    assert_type(op.f("name"), conv)


def beside_tables(op: Op) -> None:
    op.create_view("v", sa.select(sa.text("1")), schema="app", postgresql_with={"a": True})
    op.replace_view("v", "SELECT 2", existing="SELECT 1")
    op.create_enum("status", ["a", "b"], schema="app")
    op.add_enum_value("status", "c", before="a", if_not_exists=True)
    op.replace_enum("status", ["a"], columns=[("t", "s", "'a'"), ("t", "l")], renamed={"b": "a"})
    op.create_function("f", "a integer", "RETURNS integer LANGUAGE sql AS 'SELECT 1'")
    op.create_domain("d", sa.Integer(), checks={"c": "VALUE > 0"})
    op.grant("SELECT", "t", "app", grant_option=True)
    op.create_policy("p", "t", using="a > 0", roles=["app"])
    op.rename_index("a", "b", "t", schema="app")
    op.fill_column("t", "c", True)
    op.set_table_options("t", unlogged=True, postgresql_with=None)
    op.add_enum_value("status")  # type: ignore[call-arg]
    op.create_view("v", 1)  # type: ignore[arg-type]


def downgrade() -> None:
    op.drop_index("ix", table_name="users", postgresql_concurrently=True)
    with op.batch_alter_table("users", schema="app", recreate="always") as batch_op:
        batch_op.add_column(sa.Column("age", sa.Integer()), insert_after="id")
        batch_op.alter_column("email", new_column_name="mail", type_=postgresql.CITEXT())
        batch_op.drop_column("age")
        batch_op.create_foreign_key("fk", "teams", ["team"], ["id"])
        batch_op.drop_constraint("uq_users_email", type_="unique")
    connection = op.get_bind()
    assert_type(connection, sa.Connection)
    for row in connection.execute(sa.text("SELECT 1")):
        print(row)
    context = op.get_context()
    if not context.as_sql:
        with context.autocommit_block():
            op.execute("VACUUM")
    assert_type(context.dialect, sa.Dialect)
    op.drop_table("users", schema="app", if_exists=True)


async def _count(connection: AsyncConnection, table: str) -> int:
    result = await connection.execute(sa.text(f"SELECT count(*) FROM {table}"))
    return int(result.scalar_one())


def with_an_asynchronous_driver(op: Op) -> None:
    assert_type(op.run_async(_count, "users"), int)


class CreateView:
    """An operation of a user's own."""

    def __init__(self, name: str) -> None:
        self.name = name

    @classmethod
    def create_view(cls, operations: Op, name: str) -> Any:
        return operations.invoke(cls(name))


Op.register_operation("create_view")(CreateView)


@Op.implementation_for(CreateView)
def create_view(operations: Op, operation: CreateView) -> None:
    operations.execute(f"CREATE VIEW {operation.name} AS SELECT 1")


def include_name(name: str | None, kind: str, parents: Mapping[str, str | None]) -> bool:
    return kind != "table" or parents["schema_name"] is None


def include_object(
    part: Part, name: str | None, kind: str, reflected: bool, other: Part | None
) -> bool:
    return reflected or name != "skipped"


def compare_type(pair: ColumnPair) -> bool | None:
    return False if pair.before.type.sql == pair.after.type.sql else None


def render_item(kind: str, item: object, renderer: Renderer) -> str | Literal[False] | None:
    renderer.imports.add("import app")
    return "app.Money()" if kind == "type" else False


def process(directives: list[Directive]) -> list[Directive]:
    return [replace(one, message="all", labels=("x",)) for one in directives if one.upgrades]


names: NameFilter = include_name
objects: ObjectFilter = include_object
types: ColumnComparer = compare_type
items: ItemRenderer = render_item
processor: DirectiveProcessor = process


def compared(migrator: Migrator, metadata: sa.MetaData) -> None:
    found = migrator.check(metadata, renames=["a.b=a.c"])
    assert_type(found, Comparison)
    assert_type(found.diff, Diff)
    assert_type(migrator.autogenerate("x", [metadata], verify=True), Generated)
    migrator.check("app:metadata")  # type: ignore[arg-type]


async def compared_later(migrator: AsyncMigrator) -> None:
    assert_type(await migrator.check(offline=True), Comparison)
    assert_type(await migrator.autogenerate(fills=["a.b=0"]), Generated)


def mistakes(op: Op) -> None:
    op.add_column("users", "age")  # type: ignore[arg-type]
    op.drop_column("users")  # type: ignore[call-arg]
    op.create_tabel("users")  # type: ignore[attr-defined]
    op.alter_column("users", "age", nullable="no")  # type: ignore[arg-type]
    op.create_index("ix", "users", [1])  # type: ignore[list-item]
    with op.batch_alter_table("users", recreate="sometimes") as batch_op:  # type: ignore[arg-type]
        batch_op.drop_column("users", "age")  # type: ignore[arg-type, call-arg]
