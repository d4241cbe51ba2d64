"""What is asked, refused, written and taken back when one side of a fork is put behind the other."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from limbeck.actions.rebase import rebase, undo
from limbeck.actions.reid import reid
from limbeck.errors import ConfigError, Conflicting, Published, Refused, Undecided, UsageError
from limbeck.history import plan_upgrade
from limbeck.runner import run
from tests.databases.test_prove import USERS, add, project

if TYPE_CHECKING:
    from pathlib import Path

    from limbeck.database.live import LiveDatabase
    from limbeck.project import Project, Target

NOWHERE = "mysql+pymysql://nobody@127.0.0.1:1/nothing"
RENAME = 'op.rename_table("users", "people")'
INDEX = 'op.create_index("ix_name", "users", ["name"])'


def upgrade(opened: Project, *to: str) -> list[str]:
    """Upgrade the database; the revisions that ran."""

    def one(target: Target, database: LiveDatabase) -> list[str]:
        ran = database.journal.applied(opened.history)
        run(lambda applied: plan_upgrade(opened.history, applied, to), opened.library, database)
        return opened.history.ordered(database.journal.applied(opened.history) - ran)

    return opened.visit(one)[0]


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def test_the_files_change_in_one_place_and_back(tmp_path: Path, database_url: str) -> None:
    opened = project(tmp_path, database_url, a=USERS, b=add("x"), c=add("y"))
    path = opened.library.path("c")
    text = path.read_text().replace("down_revision = 'a'", "down_revision = ('a')  # ours")
    path.write_text(text)
    opened.library.reload()
    found = rebase(opened, "c", "b", everywhere=[opened])
    assert (found.moved, found.files) == (("c",), ("migrations/versions/c.py",))
    assert found.considered is not None
    assert found.considered.proof is not None
    assert found.considered.proof.outcome.value == "equal"
    assert "down_revision = ('b')  # ours" in path.read_text()
    assert opened.history.heads == {"c"}
    assert undo(opened, everywhere=[opened]) == ("migrations/versions/c.py",)
    assert path.read_text() == text
    with pytest.raises(Refused, match="nothing is remembered"):
        undo(opened)


def test_what_could_not_be_taken_back_is_not_done(tmp_path: Path) -> None:
    opened = project(tmp_path, "sqlite://", a=USERS, b=add("x"), c=add("y"))
    before = opened.library.path("c").read_bytes()
    assert opened.history.heads == {"b", "c"}
    cache = opened.library.locations[0] / "__pycache__"
    cache.joinpath("limbeck-undo.json").mkdir(parents=True)
    with pytest.raises(ConfigError, match=r"limbeck-undo\.json cannot be written"):
        rebase(opened, "c", "b")
    assert opened.library.path("c").read_bytes() == before
    assert opened.history.heads == {"b", "c"}


def test_what_was_edited_since_is_not_taken_back(tmp_path: Path) -> None:
    opened = project(tmp_path, "sqlite://", a=USERS, b=add("x"), c=add("y"))
    rebase(opened, "c", "b")
    path = opened.library.path("c")
    path.write_text(path.read_text() + "# more\n")
    with pytest.raises(Refused, match=r"c\.py was changed since"):
        undo(opened)


def test_a_conflict_moves_nothing(tmp_path: Path) -> None:
    renamed = 'op.rename_table("users", "members")'
    opened = project(tmp_path, "sqlite://", a=USERS, b=RENAME, c=renamed)
    before = opened.library.path("c").read_bytes()
    with pytest.raises(Conflicting, match="conflict"):
        rebase(opened, "c", "b")
    assert opened.library.path("c").read_bytes() == before
    assert rebase(opened, "c", "b", force=True).forced


def test_what_works_in_one_order_only_goes_that_way_round(
    tmp_path: Path, database_url: str
) -> None:
    opened = project(tmp_path, database_url, a=USERS, b=RENAME, c=INDEX)
    with pytest.raises(Conflicting, match="c does not work after b") as raised:
        rebase(opened, "c", "b")
    assert "`limbeck rebase b --onto c`" in (raised.value.hint or "")
    assert rebase(opened, "b", "c").moved == ("b",)
    assert upgrade(opened, "b") == ["a", "c", "b"]


def test_what_a_database_has_applied_stays(tmp_path: Path, database_url: str) -> None:
    opened = project(tmp_path, database_url, a=USERS, b=add("x"), c=add("y"))
    upgrade(opened, "c")
    with pytest.raises(Published, match="c applied to the database") as raised:
        rebase(opened, "c", "b", everywhere=[opened])
    assert "`limbeck merge b c`" in (raised.value.hint or "")
    assert opened.history.heads == {"b", "c"}
    with pytest.raises(Published, match="c applied to the database"):
        reid(opened, "c", "n1", everywhere=[opened])


def test_the_journal_knows_what_never_ran(tmp_path: Path, database_url: str) -> None:
    opened = project(tmp_path, database_url, a=USERS, b=add("x"), c=add("y"))
    upgrade(opened, "c")
    rebase(opened, "c", "b", everywhere=[opened], force=True)
    assert opened.history.heads == {"c"}
    assert upgrade(opened, "c") == ["b"]
    assert upgrade(opened, "c") == []
    engine = sa.create_engine(database_url)
    columns = {column["name"] for column in sa.inspect(engine).get_columns("users")}
    with engine.connect() as connection:
        rows = list(connection.execute(sa.text("SELECT version_num FROM alembic_version")))
    engine.dispose()
    assert {"x", "y"} <= columns
    assert rows == [("c",)]


def test_with_both_sides_applied_one_row_is_left(tmp_path: Path, database_url: str) -> None:
    opened = project(tmp_path, database_url, a=USERS, b=add("x"), c=add("y"))
    upgrade(opened, "b", "c")
    rebase(opened, "c", "b", everywhere=[opened], force=True)
    assert upgrade(opened, "c") == []


def test_without_a_journal_not_even_by_force(tmp_path: Path, database_url: str) -> None:
    opened = project(tmp_path, database_url, a=USERS, b=add("x"), c=add("y"))
    targets: list[Target] = []
    opened.targets.each(targets.append)
    opened = opened.with_targets(targets[0]._replace(journal=None))
    upgrade(opened, "c")
    with pytest.raises(Published, match="keeps no journal"):
        rebase(opened, "c", "b", everywhere=[opened], force=True)


def test_a_database_that_does_not_answer_might_have_it(tmp_path: Path) -> None:
    opened = project(tmp_path, NOWHERE, a=USERS, b=add("x"), c=add("y"))
    with pytest.raises(Published, match="does not answer") as raised:
        rebase(opened, "c", "b", everywhere=[opened])
    assert "--offline" in (raised.value.hint or "")
    found = rebase(opened, "c", "b")
    assert found.considered is not None
    assert found.considered.unproven


def test_what_the_current_branch_added_goes_behind_its_upstream(tmp_path: Path) -> None:
    opened = project(tmp_path, "sqlite://", a=USERS, b=add("x"), c=add("y"))
    versions = opened.library.locations[0]
    kept = versions.joinpath("c.py").read_bytes()
    versions.joinpath("c.py").unlink()
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "theirs")
    versions.joinpath("c.py").write_bytes(kept)
    with pytest.raises(UsageError, match="there is no upstream branch"):
        rebase(opened)
    git(tmp_path, "checkout", "--quiet", "-b", "mine", "--track", "main")
    with pytest.raises(Published, match="b on the branch main"):
        rebase(opened, "b", "c")
    with pytest.raises(UsageError, match="git knows no commit called 'nowhere'"):
        rebase(opened, upstream="nowhere")
    found = rebase(opened)
    assert (found.moved, found.onto, found.upstream) == (("c",), "b", "main")
    with pytest.raises(UsageError, match="c is already behind b"):
        rebase(opened)
    versions.joinpath("c.py").unlink()
    opened.library.reload()
    with pytest.raises(UsageError, match="everything here is on main"):
        rebase(opened)
    versions.joinpath("b.py").unlink()
    opened.library.reload()
    with pytest.raises(UsageError, match="main has revisions that are not here: b"):
        rebase(opened)


def test_another_id_everywhere(tmp_path: Path, database_url: str) -> None:
    opened = project(tmp_path, database_url, a=USERS, b=add("x"), c=add("y"))
    found = reid(opened, "a", "start", everywhere=[opened])
    assert found.path == "migrations/versions/start.py"
    assert set(found.rewritten) == {"migrations/versions/b.py", "migrations/versions/c.py"}
    assert set(opened.history) == {"start", "b", "c"}
    assert not (tmp_path / "migrations/versions/a.py").exists()
    assert upgrade(opened, "b", "c")[0] == "start"


def test_of_two_files_with_one_id_one_gets_another(tmp_path: Path) -> None:
    opened = project(tmp_path, "sqlite://", a=USERS, b=add("x"), c=add("y"))
    versions = tmp_path / "migrations/versions"
    theirs = versions / "b_theirs.py"
    theirs.write_bytes(versions.joinpath("b.py").read_bytes())
    last = versions.joinpath("c.py")
    last.write_text(last.read_text().replace("'a'", "'b'"))
    opened.library.reload()
    with pytest.raises(Undecided, match="c refer to b"):
        reid(opened, str(theirs), "n1", everywhere=[opened])
    with pytest.raises(UsageError, match="x does not refer to b"):
        reid(opened, str(theirs), "n1", followed_by=["x"])
    found = reid(opened, str(theirs), "n1", followed_by=["c"], everywhere=[opened])
    assert found.path == "migrations/versions/n1_theirs.py"
    assert opened.history.parents("c") == ("n1",)
    assert opened.history.heads == {"b", "c"}


def test_an_id_is_not_changed_where_a_file_is_in_the_way(tmp_path: Path) -> None:
    opened = project(tmp_path, "sqlite://", a=USERS, b=add("x"))
    versions = tmp_path / "migrations/versions"
    versions.joinpath("n1.py").write_text("# nothing\n")
    before = {path.name: path.read_bytes() for path in versions.glob("*.py")}
    with pytest.raises(Refused, match=r"n1\.py exists already"):
        reid(opened, "a", "n1")
    assert {path.name: path.read_bytes() for path in versions.glob("*.py")} == before
