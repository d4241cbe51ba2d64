"""A revision that gets another id in the databases that have run it, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from limbeck.actions.rebase import rebase
from limbeck.actions.reid import reid
from limbeck.cli.main import main
from limbeck.config import load
from limbeck.database.entries import Seal
from limbeck.errors import Published, Refused
from limbeck.project import ListedTargets, Project, target_of
from tests.databases.test_prove import USERS, add, asked, project
from tests.databases.test_rebase import upgrade

if TYPE_CHECKING:
    from pathlib import Path

    from limbeck.database.live import LiveDatabase
    from limbeck.project import Target


def applied(opened: Project) -> frozenset[str]:
    """What the database says that it has applied."""

    def one(target: Target, database: LiveDatabase) -> frozenset[str]:
        return database.journal.applied(opened.history)

    return opened.visit(one)[0]


def rows(opened: Project) -> list[tuple[str, str, tuple[str, ...], frozenset[str]]]:
    """The journal: revision, direction, parents, heads."""

    def one(target: Target, database: LiveDatabase) -> list[tuple[str, str, tuple[str, ...], frozenset[str]]]:  # fmt: skip
        return [(row.revision, row.direction, row.parents, row.heads) for row in database.journal.entries()]  # fmt: skip

    return opened.visit(one)[0]


def heads(url: str) -> set[str]:
    return asked(url, "SELECT version_num FROM alembic_version")


def seal(url: str) -> set[str]:
    """What the last row says that is applied, in short."""
    return asked(url, "SELECT applied FROM limbeck_journal ORDER BY id DESC LIMIT 1")


def test_a_head_changes_in_the_version_table_and_in_the_journal(
    tmp_path: Path, database_url: str
) -> None:
    opened = project(tmp_path, database_url, a=USERS, b=add("x"))
    upgrade(opened, "b")
    with pytest.raises(Published, match="b applied to the database"):
        reid(opened, "b", "n1", everywhere=[opened])
    found = reid(opened, "b", "n1", databases=[opened])
    assert len(found.databases) == 1
    assert heads(database_url) == {"n1"}
    assert applied(opened) == {"a", "n1"}
    assert rows(opened) == [
        ("a", "up", (), frozenset({"a"})),
        ("n1", "up", ("a",), frozenset({"n1"})),
    ]
    assert seal(database_url) == {str(Seal.of({"a", "n1"}))}
    assert upgrade(opened, *opened.history.heads) == []


def test_what_is_below_a_head_changes_in_the_journal(tmp_path: Path, database_url: str) -> None:
    opened = project(tmp_path, database_url, a=USERS, b=add("x"))
    upgrade(opened, "b")
    found = reid(opened, "a", "first", databases=[opened])
    assert len(found.databases) == 1
    assert heads(database_url) == {"b"}
    assert applied(opened) == {"first", "b"}
    assert seal(database_url) == {str(Seal.of({"first", "b"}))}
    assert [row[:3] for row in rows(opened)] == [("first", "up", ()), ("b", "up", ("first",))]
    assert upgrade(opened, *opened.history.heads) == []


def test_what_never_ran_below_a_head_still_has_to(tmp_path: Path, database_url: str) -> None:
    opened = project(tmp_path, database_url, a=USERS, b=add("x"), c=add("y"))
    upgrade(opened, "c")
    rebase(opened, "c", "b", prove=False, force=True)
    reid(opened, "c", "n1", databases=[opened])
    assert applied(opened) == {"a", "n1"}
    assert upgrade(opened, *opened.history.heads) == ["b"]


def test_a_journal_that_another_tool_has_left_behind(tmp_path: Path, database_url: str) -> None:
    opened = project(tmp_path, database_url, a=USERS, b=add("x"))
    upgrade(opened, "a")
    engine = sa.create_engine(database_url, poolclass=sa.pool.NullPool)
    with engine.begin() as connection:  # as Alembic would have moved it
        connection.exec_driver_sql("ALTER TABLE users ADD x INTEGER")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'b'")
    reid(opened, "b", "n1", databases=[opened])
    assert heads(database_url) == {"n1"}
    assert applied(opened) == {"a", "n1"}
    assert rows(opened)[-1] == ("n1", "adopt", (), frozenset({"n1"}))
    assert upgrade(opened, *opened.history.heads) == []


def test_without_a_journal(tmp_path: Path, database_url: str) -> None:
    opened = project(tmp_path, database_url, a=USERS, b=add("x"))
    with (tmp_path / "limbeck.toml").open("a") as file:
        file.write("journal = false\n")
    opened = Project.open(load(tmp_path / "limbeck.toml"))
    upgrade(opened, "b")
    reid(opened, "b", "n1", databases=[opened])
    assert heads(database_url) == {"n1"}
    assert upgrade(opened, *opened.history.heads) == []


def test_a_long_id_finds_room(tmp_path: Path, database_url: str) -> None:
    engine = sa.create_engine(database_url, poolclass=sa.pool.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"
        )
    opened = project(tmp_path, database_url, a=USERS, b=add("x"))
    upgrade(opened, "b")
    reid(opened, "b", "n" * 60, databases=[opened])
    assert heads(database_url) == {"n" * 60}


def test_when_the_files_cannot_change_the_database_is_as_it_was(
    tmp_path: Path, database_url: str
) -> None:
    opened = project(tmp_path, database_url, a=USERS, b=add("x"))
    upgrade(opened, "b")
    before = rows(opened)
    (opened.library.locations[0] / "n1.py").write_text("# in the way\n")
    with pytest.raises(Refused, match="exists already"):
        reid(opened, "b", "n1", databases=[opened])
    assert heads(database_url) == {"b"}
    assert rows(opened) == before
    assert applied(opened) == {"a", "b"}


def test_when_a_later_database_of_a_project_refuses_the_first_is_as_it_was(
    tmp_path: Path, database_url: str
) -> None:
    opened = project(tmp_path, database_url, a=USERS, b=add("x"))
    upgrade(opened, "b")
    before = rows(opened)
    other = f"sqlite:///{tmp_path / 'other.db'}"
    engine = sa.create_engine(other, poolclass=sa.pool.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('n1')")
    both = tuple(target_of(opened.settings, url) for url in (database_url, other))
    with pytest.raises(Refused, match="has a revision n1 already"):
        reid(opened, "b", "n1", databases=[opened._replace(targets=ListedTargets(both))])
    assert (heads(database_url), heads(other)) == ({"b"}, {"n1"})
    assert rows(opened) == before
    assert opened.library.path("b").is_file()


def test_a_database_that_has_it_not_stays_as_it_is(tmp_path: Path, database_url: str) -> None:
    opened = project(tmp_path, database_url, a=USERS, b=add("x"))
    upgrade(opened, "a")
    assert reid(opened, "b", "n1", databases=[opened]).databases == ()
    assert heads(database_url) == {"a"}


def test_an_id_that_the_database_knows_already_is_refused(
    tmp_path: Path, database_url: str
) -> None:
    opened = project(tmp_path, database_url, a=USERS, b=add("x"), c=add("y"))
    upgrade(opened, "b", "c")
    opened.library.path("c").unlink()  # a file that only the database remembers
    opened.library.reload()
    with pytest.raises(Refused, match="has a revision c already"):
        reid(opened, "b", "c", databases=[opened])
    assert heads(database_url) == {"b", "c"}
    assert opened.library.path("b").is_file()


def test_named_on_the_command_line(tmp_path: Path, database_url: str, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    opened = project(tmp_path, database_url, a=USERS, b=add("x"))
    upgrade(opened, "b")
    words = ["-c", str(tmp_path / "limbeck.toml"), "reid", "b", "--rev-id", "n1"]
    assert main(words) == 7
    assert main([*words, "--database"]) == 0
    assert "changed in the database: " in capsys.readouterr().err
    assert heads(database_url) == {"n1"}
