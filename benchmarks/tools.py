"""
The two tools that are compared, each in an environment of its own, with a project of its own.

Responsible for installing them with the same SQLAlchemy and the same drivers, and for configuring both as their own
documentation does.  Does not know what is timed.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import histories
from benchmarks.histories import Heads

if TYPE_CHECKING:
    from benchmarks.histories import Shape

ROOT = Path(__file__).parents[1]
WORK = ROOT / "benchmarks" / "made"
PEER = "alembic==1.20.1"
COMMON = ("sqlalchemy==2.1.9", "psycopg[binary]", "pymysql")

ENV = """from logging.config import fileConfig

from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config
if config.config_file_name is not None:
    fileConfig(config.config_file_name)


def run_migrations_offline() -> None:
    context.configure(
        url=config.get_main_option("sqlalchemy.url"),
        literal_binds=True,
        dialect_opts={"paramstyle": "named"},
    )
    with context.begin_transaction():
        context.run_migrations()


def run_migrations_online() -> None:
    connectable = engine_from_config(
        config.get_section(config.config_ini_section, {}),
        prefix="sqlalchemy.",
        poolclass=pool.NullPool,
    )
    with connectable.connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
"""

_INI = """[alembic]
script_location = %(here)s
prepend_sys_path = .
sqlalchemy.url = {url}

[loggers]
keys = root,sqlalchemy,alembic

[handlers]
keys = console

[formatters]
keys = generic

[logger_root]
level = WARNING
handlers = console
qualname =

[logger_sqlalchemy]
level = WARNING
handlers =
qualname = sqlalchemy.engine

[logger_alembic]
level = INFO
handlers =
qualname = alembic

[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = NOTSET
formatter = generic

[formatter_generic]
format = %(levelname)-5.5s [%(name)s] %(message)s
datefmt = %H:%M:%S
"""


@dataclass(frozen=True)
class Tool:
    """A tool under measurement: `name` is its command, and the package that revisions import `op` from."""

    name: str
    requirement: str
    entry: str
    """The module whose `main(argv)` is the command."""

    @property
    def bin(self) -> Path:
        """The folder of its programs."""
        return WORK / f"venv-{self.name}" / "bin"

    def command(self, *words: str) -> list[str]:
        """A command line of the tool."""
        return [str(self.bin / self.name), *words]

    def python(self, *words: str) -> list[str]:
        """A command line of the Python that the tool runs on."""
        return [str(self.bin / "python"), *words]

    def install(self) -> None:
        """Make its environment, or bring it up to date."""
        if not (self.bin / "python").exists():
            subprocess.run([sys.executable, "-m", "venv", self.bin.parent], check=True)
            self._pip("install", *COMMON, self.requirement)
        elif self.requirement.startswith("/"):
            self._pip("install", "--force-reinstall", "--no-deps", self.requirement)

    def version(self) -> str:
        """As its command says."""
        run = subprocess.run(self.command("--version"), capture_output=True, text=True, check=True)
        return run.stdout.split()[-1]

    def _pip(self, *words: str) -> None:
        subprocess.run(
            self.python("-m", "pip", "--disable-pip-version-check", "-q", *words), check=True
        )


LIMBECK = Tool("limbeck", str(ROOT), "limbeck.cli.main")
ALEMBIC = Tool("alembic", PEER, "alembic.config")
TOOLS = (LIMBECK, ALEMBIC)


@dataclass(frozen=True)
class Project:
    """A folder with a history and a configuration, for one tool."""

    tool: Tool
    folder: Path
    heads: Heads

    @property
    def database(self) -> Path:
        """The SQLite file beside the revisions; there after `stand_at_heads`."""
        return self.folder / "database.sqlite"

    def configure(self, url: str) -> None:
        """Let the project move the database at `url`."""
        if self.tool is LIMBECK:
            (self.folder / "limbeck.toml").write_text(f'url = "{url}"\nmigrations = "."\n')
        else:
            (self.folder / "alembic.ini").write_text(_INI.format(url=url.replace("%", "%%")))

    def forget(self) -> None:
        """Remove what a run leaves behind to be faster next time: byte code, indexes."""
        for cache in list(self.folder.rglob("__pycache__")):
            shutil.rmtree(cache)

    def stand_at_heads(self) -> None:
        """Make the SQLite file, with a version table that says that everything has run."""
        with sqlite3.connect(self.database) as connection:
            connection.execute(
                "create table if not exists alembic_version (version_num varchar(32) not null,"
                " constraint alembic_version_pkc primary key (version_num))"
            )
            connection.execute("delete from alembic_version")
            connection.executemany(
                "insert into alembic_version values (?)", [(head,) for head in self.heads.rows]
            )
        connection.close()


def project(tool: Tool, shape: Shape, count: int) -> Project:
    """A project of `count` revisions on a SQLite file of its own; that of an earlier call where it would be the same."""
    folder = WORK / f"{tool.name}-{shape}-{count}"
    heads = _made(folder)
    if heads is None:
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "versions").mkdir(parents=True)
        heads = histories.write(folder, tool.name, shape, count) if count else Heads([], [])
        (folder / _MARK).write_text(json.dumps([_recipe(), *heads]))
    for database in folder.glob("database.sqlite*"):
        database.unlink()
    for name in ("limbeck.toml", "alembic.ini", "env.py"):
        (folder / name).unlink(missing_ok=True)
    if tool is ALEMBIC:
        (folder / "env.py").write_text(ENV)
    (folder / "script.py.mako").write_text("")
    made = Project(tool, folder, heads)
    made.configure(f"sqlite:///{made.database}")
    return made


_MARK = "made.json"


def _recipe() -> str:
    """What tells whether a project of an earlier call is what would be made now."""
    return hashlib.sha256(Path(histories.__file__).read_bytes()).hexdigest()


def _made(folder: Path) -> Heads | None:
    """The heads of the project in `folder`, where it was made by the same recipe."""
    mark = folder / _MARK
    if not mark.exists():
        return None
    recipe, shown, rows = json.loads(mark.read_text())
    return Heads(shown, rows) if recipe == _recipe() else None
