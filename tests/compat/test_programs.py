"""Programs that use Alembic's names: they ask for limbeck once, and everything else stays as it was."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.compat.projects import Project, start
from tests.servers import Kind

INSTALL = "import limbeck.compat\nlimbeck.compat.install()\n"


@pytest.fixture
def project(tmp_path: Path, sqlite_url: str) -> Project:
    return start(tmp_path / "project", sqlite_url)


def test_the_very_same_modules_under_both_names(project: Project) -> None:
    project.python(
        "-c",
        INSTALL
        + """
import alembic, alembic.op, alembic.ddl.impl, alembic.script.revision
from limbeck.compat import op
import limbeck.compat.ddl.impl as impl
assert alembic is limbeck.compat and alembic.op is op and alembic.ddl.impl is impl
assert alembic.__version__.split(".")[0] == "1"
assert limbeck.compat.__spec__.name == "limbeck.compat"
try:
    import alembic.nowhere
except ModuleNotFoundError as error:
    assert "alembic.nowhere" in str(error)
else:
    raise AssertionError
limbeck.compat.install()
""",
    )


def test_the_real_alembic_must_not_be_imported_before(project: Project) -> None:
    ran = project.python("-c", f"import alembic\n{INSTALL}", fails=True)
    assert "Alembic itself is already imported, from" in ran.err


def test_limbeck_run_reaches_processes_that_the_command_starts(project: Project) -> None:
    project.write(
        "app.py",
        """
        import subprocess, sys, alembic
        print(alembic.__name__, sys.argv[1:])
        if len(sys.argv) == 1:
            subprocess.run([sys.executable, "app.py", "child"], check=True)
        sys.exit(0 if len(sys.argv) == 2 else 3)
        """,
    )
    project.write("own/sitecustomize.py", "print('that of the machine')\n")
    own = str(project.folder / "own")
    ran = project.limbeck("run", sys.executable, "-u", "app.py", fails=True, PYTHONPATH=own)
    # limbeck itself, the command, and what that starts
    assert [line for line in ran.out.splitlines() if "machine" not in line] == [
        "limbeck.compat []",
        "limbeck.compat ['child']",
    ]
    assert ran.out.count("that of the machine") == 3
    assert ran.code == 3
    assert "no command 'nowhere'" in project.limbeck("run", "nowhere", fails=True).err


def test_a_test_session_asks_by_an_option(project: Project) -> None:
    project.write(
        "test_it.py",
        "def test():\n    import alembic\n    assert alembic.__name__ == 'limbeck.compat'\n",
    )
    project.python(
        "-m",
        "pytest",
        "-q",
        "-p",
        "limbeck.compat.pytest_plugin",
        "-p",
        "no:cacheprovider",
        "test_it.py",
    )


def test_commands_environments_and_scripts_by_hand(project: Project) -> None:
    project.write(
        "app.py",
        INSTALL
        + """
from alembic import command
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

config = Config("alembic.ini")
config.own_attribute = 3
command.upgrade(config, "head")
command.current(config)


class Scripts(ScriptDirectory):
    @classmethod
    def from_config(cls, config):
        print("own scripts", config.own_attribute)
        return super().from_config(config)


command.ScriptDirectory = Scripts
command.downgrade(config, "base")
scripts = ScriptDirectory.from_config(config)
for steps in (
    lambda heads, context: scripts._upgrade_revs("head", heads),
    lambda heads, context: scripts._downgrade_revs("-1", heads),
    lambda heads, context: scripts._stamp_revs("b2", heads),
):
    with EnvironmentContext(config, scripts, fn=steps):
        scripts.run_env()
try:
    command.upgrade(config, "nowhere")
except CommandError as error:
    print(error)
functions = {name for name, f in vars(command).items() if getattr(f, "__module__", "") == "alembic.command"}
assert {"upgrade", "revision", "stamp"} <= functions
""",
    )
    ran = project.python("app.py")
    assert ran.out.splitlines() == [
        "b2 (head)",
        "own scripts 3",
        "own scripts 3",
        "Can't locate revision identified by 'nowhere'",
    ]
    assert project.heads == {"b2"}
    assert project.tables() == {"one"}


def test_errors_of_statements_are_those_of_sqlalchemy(project: Project) -> None:
    project.revision("b2", "a1", "op.execute('SELECT * FROM nowhere')")
    project.python(
        "-c",
        INSTALL
        + """
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
try:
    command.upgrade(Config("alembic.ini"), "head")
except sa.exc.OperationalError as error:
    assert "nowhere" in str(error)
else:
    raise AssertionError
""",
    )
    assert project.heads in ({"a1"}, set())


def test_loggers_of_the_application_stay_alive(project: Project) -> None:
    ini = project.folder / "alembic.ini"
    ini.write_text(
        ini.read_text()
        + "[loggers]\nkeys = root\n[handlers]\nkeys = console\n[formatters]\nkeys = plain\n"
        "[logger_root]\nlevel = INFO\nhandlers = console\n"
        "[handler_console]\nclass = StreamHandler\nargs = (sys.stderr,)\nformatter = plain\n"
        "[formatter_plain]\nformat = %(name)s: %(message)s\n"
    )
    env = project.folder / "migrations" / "env.py"
    env.write_text(
        "from logging.config import fileConfig\nfrom alembic import context\n"
        "fileConfig(context.config.config_file_name)\n" + env.read_text()
    )
    project.revision(
        "b2", "a1", "op.f('x'), __import__('logging').getLogger('app').info('in a revision')"
    )
    ran = project.python(
        "-c",
        "import logging\nlog = logging.getLogger('app')\n"
        + INSTALL
        + "from alembic import command\nfrom alembic.config import Config\n"
        "command.upgrade(Config('alembic.ini'), 'head')\nlog.info('behind it')\n",
    )
    assert "app: in a revision" in ran.err
    assert "app: behind it" in ran.err
    assert "alembic.runtime.migration: Running upgrade a1 -> b2, b2" in ran.err


def test_a_connection_of_the_program(tmp_path: Path, make_database: Callable[[Kind], str]) -> None:
    project = start(tmp_path / "project", make_database("postgresql"))
    project.env("""
        from alembic import context

        context.configure(connection=context.config.attributes["connection"])
        with context.begin_transaction():
            context.run_migrations()
        """)
    project.python(
        "-c",
        INSTALL
        + f"""
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
config = Config("alembic.ini")
engine = sa.create_engine({project.url!r})
with engine.begin() as config.attributes["connection"]:
    command.upgrade(config, "head")
with engine.connect() as config.attributes["connection"]:
    command.downgrade(config, "a1")
try:
    with engine.begin() as config.attributes["connection"]:
        command.upgrade(config, "head")
        raise ZeroDivisionError
except ZeroDivisionError:
    pass
""",
    )
    assert project.heads == {"a1"}  # the last run was rolled back by its caller
    assert project.tables() == {"one"}


def test_four_threads_with_four_projects(tmp_path: Path) -> None:
    projects = [
        start(tmp_path / str(number), f"sqlite:///{tmp_path}/{number}.db") for number in range(4)
    ]
    projects[0].python(
        "-c",
        INSTALL
        + f"""
import threading
from alembic import command
from alembic.config import Config
failed = []


def work(folder):
    config = Config(folder + "/alembic.ini")
    config.set_main_option("script_location", folder + "/migrations")
    try:
        for _ in range(3):
            command.upgrade(config, "head")
            command.downgrade(config, "base")
        command.upgrade(config, "head")
    except BaseException as error:
        failed.append(error)
        raise


threads = [threading.Thread(target=work, args=(f,)) for f in {[str(p.folder) for p in projects]!r}]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not failed
""",
    )
    for project in projects:
        assert project.tables() == {"one", "two"}
        assert project.heads == {"b2"}


def test_alembic_and_limbeck_take_turns(project: Project) -> None:
    def alembic(*words: str) -> None:
        run = "import sys\nfrom alembic.config import main\nmain(sys.argv[1:])\n"
        subprocess.run([sys.executable, "-c", run, *words], cwd=project.folder, check=True)

    project.limbeck("upgrade", "a1")
    alembic("upgrade", "head")
    assert "moved-elsewhere" in project.limbeck("status").out
    assert "already at b2" in project.limbeck("upgrade", "head").err
    alembic("downgrade", "a1")
    project.limbeck("upgrade", "head")
    alembic("downgrade", "base")
    assert project.tables() == set()


def test_a_project_of_limbecks_own_may_have_files_for_alembic(project: Project) -> None:
    (project.folder / "alembic.ini").unlink()
    (project.folder / "migrations" / "env.py").unlink()
    project.write("limbeck.toml", f'url = "{project.url}"\n')
    project.revision(
        "b2",
        "a1",
        """
from alembic import context

def upgrade():
    assert not context.is_offline_mode() and context.get_context().dialect.name == "sqlite"
    with op.batch_alter_table("one") as batch:
        batch.add_column(sa.Column("x", sa.Integer))
""",
    )
    project.limbeck("upgrade", "head")
    assert project.heads == {"b2"}
    refused = project.python(
        "-c",
        "import limbeck\nlimbeck.Migrator().downgrade('base')\n",
        fails=True,
    )
    assert "imports from alembic, which is not limbeck in this process" in refused.err
