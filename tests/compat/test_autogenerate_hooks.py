"""What an env.py hooks into autogenerate: filters, comparers, renderers, rewriters, plugins, and what they change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa

from limbeck.compat.autogenerate import (
    Rewriter,
    comparators,
    compare_metadata,
    produce_migrations,
    render_python_code,
    renderers,
)
from limbeck.compat.operations import ops
from limbeck.compat.runtime.migration import MigrationContext
from limbeck.compat.runtime.plugins import Plugin
from limbeck.compat.util import CommandError, PriorityDispatchResult


def models(*tables: Callable[[sa.MetaData], object]) -> sa.MetaData:
    made = sa.MetaData()
    for table in tables:
        table(made)
    return made


def users(*extra: sa.Column[Any]) -> Callable[[sa.MetaData], sa.Table]:
    return lambda metadata: sa.Table(
        "users",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(30)),
        *extra,
    )


@contextmanager
def database(url: str, there: sa.MetaData, **opts: Any) -> Iterator[MigrationContext]:
    """A database in which `there` was made, and a context for it."""
    engine = sa.create_engine(url)
    there.create_all(engine)
    with engine.connect() as connection:
        yield MigrationContext.configure(connection, opts=opts)
    engine.dispose()


def rendered(context: MigrationContext, metadata: sa.MetaData, **style: Any) -> str:
    script = produce_migrations(context, metadata)
    assert script.upgrade_ops is not None
    return render_python_code(script.upgrade_ops, migration_context=context, **style)


def test_what_differs_is_a_list_of_tuples(database_url: str) -> None:
    wanted = models(
        users(sa.Column("age", sa.Integer)),
        lambda m: sa.Table("new", m, sa.Column("x", sa.Integer)),
    )
    there = models(
        users(sa.Column("gone", sa.Integer)),
        lambda m: sa.Table("old", m, sa.Column("x", sa.Integer)),
    )
    with database(database_url, there) as context:
        found = compare_metadata(context, wanted)
    assert [one[0] for one in found] == ["add_table", "remove_table", "add_column", "remove_column"]
    assert found[0][1] is wanted.tables["new"] or found[0][1].name == "new"
    assert found[2][1:3] == (None, "users")
    assert found[2][3] is wanted.tables["users"].c.age
    assert found[3][3].name == "gone"


def test_what_was_just_made_does_not_differ(database_url: str) -> None:
    wanted = models(
        users(
            sa.Column("price", sa.Numeric(8, 2), server_default="0", nullable=False),
            sa.Column("at", sa.DateTime, server_default=sa.func.now(), index=True),
            sa.Column("on", sa.Boolean, unique=True),
        ),
        lambda m: sa.Table(
            "posts", m, sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("by", sa.ForeignKey("users.id", ondelete="CASCADE")),
        ),
    )  # fmt: skip
    with database(database_url, wanted, compare_server_default=True) as context:
        assert compare_metadata(context, wanted) == []


def test_upgrade_and_downgrade_are_written(sqlite_url: str) -> None:
    with database(sqlite_url, models(users())) as context:
        script = produce_migrations(context, models(users(sa.Column("age", sa.Integer))))
    assert script.upgrade_ops is not None
    assert script.downgrade_ops is not None
    assert "op.add_column('users', sa.Column('age', sa.Integer(), nullable=True))" in (
        render_python_code(script.upgrade_ops)
    )
    assert "op.drop_column('users', 'age')" in render_python_code(script.downgrade_ops)


def test_a_batch_holds_the_changes_of_one_table(sqlite_url: str) -> None:
    with database(sqlite_url, models(users())) as context:
        text = rendered(context, models(users(sa.Column("age", sa.Integer))), render_as_batch=True)
    assert (
        "    with op.batch_alter_table('users', schema=None) as batch_op:\n        batch_op.add_column("
        in text
    )


def test_include_object_sees_both_sides(database_url: str) -> None:
    seen: list[tuple[str, str | None, bool, str | None]] = []

    def include(found: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
        seen.append((kind, name, reflected, getattr(other, "name", None)))
        return name != "kept"

    there = models(users(sa.Column("kept", sa.Integer)))
    with database(database_url, there, include_object=include) as context:
        found = compare_metadata(context, models(users(sa.Column("age", sa.Integer))))
    assert [one[0] for one in found] == ["add_column"]
    assert ("table", "users", False, "users") in seen
    assert ("column", "name", False, "name") in seen
    assert ("column", "kept", True, None) in seen
    assert ("column", "age", False, None) in seen


def test_include_name_chooses_among_schemas(postgresql_url: str) -> None:
    engine = sa.create_engine(postgresql_url)
    with engine.begin() as connection:
        for schema in ("mine", "theirs"):
            connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
            connection.exec_driver_sql(f"CREATE TABLE {schema}.t (x integer)")
    engine.dispose()
    asked: list[Any] = []

    def include(name: str | None, kind: str, parents: Any) -> bool:
        if kind == "schema":
            return name in {None, "mine"}
        asked.append((kind, dict(parents)))
        return True

    with database(
        postgresql_url, sa.MetaData(), include_schemas=True, include_name=include
    ) as context:
        found = compare_metadata(context, sa.MetaData())
    assert [(one[0], one[1].fullname) for one in found] == [("remove_table", "mine.t")]
    assert ("table", {"schema_name": "mine", "schema_qualified_table_name": "mine.t"}) in asked


@pytest.mark.parametrize("verdict", [True, False])
def test_compare_type_decides(sqlite_url: str, verdict: bool) -> None:
    def compare(context: Any, found: Any, wanted: Any, before: Any, after: Any) -> bool | None:
        return verdict if wanted.name == "name" else None

    with database(sqlite_url, models(users()), compare_type=compare) as context:
        wanted = models(users())
        wanted.tables["users"].c.name.type = sa.Text()
        found = compare_metadata(context, wanted)
    assert bool(found) is verdict


def test_defaults_are_compared_when_it_is_asked_for(database_url: str) -> None:
    wanted = models(users(sa.Column("age", sa.Integer, server_default="2")))
    with database(
        database_url, models(users(sa.Column("age", sa.Integer, server_default="1")))
    ) as context:
        assert compare_metadata(context, wanted) == []
        asking = MigrationContext.configure(
            context.connection, opts={"compare_server_default": True}
        )
        assert [one[0][0] for one in compare_metadata(asking, wanted)] == ["modify_default"]


@pytest.mark.parametrize(
    ("opts", "name"), [({}, "limbeck_journal"), ({"limbeck_journal": "j"}, "j")]
)
def test_what_limbeck_keeps_is_not_dropped(
    sqlite_url: str, opts: dict[str, Any], name: str
) -> None:
    there = models(*(_plain(one) for one in (name, "alembic_version", "gone")))
    with database(sqlite_url, there, **opts) as context:
        found = compare_metadata(context, sa.MetaData())
    assert [(one[0], one[1].name) for one in found] == [("remove_table", "gone")]


def _plain(name: str) -> Callable[[sa.MetaData], sa.Table]:
    return lambda metadata: sa.Table(name, metadata, sa.Column("x", sa.Integer))


def test_tables_are_dropped_before_those_that_they_refer_to(database_url: str) -> None:
    there = models(
        lambda m: sa.Table("a", m, sa.Column("id", sa.Integer, primary_key=True)),
        lambda m: sa.Table("b", m, sa.Column("id", sa.ForeignKey("a.id"), primary_key=True)),
        lambda m: sa.Table("c", m, sa.Column("id", sa.ForeignKey("b.id"), primary_key=True)),
    )
    with database(database_url, there) as context:
        found = compare_metadata(context, sa.MetaData())
    assert [one[1].name for one in found if one[0] == "remove_table"] == ["c", "b", "a"]


def test_a_plugin_can_be_left_out(sqlite_url: str) -> None:
    wanted = models(users())
    wanted.tables["users"].c.name.type = sa.Text()
    chosen = ["alembic.autogenerate.*", "~alembic.autogenerate.types"]
    with database(sqlite_url, models(users()), autogenerate_plugins=chosen) as context:
        assert compare_metadata(context, wanted) == []


def test_a_plugin_that_is_not_there_is_named(sqlite_url: str) -> None:
    with (
        database(sqlite_url, sa.MetaData(), autogenerate_plugins=["no.such"]) as context,
        pytest.raises(CommandError, match=r"no\.such"),
    ):
        compare_metadata(context, sa.MetaData())


# Objects of a user's own


@ops.Operations.register_operation("make_note") if hasattr(ops, "Operations") else lambda cls: cls
class MakeNote(ops.MigrateOperation):
    """A note that is kept beside the tables."""

    def __init__(self, text: str) -> None:
        self.text = text

    def reverse(self) -> ops.MigrateOperation:
        return DropNote(self.text)

    def to_diff_tuple(self) -> tuple[Any, ...]:
        return ("make_note", self.text)


class DropNote(MakeNote):
    """The note goes."""

    def reverse(self) -> ops.MigrateOperation:
        return MakeNote(self.text)


def compare_notes(context: Any, found: Any, schemas: set[str | None]) -> PriorityDispatchResult:
    assert schemas == {None}
    found.ops.extend(MakeNote(text) for text in context.metadata.info.get("notes", ()))
    return PriorityDispatchResult.CONTINUE


@pytest.fixture
def _notes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an env.py or package registers, forgotten afterwards."""
    monkeypatch.setattr(renderers, "_registry", dict(renderers._registry))
    renderers.dispatch_for(MakeNote)(lambda context, op: f"op.make_note({op.text!r})")
    renderers.dispatch_for(DropNote)(lambda context, op: [f"op.drop_note({op.text!r})"])


@pytest.mark.usefixtures("_notes")
def test_objects_of_a_user_are_compared_and_written(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparators, "_registry", comparators.branch()._registry)
    comparators.dispatch_for("schema")(compare_notes)
    wanted = models(users())
    wanted.info["notes"] = ["first"]
    with database(sqlite_url, models(users())) as context:
        script = produce_migrations(context, wanted)
    assert script.upgrade_ops is not None
    assert script.downgrade_ops is not None
    assert script.upgrade_ops.as_diffs() == [("make_note", "first")]
    assert "    op.make_note('first')\n" in render_python_code(script.upgrade_ops)
    assert "    op.drop_note('first')\n" in render_python_code(script.downgrade_ops)


@pytest.mark.usefixtures("_notes")
def test_a_plugin_takes_part_when_it_is_named(sqlite_url: str) -> None:
    module = ModuleType("notes")
    module.setup = lambda plugin: plugin.add_autogenerate_comparator(compare_notes, "schema")  # type: ignore[attr-defined]
    Plugin.setup_plugin_from_module(module, "tests.notes")
    wanted = models(users())
    wanted.info["notes"] = ["second"]
    try:
        with database(sqlite_url, models(users())) as context:
            assert compare_metadata(context, wanted) == []
            chosen = ["alembic.autogenerate.*", "tests.notes"]
            asking = MigrationContext.configure(
                context.connection, opts={"autogenerate_plugins": chosen}
            )
            assert compare_metadata(asking, wanted) == [("make_note", "second")]
    finally:
        Plugin.remove(next(p for n, p in _plugins().items() if n == "tests.notes"))


def _plugins() -> dict[str, Plugin]:
    from limbeck.compat.runtime import plugins

    return plugins._all_plugins


# What is written


def test_render_item_writes_what_it_likes(sqlite_url: str) -> None:
    class Money(sa.TypeDecorator[int]):
        impl = sa.Integer
        cache_ok = True

    def render(kind: str, given: object, context: Any) -> Any:
        if kind == "type" and isinstance(given, Money):
            context.imports.add("from shop import types")
            return "types.Money()"
        return False

    with database(sqlite_url, models(users())) as context:
        text = rendered(context, models(users(sa.Column("price", Money))), render_item=render)
    assert "sa.Column('price', types.Money(), nullable=True)" in text


def test_a_type_of_a_user_gets_the_prefix_that_was_given(sqlite_url: str) -> None:
    class Money(sa.types.UserDefinedType[int]):
        cache_ok = True

        def get_col_spec(self, **_: Any) -> str:
            return "MONEY"

    with database(sqlite_url, models(users())) as context:
        text = rendered(
            context, models(users(sa.Column("price", Money))), user_module_prefix="shop."
        )
    assert "sa.Column('price', shop.Money(), nullable=True)" in text


def test_a_rewriter_replaces_operations_wherever_they_are(sqlite_url: str) -> None:
    writer = Rewriter()

    @writer.rewrites(ops.AddColumnOp)
    def in_two_steps(context: Any, revision: Any, op: ops.AddColumnOp) -> Any:
        if op.column.nullable:
            return op
        op.column.nullable = True
        return [
            op,
            ops.AlterColumnOp(
                op.table_name, op.column.name, modify_nullable=False, existing_type=op.column.type
            ),
        ]

    @writer.rewrites(ops.DropColumnOp)
    def never(context: Any, revision: Any, op: ops.DropColumnOp) -> Any:
        return []

    wanted = models(users(sa.Column("age", sa.Integer, nullable=False)))
    with database(sqlite_url, models(users(sa.Column("gone", sa.Integer)))) as context:
        script = produce_migrations(context, wanted)
        writer(context, (), [script])
    assert script.upgrade_ops is not None
    text = render_python_code(script.upgrade_ops)
    assert text.count("op.") == 2
    assert text.index("nullable=True") < text.index("op.alter_column('users', 'age'")
    assert "drop_column" not in text


def test_rewriters_are_chained(sqlite_url: str) -> None:
    first, second = Rewriter(), Rewriter()

    @first.rewrites(ops.CreateTableOp)
    def named(context: Any, revision: Any, op: ops.CreateTableOp) -> Any:
        op.table_name = f"{op.table_name}_a"
        return op

    @second.rewrites(ops.CreateTableOp)
    def again(context: Any, revision: Any, op: ops.CreateTableOp) -> Any:
        op.table_name = f"{op.table_name}_b"
        return op

    with database(sqlite_url, sa.MetaData()) as context:
        script = produce_migrations(context, models(users()))
        first.chain(second)(context, (), [script])
    assert script.upgrade_ops is not None
    assert "op.create_table('users_a_b'" in render_python_code(script.upgrade_ops)
