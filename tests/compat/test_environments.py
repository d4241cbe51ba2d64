"""`env.py` in the shapes that are found in real projects, run by limbeck's own verbs without a change."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.compat.projects import ENV, Project, start
from tests.servers import Kind

ONLINE = """
from alembic import context
import sqlalchemy as sa

{before}
engine = sa.create_engine(context.config.get_main_option("sqlalchemy.url"))
{connect}
"""


@pytest.fixture
def project(tmp_path: Path, sqlite_url: str) -> Project:
    return start(tmp_path / "project", sqlite_url)


@pytest.fixture
def on_postgresql(tmp_path: Path, make_database: Callable[[Kind], str]) -> Project:
    return start(tmp_path / "project", make_database("postgresql"))


def online(project: Project, body: str, before: str = "") -> None:
    """An env.py that connects, with `body` while it is connected."""
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    connect = f"with engine.connect() as connection:\n{lines}\n"
    project.env(ONLINE.format(before=before, connect=connect))


RUN = """
with context.begin_transaction():
    context.run_migrations()
"""


def test_every_verb(tmp_path: Path, database_url: str) -> None:
    project = start(tmp_path / "project", database_url)
    assert "2 revisions to run" in project.limbeck("plan").out
    project.limbeck("upgrade", "head")
    assert project.tables() == {"one", "two"}
    assert project.heads == {"b2"}
    assert project.limbeck("current").out == "b2 (head)\n"
    assert "(current)" in project.limbeck("history", "-i").out
    assert "Nothing is wrong." in project.limbeck("status").out
    project.limbeck("downgrade", "-1")
    assert project.tables() == {"one"}
    project.limbeck("stamp", "head")
    assert project.heads == {"b2"}
    assert "already at b2" in project.limbeck("upgrade").err


def test_history_alone_needs_neither_env_py_nor_sqlalchemy(project: Project) -> None:
    project.env("raise SystemExit('env.py was run')\n")
    seen = project.python(
        "-c",
        "import sys\nfrom limbeck.cli.main import main\n"
        "for verb in ('heads', 'history', 'branches'): assert main([verb]) == 0\n"
        "print(sorted({'sqlalchemy', 'limbeck.compat'} & sys.modules.keys()))",
    )
    assert seen.out.splitlines()[-1] == "[]"
    assert "b2 (head)" in seen.out


def test_a_lock_of_its_own_and_settings_of_the_transaction(on_postgresql: Project) -> None:
    online(
        on_postgresql,
        """
context.configure(connection=connection)
with context.begin_transaction():
    context.execute("SET LOCAL lock_timeout = '4s'")
    connection.execute(sa.text("SELECT pg_advisory_xact_lock(42)"))
    context.run_migrations()
""",
    )
    on_postgresql.revision(
        "b2",
        "a1",
        """
def upgrade():
    ask = op.get_bind().exec_driver_sql
    assert ask("SHOW lock_timeout").scalar() == "4s"
    mine = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND pid = pg_backend_pid()"
    assert ask(mine).scalar() == 1
    op.create_table("two", sa.Column("id", sa.Integer))
""",
    )
    on_postgresql.limbeck("upgrade", "head")
    assert on_postgresql.tables() == {"one", "two"}
    assert on_postgresql.heads == {"b2"}


def test_statements_outside_of_the_transaction(on_postgresql: Project) -> None:
    on_postgresql.revision(
        "b2",
        "a1",
        """
def upgrade():
    op.create_table("two", sa.Column("id", sa.Integer))
    with op.get_context().autocommit_block():
        op.create_index("ix_two", "two", ["id"], postgresql_concurrently=True)
    op.add_column("two", sa.Column("x", sa.Integer))
""",
    )
    on_postgresql.limbeck("upgrade", "head")
    assert on_postgresql.rows("SELECT indexname FROM pg_indexes WHERE tablename = 'two'") == [
        ("ix_two",)
    ]


def test_a_transaction_that_is_the_callers(on_postgresql: Project) -> None:
    on_postgresql.env(
        ONLINE.format(
            before="",
            connect="with engine.begin() as connection:\n"
            "    context.configure(connection=connection)\n"
            "    with context.begin_transaction():\n"
            "        context.run_migrations()\n",
        )
    )
    on_postgresql.limbeck("upgrade", "head")
    assert on_postgresql.heads == {"b2"}


def test_tenants_in_a_loop(on_postgresql: Project) -> None:
    on_postgresql.env(
        ONLINE.format(
            before="",
            connect="""
for tenant in ("t1", "t2"):
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE SCHEMA IF NOT EXISTS {tenant}"))
        connection.execute(sa.text(f"SET search_path TO {tenant}"))
        connection.commit()
        connection.dialect.default_schema_name = tenant
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
""",
        )
    )
    on_postgresql.limbeck("upgrade", "head")
    assert on_postgresql.tables("t1") == on_postgresql.tables("t2") == {"one", "two"}
    current = on_postgresql.limbeck("current")
    assert current.out == "b2 (head)\nb2 (head)\n"
    assert current.err.count("/limbeck_") == 2  # which database each line is about
    on_postgresql.limbeck("downgrade", "base")
    assert on_postgresql.tables("t1") == on_postgresql.tables("t2") == set()


def test_schemas_put_in_the_place_of_others(on_postgresql: Project) -> None:
    online(
        on_postgresql,
        """
connection.execute(sa.text("CREATE SCHEMA moved"))
connection.commit()
connection = connection.execution_options(schema_translate_map={None: "moved"})
context.configure(connection=connection, version_table_schema="moved")
"""
        + RUN,
    )
    on_postgresql.limbeck("upgrade", "head")
    assert on_postgresql.tables("moved") == {"one", "two"}
    assert on_postgresql.tables() == set()


def test_functions_that_hear_of_each_step_write_in_its_transaction(
    on_postgresql: Project,
) -> None:
    online(
        on_postgresql,
        """
connection.execute(sa.text("CREATE TABLE seen (x TEXT)"))
connection.commit()
context.configure(connection=connection, transaction_per_migration=True, on_version_apply=note)
"""
        + RUN,
        before="""
def note(ctx, step, heads, run_args):
    assert step.is_upgrade and step.is_migration and run_args == {}
    row = f"{step.up_revision_id}: {','.join(heads)}"
    ctx.connection.execute(sa.text("INSERT INTO seen VALUES (:row)"), {"row": row})
""",
    )
    on_postgresql.limbeck("upgrade", "head")
    assert on_postgresql.rows("SELECT x FROM seen") == [("a1: a1",), ("b2: b2",)]


@pytest.mark.parametrize("within", ["", "with connection.begin():\n    "])
def test_what_functions_write_that_hear_of_a_stamp_stays(
    within: str, tmp_path: Path, database_url: str
) -> None:
    project = start(tmp_path / "project", database_url)
    online(
        project,
        f"""
connection.execute(sa.text("CREATE TABLE seen (x VARCHAR(20))"))
connection.commit()
context.configure(connection=connection, on_version_apply=note)
{within}context.run_migrations()
""",
        before="""
def note(ctx, step, heads, run_args):
    ctx.connection.execute(sa.text("INSERT INTO seen VALUES (:row)"), {"row": ",".join(heads)})
""",
    )
    project.limbeck("stamp", "a1")
    assert project.rows("SELECT x FROM seen") == [("a1",)]
    assert project.rows("SELECT version_num FROM alembic_version") == [("a1",)]


def test_functions_that_hear_of_each_step_find_the_version_table_moved(
    tmp_path: Path, database_url: str
) -> None:
    project = start(tmp_path / "project", database_url)
    online(
        project,
        """
context.configure(connection=connection, on_version_apply=note)
"""
        + RUN,
        before="""
def note(ctx, step, heads, run_args):
    found = set(ctx.connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars())
    assert found == heads, (found, heads)
    kind = "stamp" if step.is_stamp else "upgrade" if step.is_upgrade else "downgrade"
    print(kind, ",".join(step.source_revision_ids), "->", ",".join(step.destination_revision_ids))
""",
    )
    assert project.limbeck("upgrade", "head").out == "upgrade  -> a1\nupgrade a1 -> b2\n"
    assert project.limbeck("downgrade", "-1").out == "downgrade b2 -> a1\n"
    assert project.limbeck("stamp", "head").out == "stamp a1 -> b2\n"
    assert project.limbeck("stamp", "base").out == "stamp b2 -> \n"
    assert project.limbeck("stamp", "--purge", "b2").out == "stamp  -> b2\n"
    assert project.limbeck("stamp", "--purge", "a1").out == "stamp  -> a1\n"
    entries = project.rows("SELECT direction, revision, outcome FROM limbeck_journal")
    assert ("up", "b2", "done") in entries
    assert "Nothing is wrong." in project.limbeck("status").out


def test_an_event_loop(project: Project) -> None:
    project.env("""
        import asyncio

        from alembic import context
        from sqlalchemy.ext.asyncio import create_async_engine


        def move(connection):
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()


        async def run():
            url = context.config.get_main_option("sqlalchemy.url")
            engine = create_async_engine(url.replace("sqlite:", "sqlite+aiosqlite:"))
            async with engine.connect() as connection:
                await connection.run_sync(move)
            await engine.dispose()


        asyncio.run(run())
        """)
    project.write(
        "app.py",
        """
        import asyncio

        import limbeck.compat

        limbeck.compat.install()

        from alembic import command
        from alembic.config import Config


        async def main():
            command.upgrade(Config("alembic.ini"), "a1")


        asyncio.run(main())
        """,
    )
    project.python("app.py")  # with a loop that runs already
    assert project.heads == {"a1"}
    project.limbeck("upgrade", "head")
    assert project.tables() == {"one", "two"}


def test_arguments_for_env_py_and_for_revisions(project: Project) -> None:
    online(
        project,
        """
assert context.get_x_argument(as_dictionary=True) == {"tenant": "a"}
assert context.config.cmd_opts.x == ["tenant=a"]
assert context.get_tag_argument() == "T"
context.configure(connection=connection, mine={"a": 1})
with context.begin_transaction():
    context.run_migrations(op=Operations(context.get_context()), names=["x", "y"], tester=1)
""",
        before="from alembic.operations import Operations",
    )
    project.revision(
        "a1",
        None,
        """
def upgrade(op, names, tester):
    assert op.get_context().opts["mine"] == {"a": 1}
    for name in names:
        op.create_table(name, sa.Column("id", sa.Integer))
""",
    )
    project.revision("b2", "a1", "def upgrade(op, **others):\n    assert others['tester'] == 1\n")
    project.limbeck("-x", "tenant=a", "upgrade", "head", "--tag", "T")
    assert project.tables() == {"x", "y"}


def test_heads_from_constants_and_operations_by_name(project: Project) -> None:
    ini = project.folder / "alembic.ini"
    ini.write_text(ini.read_text() + "prepend_sys_path = .\npath_separator = os\n")
    project.write("constants.py", "LABEL = 'lab'\nBELOW = 'a1'\n")
    path = project.folder / "migrations" / "versions" / "b2.py"
    path.write_text(
        "from alembic.op import create_table, add_column\nimport sqlalchemy as sa\n"
        "from constants import BELOW, LABEL\n"
        "revision = 'b2'\ndown_revision = BELOW\nbranch_labels = LABEL\ndepends_on = ''\n"
        "def upgrade():\n"
        "    create_table('two', sa.Column('id', sa.Integer))\n"
        "    add_column('two', sa.Column('x', sa.Integer))\n"
    )
    assert project.limbeck("heads").out.strip() == "b2 (lab) (head)"
    project.limbeck("upgrade", "lab@head")
    assert project.tables() == {"one", "two"}


def test_sql_for_others(project: Project) -> None:
    project.revision(
        "b2",
        "a1",
        """
from alembic import context

def upgrade():
    if context.is_offline_mode():
        op.execute("SELECT 'offline'")

def downgrade():
    op.execute("SELECT 'back'")
""",
    )
    up = project.limbeck("upgrade", "head", "--sql").out
    assert up.startswith("CREATE TABLE alembic_version (\n    version_num VARCHAR(32) NOT NULL")
    assert "-- Running upgrade a1 -> b2\n\nSELECT 'offline';\n\n" in up
    assert "SELECT 'back'" in project.limbeck("downgrade", "b2:a1", "--sql").out
    assert "INSERT INTO alembic_version" in project.limbeck("stamp", "head", "--sql").out
    assert project.tables() == set()


@pytest.mark.parametrize(
    ("env", "code", "told"),
    [
        ("x = {}['nope']\n", 1, "migrations/env.py, line 1: KeyError: 'nope'"),
        ("x = 1\ndef y(:\n", 1, "migrations/env.py, line 2: SyntaxError"),
        ("import nowhere\n", 1, "hint: install the package that has nowhere"),
        ("from alembic.util import revid\n", 1, "hint: use alembic.util.rev_id, if that is"),
        ("import alembic_utils_of_mine\n", 1, "install the package that has alembic_utils_of_mine"),
        (
            (
                "import sqlalchemy as sa\n"
                "sa.create_engine('postgresql+psycopg://u:sekret@127.0.0.1:1/x').connect()\n"
            ),
            9,
            "error[X001]: migrations/env.py, line 2: connection failed",
        ),
    ],
)
def test_what_is_wrong_with_it_is_told_with_file_and_line(
    project: Project, env: str, code: int, told: str
) -> None:
    project.env(env)
    ran = project.limbeck("upgrade", "head", fails=True)
    assert told in ran.err
    assert ran.code == code
    assert "sekret" not in ran.err


@pytest.mark.parametrize("words", [("upgrade", "head"), ("upgrade", "head", "--sql")])
@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("def upgrade():\n    x = 1\n    x.nothing\n", "versions/b2.py, line 10: AttributeError"),
        ("def upgrade():\n    {}['key']\n", "versions/b2.py, line 9: KeyError"),
    ],
)
def test_what_is_wrong_in_a_revision_is_told_with_its_file_and_line(
    project: Project, words: tuple[str, ...], body: str, told: str
) -> None:
    project.revision("b2", "a1", body)
    said = project.limbeck(*words, fails=True).err
    assert told in said
    assert "env.py" not in said


PRIVATE = {
    "from alembic.operations.batch import ApplyBatchImpl": (
        "ImportError: limbeck has no alembic.operations.batch.ApplyBatchImpl, which pack/inner.py, line 2, asks for",
        "hint: use op.batch_alter_table()",
    ),
    "import alembic.testing": (
        "ModuleNotFoundError: limbeck has no alembic.testing, which pack/inner.py, line 2, asks for",
        "hint: use the tests' own copy of alembic.testing",
    ),
    "import alembic.script; alembic.script.ScriptDirectory._nothing": (
        "AttributeError: limbeck has no alembic.script.base.ScriptDirectory._nothing, which pack/inner.py, line 2,",
        "hint: use one of the documented names of alembic.script.base.ScriptDirectory: as_revision_number",
    ),
}


@pytest.mark.parametrize("line", PRIVATE)
@pytest.mark.parametrize("where", ["env.py", "versions/b2.py"])
def test_a_package_that_reaches_into_private_names(project: Project, line: str, where: str) -> None:
    ini = project.folder / "alembic.ini"
    ini.write_text(ini.read_text() + "prepend_sys_path = .\n")
    project.write("pack/__init__.py", "")
    project.write("pack/inner.py", f"# a package that wants more than is documented\n{line}\n")
    if where == "env.py":
        project.env(f"import pack.inner\n{ENV}")
    else:
        project.revision("b2", "a1", "pass", top="import pack.inner")
    said = project.limbeck("upgrade", "head", fails=True).err
    assert f"migrations/{where}, line {1 if where == 'env.py' else 4}: " in said
    for told in PRIVATE[line]:
        assert told in said


def test_env_py_is_not_blamed_for_the_runs_that_it_starts(project: Project) -> None:
    project.revision("b2", "a1", "op.execute('SELECT * FROM nowhere')")
    said = project.limbeck("upgrade", "head", fails=True).err
    assert "nowhere" in said
    assert "env.py" not in said


def test_show_and_edit_as_scripts_expect_them(project: Project) -> None:
    assert project.limbeck("show", "-1").out.startswith("Rev: a1\n")
    assert "versions/b2.py" in project.limbeck("edit", "head", EDITOR="echo", VISUAL="false").out
    assert "versions/a1.py" in project.limbeck("edit", "-1", EDITOR="echo").out
    usual = project.write("bin/sensible-editor", "#!/bin/sh\necho usual $@\n")
    usual.chmod(0o755)
    path = f"{usual.parent}{os.pathsep}{os.environ['PATH']}"
    assert project.limbeck("edit", "head", EDITOR="", VISUAL="", PATH=path).out.startswith("usual")


def test_an_env_py_that_migrates_nothing_is_mentioned(project: Project) -> None:
    project.env("pass\n")
    assert "env.py" in project.limbeck("upgrade", "head").err


@pytest.mark.parametrize("template", ["generic", "async", "multidb"])
def test_projects_that_init_makes(tmp_path: Path, template: str) -> None:
    project = Project(tmp_path, f"sqlite:///{tmp_path}/first.db")
    project.limbeck("init", "-t", template, "migrations")
    ini = tmp_path / "alembic.ini"
    driver = "sqlite+aiosqlite" if template == "async" else "sqlite"
    text = ini.read_text().replace("driver://user:pass@localhost/dbname2", "sqlite:///second.db")
    ini.write_text(text.replace("driver://user:pass@localhost/dbname", f"{driver}:///first.db"))
    project.limbeck("revision", "-m", "first")
    (file,) = (tmp_path / "migrations" / "versions").glob("*.py")
    text = file.read_text()
    assert "from alembic import op" in text  # it is still a project for Alembic
    file.write_text(text.replace("pass", "op.execute('CREATE TABLE t (x INTEGER)')", 1))
    project.limbeck("upgrade", "head")
    assert project.tables() == {"t"}


def test_what_is_tried_on_a_scratch_database_does_not_touch_the_real_one(
    on_postgresql: Project,
) -> None:
    on_postgresql.limbeck("upgrade", "a1")
    on_postgresql.revision(
        "c3",
        "a1",
        """
def upgrade():
    with op.batch_alter_table("one") as batch:
        batch.add_column(sa.Column("x", sa.Integer))

def downgrade():
    op.drop_column("one", "x")
""",
    )
    merged = on_postgresql.limbeck("merge", "-m", "both")
    assert "proof: equal in 2 orders" in merged.err
    assert on_postgresql.tables() == {"one"}
    assert on_postgresql.heads == {"a1"}
    on_postgresql.limbeck("upgrade", "head")
    assert on_postgresql.tables() == {"one", "two"}
    assert on_postgresql.rows("SELECT count(x) FROM one") == [(0,)]
