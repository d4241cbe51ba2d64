"""`limbeck compat check`: both engines run a project on scratch databases, and what differs is said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import sqlalchemy as sa

from limbeck.cli.schemas import schema
from tests.compat.projects import ENV, Project, start
from tests.servers import Kind

BY_LIMBECK = "'limbeck' in op.get_context().__module__"
"""What a revision may ask to do something else there."""


def checked(project: Project, code: int, *words: str, **environment: str) -> dict[str, Any]:
    """The verdict on each thing that was looked at, with its details."""
    ran = project.limbeck("compat", "check", "--json", *words, fails=code != 0, **environment)
    assert ran.code == code, ran.out + ran.err
    document: dict[str, Any] = json.loads(ran.out)
    jsonschema.validate(document, schema("compat"))
    return document


def verdicts(document: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["verdict"] for one in document["checks"]}


def details(document: dict[str, Any], name: str) -> str:
    return "\n".join(
        line for one in document["checks"] if one["name"] == name for line in one["details"]
    )


def databases_of(url: str) -> list[str]:
    """The databases of the server."""
    engine = sa.create_engine(url)
    query = "SELECT datname FROM pg_database"
    if engine.dialect.name != "postgresql":
        query = "SELECT schema_name FROM information_schema.schemata"
    with engine.connect() as connection:
        names = list(connection.exec_driver_sql(query).scalars())
    engine.dispose()
    return names


@pytest.fixture(
    params=[
        pytest.param("postgresql", marks=pytest.mark.postgresql),
        pytest.param("mariadb", marks=pytest.mark.mariadb),
    ]
)
def server_kind(request: pytest.FixtureRequest) -> Kind:
    kind: Kind = request.param
    return kind


def test_the_same_is_said_and_nothing_is_touched(tmp_path: Path, database_url: str) -> None:
    project = start(tmp_path, database_url)
    project.revision("c3", "b2", 'op.execute("INSERT INTO one (id) VALUES (7)")')
    document = checked(project, 0)
    assert set(verdicts(document).values()) == {"same"}
    assert verdicts(document).keys() == {
        "revision files", "upgrade heads --sql", "upgrade heads", "downgrade base",
    }  # fmt: skip
    assert [one["about"] for one in document["checks"]][2:] == [
        "2 tables, 1 row",
        "nothing is left",
    ]
    engine = sa.create_engine(database_url)
    assert sa.inspect(engine).get_table_names() == []
    engine.dispose()


@pytest.mark.parametrize("last", ["SELECT 1", "SELECT nothing"])
def test_scratch_databases_are_removed(
    tmp_path: Path, make_database: Callable[[Kind], str], last: str, server_kind: Kind
) -> None:
    url = make_database(server_kind)
    project = start(tmp_path, url)
    project.revision("c3", "b2", f"op.execute({last!r})")
    words = [sys.executable, "-m", "limbeck", "compat", "check"]
    with subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        out, _ = process.communicate()
    assert "upgrade heads" in out
    # The names of scratch databases say who has made them.
    assert [name for name in databases_of(url) if f"_{process.pid}_" in name] == []


def test_another_structure_is_found(tmp_path: Path, database_url: str) -> None:
    project = start(tmp_path, database_url)
    project.revision(
        "c3", "b2", f'op.add_column("one", sa.Column("x" if {BY_LIMBECK} else "y", sa.Integer))'
    )
    document = checked(project, 12)
    assert verdicts(document)["upgrade heads"] == "differs"
    assert "x" in details(document, "upgrade heads")
    assert verdicts(document)["upgrade heads --sql"] == "differs"
    assert "ADD COLUMN y" in details(document, "upgrade heads --sql")


def test_other_rows_are_found_but_not_those_of_chance(tmp_path: Path, sqlite_url: str) -> None:
    project = start(tmp_path, sqlite_url)
    project.revision(
        "c3", "b2", """
        def upgrade():
            op.add_column("one", sa.Column("at", sa.String(40)))
            op.execute("INSERT INTO one (id, at) VALUES (7, hex(randomblob(8)))")


        def downgrade():
            op.drop_column("one", "at")
        """,
    )  # fmt: skip
    assert verdicts(checked(project, 0))["upgrade heads"] == "same"
    project.revision(
        "d4", "c3", f'op.execute("INSERT INTO two (id) VALUES (%d)" % (1 if {BY_LIMBECK} else 2))'
    )
    document = checked(project, 12)
    assert "rows of two: (id=2); or (id=1)" in details(document, "upgrade heads")


def test_without_alembic_it_says_what_it_could_not(tmp_path: Path, sqlite_url: str) -> None:
    project = start(tmp_path, sqlite_url)
    project.write("none/alembic.py", 'raise ImportError("not installed")')
    document = checked(project, 13, PYTHONPATH=str(tmp_path / "none"))
    assert document["alembic"] is None
    assert set(verdicts(document).values()) == {"works"}
    project.revision("c3", "b2", 'op.execute("SELECT nothing")')
    document = checked(project, 1, PYTHONPATH=str(tmp_path / "none"))
    assert verdicts(document)["upgrade heads"] == "fails"
    assert "migrations/versions/c3.py" in details(document, "upgrade heads")


def test_what_fails_with_both_is_no_difference(tmp_path: Path, sqlite_url: str) -> None:
    project = start(tmp_path, sqlite_url)
    project.revision("c3", "b2", 'raise RuntimeError("not today")')
    document = checked(project, 13)
    assert verdicts(document)["upgrade heads"] == "not compared"
    said = details(document, "upgrade heads")
    assert said.count("migrations/versions/c3.py") == 2
    assert said.count("not today") == 2


def test_what_fails_with_one_is_a_difference(tmp_path: Path, sqlite_url: str) -> None:
    project = start(tmp_path, sqlite_url)
    project.revision("c3", "b2", f"assert not {BY_LIMBECK}, 'only there'")
    document = checked(project, 12)
    about = {one["name"]: one["about"] for one in document["checks"]}
    assert about["upgrade heads"] == "fails with limbeck only"
    assert "only there" in details(document, "upgrade heads")


def test_a_revision_without_downgrade_is_not_undone(tmp_path: Path, sqlite_url: str) -> None:
    project = start(tmp_path, sqlite_url)
    project.revision("c3", "b2", "def upgrade():\n    pass\n")
    document = checked(project, 13)
    assert verdicts(document)["upgrade heads"] == "same"
    assert details(document, "downgrade base") == "no downgrade(): c3"


def test_a_file_that_cannot_be_imported_is_named(tmp_path: Path, sqlite_url: str) -> None:
    project = start(tmp_path, sqlite_url)
    project.revision("c3", "b2", "def upgrade():\n    pass\n", top="import nothing_like_it")
    document = checked(project, 13)
    assert verdicts(document) == {"revision files": "not compared"}
    assert "nothing_like_it" in details(document, "revision files")


OWN_CONNECTION = """
import sqlite3
from alembic import context
from sqlalchemy import create_engine

path = context.config.get_main_option("sqlalchemy.url").removeprefix("sqlite:///")
engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(path))
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""


def test_a_connection_that_would_reach_the_real_database_is_stopped(
    tmp_path: Path, sqlite_url: str
) -> None:
    project = start(tmp_path, sqlite_url)
    project.env(OWN_CONNECTION)
    document = checked(project, 13)
    assert "creator" in details(document, "upgrade heads")
    assert project.tables() == set()


def _reach(tmp_path: Path, url: str, statement: str) -> str:
    """What is said of a revision with that statement."""
    project = start(tmp_path, url)
    project.revision("c3", "b2", f"op.execute({statement!r})")
    document = checked(project, 13)
    assert verdicts(document)["upgrade heads"] == "not compared"
    return details(document, "upgrade heads")


@pytest.mark.parametrize(
    "statement",
    ["CREATE ROLE somebody_else", "/* x */ drop role if exists somebody_else",
     "DO $$ BEGIN CREATE ROLE somebody_else; END $$", "ALTER SYSTEM SET work_mem = '1MB'"],
)  # fmt: skip
def test_what_belongs_to_the_whole_server_is_stopped(
    tmp_path: Path, postgresql_url: str, statement: str
) -> None:
    said = _reach(tmp_path, postgresql_url, statement)
    assert "reaches beyond the scratch database" in said


@pytest.mark.parametrize(
    "statement",
    ["DROP SCHEMA {real}", "SET PASSWORD FOR nobody_here = ''",
     "GRANT SELECT ON *.* TO nobody_here", "UPDATE mysql.help_topic SET url = url"],
)  # fmt: skip
def test_what_belongs_to_a_whole_server_of_mariadb_is_stopped(
    tmp_path: Path, mariadb_url: str, statement: str
) -> None:
    real = sa.make_url(mariadb_url).database
    said = _reach(tmp_path, mariadb_url, statement.format(real=real))
    assert "reaches beyond the scratch database" in said or "names another database" in said
    engine = sa.create_engine(mariadb_url)
    assert sa.inspect(engine).has_schema(str(real))
    engine.dispose()


def test_another_file_is_not_attached(tmp_path: Path, sqlite_url: str) -> None:
    other = tmp_path / "other.sqlite"
    assert "ATTACH" in _reach(tmp_path, sqlite_url, f"ATTACH '{other}' AS other")
    assert not other.exists()


def test_another_database_of_the_server_is_not_written_to(tmp_path: Path, mariadb_url: str) -> None:
    real = sa.make_url(mariadb_url).database
    said = _reach(tmp_path, mariadb_url, f"CREATE TABLE `{real}`.reached (id int)")
    assert said == f"stopped: a statement names another database of the server: {real}"
    engine = sa.create_engine(mariadb_url)
    assert sa.inspect(engine).get_table_names() == []
    engine.dispose()


def test_options_in_front_of_the_verb_reach_both(tmp_path: Path, sqlite_url: str) -> None:
    project = start(tmp_path, "sqlite:///nowhere/at/all.db")
    project.env(
        ENV.replace(
            'context.config.get_main_option("sqlalchemy.url")',
            'context.get_x_argument(as_dictionary=True)["url"]',
        )
    )
    (tmp_path / "alembic.ini").rename(tmp_path / "other.ini")
    ran = project.limbeck("-c", "other.ini", "-x", f"url={sqlite_url}", "compat", "check")
    assert ran.out.count("same ") == 4


def test_the_python_of_alembic_may_be_named_from_here(tmp_path: Path, sqlite_url: str) -> None:
    project = start(tmp_path, sqlite_url)
    document = checked(project, 0, "--alembic", os.path.relpath(sys.executable, tmp_path))
    assert set(verdicts(document).values()) == {"same"}


def test_bad_input_is_refused(tmp_path: Path, sqlite_url: str) -> None:
    project = start(tmp_path, sqlite_url)
    ran = project.limbeck("compat", "check", "--alembic", "no/python", fails=True)
    assert ran.code == 2
    assert "--alembic no/python: cannot be started" in ran.err
    project.write("none/alembic.py", 'raise ImportError("not installed")')
    ran = project.limbeck(
        "compat", "check", "--alembic", "python3", fails=True, PYTHONPATH=str(tmp_path / "none")
    )
    assert "has no Alembic that can be imported (ImportError: not installed)" in ran.err
    (tmp_path / "migrations" / "env.py").unlink()
    ran = project.limbeck("compat", "check", fails=True)
    assert ran.code == 2
    assert "there is no env.py" in ran.err


def test_an_env_py_with_several_databases(tmp_path: Path, sqlite_url: str) -> None:
    project = start(tmp_path, sqlite_url)
    project.env(
        """
        from alembic import context
        from sqlalchemy import create_engine

        url = context.config.get_main_option("sqlalchemy.url")
        for name in ("", ".two"):
            if context.is_offline_mode():
                context.configure(url=url + name)
            else:
                context.configure(connection=create_engine(url + name).connect())
            with context.begin_transaction():
                context.run_migrations()
        """
    )
    document = checked(project, 0)
    assert len(document["databases"]) == 2
    assert document["checks"][2]["about"] == "4 tables, 0 rows"
