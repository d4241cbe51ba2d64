"""The command line on each kind of database: what is printed where, and how it ends."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from limbeck.cli.schemas import DOCUMENTS, schema
from limbeck.config import load
from limbeck.project import Project
from tests.unit.cli.conftest import Ended, Terminal

if TYPE_CHECKING:
    from collections.abc import Callable

    from limbeck.database.live import LiveDatabase
    from limbeck.project import Target
    from tests.servers import Kind

REVISION = '''"""{message}

Revision ID: {id}
Create Date: 2026-01-0{day} 10:00:00
"""
import sqlalchemy as sa
from limbeck import op

revision = {id!r}
down_revision = {parent!r}


def upgrade():
    {up}


def downgrade():
    {down}
'''
CREATE = 'op.create_table("customer", sa.Column("id", sa.Integer, primary_key=True))'
ADD = 'op.add_column("customer", sa.Column("note", sa.String(50)))'


class Shop(Terminal):
    """Types commands in a project with a database."""

    url: str

    def write(
        self,
        id: str,
        parent: str | None,
        message: str,
        day: int,
        up: str = "pass",
        down: str = "pass",
    ) -> Path:
        """Write a revision."""
        path = self.versions / f"{id}.py"
        path.write_text(
            REVISION.format(id=id, parent=parent, message=message, day=day, up=up, down=down),
            encoding="utf-8",
        )
        return path

    def configure(self, text: str) -> None:
        """Write the settings."""
        (self.folder / "limbeck.toml").write_text(text, encoding="utf-8")


def _shop(folder: Path, url: str, capsys: pytest.CaptureFixture[str]) -> Shop:
    shop = Shop(folder, capsys)
    shop.url = url
    shop.versions.mkdir(parents=True)
    shop.configure(f'url = "{url}"\n')
    shop.write("a1", None, "create customers", 1, CREATE, 'op.drop_table("customer")')
    shop.write("b1", "a1", "add a note", 2, ADD, 'op.drop_column("customer", "note")')
    return shop


@pytest.fixture
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in ("LIMBECK_CONFIG", "ALEMBIC_CONFIG", "LIMBECK_URL"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def shop(empty_folder: Path, database_url: str, capsys: pytest.CaptureFixture[str]) -> Shop:
    """Two revisions, on each kind of database."""
    return _shop(empty_folder, database_url, capsys)


@pytest.fixture
def lite(empty_folder: Path, sqlite_url: str, capsys: pytest.CaptureFixture[str]) -> Shop:
    """Two revisions, on SQLite."""
    return _shop(empty_folder, sqlite_url, capsys)


def test_up_and_down(shop: Shop) -> None:
    assert shop("upgrade", "head") == Ended(
        0, "", "Running upgrade  -> a1, create customers\nRunning upgrade a1 -> b1, add a note\n"
    )
    assert shop("current").out == "b1 (head)\n"
    assert shop("upgrade") == Ended(0, "", "Nothing to do: already at b1.\n")
    assert shop("show", "current-1").out.startswith("Rev: a1\n")
    assert shop("downgrade", "-1").err == "Running downgrade b1 -> a1, add a note\n"
    assert shop("current").out == "a1\n"
    assert shop("upgrade", "+1", "-q") == Ended(0, "", "")
    assert shop("downgrade", "base").code == 0
    assert shop("current") == Ended(0, "", "")


def test_current_in_full(shop: Shop) -> None:
    shop("upgrade", "a1")
    address = sa.make_url(shop.url).render_as_string()
    assert (
        shop("current", "-v").out
        == f"""\
Current revision(s) for {address}:
Rev: a1
Parent: <base>
Path: {shop.versions}/a1.py

    create customers

    Revision ID: a1
    Create Date: 2026-01-01 10:00:00

"""
    )


def test_what_is_pending_can_be_checked(shop: Shop) -> None:
    for words in (
        ["plan", "--check"],
        ["status", "--check"],
        ["current", "--check-heads"],
        ["current", "-c"],
    ):
        assert (words, shop(*words).code) == (words, 8)
    shop("upgrade")
    for words in (["plan", "--check"], ["status", "--check"], ["current", "--check-heads"]):
        assert (words, shop(*words).code) == (words, 0)


def test_a_plan_changes_nothing(shop: Shop) -> None:
    address = sa.make_url(shop.url).render_as_string()
    expected = f"""\
2 revisions to run for {address}:
  1  upgrade  -> a1, create customers
  2  upgrade a1 -> b1, add a note
It would then be at b1.
"""
    for words in (["plan"], ["upgrade", "--plan"], ["plan", "head"]):
        assert shop(*words) == Ended(0, expected, "")
    assert sa.inspect(sa.create_engine(shop.url, poolclass=NullPool)).get_table_names() == []
    shop("upgrade")
    assert "1  downgrade b1 -> a1, add a note" in shop("plan", "-1", "--down").out
    assert "1  downgrade b1 -> a1, add a note" in shop("downgrade", "-1", "--plan").out
    assert shop("plan").out == f"Nothing to do: {address} is at b1.\n"


def test_stamp(shop: Shop) -> None:
    assert shop("stamp", "a1").err == "Running stamp_revision  -> a1\n"
    assert shop("current").out == "a1\n"
    assert shop("stamp", "head").err == "Running stamp_revision a1 -> b1\n"
    assert shop("stamp", "--purge", "base").code == 0
    assert shop("current").out == ""


def test_what_was_applied(shop: Shop) -> None:
    shop("upgrade")
    shop("downgrade", "-1")
    lines = shop("history", "--applied").out.splitlines()
    when = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"
    who = r"\S+@\S+"
    expected = [
        rf"{when}  done    +\d+\.\d{{3}} s  {who}  down  b1, add a note",
        rf"{when}  done    +\d+\.\d{{3}} s  {who}  up    b1, add a note",
        rf"{when}  done    +\d+\.\d{{3}} s  {who}  up    a1, create customers",
    ]
    assert len(lines) == len(expected)
    for line, pattern in zip(lines, expected, strict=True):
        assert re.fullmatch(pattern, line), line


def test_a_statement_that_fails(shop: Shop) -> None:
    shop("upgrade")
    shop.write("c1", "b1", "go wrong", 3, 'op.execute("SELECT * FROM nowhere_at_all")')
    ended = shop("upgrade")
    assert (ended.code, ended.out) == (1, "")
    assert "Stopped in upgrade b1 -> c1, go wrong\nerror[X003]: " in ended.err
    assert "nowhere_at_all" in ended.err
    assert "failed" in shop("history", "--applied").out
    assert "note[failed]: c1 (up) failed" in shop("status").out


def test_a_script_that_fails(lite: Shop) -> None:
    lite.write("c1", "b1", "go wrong", 3, "1 / 0")
    ended = lite("upgrade", "--json")
    assert ended.code == 1
    assert json.loads(ended.out)["error"]["code"] == "X004"
    assert "division by zero" in ended.err


def test_another_run_holds_the_lock(shop: Shop) -> None:
    def while_locked(target: Target, database: LiveDatabase) -> Ended:
        with database.exclusive():
            return shop("upgrade", "--lock-timeout", "0")

    (ended,) = Project.open(load()).visit(while_locked)
    assert ended.code == 10
    assert ended.err.startswith("error[X002]: ")


def test_a_database_that_is_newer_than_the_code(shop: Shop) -> None:
    shop("upgrade")
    (shop.versions / "b1.py").unlink()
    ended = shop("upgrade")
    assert ended.code == 11
    assert re.search(
        r"\n    b1  applied \d{4}-\d\d-\d\d \d\d:\d\d UTC by \S+@\S+ with limbeck 0", ended.err
    )
    assert "stamp --purge" in ended.err
    assert shop("current").out == "b1 (unknown: no revision file has it)\n"
    assert shop("status", "--check").code == 11
    assert shop("stamp", "--purge", "a1").code == 0
    assert shop("current").out == "a1 (head)\n"


def test_status_is_one_page(shop: Shop) -> None:
    shop("upgrade", "a1")
    address = sa.make_url(shop.url).render_as_string()
    assert (
        shop("status").out
        == f"""\
History   2 revisions in {shop.folder}/migrations
Heads     b1 (head), add a note

Database  {address}
Stands at a1, create customers
Pending   b1 (head), add a note

Nothing is wrong.
"""
    )


def test_status_of_a_broken_history(lite: Shop) -> None:
    lite.write("c1", "gone", "lost its parent", 3)
    ended = lite("status", "--check")
    assert ended.code == 4
    assert "problem[H003]" in ended.out
    assert lite("status").code == 0


def test_status_without_the_database(lite: Shop) -> None:
    lite.configure('url = "postgresql+psycopg://ada:secret@127.0.0.1:1/none"\n')
    ended = lite("status", "--check")
    assert (ended.code, "problem[X001]" in ended.out) == (9, True)
    assert lite("upgrade").code == 9
    assert "secret" not in ended.out + ended.err + lite("upgrade").err


def _git(*words: str) -> None:
    names = {
        f"GIT_{who}_{what}": "x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    subprocess.run(["git", *words], check=True, capture_output=True, env={**os.environ, **names})


def _commit(author: str) -> None:
    _git("add", ".")
    _git("commit", "-m", "more", f"--author={author} <{author}@example.org>")


def test_several_heads_say_who_brought_them(lite: Shop) -> None:
    _git("init", "-b", "main")
    _commit("Ada")
    _git("checkout", "-b", "phones")
    lite.write("c1", "b1", "add phones", 3)
    _commit("Ben")
    _git("checkout", "-b", "mails", "main")
    lite.write("c2", "b1", "add mails", 4)
    _commit("Eve")
    _git("checkout", "main")
    _git("merge", "--no-ff", "phones", "--no-edit")
    _git("merge", "--no-ff", "mails", "--no-edit")
    ended = lite("upgrade", "head")
    assert ended.code == 6
    assert (lite("plan").code, lite("plan").err) == (6, ended.err)
    for fact in ("c1  add phones", "c2  add mails", "part at b1", "b1  add a note"):
        assert fact in ended.err
    assert re.search(r"c1  by Ben, \S+, branch phones", ended.err)
    assert re.search(r"c2  by Eve, \S+, branch mails", ended.err)
    assert 'limbeck merge -m "merge heads" c1 c2' in ended.err
    assert lite("status", "--check").code == 6
    assert lite("merge", "-m", "merge heads", "c1", "c2").code == 0
    assert lite("upgrade", "head").code == 0


@pytest.mark.parametrize("backend", ["postgresql", "mysql", "sqlite", "mssql", "oracle"])
def test_sql_needs_no_connection(lite: Shop, backend: str) -> None:
    lite.configure(f'url = "{backend}://ada:secret@127.0.0.1:1/none"\n')
    if backend == "sqlite":
        lite.configure('url = "sqlite:////no/such/folder/none.db"\n')
    up = lite("upgrade", "a1:b1", "--sql")
    assert (up.code, up.err) == (0, "")
    assert "-- Running upgrade a1 -> b1" in up.out
    assert "ALTER TABLE customer ADD" in up.out
    assert "customer" in lite("upgrade", "head", "--sql", "--tag", "x").out
    down = lite("downgrade", "b1:a1", "--sql")
    assert "-- Running downgrade b1 -> a1" in down.out
    assert "alembic_version" in lite("stamp", "head", "--sql").out
    assert "CREATE TABLE alembic_version" in lite("ensure_version", "--sql").out


def test_sql_of_a_downgrade_needs_a_start(lite: Shop) -> None:
    ended = lite("downgrade", "a1", "--sql")
    assert (ended.code, "limbeck downgrade head:a1 --sql" in ended.err) == (2, True)


def test_ensure_version(shop: Shop) -> None:
    for _ in range(2):
        assert shop("ensure_version").code == 0
        names = sa.inspect(sa.create_engine(shop.url, poolclass=NullPool)).get_table_names()
        assert set(names) == {"alembic_version", "limbeck_journal"}
    assert shop("upgrade").code == 0


def test_a_dry_run(lite: Shop) -> None:
    ended = lite("upgrade", "--dry-run")
    assert ended.code == 0
    assert ended.err.endswith("Dry run: everything was rolled back.\n")
    assert lite("current").out == ""


def test_values_for_scripts(lite: Shop) -> None:
    up = "op.execute(f\"CREATE TABLE {op.get_context().opts['tenant']}_{op.get_context().opts['tag']} (id int)\")"
    lite.write("c1", "b1", "per tenant", 3, up)
    assert lite("-x", "tenant=acme", "upgrade", "head", "--tag", "new").code == 0
    assert sa.inspect(sa.create_engine(lite.url, poolclass=NullPool)).has_table("acme_new")


def test_named_databases(lite: Shop, make_database: Callable[[Kind], str]) -> None:
    other = make_database("sqlite")
    lite.configure(f'[databases.one]\nurl = "{lite.url}"\n[databases.two]\nurl = "{other}"\n')
    assert lite("-n", "one", "upgrade").code == 0
    assert lite("current", "-n", "two").out == ""
    assert lite("current", "-n", "one").out == "b1 (head)\n"
    assert lite("current").code == 3


def test_ranges_and_revisions_relative_to_the_database(lite: Shop) -> None:
    lite("upgrade", "a1")
    assert lite("history", "-i").out == (
        "a1 -> b1 (head), add a note\n<base> -> a1 (current), create customers\n"
    )
    assert lite("history", "-r", "current:").out.startswith("a1 -> b1")
    assert lite("show", "current").out.startswith("Rev: a1\n")


@pytest.mark.parametrize(
    ("kind", "driver"),
    [("sqlite", "aiosqlite"), ("postgresql", "asyncpg"), ("mariadb", "aiomysql")],
)
def test_drivers_made_for_asyncio(
    empty_folder: Path,
    make_database: Callable[[Kind], str],
    capsys: pytest.CaptureFixture[str],
    kind: Kind,
    driver: str,
) -> None:
    url = sa.make_url(make_database(kind))
    name = f"{url.get_backend_name()}+{driver}"
    text = url.set(drivername=name).render_as_string(hide_password=False)
    shop = _shop(empty_folder, text, capsys)
    assert shop("upgrade").code == 0
    assert shop("current").out == "b1 (head)\n"


MODELS = """
import sqlalchemy as sa

metadata = sa.MetaData()
customer = sa.Table("customer", metadata, sa.Column("id", sa.Integer, primary_key=True))
"""


def test_every_document_keeps_its_promise(shop: Shop) -> None:
    (shop.folder / "models_of_the_shop.py").write_text(MODELS, encoding="utf-8")
    shop.configure(f'url = "{shop.url}"\nmetadata = "models_of_the_shop:metadata"\n')
    shop.write("c1", "b1", "one way", 3)
    shop.write("c2", "b1", "another way", 4)
    lines = """
        status | plan heads | upgrade b1 --plan | upgrade a1 | status | upgrade heads | upgrade heads
        downgrade c1-1 --plan | downgrade c1@-1 | stamp heads | current | heads | branches | history
        history -i | history --applied | show c1 | show nothing_like_it | list_templates | config
        upgrade head | check | check --offline | schema | schema a1 | diff a1 head | conflicts --prove
        upgrade c1 | revision --autogenerate -m y | revision -m x --head c1 | check
        rebase --undo | guard check | guard forecast | reid nothing_like_it | merge | compat check
    """
    seen = set()
    for line in lines.replace("\n", "|").split("|"):
        if line.strip():
            verb, *words = line.split()
            document = json.loads(shop(verb, *words, "--json").out)
            verb = document["verb"]  # with its word, where it has several
            jsonschema.validate(document, schema(verb))
            seen.add(verb)
    assert seen == set(DOCUMENTS)


def test_what_a_run_tells_programs(shop: Shop) -> None:
    document = json.loads(shop("upgrade", "--json").out)
    (target,) = document["targets"]
    assert (document["planned"], document["dry_run"], document["notices"]) == (False, False, [])
    assert target["address"] == sa.make_url(shop.url).render_as_string()
    assert (target["before"], target["after"]) == ([], ["b1"])
    assert [step["revision"] for step in target["steps"]] == ["a1", "b1"]
    assert all(step["statements"] >= 1 and step["seconds"] >= 0 for step in target["steps"])


def test_a_terminal_shows_progress(lite: Shop) -> None:
    lite.write("b1", "a1", "add a note", 2, f"import time; time.sleep(0.5); {ADD}")
    primary, secondary = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "limbeck", "upgrade"], stderr=secondary, env=environment
    )
    os.close(secondary)
    shown = b""
    while True:
        try:
            chunk = os.read(primary, 4096)
        except OSError:  # Linux: the other end was closed
            break
        if not chunk:
            break
        shown += chunk
    os.close(primary)
    assert process.wait() == 0
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())
    assert re.search(r"✓ upgrade  -> a1, create customers  \d+\.\d\d s", text)
    assert re.search(r"✓ upgrade a1 -> b1, add a note  \d+\.\d\d s", text)
    assert "0/2" in text
    assert "1/2" in text
