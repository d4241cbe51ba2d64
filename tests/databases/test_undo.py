"""What undoes an operation on paper undoes it in a real database: the catalog is as it was before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from limbeck import operations as ops
from limbeck.schema import SchemaState
from tests.databases.runs import Shelf, Written, upgrade
from tests.unit.dsl.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from limbeck.dsl import Op


def two_tables(op: Op) -> None:
    op.create_table(
        "teams",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("title", sa.String(30), comment="a title"),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(50), nullable=False, server_default="nobody"),
        sa.Column("age", sa.Integer),
        sa.Column("team", sa.Integer),
        sa.ForeignKeyConstraint(["team"], ["teams.id"], name="fk_team"),
        sa.UniqueConstraint("name", name="uq_name"),
        sa.CheckConstraint("age > 3", name="ck_age"),
        sa.Index("ix_age", "age", "name"),
    )
    op.create_table("plain", sa.Column("a", sa.Integer), sa.Column("b", sa.String(9)))


def _batch(op: Op) -> None:
    with op.batch_alter_table("users") as batch_op:
        batch_op.drop_constraint("ck_age", "check")
        batch_op.add_column(sa.Column("note", sa.String(9), nullable=False, server_default="x"))
        batch_op.create_unique_constraint("uq_note", ["note"])


CHANGES: dict[str, Callable[[Op], object]] = {
    "create_table": lambda op: op.create_table("more", sa.Column("id", sa.Integer)),
    "drop_table": lambda op: op.drop_table("users"),
    "rename_table": lambda op: op.rename_table("teams", "groups"),
    "add_column": lambda op: op.add_column("users", sa.Column("note", sa.Text)),
    "add_column_with_key": lambda op: op.add_column(
        "users",
        sa.Column("boss", sa.Integer, sa.ForeignKey("users.id", name="fk_boss"), index=True),
    ),
    "drop_column": lambda op: op.drop_column("plain", "b"),
    "rename_column": lambda op: op.alter_column(
        "users", "age", new_column_name="years", existing_type=sa.Integer
    ),
    "change_type": lambda op: op.alter_column(
        "users", "name", type_=sa.String(80), existing_nullable=False, server_default="somebody"
    ),
    "make_nullable": lambda op: op.alter_column(
        "users",
        "name",
        nullable=True,
        existing_type=sa.String(50),
        existing_server_default="nobody",
    ),
    "create_index": lambda op: op.create_index("ix_name", "users", ["name"], unique=True),
    "drop_index": lambda op: op.drop_index("ix_age", "users"),
    "create_primary_key": lambda op: op.create_primary_key("pk_plain", "plain", ["a"]),
    "create_unique": lambda op: op.create_unique_constraint("uq_age", "users", ["age"]),
    "create_check": lambda op: op.create_check_constraint("ck_id", "users", "id > 0"),
    "create_foreign_key": lambda op: op.create_foreign_key(
        "fk_id", "users", "teams", ["id"], ["id"], ondelete="CASCADE"
    ),
    "drop_unique": lambda op: op.drop_constraint("uq_name", "users", "unique"),
    "drop_check": lambda op: op.drop_constraint("ck_age", "users", "check"),
    "drop_foreign_key": lambda op: op.drop_constraint("fk_team", "users", "foreignkey"),
    "batch": _batch,
}


def recorded(body: Callable[[Op], object], dialect: sa.Dialect) -> list[ops.Operation]:
    database = Recorder(dialect)
    body(database.op())
    return database.sent


def catalog(url: str) -> dict[str, Any]:
    """Everything that SQLAlchemy's inspector can tell, with lists that have no order sorted."""
    engine = sa.create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        names = set(inspector.get_table_names()) - {"alembic_version", "limbeck_journal"}
        return {
            name: (
                sorted(map(_words, inspector.get_columns(name))),
                inspector.get_pk_constraint(name)["constrained_columns"],
                sorted(map(_words, inspector.get_unique_constraints(name))),
                sorted(map(_words, inspector.get_foreign_keys(name))),
                sorted(map(_words, inspector.get_check_constraints(name))),
                sorted(map(_words, inspector.get_indexes(name))),
            )
            for name in names
        }


def _words(item: Any) -> str:
    return str(sorted((key, str(value)) for key, value in item.items()))


@pytest.mark.parametrize("change", CHANGES)
def test_the_catalog_is_as_before(database_url: str, change: str) -> None:
    engine = sa.create_engine(database_url)
    setup = recorded(two_tables, engine.dialect)
    changes = recorded(CHANGES[change], engine.dialect)
    state = ops.apply(setup, SchemaState())
    undo = ops.invert(changes, state)
    stages = [setup, changes, undo]
    seen = []
    shelf = Shelf(*(Written(f"r{number}", _sending(stage)) for number, stage in enumerate(stages)))
    for number in range(len(stages)):
        upgrade(database_url, shelf, f"r{number}")
        seen.append(catalog(database_url))
    assert seen[1] != seen[0]
    assert seen[2] == seen[0]


def _sending(operations: Sequence[ops.Operation]) -> Callable[[Op], None]:
    def body(op: Op) -> None:
        for operation in operations:
            op.invoke(operation)

    return body
