"""The schema at a revision, what is made of it, and what leads from one to another, on each kind of database."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from limbeck import Migrator
from limbeck.cli.main import main
from limbeck.diff import describe
from limbeck.errors import UsageError
from tests.databases.runs import execute, rows
from tests.servers import Kind

FIRST = '''"""first"""
import sqlalchemy as sa
from limbeck import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "authors",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(50), nullable=False, index=True),
        sa.Column("email", sa.String(80), unique=True),
        sa.Column("kind", sa.Enum("person", "group", name="kind"), server_default="person"),
    )
    op.create_table(
        "books",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("author_id", sa.Integer, sa.ForeignKey("authors.id", ondelete="CASCADE")),
        sa.Column("price", sa.Numeric(10, 2), sa.CheckConstraint("price > 0", name="ck_price")),
        sa.Column("title", sa.Text, nullable=False),
    )
'''
SECOND = '''"""second"""
import sqlalchemy as sa
from limbeck import op

revision = "b2"
down_revision = "a1"


def upgrade() -> None:
    op.execute("CREATE TABLE raw (id INTEGER NOT NULL PRIMARY KEY, note VARCHAR(20))")
    op.execute("CREATE VIEW titles AS SELECT title FROM books")
    op.add_column("authors", sa.Column("city", sa.String(20)))
'''
OPAQUE = '''"""third"""
from limbeck import op

revision = "c3"
down_revision = "b2"


def upgrade() -> None:
    op.get_bind().exec_driver_sql("CREATE TABLE hidden (id INTEGER NOT NULL)")
    op.execute("CREATE TABLE guessed AS SELECT 1 AS a")
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "migrations"
    (made / "versions").mkdir(parents=True)
    (made / "versions" / "a1_first.py").write_text(FIRST)
    (made / "versions" / "b2_second.py").write_text(SECOND)
    return made


@pytest.fixture
def migrator(database_url: str, folder: Path) -> Migrator:
    return Migrator(database_url, migrations=str(folder))


def test_the_schema_of_a_revision_is_what_the_database_has(migrator: Migrator) -> None:
    migrator.upgrade()
    assert [describe(one) for one in migrator.diff("head", "database").diff.operations] == []
    assert [describe(one) for one in migrator.diff("database", "head").diff.operations] == []
    assert [describe(one) for one in migrator.diff("database", "a1").diff.operations] != []


def test_its_statements_make_it(
    migrator: Migrator, database_kind: Kind, make_database: Callable[[Kind], str]
) -> None:
    other = make_database(database_kind)
    execute(other, *migrator.schema("b2").statements)
    assert migrator.diff("b2", other).diff.operations == ()


def test_its_models_make_it(
    migrator: Migrator, database_kind: Kind, make_database: Callable[[Kind], str], tmp_path: Path
) -> None:
    found: dict[str, sa.MetaData] = {}
    exec(compile(migrator.schema("a1").models, "models", "exec"), found)
    other = make_database(database_kind)
    engine = sa.create_engine(other)
    found["metadata"].create_all(engine)
    engine.dispose()
    assert migrator.diff("a1", other).diff.operations == ()


def test_the_same_schema_is_the_same_text(
    migrator: Migrator, database_kind: Kind, make_database: Callable[[Kind], str]
) -> None:
    first = migrator.schema("b2")
    assert first.sql == migrator.schema("b2").sql
    other = make_database(database_kind)
    execute(other, *first.statements)
    execute(make_database(database_kind), *migrator.schema("b2").statements)
    assert migrator.schema("base").sql == ""


def test_the_statements_between_two_lead_from_one_to_the_other(
    migrator: Migrator, database_kind: Kind, make_database: Callable[[Kind], str]
) -> None:
    other = make_database(database_kind)
    execute(other, *migrator.schema("a1").statements)
    execute(other, *migrator.diff("a1", "b2").statements)
    assert migrator.diff("b2", other).diff.operations == ()


def test_what_needs_a_database_is_asked_of_a_scratch_one(migrator: Migrator, folder: Path) -> None:
    (folder / "versions" / "c3_third.py").write_text(OPAQUE)
    found = migrator.schema("head")
    assert {str(table.name) for table in found.state} >= {"hidden", "guessed", "authors", "raw"}
    assert found.replayed is not None
    assert found.replayed.scratch
    assert {one.revision for one in found.replayed.opaque} == {"c3"}


def test_nothing_is_left_of_a_scratch_database(postgresql_url: str, folder: Path) -> None:
    (folder / "versions" / "c3_third.py").write_text(OPAQUE)
    Migrator(postgresql_url, migrations=str(folder)).schema("head")
    assert rows(postgresql_url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == []


def test_databases_of_two_kinds_are_not_compared(
    sqlite_url: str, postgresql_url: str, folder: Path
) -> None:
    with pytest.raises(UsageError, match=r"sqlite and .* is postgresql"):
        Migrator(sqlite_url, migrations=str(folder)).diff("database", postgresql_url)


def test_both_sides_are_explained(
    database_url: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    models = "import sqlalchemy as sa\nmetadata = sa.MetaData()\nsa.Table('authors', metadata, sa.Column('id', sa.Integer, primary_key=True))\n"
    (folder.parent / "shown_models.py").write_text(models)
    settings = (
        f'url = "{database_url}"\nmetadata = "shown_models:metadata"\nprepend_sys_path = "."\n'
    )
    (folder.parent / "limbeck.toml").write_text(settings)
    monkeypatch.chdir(folder.parent)
    assert main(["-q", "upgrade", "head"]) == 0
    capsys.readouterr()
    assert main(["check", "--explain", "--drop-unowned"]) == 12
    shown = capsys.readouterr().out
    assert "CREATE TABLE authors" in shown
    assert "(not there)" in shown


def test_a_deployment_does_not_load_the_parser(database_url: str, folder: Path) -> None:
    settings = f'url = "{database_url}"\n'
    (folder.parent / "limbeck.toml").write_text(settings)
    code = (
        "import sys; from limbeck.cli.main import main;"
        " codes = [main(['-q', 'heads']), main(['-q', 'upgrade', 'head'])];"
        " print(codes, 'sqlglot' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[0, 0] False"


class TestOwned:
    """Which tables belong to a history."""

    def test_those_that_revisions_made_or_work_on(
        self,
        database_url: str,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        (folder / "versions" / "c3_third.py").write_text(OPAQUE)
        (folder.parent / "owned_models.py").write_text(
            "import sqlalchemy as sa\nmetadata = sa.MetaData()\nsa.Table('one', metadata, sa.Column('id', sa.Integer, primary_key=True))\n"
        )
        settings = (
            f'url = "{database_url}"\nmetadata = "owned_models:metadata"\nprepend_sys_path = "."\n'
        )
        (folder.parent / "limbeck.toml").write_text(settings)
        monkeypatch.chdir(folder.parent)
        execute(database_url, "CREATE TABLE of_others (id INTEGER NOT NULL)")
        assert main(["-q", "upgrade", "head"]) == 0
        capsys.readouterr()
        assert main(["check"]) == 12
        shown = capsys.readouterr().out
        assert "drop table raw" in shown
        assert "drop table authors" in shown
        assert "drop table of_others" not in shown
        assert "drop table hidden" not in shown
        (note,) = [
            line for line in shown.splitlines() if line.startswith("note") and "of_others" in line
        ]
        assert "of_others" in note
