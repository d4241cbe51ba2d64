"""The Python that is written for operations is what Alembic's users know, where that is not wrong."""

from __future__ import annotations

from typing import Any

import alembic.autogenerate as alembic_autogenerate
import pytest
import sqlalchemy as sa
from alembic.autogenerate.api import AutogenContext
from alembic.migration import MigrationContext
from alembic.operations import ops as alembic_ops
from sqlalchemy.dialects import mysql, postgresql, sqlite

from limbeck.database import convert
from limbeck.files.render import Renderer, lines
from limbeck.operations import (
    UNCHANGED,
    AddColumn,
    AddConstraint,
    AlterColumn,
    CreateIndex,
    CreateTable,
    DropColumn,
    DropIndex,
    DropTable,
    ExistingColumn,
    Operation,
    SetTableComment,
)
from limbeck.schema import TableName

DIALECTS: dict[str, sa.Dialect] = {
    "postgresql": postgresql.dialect(),  # type: ignore[no-untyped-call]
    "mysql": mysql.dialect(),
    "sqlite": sqlite.dialect(),
}
CONVENTION = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def theirs(operation: Any, dialect: str) -> str:
    """Alembic's text; its operations have no types that would help here."""
    options = {
        "sqlalchemy_module_prefix": "sa.",
        "alembic_module_prefix": "op.",
        "user_module_prefix": None,
    }
    context = MigrationContext.configure(
        dialect_name=dialect, opts={**options, "target_metadata": sa.MetaData()}
    )
    return "\n".join(alembic_autogenerate.render.render_op(AutogenContext(context), operation))


def ours(operation: Operation, dialect: str) -> str:
    return "\n".join(lines([operation], Renderer(DIALECTS[dialect])))


def tables() -> dict[str, sa.Table]:
    plain, named = sa.MetaData(), sa.MetaData(naming_convention=CONVENTION)
    sa.Table("address", plain, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table("address", named, sa.Column("id", sa.Integer, primary_key=True))
    found = [
        sa.Table(
            "types",
            plain,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("a", sa.String(50), nullable=False),
            sa.Column("b", sa.Numeric(10, 2)),
            sa.Column("c", sa.DateTime(timezone=True), server_default=sa.func.now()),
            sa.Column("d", sa.Boolean, server_default=sa.false()),
            sa.Column("e", sa.Enum("x", "y", name="kind")),
            sa.Column("f", sa.LargeBinary(20)),
            sa.Column("g", sa.Unicode(10), server_default="it's"),
            sa.Column("h", sa.Text().with_variant(sa.String(9), "mysql")),
            sa.Column("i", sa.JSON()),
            sa.Column("j", sa.Interval()),
            sa.Column("k", sa.Uuid()),
            sa.Column("l", sa.ARRAY(sa.Integer)),
            sa.Column("m", postgresql.JSONB),
            sa.Column("n", postgresql.ARRAY(sa.DateTime(timezone=True), dimensions=2)),
            sa.Column("o", mysql.VARCHAR(20, charset="utf8mb4")),
            sa.Column("p", sa.Float(24), comment="it's a comment"),
            sa.Column("q", postgresql.HSTORE),
            sa.Column("r", sa.Integer, server_default=sa.text("5")),
            sa.Column("s", sa.Integer, server_default=sa.FetchedValue()),
            comment="a table",
        ),
        sa.Table(
            "parts",
            plain,
            sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("other", sa.ForeignKey("address.id", ondelete="CASCADE", name="fk_other")),
            sa.Column(
                "again",
                sa.Integer,
                sa.ForeignKey("address.id", deferrable=True, initially="DEFERRED"),
            ),
            sa.Column("n", sa.Integer, sa.Computed("id * 2", persisted=True)),
            sa.Column("m", sa.Integer, sa.Computed("id * 3")),
            sa.Column("number", sa.Integer, sa.Identity(always=True, start=3, increment=2)),
            sa.UniqueConstraint("other", "again", name="uq_both", deferrable=True),
            sa.UniqueConstraint("again"),
            sa.CheckConstraint("id > 0", name="positive"),
            sa.CheckConstraint(sa.column("n") < 10),
            schema="billing",
        ),
        sa.Table(
            "conventional",
            named,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("code", sa.String(5), unique=True),
            sa.Column("other", sa.ForeignKey("address.id")),
            sa.CheckConstraint("id > 0", name="positive"),
            mysql_engine="InnoDB",
        ),
    ]
    return {table.name: table for table in found}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", tables())
def test_tables(name: str, dialect: str) -> None:
    table = tables()[name]
    made = CreateTable(convert.table(table, DIALECTS[dialect]))
    text = theirs(alembic_ops.CreateTableOp.from_table(table), dialect)
    for inner in ("Text()", "DateTime("):
        # Alembic forgets the prefix within types of PostgreSQL, unless that is the dialect.
        text = text.replace(f"={inner}", f"=sa.{inner}").replace(
            f"ARRAY({inner}", f"ARRAY(sa.{inner}"
        )
    assert ours(made, dialect) == text


@pytest.mark.parametrize("name", tables())
def test_columns(name: str) -> None:
    for column in tables()[name].columns:
        if column.foreign_keys:
            continue  # Alembic writes the constraint beside the column, we write a call of its own
        value = convert.column(column, DIALECTS["postgresql"])
        theirs_ = theirs(alembic_ops.AddColumnOp(name, column), "postgresql")
        assert ours(AddColumn(TableName(name), value), "postgresql") == theirs_


def test_constraints() -> None:
    for table in tables().values():
        value = convert.table(table, DIALECTS["postgresql"])
        for part in value.constraints:
            constraint: Any = part.origin
            made = alembic_ops.AddConstraintOp.from_constraint(constraint)
            if not isinstance(constraint, sa.PrimaryKeyConstraint):
                assert ours(AddConstraint(value.name, part), "postgresql") == theirs(
                    made, "postgresql"
                )


INDEXES = [
    lambda t: sa.Index("plain", t.c.a),
    lambda t: sa.Index("several", t.c.a, t.c.b, unique=True),
    lambda t: sa.Index("lower", sa.func.lower(t.c.a)),
    lambda t: sa.Index("descending", t.c.a.desc()),
    lambda t: sa.Index("text", t.c.a, sa.text("lower(a)")),
    lambda t: sa.Index("partial", t.c.a, postgresql_using="hash", postgresql_where=t.c.b > 5),
    lambda t: sa.Index("including", t.c.a, postgresql_include=["b"]),
    lambda t: sa.Index("ops", t.c.a, postgresql_ops={"a": "text_pattern_ops"}),
]


@pytest.mark.parametrize("number", range(len(INDEXES)))
def test_indexes(number: int) -> None:
    table = sa.Table("t", sa.MetaData(), sa.Column("a", sa.String), sa.Column("b", sa.Integer))
    index = INDEXES[number](table)
    value = convert.index(index, DIALECTS["postgresql"])
    made = CreateIndex(TableName("t"), value)
    assert ours(made, "postgresql") == theirs(
        alembic_ops.CreateIndexOp.from_index(index), "postgresql"
    )


def test_what_is_taken_away() -> None:
    name = TableName("t", "s")
    pairs: list[tuple[Operation, Any]] = [
        (DropTable(name), alembic_ops.DropTableOp("t", schema="s")),
        (DropColumn(name, "c"), alembic_ops.DropColumnOp("t", "c", schema="s")),
        (SetTableComment(name, "new", "old"), alembic_ops.CreateTableCommentOp("t", "new", schema="s", existing_comment="old")),
        (SetTableComment(name, None, "old"), alembic_ops.DropTableCommentOp("t", schema="s", existing_comment="old")),
    ]  # fmt: skip
    for mine, other in pairs:
        assert ours(mine, "postgresql") == theirs(other, "postgresql")
    index = sa.Index("ix", sa.Table("t", sa.MetaData(), sa.Column("a", sa.Integer), schema="s").c.a)
    value = convert.index(index, DIALECTS["postgresql"])
    drop = DropIndex("ix", name, origin=value.origin)
    assert ours(drop, "postgresql") == theirs(
        alembic_ops.DropIndexOp.from_index(index), "postgresql"
    )


ALTERED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"nullable": False}, {"modify_nullable": False}),
    ({"type": sa.Text()}, {"modify_type": sa.Text()}),
    ({"default": sa.text("now()")}, {"modify_server_default": sa.DefaultClause(sa.text("now()"))}),
    ({"default": None}, {"modify_server_default": None}),
    ({"comment": "new"}, {"modify_comment": "new"}),
    ({"comment": None}, {"modify_comment": None}),
    ({"new_name": "d"}, {"modify_name": "d"}),
    (
        {"nullable": True, "type": sa.String(3)},
        {"modify_nullable": True, "modify_type": sa.String(3)},
    ),
]


@pytest.mark.parametrize("number", range(len(ALTERED)))
@pytest.mark.parametrize("existing", [False, True])
def test_changes_of_columns(number: int, existing: bool) -> None:
    dialect = DIALECTS["postgresql"]
    given, said = ALTERED[number]
    changes: dict[str, Any] = dict(given)
    if "type" in changes:
        changes["type"] = convert.type_(changes["type"], dialect)
    if changes.get("default") is not None:
        changes["default"] = convert.generated(changes["default"], dialect)
    known: dict[str, Any] = {}
    before = ExistingColumn()
    if existing:
        known = {
            "existing_type": sa.Integer(),
            "existing_nullable": True,
            "existing_comment": "old",
        }
        before = ExistingColumn(convert.type_(sa.Integer(), dialect), True, UNCHANGED, "old")
    mine = AlterColumn(TableName("t"), "c", existing=before, **changes)
    other = alembic_ops.AlterColumnOp("t", "c", **said, **known)
    assert ours(mine, "postgresql") == theirs(other, "postgresql")
