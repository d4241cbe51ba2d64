"""What real projects and packages do with Alembic beyond its everyday use, each in the shape in which it was seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.compat.projects import ENV, Project, start
from tests.compat.test_programs import INSTALL

MAKO = """
# ${up_revision}
from alembic import op
import sqlalchemy as sa

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
"""
CONFIG = INSTALL + "from alembic import command\nfrom alembic.config import Config\n"
CONFIG += "config = Config('alembic.ini')\n"


@pytest.fixture
def project(tmp_path: Path, sqlite_url: str) -> Project:
    project = start(tmp_path / "project", sqlite_url)
    project.write("migrations/script.py.mako", MAKO)
    return project


def program(project: Project, body: str, *words: str, fails: bool = False) -> str:
    """What a program says that has asked for limbeck."""
    project.write("app.py", CONFIG + body)
    ran = project.python("app.py", *words, fails=fails)
    return ran.err if fails else ran.out


def test_a_command_line_of_ones_own(project: Project) -> None:
    body = """
from alembic.config import CommandLine

def frobnicate(config, revision, tag=None):
    "Do it with a revision."
    print("frobnicated", revision, tag, type(config).__name__)

class OwnLine(CommandLine):
    def _generate_args(self, prog):
        super()._generate_args(prog)
        self.parser.add_argument("--own")

line = OwnLine(prog="own")
line.register_command(frobnicate)
line.main()
"""
    assert "frobnicated head None Config" in program(
        project, body, "--own", "x", "frobnicate", "head"
    )
    program(project, body, "upgrade", "head")
    assert project.heads == {"b2"}
    assert program(project, body, "current") == "b2 (head)\n"


def test_one_revision_becomes_two_with_heads_labels_and_folders_of_their_own(
    project: Project,
) -> None:
    ini = project.folder / "alembic.ini"
    ini.write_text(
        f"{ini.read_text()}path_separator = space\n"
        "version_locations = migrations/versions migrations/second\n"
    )
    (project.folder / "migrations" / "second").mkdir()
    directives = """
from alembic.operations import ops

def two(context, revision, directives):
    first = directives[0]
    first.version_path = "migrations/versions"
    first.head, first.splice = "a1", True
    first.rev_id = "c3"
    directives.append(ops.MigrationScript(
        "d4", ops.UpgradeOps([ops.ExecuteSQLOp("SELECT 4")]), ops.DowngradeOps([]), message="apart",
        head="base", branch_label="apart", version_path="migrations/second", depends_on="b2"))
"""
    env = ENV.replace(
        "connection=connection",
        "connection=connection, target_metadata=sa.MetaData(), process_revision_directives=two",
    )
    project.env(f"import sqlalchemy as sa\n{directives}{env}")
    project.limbeck("upgrade", "head")
    program(project, "command.revision(config, 'both', autogenerate=True)\n")
    found = project.limbeck("history", "--verbose").out
    assert "migrations/second/d4_apart.py" in found
    assert "migrations/versions/c3_both.py" in found
    history = project.limbeck("history").out
    assert "a1 -> c3" in history
    assert "<base> (b2) -> d4 (apart)" in history
    project.limbeck("upgrade", "heads")
    assert project.heads == {"c3", "d4"}


def test_two_engines_write_their_sql_into_buffers_of_their_own(project: Project) -> None:
    body = "def upgrade_one(): op.execute('SELECT 1')\ndef upgrade_two(): op.execute('SELECT 2')\n"
    choose = (
        "def upgrade(engine_name): globals()[f'upgrade_{engine_name}']()\ndef downgrade(**kw): pass"
    )
    project.revision("a1", None, f"{body}{choose}")
    project.revision("b2", "a1", "def upgrade(engine_name): pass\ndef downgrade(**kw): pass")
    project.env(
        """
        from alembic import context

        for name in ("one", "two"):
            with open(f"{name}.sql", "w") as buffer:
                context.configure(
                    url="sqlite://", output_buffer=buffer, literal_binds=True, starting_rev=None,
                    upgrade_token=f"{name}_upgrades", downgrade_token=f"{name}_downgrades",
                )
                with context.begin_transaction():
                    context.run_migrations(engine_name=name)
        """
    )
    assert "SELECT" not in project.limbeck("upgrade", "head", "--sql").out
    first, second = ((project.folder / f"{name}.sql").read_text() for name in ("one", "two"))
    assert "SELECT 1;" in first
    assert "SELECT 2" not in first
    assert "SELECT 2;" in second
    assert "INSERT INTO alembic_version" in second


def test_names_that_are_public_in_fact(project: Project) -> None:
    body = """
import sqlalchemy as sa
from alembic import op, util
from alembic.autogenerate import comparators, render, renderers
from alembic.autogenerate.api import AutogenContext
from alembic.migration import MigrationContext
from alembic.operations import Operations, ops
from alembic.util import Dispatcher, immutabledict, rev_id, sqla_compat

engine = sa.create_engine(config.get_main_option("sqlalchemy.url"))
with engine.connect() as connection:
    context = MigrationContext.configure(connection, opts={"alembic_module_prefix": "op.", "sqlalchemy_module_prefix": "sa."})
    assert context._version.name == "alembic_version"
    with Operations.context(context):
        assert isinstance(op._proxy, Operations)
    autogen = AutogenContext(context, sa.MetaData(), opts=context.opts)
    table = sa.Table("t", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True))
    text = render._add_table(autogen, ops.CreateTableOp.from_table(table))
    assert text.startswith("op.create_table('t'"), text
    index = sa.Index("ix", table.c.id)
    assert render._add_index(autogen, ops.CreateIndexOp.from_index(index)).startswith("op.create_index(")
    assert "sa.Column" in render._render_column(table.c.id, autogen)
assert hasattr(comparators, "_registry")
assert len(rev_id()) == 12
found = Dispatcher()

@found.dispatch_for(int)
def of_int(value): return "int"

assert found.dispatch(3)(3) == "int"
print("all")
"""
    assert program(project, body).splitlines()[-1] == "all"


def test_plugins_of_alembics_own_load(project: Project) -> None:
    models = """
import sqlalchemy as sa
metadata = sa.MetaData()
sa.Table("one", metadata, sa.Column("id", sa.Integer), sa.CheckConstraint("id > 0", name="positive"))
sa.Table("two", metadata, sa.Column("id", sa.Integer))
"""
    options = (
        "connection=connection, target_metadata=metadata,"
        " autogenerate_plugins=['alembic.autogenerate.*', 'alembic.ext.checkconstraint_byname']"
    )
    project.env(models + ENV.replace("connection=connection", options))
    project.limbeck("upgrade", "head")
    said = program(
        project, "import alembic.ext.checkconstraint_byname\ncommand.check(config)\n", fails=True
    )
    assert "add_constraint" in said
    assert "positive" in said


@pytest.mark.parametrize("by", ["limbeck", "a program"])
def test_a_template_that_fails_is_told(project: Project, by: str) -> None:
    project.write("migrations/script.py.mako", "revision = '${up_revision}'\n\n${nowhere.x}\n")
    if by == "limbeck":
        ran = project.limbeck("revision", "-m", "x", fails=True)
        assert "script.py.mako" in ran.err
        assert "line 3" in ran.err
    else:
        said = program(project, "command.revision(config, 'x')\n", fails=True)
        assert "Template rendering failed" in said
    versions = project.folder / "migrations" / "versions"
    assert {file.name for file in versions.glob("*.py")} == {"a1.py", "b2.py"}


def test_the_real_alembic_works_on_what_limbeck_has_made(project: Project) -> None:
    project.limbeck("upgrade", "head")
    project.limbeck("revision", "-m", "more", "--rev-id", "c3")
    project.limbeck("revision", "-m", "apart", "--rev-id", "d4", "--head", "b2", "--splice")
    project.limbeck("merge", "-m", "both", "--rev-id", "e5")
    project.limbeck("upgrade", "head")
    for words, after in (
        (["current"], "e5"),
        (["downgrade", "b2"], "b2"),
        (["upgrade", "head"], "e5"),
    ):
        run = "import sys\nfrom alembic.config import main\nmain(sys.argv[1:])\n"
        done = project.python("-c", run, *words)
        assert "limbeck" not in done.err
        assert project.heads == {after}
    assert project.limbeck("current").out == "e5 (head) (mergepoint)\n"


def test_revision_files_see_whether_only_sql_is_written_and_who_logs(project: Project) -> None:
    project.revision(
        "b2",
        "a1",
        """
import logging
from alembic import context
log = logging.getLogger("alembic.runtime.migration")

def upgrade():
    assert context.is_transactional_ddl() in (True, False)
    log.warning("from the revision")
    op.execute("SELECT 'offline'" if context.is_offline_mode() else "SELECT 'online'")
""",
    )
    assert "SELECT 'offline'" in project.limbeck("upgrade", "head", "--sql").out
    assert "from the revision" in project.limbeck("upgrade", "head").err


def test_what_a_rewriter_changes_within_an_operation_is_shown(project: Project) -> None:
    models = """
import sqlalchemy as sa
from alembic.autogenerate import rewriter
from alembic.operations import ops
metadata = sa.MetaData()
sa.Table("one", metadata, sa.Column("id", sa.Integer), sa.Column("x", sa.String(10)))
sa.Table("two", metadata, sa.Column("id", sa.Integer))
writer = rewriter.Rewriter()

@writer.rewrites(ops.AddColumnOp)
def longer(context, revision, op):
    op.column.type = sa.String(77)
    return op
"""
    options = "connection=connection, target_metadata=metadata, process_revision_directives=writer"
    project.env(models + ENV.replace("connection=connection", options))
    project.limbeck("upgrade", "head")
    ran = project.limbeck("check", fails=True)
    assert "VARCHAR(77)" in ran.out
    said = project.limbeck("revision", "--autogenerate", "-m", "x", "--rev-id", "c3")
    assert "VARCHAR(77)" in said.out + said.err
    assert "length=77" in (project.folder / "migrations" / "versions" / "c3_x.py").read_text()
