"""
Projects as they were made for Alembic, in folders of their own, and limbeck run in them.

Each command is a process of its own, for in this one `alembic` is the real one, with which ours is compared elsewhere.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import sqlalchemy as sa

ENV = """
from alembic import context
from sqlalchemy import create_engine

def run():
    engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
    with engine.connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()

if context.is_offline_mode():
    context.configure(url=context.config.get_main_option("sqlalchemy.url"), literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    run()
"""


_TABLE = """
def upgrade():
    op.create_table({0!r}, sa.Column("id", sa.Integer))


def downgrade():
    op.drop_table({0!r})
"""


@dataclass
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass
class Project:
    """A folder with `alembic.ini`, `migrations/env.py` and revisions; `url` is that of its database."""

    folder: Path
    url: str

    def write(self, name: str, text: str) -> Path:
        """A file; its text may be indented as a whole."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
        return path

    def env(self, text: str) -> None:
        """Another `env.py`."""
        self.write("migrations/env.py", text)

    def revision(self, id: str, below: str | None, body: str, *, top: str = "") -> None:
        """A revision; `body` are the functions, or the one line that `upgrade` consists of."""
        if "def " not in body:
            body = f"def upgrade():\n    {body}\n\ndef downgrade():\n    pass\n"
        head = f'"""{id}"""\nfrom alembic import op\nimport sqlalchemy as sa\n{dedent(top)}\n'
        names = f"revision = {id!r}\ndown_revision = {below!r}\n\n"
        path = self.folder / "migrations" / "versions" / f"{id}.py"
        path.write_text(head + names + dedent(body), encoding="utf-8")

    def limbeck(self, *words: str, fails: bool = False, **environment: str) -> Ran:
        """Run a command of limbeck's; it must succeed, or fail, as said."""
        return self.python("-m", "limbeck", *words, fails=fails, **environment)

    def python(self, *words: str, fails: bool = False, **environment: str) -> Ran:
        """Run Python in the folder."""
        done = subprocess.run(
            [sys.executable, *words],
            cwd=self.folder,
            env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1", **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert bool(done.returncode) == fails, f"{words}:\n{done.stdout}{done.stderr}"
        return Ran(done.returncode, done.stdout, done.stderr)

    def tables(self, schema: str | None = None) -> set[str]:
        """The tables in the database, but for those that are kept about revisions."""
        engine = sa.create_engine(self.url)
        found = set(sa.inspect(engine).get_table_names(schema))
        engine.dispose()
        return found - {"alembic_version", "limbeck_journal"}

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """What a query gives."""
        engine = sa.create_engine(self.url)
        with engine.connect() as connection:
            found = [tuple(row) for row in connection.execute(sa.text(query))]
        engine.dispose()
        return found

    @property
    def heads(self) -> set[object]:
        """The rows of the version table."""
        return {row[0] for row in self.rows("SELECT version_num FROM alembic_version")}


def start(folder: Path, url: str, *, settings: str = "") -> Project:
    """A project with two revisions, each of which makes a table."""
    project = Project(folder, url)
    escaped = url.replace("%", "%%")
    project.write(
        "alembic.ini",
        f"[alembic]\nscript_location = migrations\nsqlalchemy.url = {escaped}\n{settings}",
    )
    project.env(ENV)
    (folder / "migrations" / "versions").mkdir()
    project.revision("a1", None, _TABLE.format("one"))
    project.revision("b2", "a1", _TABLE.format("two"))
    return project
