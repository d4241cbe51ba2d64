"""`limbeck revision --autogenerate` and `limbeck check` in projects whose env.py knows the models and has its say."""

from __future__ import annotations

from pathlib import Path

from tests.compat.projects import Project, start

MODELS = """
import sqlalchemy as sa

metadata = sa.MetaData()
for name in ("one", "two"):
    sa.Table(name, metadata, sa.Column("id", sa.Integer))
"""

ENV = """
from alembic import context
from sqlalchemy import create_engine
from models import metadata
{setup}
engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, {options})
    with context.begin_transaction():
        context.run_migrations()
"""


def project(
    folder: Path, url: str, *, options: str = "", setup: str = "", models: str = ""
) -> Project:
    """A project at its head, whose models have what `models` adds."""
    made = start(folder, url, settings="prepend_sys_path = .\n")
    made.write("models.py", MODELS + models)
    made.write(
        "migrations/script.py.mako",
        '"""${message}"""\nfrom alembic import op\nimport sqlalchemy as sa\n'
        '${imports if imports else ""}\n'
        "revision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n"
        "branch_labels = ${repr(branch_labels)}\ndepends_on = ${repr(depends_on)}\n\n"
        'def upgrade():\n    ${upgrades if upgrades else "pass"}\n\n'
        'def downgrade():\n    ${downgrades if downgrades else "pass"}\n',
    )
    made.env(ENV.format(setup=setup, options=options))
    made.limbeck("upgrade", "head")
    return made


def written(made: Project) -> str:
    """The text of the only revision that was generated; "" when there is none."""
    files = sorted((made.folder / "migrations" / "versions").glob("*.py"))
    new = [file for file in files if file.stem not in {"a1", "b2"}]
    assert len(new) <= 1
    return new[0].read_text() if new else ""


THREE = 'sa.Table("three", metadata, sa.Column("id", sa.Integer, primary_key=True))\n'


def test_the_file_leads_there_and_back(tmp_path: Path, database_url: str) -> None:
    made = project(tmp_path, database_url, models=THREE)
    assert made.limbeck("check", fails=True).code
    made.limbeck("revision", "--autogenerate", "-m", "three")
    text = written(made)
    assert "    op.create_table('three',\n" in text
    assert "    op.drop_table('three')\n" in text
    made.limbeck("upgrade", "head")
    assert made.tables() == {"one", "two", "three"}
    made.limbeck("check")
    made.limbeck("downgrade", "-1")
    assert made.tables() == {"one", "two"}


NO_EMPTY = """
def process(context, revision, directives):
    if context.config.cmd_opts.autogenerate and directives[0].upgrade_ops.is_empty():
        directives[:] = []
"""


def test_an_empty_revision_is_not_written(tmp_path: Path, sqlite_url: str) -> None:
    made = project(
        tmp_path, sqlite_url, setup=NO_EMPTY, options="process_revision_directives=process"
    )
    made.limbeck("revision", "--autogenerate", "-m", "nothing")
    assert written(made) == ""


REWRITER = """
from alembic.autogenerate import rewriter
from alembic.operations import ops

writer = rewriter.Rewriter()

@writer.rewrites(ops.CreateTableOp)
def with_comment(context, revision, op):
    return [op, ops.ExecuteSQLOp("SELECT 1")]
"""


def test_a_rewriter_has_its_say(tmp_path: Path, sqlite_url: str) -> None:
    made = project(
        tmp_path,
        sqlite_url,
        setup=REWRITER,
        options="process_revision_directives=writer",
        models=THREE,
    )
    made.limbeck("revision", "--autogenerate")
    assert "    op.execute('SELECT 1')\n" in written(made)
    made.limbeck("upgrade", "head")


NOTES = """
from alembic.autogenerate import comparators, renderers
from alembic.operations import MigrateOperation, Operations
from alembic.util import PriorityDispatchResult

@Operations.register_operation("make_note")
class MakeNote(MigrateOperation):
    def __init__(self, text):
        self.text = text

    @classmethod
    def make_note(cls, operations, text):
        return operations.invoke(cls(text))

    def reverse(self):
        return MakeNote("not " + self.text)

    def to_diff_tuple(self):
        return ("make_note", self.text)

@Operations.implementation_for(MakeNote)
def make_note(operations, operation):
    operations.execute("INSERT INTO one (id) VALUES (%d)" % len(operation.text))

@comparators.dispatch_for("schema")
def compare_notes(autogen_context, upgrade_ops, schemas):
    found = autogen_context.connection.exec_driver_sql("SELECT count(*) FROM one").scalar()
    if not found:
        upgrade_ops.ops.append(MakeNote("noted"))
    return PriorityDispatchResult.CONTINUE

@renderers.dispatch_for(MakeNote)
def render_note(autogen_context, op):
    return "op.make_note(%r)" % op.text
"""


def test_an_object_of_the_users_goes_all_the_way(tmp_path: Path, sqlite_url: str) -> None:
    made = project(tmp_path, sqlite_url, setup=NOTES)
    made.limbeck("check", fails=True)
    made.limbeck("revision", "--autogenerate")
    assert "    op.make_note('noted')\n" in written(made)
    made.limbeck("upgrade", "head")
    assert made.rows("SELECT id FROM one") == [(5,)]
    made.limbeck("check")


def test_a_database_that_is_behind_is_not_compared(tmp_path: Path, sqlite_url: str) -> None:
    made = project(tmp_path, sqlite_url, models=THREE)
    made.limbeck("downgrade", "-1")
    ran = made.limbeck("revision", "--autogenerate", fails=True)
    assert "Target database is not up to date." in ran.out + ran.err
    assert written(made) == ""


def test_flags_that_only_limbecks_own_comparison_knows_are_refused(
    tmp_path: Path, sqlite_url: str
) -> None:
    made = project(tmp_path, sqlite_url, models=THREE, options='limbeck_comparison="alembic"')
    ran = made.limbeck(
        "revision", "--autogenerate", "--rename", "one.a=one.b", "--verify", fails=True
    )
    assert "--rename, --verify: has no effect where the comparison is Alembic's walk" in ran.err
    assert "--offline: has no effect" in made.limbeck("check", "--offline", fails=True).err
    assert written(made) == ""
