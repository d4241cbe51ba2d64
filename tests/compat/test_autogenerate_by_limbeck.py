"""limbeck's own comparison in projects whose env.py knows the models: what it finds, what becomes of it, what is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.compat.projects import Project
from tests.compat.test_autogenerate_projects import MODELS, THREE, project, written

PEOPLE = """
sa.Table("people", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(30)){0})
"""


def grown(folder: Path, url: str, after: str, *, options: str = "", setup: str = "") -> Project:
    """A project with a table `people`, whose models have become what `after` says."""
    made = project(folder, url, models=PEOPLE.format(""), options=options, setup=setup)
    made.limbeck("revision", "--autogenerate", "-m", "people", "--rev-id", "b2b")
    made.limbeck("upgrade", "head")
    (folder / "migrations" / "versions" / "b2b_people.py").rename(
        folder / "migrations" / "versions" / "b2.people.py"
    )
    models(made, after)
    return made


def models(made: Project, text: str) -> None:
    """Other models."""
    made.write("models.py", f"# {len(text)}, {hash(text)}\n" + MODELS + text)


def new(made: Project) -> str:
    """The text of the revision c3; "" when there is none."""
    found = list((made.folder / "migrations" / "versions").glob("c3_*.py"))
    return found[0].read_text() if found else ""


def generate(made: Project, *words: str, fails: bool = False) -> str:
    """Write revision c3; what was said."""
    ran = made.limbeck(
        "revision", "--autogenerate", "-m", "c", "--rev-id", "c3", *words, fails=fails
    )
    return ran.out + ran.err


def there_and_back(made: Project) -> None:
    """The new revision leads to the models, and back, and there again."""
    made.limbeck("upgrade", "head")
    made.limbeck("check")
    made.limbeck("downgrade", "-1")
    made.limbeck("upgrade", "head")
    made.limbeck("check")


# What is found


@pytest.mark.parametrize("known", ["to env.py", "to the settings, too"])
def test_a_revision_that_was_edited_after_it_was_applied(
    tmp_path: Path, sqlite_url: str, known: str
) -> None:
    made = grown(tmp_path, sqlite_url, PEOPLE.format(""))
    if known != "to env.py":
        made.write("pyproject.toml", '[tool.limbeck]\nmetadata = "models:metadata"\n')
    made.limbeck("check")
    file = made.folder / "migrations" / "versions" / "b2.people.py"
    file.write_text(file.read_text().replace("length=30", "length=31"))
    ended = made.limbeck("check", fails=True)
    assert ended.code == 12
    assert "b2.people.py was edited after it was applied" in ended.out
    assert "edited" in json.loads(made.limbeck("check", "--json", fails=True).out)["problems"][0]["code"]  # fmt: skip


_SEEN = """
import limbeck.database.read as read_package
_read = read_package.read_known
def seen(*given, **named):
    print("READ")
    return _read(*given, **named)
read_package.read_known = seen
"""


def test_nothing_is_read_twice_where_no_function_of_the_project_is_asked(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIMBECK_CACHE", str(tmp_path / "cache"))
    made = grown(
        tmp_path, database_url, PEOPLE.format(""), options="compare_type=True,", setup=_SEEN
    )
    assert "READ" in made.limbeck("check").out
    again = made.limbeck("check").out
    assert "No new upgrade operations detected." in again
    assert "READ" not in again
    models(made, PEOPLE.format(', sa.Column("age", sa.Integer)'))
    ended = made.limbeck("check", fails=True)
    assert "READ" in ended.out
    assert "add column people.age" in ended.out
    models(made, PEOPLE.format(""))
    env = tmp_path / "migrations" / "env.py"
    env.write_text(env.read_text().replace("compare_type=True", "include_object=lambda *all: True"))
    assert "READ" in made.limbeck("check").out
    assert "READ" in made.limbeck("check").out


def test_a_column_becomes_not_null_in_steps(tmp_path: Path, database_url: str) -> None:
    made = grown(
        tmp_path, database_url, PEOPLE.format(', sa.Column("age", sa.Integer, nullable=False)')
    )
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO people (id, name) VALUES (1, 'Ada')"))
    engine.dispose()
    assert "--fill people.age=" in generate(made, fails=True)
    generate(made, "--fill", "people.age=7")
    assert "UPDATE people SET age = 7" in new(made)
    there_and_back(made)
    assert made.rows("SELECT age FROM people") == [(7,)]


def test_a_rename_is_asked_about(tmp_path: Path, database_url: str) -> None:
    renamed = PEOPLE.format("").replace('"name"', '"full_name"')
    made = grown(tmp_path, database_url, renamed)
    assert "--rename people.name=people.full_name" in generate(made, fails=True)
    assert new(made) == ""
    generate(made, "--rename", "people.name=people.full_name", "--verify")
    assert "new_column_name='full_name'" in new(made)
    there_and_back(made)


def test_enum_values(tmp_path: Path, database_url: str) -> None:
    kinds = PEOPLE.format(', sa.Column("kind", sa.Enum("cat", "dog", name="kind"))')
    made = grown(tmp_path, database_url, kinds)
    made.limbeck("revision", "--autogenerate", "-m", "kind", "--rev-id", "b2c")
    made.limbeck("upgrade", "head")
    models(made, kinds.replace('"dog",', '"dog", "owl",'))
    ran = made.limbeck("check", fails=not database_url.startswith("sqlite"))
    if not database_url.startswith("sqlite"):
        assert "owl" in ran.out
        generate(made)
        there_and_back(made)


def test_what_loses_data_is_allowed_first(tmp_path: Path, sqlite_url: str) -> None:
    made = grown(tmp_path, sqlite_url, "")
    engine = sa.create_engine(sqlite_url)
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO people (id, name) VALUES (1, 'Ada')"))
    engine.dispose()
    assert "--allow-destructive" in generate(made, fails=True)
    assert new(made) == ""
    generate(made, "--allow-destructive")
    assert "    # DESTRUCTIVE: table people with all its rows\n    op.drop_table('people')" in new(
        made
    )


def test_what_nobody_made_stays(tmp_path: Path, database_url: str) -> None:
    made = grown(tmp_path, database_url, PEOPLE.format(""))
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE others (id INTEGER)"))
        connection.execute(sa.text("CREATE VIEW seen AS SELECT id FROM people"))
    engine.dispose()
    assert "table others is in the database" in made.limbeck("check").out
    assert "drop table others" in made.limbeck("check", "--drop-unowned", fails=True).out


def test_a_check_of_the_database_stays_until_its_column_goes(
    tmp_path: Path, database_url: str
) -> None:
    made = grown(tmp_path, database_url, PEOPLE.format(""))
    made.revision(
        "b2c", "b2b", "with op.batch_alter_table('people') as batch_op:\n"
        "        batch_op.create_check_constraint('short', 'length(name) < 20')",
    )  # fmt: skip
    made.limbeck("upgrade", "head")
    made.limbeck("check")
    models(made, PEOPLE.format("").replace(', sa.Column("name", sa.String(30))', ""))
    generate(made)
    assert "op.drop_column('people', 'name')" in new(made)
    made.limbeck("upgrade", "head")
    made.limbeck("check")


def test_a_view_of_a_revision_stays_where_models_declare_none(
    tmp_path: Path, database_url: str
) -> None:
    made = grown(tmp_path, database_url, PEOPLE.format(""))
    made.revision("b2c", "b2b", "op.create_view('seen', 'SELECT id FROM people')")
    made.limbeck("upgrade", "head")
    assert "No new upgrade operations detected." in made.limbeck("check").out


# What env.py says


def test_server_defaults_are_compared_where_that_is_said(tmp_path: Path, database_url: str) -> None:
    changed = PEOPLE.format("").replace("sa.String(30)", 'sa.String(30), server_default="x"')
    made = grown(tmp_path, database_url, changed)
    made.limbeck("check")
    env = (made.folder / "migrations" / "env.py").read_text()
    made.env(env.replace("target_metadata=metadata,", "target_metadata=metadata, compare_server_default=True,"))  # fmt: skip
    assert "people.name" in made.limbeck("check", fails=True).out


TYPES = """
def other_type(context, there, model, there_type, model_type):
    assert there.table.name == "people" or there.table.name in ("one", "two")
    return None if model.name == "id" else model.info.get("other")
"""


def test_types_are_compared_by_the_users_function(tmp_path: Path, database_url: str) -> None:
    changed = PEOPLE.format("").replace("sa.String(30)", "sa.String(99), info={'other': False}")
    made = grown(tmp_path, database_url, changed, options="compare_type=other_type", setup=TYPES)
    made.limbeck("check")
    models(made, changed.replace("False", "True"))
    assert "people.name" in made.limbeck("check", fails=True).out


def test_what_a_type_leaves_open_is_no_difference(tmp_path: Path, postgresql_url: str) -> None:
    made = grown(
        tmp_path, postgresql_url, PEOPLE.format("").replace("sa.String(30)", "sa.String()")
    )
    made.limbeck("check")
    models(made, PEOPLE.format("").replace("sa.String(30)", "sa.String(40)"))
    assert "people.name" in made.limbeck("check", fails=True).out


SEEN = """
def include(found, name, kind, reflected, other):
    assert isinstance(found, sa.schema.SchemaItem), found
    assert other is None or type(other) is type(found), other
    print("seen", kind, name, reflected, other is not None)
    return not (name or "").startswith(("ix_", "of_"))

import sqlalchemy as sa
"""


def test_filters_get_sqlalchemys_objects(tmp_path: Path, database_url: str) -> None:
    changed = PEOPLE.format(
        ', sa.Column("mail", sa.String(9), unique=True), sa.Column("of_x", sa.Integer)'
    )
    changed = changed.replace("sa.String(30)", "sa.String(30), index=True")
    made = grown(tmp_path, database_url, changed, options="include_object=include", setup=SEEN)
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE INDEX ix_old ON people (id)"))
    engine.dispose()
    ran = made.limbeck("check", fails=True)
    for line in (
        "seen table people False True", "seen column name False True", "seen column mail False False",
        "seen index ix_people_name False False", "seen index ix_old True False",
    ):  # fmt: skip
        assert line in ran.out
    assert "of_x" not in ran.out.split("not in step")[1]
    assert "ix_" not in ran.out.split("not in step")[1]


NAMES = """
def include_name(name, kind, parents):
    assert kind in ("schema", "table", "column", "index", "unique_constraint", "foreign_key_constraint", "check_constraint")
    return kind != "table" or name in metadata.tables
"""


def test_names_that_are_left_out_are_not_there(tmp_path: Path, database_url: str) -> None:
    made = grown(tmp_path, database_url, "", options="include_name=include_name", setup=NAMES)
    made.limbeck("check", "--drop-unowned")


SCHEMAS = """
def include_name(name, kind, parents):
    return kind != "schema" or name != "hidden"
"""


def test_schemas_that_are_included(tmp_path: Path, postgresql_url: str) -> None:
    engine = sa.create_engine(postgresql_url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE SCHEMA extra CREATE TABLE old (id integer)"))
        connection.execute(sa.text("CREATE SCHEMA hidden CREATE TABLE x (id integer)"))
    engine.dispose()
    extra = (
        'sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True), schema="extra")\n'
    )
    made = project(
        tmp_path,
        postgresql_url,
        models=extra,
        setup=SCHEMAS,
        options="include_schemas=True, include_name=include_name",
    )
    said = generate(made)
    assert "table extra.old is in the database" in said
    assert "hidden" not in said
    assert "schema='extra'" in new(made)
    there_and_back(made)


def test_changes_of_a_table_are_batches_where_that_is_said(tmp_path: Path, sqlite_url: str) -> None:
    changed = PEOPLE.format(', sa.Column("age", sa.Integer, nullable=False)')
    made = grown(tmp_path, sqlite_url, changed, options="render_as_batch=True")
    generate(made, "--fill", "people.age=1", "--verify")
    up = new(made).split("def downgrade")[0]
    assert up.count("with op.batch_alter_table('people'") == 2
    assert "\n    op.execute('UPDATE people SET age = 1" in up
    there_and_back(made)


# What others have registered

GREETING = """
from alembic.autogenerate import comparators, renderers, rewriter
from alembic.operations import MigrateOperation, ops
import sqlalchemy as sa

class GreetOp(MigrateOperation):
    def __init__(self, word):
        self.word = word
    def reverse(self):
        return GreetOp("bye")
    def to_diff_tuple(self):
        return ("greet", self.word)

@renderers.dispatch_for(GreetOp)
def render(context, op):
    context.imports.add("import this")
    return f"op.execute('SELECT 1 -- {op.word}')"

@comparators.dispatch_for("schema")
def compare(context, upgrade_ops, schemas):
    assert schemas == {None}
    upgrade_ops.ops.append(GreetOp("hello"))
"""


def test_a_registered_comparator_and_its_renderer(tmp_path: Path, sqlite_url: str) -> None:
    made = project(tmp_path, sqlite_url, models=THREE, setup=GREETING)
    assert "GreetOp greet hello" in made.limbeck("check", fails=True).out
    generate(made)
    text = new(made)
    assert "import this\n" in text
    up, down = text.split("def downgrade")
    assert up.index("-- hello") < up.index("op.create_table('three'")
    assert down.index("op.drop_table('three')") < down.index("-- bye")


REGISTERED = """
from alembic.autogenerate import comparators, renderers
from alembic.operations import MigrateOperation, Operations
import sqlalchemy as sa

@Operations.register_operation("keep_word")
class KeepWordOp(MigrateOperation):
    def __init__(self, word):
        self.word = word
    @classmethod
    def keep_word(cls, operations, word):
        return operations.invoke(cls(word))
    def reverse(self):
        return KeepWordOp("")

@Operations.implementation_for(KeepWordOp)
def keep(operations, op):
    operations.execute(f"UPDATE one SET id = {len(op.word)}")

@renderers.dispatch_for(KeepWordOp)
def render(context, op):
    return f"op.keep_word({op.word!r})"

@comparators.dispatch_for("schema")
def compare(context, upgrade_ops, schemas):
    upgrade_ops.ops.append(KeepWordOp("five!"))
"""


def test_a_registered_operation_is_run_on_a_scratch_database(
    tmp_path: Path, database_url: str
) -> None:
    made = project(tmp_path, database_url, models=THREE, setup=REGISTERED)
    assert "it can be undone" in generate(made, "--verify")
    assert "op.keep_word('five!')" in new(made)


TAKEN = """
from alembic.autogenerate import comparators, renderers
from alembic.operations import MigrateOperation
from alembic.runtime.plugins import Plugin
import sys

class TypeOp(MigrateOperation):
    def __init__(self, name, verb):
        self.name, self.verb = name, verb
    def reverse(self):
        return TypeOp(self.name, "drop" if self.verb == "create" else "create")

@renderers.dispatch_for(TypeOp)
def render(context, op):
    return f"op.execute(\\"{op.verb} type {op.name}\\")"

@comparators.dispatch_for("schema")
def compare(context, upgrade_ops, schemas):
    upgrade_ops.ops.append(TypeOp("kind", "create"))
"""


def test_an_object_of_which_somebody_else_takes_care_is_theirs(
    tmp_path: Path, postgresql_url: str
) -> None:
    kinds = 'sa.Table("pets", metadata, sa.Column("kind", sa.Enum("cat", "dog", name="kind")))\n'
    made = project(tmp_path, postgresql_url, models=kinds, setup=TAKEN)
    generate(made)
    assert "create type kind" in new(made)
    assert "drop type kind" in new(made)
    assert "CREATE TYPE" not in new(made)
    assert "DROP TYPE" not in new(made)


CHANGED = """
from alembic.autogenerate import renderers, rewriter
from alembic.operations import ops

writer = rewriter.Rewriter()

@writer.rewrites(ops.AddColumnOp)
def add_column(context, revision, op):
    assert isinstance(op.column.table.name, str)
    op.column.comment = "by a rewriter"
    return op

@writer.rewrites(ops.CreateIndexOp)
def create_index(context, revision, op):
    return []

@renderers.dispatch_for(ops.CreateTableOp, replace=True)
def render(context, op):
    return f"op.create_table({op.table_name!r})  # as I like it"
"""


def test_what_a_rewriter_and_a_renderer_change_is_written(tmp_path: Path, sqlite_url: str) -> None:
    changed = PEOPLE.format(', sa.Column("mail", sa.String(9), index=True)') + THREE
    made = grown(tmp_path, sqlite_url, changed)
    env = (made.folder / "migrations" / "env.py").read_text()
    made.env(CHANGED + env.replace("target_metadata=metadata,", "target_metadata=metadata, process_revision_directives=writer,"))  # fmt: skip
    said = generate(made)
    assert "by a rewriter" in new(made)
    assert "as I like it" in new(made)
    assert "create_index" not in new(made)
    assert "create index" not in said


def test_nothing_is_written_when_nothing_has_changed(tmp_path: Path, sqlite_url: str) -> None:
    made = grown(tmp_path, sqlite_url, PEOPLE.format(""))
    assert "No revision was written." in generate(made)
    assert new(made) == ""


# Flags, and the walk


def test_check_for_programs_and_both_sides(tmp_path: Path, sqlite_url: str) -> None:
    made = grown(tmp_path, sqlite_url, PEOPLE.format(', sa.Column("mail", sa.String(9))'))
    ran = made.limbeck("check", "--json", fails=True)
    (target,) = json.loads(ran.out)["targets"]
    assert [one["kind"] for one in target["operations"]] == ["AddColumn"]
    assert "mail VARCHAR(9)" in made.limbeck("check", "--explain", fails=True).out
    ran = made.limbeck("revision", "--autogenerate", "--json", "--rev-id", "c3")
    assert json.loads(ran.out)["revision"]["id"] == "c3"


def test_without_a_database(tmp_path: Path, database_url: str) -> None:
    made = grown(tmp_path, database_url, PEOPLE.format(', sa.Column("mail", sa.String(9))'))
    env = (made.folder / "migrations" / "env.py").read_text()
    offline = (
        "from alembic import context\nfrom models import metadata\nif context.is_offline_mode():\n"
        "    context.configure(url=context.config.get_main_option('sqlalchemy.url'), target_metadata=metadata)\n"
        "    with context.begin_transaction():\n        context.run_migrations()\nelse:\n"
    )
    made.env(offline + "".join(f"    {line}\n" for line in env.splitlines()))
    ran = made.limbeck("check", "--offline", fails=True)
    assert "add column people.mail" in ran.out
    assert "BEGIN" not in ran.out


def test_the_models_of_env_py_beside_a_revision_and_the_database(
    tmp_path: Path, database_url: str
) -> None:
    made = grown(tmp_path, database_url, PEOPLE.format(', sa.Column("mail", sa.String(9))'))
    assert "add column people.mail" in made.limbeck("diff", "head", "models", fails=True).out
    assert "add column people.mail" in made.limbeck("diff", "database", "models", fails=True).out


ASKED = """
from alembic.autogenerate import comparators

@comparators.dispatch_for("column")
def compare(context, op, schema, table, name, there, model):
    pass
"""


def test_a_comparator_of_columns_needs_the_walk(tmp_path: Path, sqlite_url: str) -> None:
    made = project(tmp_path, sqlite_url, models=THREE, setup=ASKED)
    ran = made.limbeck("check", "--rename", "a=b", "--explain", fails=True)
    assert "--rename, --explain: has no effect where the comparison is Alembic's walk" in ran.err
    ran = made.limbeck("revision", "--autogenerate")
    assert "compare is registered for each column" in ran.err
    assert "op.create_table('three'" in written(made)


def test_the_walk_can_be_chosen(tmp_path: Path, sqlite_url: str) -> None:
    made = project(tmp_path, sqlite_url, models=THREE, options='limbeck_comparison="alembic"')
    ran = made.limbeck("check", fails=True)
    assert "New upgrade operations detected" in ran.out + ran.err
    assert "in Alembic's manner" not in ran.out + ran.err


SEVERAL = """
from alembic import context
from sqlalchemy import create_engine
from models import metadata, second

for name, models in (("", metadata), ("2", second)):
    engine = create_engine(context.config.get_main_option("sqlalchemy.url") + name)
    with engine.connect() as connection:
        context.configure(
            connection=connection, target_metadata=models,
            upgrade_token=f"up{name}", downgrade_token=f"down{name}",
        )
        with context.begin_transaction():
            context.run_migrations()
"""


def test_several_databases_fill_one_revision(tmp_path: Path, sqlite_url: str) -> None:
    second = 'second = sa.MetaData()\nsa.Table("other", second, sa.Column("id", sa.Integer))\n'
    second += 'sa.Table("one", second, sa.Column("id", sa.Integer))\nsa.Table("two", second, sa.Column("id", sa.Integer))\n'
    made = project(tmp_path, sqlite_url, models=THREE + second)
    made.env(SEVERAL)
    made.limbeck("upgrade", "head")
    made.write(
        "migrations/script.py.mako",
        "from alembic import op\nimport sqlalchemy as sa\nrevision = ${repr(up_revision)}\n"
        "down_revision = ${repr(down_revision)}\n\ndef upgrade():\n    ${up}\n    # then\n    ${up2}\n\n"
        "def downgrade():\n    ${down}\n    # then\n    ${down2}\n",
    )
    generate(made)
    up, down = new(made).split("def downgrade")
    assert up.index("'three'") < up.index("# then") < up.index("'other'")
    assert down.index("'three'") < down.index("# then") < down.index("'other'")
