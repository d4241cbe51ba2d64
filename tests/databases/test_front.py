"""Check and autogenerate as they are typed: what is asked, what is refused, and what a project adds of its own."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from tests.unit.cli.conftest import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 60  # seconds, until a question that nobody answers fails the test
MODELS = """
import sqlalchemy as sa

metadata = sa.MetaData()
users = sa.Table(
    "users",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("{name}", sa.String(50), nullable=False),
    {more}
)
"""


class Studio(Terminal):
    """Types commands in a project with models and a database."""

    url: str

    def models(self, name: str = "name", more: str = "") -> None:
        """Write the models; each file is a new module, since a process imports a module once."""
        text = MODELS.format(name=name, more=more)
        number = len(list(self.folder.glob("models_*.py")))
        (self.folder / f"models_{number}.py").write_text(text, encoding="utf-8")
        self.configure(f'metadata = "models_{number}:metadata"\n')

    def configure(self, models: str, more: str = "") -> None:
        """Write the settings."""
        text = f'url = "{self.url}"\nnaming = "revision"\n{models}{more}'
        (self.folder / "limbeck.toml").write_text(text, encoding="utf-8")

    def add(self, more: str) -> None:
        """Add lines to the settings."""
        file = self.folder / "limbeck.toml"
        file.write_text(file.read_text(encoding="utf-8") + more, encoding="utf-8")

    def text(self, id: str) -> str:
        """The file of a revision."""
        (file,) = self.versions.glob(f"{id}_*.py")
        return file.read_text(encoding="utf-8")

    def on_terminal(self, *words: str, answers: str) -> tuple[int, str]:
        """The exit code and what is shown when `answers` are typed on a terminal."""
        primary, secondary = pty.openpty()
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120", "NO_COLOR": "1"}
        process = subprocess.Popen(
            [sys.executable, "-m", "limbeck", *words],
            stdin=secondary, stdout=secondary, stderr=secondary, env=environment,
        )  # fmt: skip
        os.close(secondary)
        alarm = Timer(PATIENCE, process.kill)
        alarm.start()
        os.write(primary, answers.encode())
        shown = b"".join(iter(lambda: _read(primary), b""))
        alarm.cancel()
        os.close(primary)
        text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode()).replace("\r\n", "\n")
        return process.wait(), text


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # Linux: the other end was closed
        return b""


@pytest.fixture
def studio(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    database_url: str,
) -> Iterator[Studio]:
    """A project whose database has a table `users` with a row, made by the revision `a1`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LIMBECK_CACHE", str(tmp_path / "cache"))
    for name in ("LIMBECK_CONFIG", "ALEMBIC_CONFIG", "LIMBECK_URL"):
        monkeypatch.delenv(name, raising=False)
    path, known = list(sys.path), set(sys.modules)
    studio = Studio(tmp_path, capsys)
    studio.url = database_url
    studio.versions.mkdir(parents=True)
    studio.models()
    assert studio("revision", "--autogenerate", "-m", "users", "--rev-id", "a1").code == 0
    assert studio("upgrade", "head").code == 0
    engine = sa.create_engine(database_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO users (id, name) VALUES (1, 'Ada')"))
    yield studio
    sys.path[:] = path
    for name in set(sys.modules) - known:
        if name.startswith(("models_", "project_", "app_")):
            del sys.modules[name]


def test_a_rename_is_asked_on_a_terminal(studio: Studio) -> None:
    studio.models("full_name")
    words = ("revision", "--autogenerate", "-m", "rename", "--rev-id", "b1")
    code, shown = studio.on_terminal(*words, answers="what?\n1\n")
    assert code == 0, shown
    assert "The column users.name is gone. Was it renamed?\n  1  yes, to full_name (" in shown
    assert "rename column users.name to full_name" in shown
    assert "new_column_name='full_name'" in studio.text("b1")
    assert "drop_column" not in studio.text("b1")


def test_a_value_and_a_loss_are_asked_on_a_terminal(studio: Studio) -> None:
    studio.models("full_name", 'sa.Column("age", sa.Integer, nullable=False),')
    words = ("revision", "--autogenerate", "-m", "age", "--rev-id", "b1")
    code, shown = studio.on_terminal(*words, answers="n\n18\n'?'\ny\n")
    assert code == 0, shown
    assert "Which one do they get? (SQL, such as 0)" in shown
    assert "Data would be lost:\n  column users.name with its values\n" in shown
    assert "op.fill_column('users', 'age', '18')" in studio.text("b1")
    assert "# DESTRUCTIVE: column users.name" in studio.text("b1")
    assert studio("upgrade", "head").code == 0
    assert studio("check").code == 0


def test_no_and_the_end_of_input_write_nothing(studio: Studio) -> None:
    studio.models("full_name")
    words = ("revision", "--autogenerate", "-m", "rename")
    code, shown = studio.on_terminal(*words, answers="\x04")
    assert (code, "error[R003]" in shown) == (7, True), shown
    code, shown = studio.on_terminal(*words, answers="n\n'?'\nn\n")
    assert (code, "error[R004]" in shown) == (7, True), shown
    assert [file.name for file in studio.versions.glob("*.py")] == ["a1_users.py"]


@pytest.mark.parametrize("flag", ["--json", "--quiet"])
def test_nothing_is_asked_where_nobody_would_see_it(studio: Studio, flag: str) -> None:
    studio.models("full_name")
    code, shown = studio.on_terminal("revision", "--autogenerate", "-m", "rename", flag, answers="")
    assert (code, "Was it renamed?" in shown) == (7, False), shown


def test_without_a_terminal_the_flags_are_named(studio: Studio) -> None:
    studio.models("full_name")
    ended = studio("revision", "--autogenerate", "-m", "rename")
    assert (ended.code, ended.out) == (7, "")
    flag = "--rename users.name=users.full_name"
    assert re.fullmatch(
        r"error\[R003\]: the column users\.name is gone; was it renamed to full_name \(\d+%\)\?\n"
        rf"  {flag}, or --rename users\.name= to drop it\nhint: add {flag}\n",
        ended.err,
    )
    checked = studio("check")
    assert checked.code == 12
    assert "undecided: the column users.name is gone; was it renamed to full_name" in checked.out


def test_what_is_pending_is_not_taken_for_a_difference(studio: Studio) -> None:
    studio("downgrade", "base")
    for words in (("check",), ("revision", "--autogenerate", "-m", "x")):
        ended = studio(*words)
        assert (ended.code, ended.out) == (8, "")
        assert ended.err.startswith("error[R001]: the database stands at base, ")
        assert "hint: limbeck upgrade head, or add --offline" in ended.err


def test_a_database_beyond_the_files_is_said_to_be_that(studio: Studio) -> None:
    studio("stamp", "--purge", "base")
    engine = sa.create_engine(studio.url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO alembic_version VALUES ('f00')"))
    ended = studio("check")
    assert (ended.code, "error[X009]" in ended.err) == (11, True)


def test_nothing_changed_and_why(studio: Studio) -> None:
    ended = studio("revision", "--autogenerate", "-m", "nothing")
    assert ended.out == "in step: metadata has 1 table; modules loaded: models_0\n"
    assert ended.err == "No revision was written.\n"


def test_most_tables_gone_names_the_models_that_were_not_loaded(studio: Studio) -> None:
    package = studio.folder / "app_shop"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "db.py").write_text(
        "import sqlalchemy as sa\n\nmetadata = sa.MetaData()\n"
        "other = sa.Table('other', metadata, sa.Column('id', sa.Integer, primary_key=True))\n"
    )
    (package / "users.py").write_text(MODELS.format(name="name", more=""))
    studio.configure('metadata = "app_shop.db:metadata"\n')
    ended = studio("revision", "--autogenerate", "-m", "x", "--rename", "users=")
    assert (ended.code, ended.out) == (7, "")
    assert ended.err == (
        "error[R005]: 1 of 1 tables would be dropped: users. Were all models imported?"
        " The metadata has 1 table; modules loaded: app_shop, app_shop.db."
        " Models that were not loaded are in: app_shop.users.\n"
        'hint: add to the settings: import = ["app_shop.users"];'
        " add --allow-mass-drop if the tables are to go\n"
    )


PROJECT = """
from dataclasses import replace

import sqlalchemy as sa

from limbeck import ColumnPair, Directive, Part, Renderer


def include_name(name: str | None, kind: str, parents: dict[str, str | None]) -> bool:
    return not (kind == "table" and name == "not_ours")


def include_object(
    part: Part, name: str | None, kind: str, reflected: bool, other: Part | None
) -> bool:
    return not (kind == "column" and name == "ignored")


def compare_type(pair: ColumnPair) -> bool | None:
    return False if pair.after.name == "same" else None


def compare_server_default(pair: ColumnPair) -> bool | None:
    return False if pair.after.name == "name" else None


def render_item(kind: str, item: object, renderer: Renderer) -> str | bool | None:
    if kind == "type" and isinstance(item, sa.Integer):
        renderer.imports.add("import sqlalchemy.types as things")
        return "things.Integer()"
    return False


def process(directives: list[Directive]) -> list[Directive]:
    (only,) = directives
    return [replace(only, message=f"{only.message}, reviewed")] if only.upgrades else []


def nonsense(directives: list[Directive]) -> list[object]:
    return ["a text"]
"""


@pytest.fixture
def project(studio: Studio) -> Studio:
    """The same with functions of its own."""
    (studio.folder / "project_hooks.py").write_text(PROJECT, encoding="utf-8")
    return studio


def _key(name: str, function: str) -> str:
    return f'{name} = "project_hooks:{function}"\n'


def test_filters_of_the_project(project: Studio) -> None:
    project.models(more='sa.Column("ignored", sa.Integer),')
    assert project("check").code == 12
    project.add(_key("include_object", "include_object"))
    assert project("check").code == 0
    engine = sa.create_engine(project.url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE not_ours (id INTEGER)"))
    assert "not_ours" in project("check").out
    project.add(_key("include_name", "include_name"))
    assert "not_ours" not in project("check").out


def test_the_projects_own_idea_of_the_same(project: Studio) -> None:
    project.models(more='sa.Column("same", sa.Integer),')
    words = ("revision", "--autogenerate", "-m", "same", "--rev-id", "b1")
    assert project(*words).code == 0
    assert project("upgrade", "head").code == 0
    project.models(more='sa.Column("same", sa.Text),')
    assert "alter column users.same" in project("check").out
    project.add(_key("compare_type", "compare_type"))
    assert project("check").code == 0
    text = MODELS.format(name="name", more="").replace(
        "nullable=False", "nullable=False, server_default='x'"
    )
    (project.folder / "models_9.py").write_text(
        text.replace(")\n)", '), sa.Column("same", sa.Text))')
    )
    project.configure('metadata = "models_9:metadata"\n', _key("compare_type", "compare_type"))
    assert "users.name" in project("check").out
    project.add(_key("compare_server_default", "compare_server_default"))
    assert "users.name" not in project("check").out


def test_the_projects_own_text_and_directives(project: Studio) -> None:
    project.models(more='sa.Column("age", sa.Integer),')
    project.add(_key("render_item", "render_item") + _key("process_revision_directives", "process"))
    assert project("revision", "--autogenerate", "-m", "age", "--rev-id", "b1").code == 0
    text = project.text("b1")
    assert text.startswith('"""age, reviewed\n')
    assert "import sqlalchemy.types as things\n" in text
    assert "sa.Column('age', things.Integer(), nullable=True)" in text
    assert project("upgrade", "head").code == 0


def test_what_is_no_directive_and_what_is_no_function(project: Studio) -> None:
    project.models(more='sa.Column("age", sa.Integer),')
    project.add(_key("process_revision_directives", "nonsense"))
    ended = project("revision", "--autogenerate", "-m", "age")
    assert ended.code == 3
    assert "gave 'a text', which is no limbeck.Directive\nhint: " in ended.err
    project.models(more='sa.Column("age", sa.Integer),')
    project.add(_key("include_object", "nowhere"))
    ended = project("check")
    assert ended.code == 3
    assert "include_object = 'project_hooks:nowhere' (from " in ended.err


def test_each_named_database_is_checked(studio: Studio) -> None:
    studio.models(more='sa.Column("age", sa.Integer),')
    (module,) = re.findall(r'metadata = "(.*)"', (studio.folder / "limbeck.toml").read_text())
    (studio.folder / "limbeck.toml").write_text(
        f'metadata = "{module}"\nnaming = "revision"\n'
        f'[databases.old]\nurl = "{studio.url}"\n'
        f'[databases.lite]\nurl = "sqlite:///lite.db"\nmetadata = "models_0:metadata"\n'
    )
    assert studio("-n", "lite", "upgrade", "head").code == 0
    ended = studio("check")
    assert ended.code == 12
    assert "old: not in step" in ended.out
    assert "lite: in step: metadata has 1 table" in ended.out
    assert studio("-n", "lite", "check").code == 0
    targets = json.loads(studio("check", "--json").out)["targets"]
    assert [(one["name"], one["in_step"]) for one in targets] == [("old", False), ("lite", True)]


def test_a_password_is_never_shown(studio: Studio) -> None:
    studio.models(more='sa.Column("age", sa.Integer),')
    url = sa.make_url(studio.url)
    if url.get_backend_name() == "sqlite":
        url = sa.make_url("postgresql+psycopg://ada@127.0.0.1:1/none")
    studio.url = url.set(password="s3cret").render_as_string(hide_password=False)
    studio.models(more='sa.Column("age", sa.Integer),')
    for words in (("check",), ("check", "--explain"), ("check", "--json")):
        ended = studio(*words)
        assert "s3cret" not in ended.out + ended.err
        assert ended.out + ended.err != ""
