"""What is asked, refused and written when heads are joined."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from limbeck.actions.considered import Considered
from limbeck.actions.keep import keep
from limbeck.actions.merge import merge
from limbeck.actions.proof import Order, Outcome, Proof
from limbeck.actions.prove import proofs
from limbeck.config import load
from limbeck.errors import Conflicting, Published, Refused, UsageError
from limbeck.history import plan_upgrade
from limbeck.project import Project
from limbeck.runner import run
from tests.databases.test_prove import USERS, add, project
from tests.unmerged.branching import IDENTITY

if TYPE_CHECKING:
    from pathlib import Path

RENAME = 'op.rename_table("users", "people")'
INDEX = 'op.create_index("ix_name", "users", ["name"])'
NOWHERE = "mysql+pymysql://nobody@127.0.0.1:1/nothing"


def test_the_docstring_says_what_was_proven(tmp_path: Path) -> None:
    made = merge(project(tmp_path, "sqlite://", a=USERS, b=add("x"), c=add("y")), ask=True)
    lines = made.made.revision.doc.splitlines()
    assert lines[0] == "merge b and c"
    assert "- by what the scripts say, b and c: disjoint" in lines
    assert "  - c, then b: works" in lines


def test_without_being_asked_it_is_what_it_always_was(tmp_path: Path) -> None:
    made = merge(project(tmp_path, "sqlite://", a=USERS, b=add("x"), c=add("x")), message="both")
    assert made.made.revision.message == "both"
    assert "scripts" not in made.made.revision.doc


def test_a_conflict_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    renamed = 'op.rename_table("users", "members")'
    opened = project(tmp_path, "sqlite://", a=USERS, b=RENAME, c=renamed)
    with pytest.raises(Conflicting, match=r"migrations/versions/b\.py:10") as raised:
        merge(opened, ask=True)
    assert "--force" in (raised.value.hint or "")
    assert opened.history.heads == {"b", "c"}
    made = merge(opened, ask=True, force=True)
    assert made.forced
    assert "written with --force" in made.made.revision.doc


def test_where_the_order_matters_it_is_written_down(tmp_path: Path, database_url: str) -> None:
    opened = project(tmp_path, database_url, a=USERS, b=RENAME, c=INDEX)
    made = merge(opened, ask=True)
    assert made.rewritten == ("migrations/versions/b.py",)
    assert opened.history["b"].requires == ("c",)
    opened.visit(
        lambda target, database: run(
            lambda applied: plan_upgrade(opened.history, applied, opened.history.heads),
            opened.library,
            database,
        )
    )


def test_an_order_that_holds_anyway_is_left_alone(tmp_path: Path) -> None:
    opened = project(tmp_path, "sqlite://", a=USERS, b=INDEX, c=RENAME)
    assert merge(opened, ask=True).rewritten == ()


def test_without_a_server_it_says_so_and_goes_by_the_scripts(tmp_path: Path) -> None:
    opened = project(tmp_path, NOWHERE, a=USERS, b=add("x"), c=add("x"))
    with pytest.raises(Conflicting, match="not proven: No scratch database can be had"):
        merge(opened, ask=True)
    other = project(tmp_path, NOWHERE, a=USERS, b=add("x"), c=add("y"))
    doc = merge(other, ask=True).made.revision.doc
    assert "not proven" in doc
    assert "127.0.0.1" not in doc


def test_what_both_do_is_kept_once(tmp_path: Path) -> None:
    opened = project(tmp_path, "sqlite://", a=USERS, b=add("x"), c=f"{add('x')}\n{add('y')}")
    places = keep(opened, ["heads"], "b")
    assert [place.partition(": ")[0] for place in places] == ["migrations/versions/c.py:10"]
    proof = merge(opened, ask=True).considered
    assert proof is not None
    assert proof.proof is not None
    assert proof.proof.outcome.value == "equal"


def test_keeping_one_does_not_help_where_there_is_a_conflict_beside(tmp_path: Path) -> None:
    write = "op.execute(\"UPDATE users SET name = '{}'\")"
    bodies = {"b": f"{add('x')}\n{write.format('b')}", "c": f"{add('x')}\n{write.format('c')}"}
    opened = project(tmp_path, "sqlite://", a=USERS, **bodies)
    before = opened.library.path("c").read_bytes()
    with pytest.raises(Conflicting, match="nothing was changed"):
        keep(opened, ["heads"], "b")
    assert opened.library.path("c").read_bytes() == before


def test_each_kind_of_database_is_asked(tmp_path: Path, sqlite_url: str, mariadb_url: str) -> None:
    """Names of indexes are one thing for SQLite, and each table's own for MariaDB."""
    orders = 'op.create_table("orders", sa.Column("name", sa.String(50)))'
    index = 'op.create_index("ix_it", "{}", ["name"])'
    bodies = {"a": f"{USERS}\n{orders}", "b": index.format("users"), "c": index.format("orders")}
    project(tmp_path, mariadb_url, **bodies)
    with (tmp_path / "limbeck.toml").open("a") as file:
        file.write(f'[databases.light]\nurl = "{sqlite_url}"\n')
    opened = Project.open(load(tmp_path / "limbeck.toml"))
    found = [(p.databases, p.outcome.value) for p in proofs(opened, ("b", "c")).proofs]
    assert found == [(("light",), "every order fails"), (("",), "equal")]
    with pytest.raises(Conflicting, match=r"sqlite: light, .*every order fails"):
        merge(opened, ask=True)
    alone = Project.open(load(tmp_path / "limbeck.toml", name="light"))
    with pytest.raises(Conflicting):
        merge(alone, ask=True)
    with (tmp_path / "limbeck.toml").open("a") as file:
        file.write('scratch = "postgresql+psycopg://postgres@127.0.0.1:1/nothing"\n')
    unlike = proofs(Project.open(load(tmp_path / "limbeck.toml")), ("b", "c"))
    assert [p.databases for p in unlike.proofs] == [("",)]
    assert (
        "for light: No scratch database can be had: scratch in the settings is postgresql"
        in unlike.unproven
    )
    assert merge(project(tmp_path, mariadb_url, **bodies), ask=True).considered is not None


def test_one_order_must_suit_all_databases() -> None:
    def proof(kind: str, *works: tuple[str, ...]) -> Proof:
        orders = [
            Order(one, "" if one in works else "no", one[-1]) for one in (("b", "c"), ("c", "b"))
        ]
        return Proof(Outcome.ORDERED, tuple(orders), "", kind, "", databases=(kind,))

    one, other = proof("x", ("b", "c")), proof("y", ("c", "b"))
    assert Considered(("b", "c"), proof=one, others=(one,)).orders == (("b", "c"),)
    assert Considered(("b", "c"), proof=one, others=(one,)).refusal() is None
    assert Considered(("b", "c"), proof=one, others=(other,)).refusal() is not None


def test_what_others_have_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def git(*words: str) -> None:
        subprocess.run(["git", *words], cwd=tmp_path, check=True, capture_output=True)

    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    opened = project(tmp_path, "sqlite://", a=USERS, b=add("x"))
    git("init", "--quiet", "--initial-branch", "main")
    git("add", "--all")
    git("commit", "--quiet", "--message", "Theirs")
    git("checkout", "--quiet", "-b", "feature")
    opened = project(tmp_path, "sqlite://", c=add("x"))
    with pytest.raises(Published, match="b on the branch main"):
        keep(opened, ["heads"], "c")
    with pytest.raises(Conflicting) as raised:
        merge(opened, ask=True)
    assert "`limbeck merge --keep b` leaves it out" in (raised.value.hint or "")
    assert keep(opened, ["heads"], "b")


def test_a_file_that_was_applied_is_not_changed(tmp_path: Path, sqlite_url: str) -> None:
    opened = project(tmp_path, sqlite_url, a=USERS, b=add("x"), c=add("x"))
    opened.visit(
        lambda target, database: run(
            lambda applied: plan_upgrade(opened.history, applied, {"c"}), opened.library, database
        )
    )
    with pytest.raises(Refused, match="c was applied to the database already"):
        keep(opened, ["heads"], "b")


def test_there_must_be_something_to_leave_out(tmp_path: Path) -> None:
    opened = project(tmp_path, "sqlite://", a=USERS, b=add("x"), c=add("y"))
    with pytest.raises(UsageError, match="no branch does what b does"):
        keep(opened, ["heads"], "b")
    with pytest.raises(UsageError, match="a is none of b, c"):
        keep(opened, ["heads"], "a")


NOTE = 'op.add_column("users", sa.Column("note", sa.Integer))'
MORE_THAN_IT = {
    "a loop": 'for t in ("users", "orders"):\n    op.add_column(t, sa.Column("note", sa.Integer))',
    "a batch": 'with op.batch_alter_table("users") as batch:\n    batch.add_column(sa.Column("note", sa.Integer))\n'
    '    batch.add_column(sa.Column("other", sa.Integer))',
    "one line": f"{NOTE}; {add('y')}",
    "an arm": f"if True:\n    {NOTE}\nelse:\n    {add('y')}",
}


@pytest.mark.parametrize("body", MORE_THAN_IT.values(), ids=MORE_THAN_IT.keys())
def test_what_only_the_other_branch_does_is_never_left_out(tmp_path: Path, body: str) -> None:
    orders = 'op.create_table("orders", sa.Column("id", sa.Integer, primary_key=True))'
    opened = project(tmp_path, "sqlite://", a=f"{USERS}\n{orders}", b=NOTE, c=body)
    before = opened.library.path("c").read_bytes()
    with pytest.raises(Refused, match=r"c\.py is not written so") as raised:
        keep(opened, ["heads"], "b")
    assert raised.value.hint == "leave it out by hand: limbeck edit c"
    assert opened.library.path("c").read_bytes() == before


def test_what_cannot_be_proven_is_not_kept(tmp_path: Path) -> None:
    opened = project(tmp_path, NOWHERE, a=USERS, b=add("x"), c=f"{add('x')}\n{add('y')}")
    before = opened.library.path("c").read_bytes()
    with pytest.raises(Refused, match="cannot be proven; nothing was changed") as raised:
        keep(opened, ["heads"], "b")
    assert "--no-proof" in (raised.value.hint or "")
    assert opened.library.path("c").read_bytes() == before
    assert keep(opened, ["heads"], "b", prove=False)


def test_whatever_goes_wrong_the_files_are_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "stopping.py").write_text("def rows(connection):\n    raise KeyboardInterrupt\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    bodies = {"a": USERS, "b": add("x"), "c": f"{add('x')}\n{add('y')}"}
    opened = project(tmp_path, "sqlite://", "stopping:rows", **bodies)
    before = opened.library.path("c").read_bytes()
    with pytest.raises(KeyboardInterrupt):
        keep(opened, ["heads"], "b")
    assert opened.library.path("c").read_bytes() == before
