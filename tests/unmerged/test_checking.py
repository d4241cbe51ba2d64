"""`limbeck guard check`: what joining a branch with another one would give, on real repositories."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from limbeck.actions.guard.check import guard_check
from limbeck.actions.status import status
from limbeck.errors import BrokenHeader, NoRepository, UnknownRef
from limbeck.files import heads
from limbeck.vcs import git as running
from tests.unmerged.branching import IDENTITY, Shop, column

if TYPE_CHECKING:
    from limbeck.actions.guard.check import Checked

LIMBECK = str(Path(sys.executable).with_name("limbeck"))


def codes(found: Checked) -> list[str]:
    return [problem.code for problem in found.problems]


def test_one_head(shop: Shop) -> None:
    shop.branch("ada")
    shop.put("b1", "a1", column("email"))
    found = guard_check(shop.project)
    assert (found.against, found.ours, found.theirs) == ("origin/main", ("b1",), ())
    assert (found.heads, found.problems, found.exit_code) == ((("b1", "here"),), (), 0)


@pytest.mark.parametrize(("name", "verdict", "code"), [("email", "same intent twice", 14), ("phone", "disjoint", 6)])  # fmt: skip
def test_two_heads_and_what_they_do(shop: Shop, name: str, verdict: str, code: int) -> None:
    shop.branch("ada")
    shop.put("b1", "a1", column("email"))
    shop.commit("Ours")
    shop.others("c1", "a1", column(name))
    found = guard_check(shop.project)
    assert found.heads == (("b1", "here"), ("c1", "there"))
    (fork,) = found.forks
    assert [pair.verdict.kind.value for pair in fork.pairs] == [verdict]
    brought = [branch.commit for branch in fork.branches]
    assert [(one.author, one.branch) for one in brought if one] == [
        ("Ann Ärz", "ada"),
        ("Ann Ärz", "origin/main"),
    ]
    assert found.exit_code == code


def test_the_place_of_a_clash_names_branch_file_and_line(shop: Shop) -> None:
    shop.branch("ada")
    shop.put("b1", "a1", column("email"))
    shop.others("c1", "a1", column("email"))
    (fork,) = guard_check(shop.project).forks
    (clash,) = fork.pairs[0].verdict.clashes
    places = {deed.place for deed in (clash.left, clash.right) if deed}
    assert places == {
        "migrations/versions/b1.py:14",
        "origin/main:app/migrations/versions/c1.py:14",
    }


def test_heads_that_have_a_label_each(shop: Shop) -> None:
    shop.branch("ada")
    shop.put("b1", None, labels="billing")
    found = guard_check(shop.project)
    assert [id for id, _ in found.heads] == ["a1", "b1"]
    assert found.exit_code == 0


def test_nothing_of_another_branch_is_executed(shop: Shop, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    shop.branch("ada")
    shop.put("b1", "a1", f"open({str(trace)!r}, 'a').write('ours')")
    shop.others("c1", "a1", f"open({str(trace)!r}, 'a').write('theirs')")
    (fork,) = guard_check(shop.project).forks
    assert fork.pairs[0].verdict.kind.value == "unknown"
    assert not trace.exists()


def test_nothing_is_changed(shop: Shop) -> None:
    shop.branch("ada")
    shop.put("b1", "a1")
    shop.others("c1")
    before = shop.git("status", "--porcelain"), shop.git("for-each-ref")
    guard_check(shop.project)
    assert (shop.git("status", "--porcelain"), shop.git("for-each-ref")) == before


# Ids


def test_the_same_id_in_two_files(shop: Shop) -> None:
    shop.branch("ada")
    shop.put("b1", "a1", name="b1_ours.py")
    shop.others("b1", "a1")
    found = guard_check(shop.project)
    assert (codes(found), found.exit_code) == (["H002"], 4)
    assert "b1_ours.py" in found.problems[0].text
    assert "origin/main:app/migrations/versions/b1.py" in found.problems[0].text


def test_one_file_that_both_have_added(shop: Shop) -> None:
    """Git stops at it: that is no id which two people chose, but a file of which somebody has to say what is right."""
    shop.branch("ada")
    shop.put("b1", "a1", column("email"))
    shop.commit("Ours")
    shop.others("b1", "a1", column("phone"))
    found = guard_check(shop.project)
    assert (codes(found), found.exit_code) == (["both-added"], 14)
    (problem,) = found.problems
    assert problem.text == (
        "app/migrations/versions/b1.py was added here and on origin/main:"
        " lines 14 here and 14 on origin/main differ"
    )
    assert "git checkout origin/main -- :/app/migrations/versions/b1.py" in (problem.hint or "")
    assert guard_check(shop.project, allow=["conflict"]).exit_code == 0


def test_one_file_that_both_have_added_with_another_comment(shop: Shop) -> None:
    shop.branch("ada")
    path = shop.put("b1", "a1", column("email"))
    path.write_text(path.read_text() + "\n\n# checked by Ada\n")
    shop.commit("Ours")
    shop.others("b1", "a1", column("email"))
    found = guard_check(shop.project)
    assert (codes(found), found.exit_code) == (["both-added"], 0)
    assert found.problems[0].text.endswith(": lines 15-17 here differ")


def test_one_file_with_two_revisions(shop: Shop) -> None:
    shop.branch("ada")
    shop.put("b1", "a1", name="0002.py")
    shop.commit("Ours")
    shop.git("checkout", "--quiet", "main")
    shop.put("c1", "a1", name="0002.py")
    shop.commit("Theirs")
    shop.git("push", "--quiet", "origin", "main")
    shop.git("checkout", "--quiet", "ada")
    found = guard_check(shop.project)
    assert (codes(found), found.exit_code) == (["both-added", "S003"], 14)
    assert "with another revision in it (b1 here, c1 there)" in found.problems[0].text
    assert found.problems[0].hint == "git mv migrations/versions/0002.py to another name"


def test_a_published_file_that_both_have_changed(shop: Shop) -> None:
    shop.branch("ada")
    shop.put("a1", None, column("email"))
    shop.commit("Ours")
    shop.others("a1", None, column("phone"))
    found = guard_check(shop.project)
    assert (codes(found), found.exit_code) == (["edited", "edited-there", "both-changed"], 7)
    assert found.problems[2].text.endswith("(lines 14 here and 14 on origin/main differ)")


def test_the_same_file_on_both_sides(shop: Shop) -> None:
    shop.branch("ada")
    shop.put("b1", "a1", column("email"))
    shop.commit("The same")
    shop.others("b1", "a1", column("email"))
    assert guard_check(shop.project).exit_code == 0


# Edits


def test_an_edit_of_what_is_published(shop: Shop) -> None:
    shop.branch("ada")
    shop.put("a1", None, column("email"))
    found = guard_check(shop.project)
    assert (codes(found), found.exit_code) == (["edited"], 7)
    assert guard_check(shop.project, allow=["edited"]).exit_code == 0


def test_an_edit_while_git_merges_what_is_published(shop: Shop) -> None:
    shop.branch("ada")
    shop.put("b1", "a1", column("email"))
    shop.commit("Ours")
    shop.others("c1", "a1", column("phone"))
    shop.git("merge", "--quiet", "--no-commit", "origin/main")
    shop.put("m1", ("b1", "c1"))
    assert (codes(guard_check(shop.project)), guard_check(shop.project).theirs) == ([], ())
    shop.put("c1", "a1", column("fax"))
    found = guard_check(shop.project)
    assert (codes(found), found.exit_code) == (["edited"], 7)


def test_a_comment_is_no_edit(shop: Shop) -> None:
    shop.branch("ada")
    path = shop.versions / "a1.py"
    path.write_text(path.read_text() + "\n# checked by Ada\n")
    assert guard_check(shop.project).problems == ()


def test_what_is_published_is_removed_or_put_elsewhere(shop: Shop) -> None:
    shop.put("b1", "a1")
    shop.commit("b1")
    shop.git("push", "--quiet", "origin", "main")
    shop.branch("ada")
    (shop.versions / "b1.py").unlink()
    assert codes(guard_check(shop.project)) == ["deleted"]
    shop.put("b1", None)
    assert "moved" in codes(guard_check(shop.project))


def test_a_file_that_has_another_name(shop: Shop) -> None:
    shop.branch("ada")
    (shop.versions / "a1.py").rename(shop.versions / "first.py")
    shop.others("b1")
    found = guard_check(shop.project)
    assert (found.problems, found.heads) == ((), (("b1", "there"),))


def test_an_edit_by_others_is_worth_knowing(shop: Shop) -> None:
    shop.branch("ada")
    shop.put("b1", "a1")
    shop.others("a1", None, column("email"))
    found = guard_check(shop.project)
    assert (codes(found), found.exit_code) == (["edited-there"], 0)


# The file HEAD


def test_a_file_head_that_is_not_true(shop: Shop) -> None:
    kept = shop.root / "app" / "migrations" / "HEAD"
    kept.write_text(heads.text(["a1"]))
    assert codes(guard_check(shop.project)) == []
    shop.put("b1", "a1")  # as another tool does
    found = guard_check(shop.project)
    assert (codes(found), found.exit_code) == (["stale-head"], 7)
    assert found.problems[0].text == "migrations/HEAD does not say what is true: the heads are b1"
    assert (found.problems[0].hint or "").startswith("limbeck guard keep")
    assert guard_check(shop.project, allow=["stale"]).exit_code == 0
    assert "stale-head" in [problem.code for problem in status(shop.project).problems]


# Histories that are none


def test_others_build_on_what_is_removed_here(shop: Shop) -> None:
    shop.put("b1", "a1")
    shop.commit("b1")
    shop.git("push", "--quiet", "origin", "main")
    shop.branch("ada")
    (shop.versions / "b1.py").unlink()
    shop.others("c1", "b1")
    found = guard_check(shop.project)
    assert found.exit_code == 4
    assert found.problems[0].code == "H003"
    assert found.problems[0].text.startswith("joined with origin/main it is no history any more")


def test_the_history_here_is_broken_already(shop: Shop) -> None:
    shop.branch("ada")
    shop.put("b1", "gone")
    shop.others("c1")
    found = guard_check(shop.project)
    assert (found.problems[0].code, found.exit_code) == ("H003", 4)
    assert found.problems[0].text.startswith("the history here is broken already")


HEAD = "revision = 'c1'\ndown_revision = 'a1'\n\ndef upgrade():\n    pass\n"


@pytest.mark.parametrize(
    "text",
    [
        "def broken(:\n",
        f"{HEAD}def downgrade(:\n",
        f"<<<<<<< HEAD\n{HEAD}",
        f"{HEAD}<<<<<<< HEAD\n=======\n>>>>>>> main\n",
    ],
    ids=["head", "body", "marks at the top", "marks below"],
)
def test_a_file_that_does_not_parse_on_the_other_branch(shop: Shop, text: str) -> None:
    shop.branch("ada")
    shop.git("checkout", "--quiet", "main")
    (shop.versions / "c1.py").write_text(text)
    shop.commit("Broken")
    shop.git("push", "--quiet", "origin", "main")
    shop.git("checkout", "--quiet", "ada")
    with pytest.raises(BrokenHeader, match=r"origin/main:app/migrations/versions/c1\.py"):
        guard_check(shop.project)


def test_marks_of_a_merge_here(shop: Shop) -> None:
    shop.branch("ada")
    path = shop.versions / "a1.py"
    path.write_text(f"<<<<<<< HEAD\n{path.read_text()}=======\n>>>>>>> main\n")
    with pytest.raises(BrokenHeader, match="unfinished merge"):
        guard_check(shop.project)


def test_a_computed_head_of_another_branch_is_left_out(shop: Shop) -> None:
    shop.branch("ada")
    shop.git("checkout", "--quiet", "main")
    (shop.versions / "c1.py").write_text("revision = str('c1')\ndown_revision = 'a1'\n")
    shop.commit("Computed")
    shop.git("push", "--quiet", "origin", "main")
    shop.git("checkout", "--quiet", "ada")
    found = guard_check(shop.project)
    assert (codes(found), found.theirs, found.exit_code) == (["computed-head"], (), 0)


# Repositories of every kind


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    shop = Shop(tmp_path, IDENTITY)
    shop.versions.mkdir(parents=True)
    (tmp_path / "app" / "limbeck.toml").write_text('url = "sqlite://"\n')
    with pytest.raises(NoRepository):
        guard_check(shop.project)


def test_no_git(shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoRepository):
        guard_check(shop.project)


def test_a_branch_that_does_not_exist(shop: Shop) -> None:
    with pytest.raises(UnknownRef, match="'origin/nonsense'"):
        guard_check(shop.project, "origin/nonsense")


def test_no_branch_to_compare_with(shop: Shop) -> None:
    shop.git("checkout", "--quiet", "--detach")
    shop.git("branch", "--quiet", "--remotes", "--delete", "origin/main")
    with pytest.raises(UnknownRef, match="HEAD is detached"):
        guard_check(shop.project)


def test_a_branch_that_follows_its_own_copy(shop: Shop) -> None:
    shop.branch("ada")
    shop.put("b1", "a1")
    shop.commit("Ours")
    shop.git("push", "--quiet", "--set-upstream", "origin", "ada")
    shop.others("c1")
    found = guard_check(shop.project)
    assert (found.against, codes(found)) == ("origin/main", ["S003"])
    assert guard_check(shop.project, "origin/ada").exit_code == 0
    shop.git("checkout", "--quiet", "main")
    assert codes(guard_check(shop.project)) == []


def test_a_detached_head(shop: Shop) -> None:
    shop.branch("ada")
    shop.put("b1", "a1")
    shop.commit("b1")
    shop.others("c1")
    shop.git("checkout", "--quiet", "--detach")
    assert guard_check(shop.project).exit_code == 6


def test_a_repository_of_jj(shop: Shop) -> None:
    """Colocated with jj: git's HEAD is detached, new files are not in its index, and `.jj` lies beside `.git`."""
    shop.git("checkout", "--quiet", "--detach")
    (shop.root / ".jj").mkdir()
    (shop.root / ".jj" / ".gitignore").write_text("/*\n")
    shop.put("b1", "a1")
    shop.git("fetch", "--quiet", "origin")
    found = guard_check(shop.project)
    assert (found.ours, found.exit_code) == (("b1",), 0)


def test_a_linked_worktree(shop: Shop, tmp_path: Path) -> None:
    shop.others("c1")
    shop.git("worktree", "add", "--quiet", "-b", "ada", str(tmp_path / "linked"), "main~1")
    linked = Shop(tmp_path / "linked", IDENTITY)
    linked.put("b1", "a1")
    found = guard_check(linked.project, "origin/main")
    assert found.heads == (("b1", "here"), ("c1", "there"))


def test_a_shallow_clone(shop: Shop, tmp_path: Path) -> None:
    shop.branch("ada")
    shop.put("b1", "a1")
    shop.commit("b1")
    shop.git("push", "--quiet", "origin", "ada")
    shop.others("c1")
    url = (tmp_path / "origin").as_uri()
    shop.git("clone", "--quiet", "--depth", "1", "--branch", "ada", url, str(tmp_path / "ci"))
    clone = Shop(tmp_path / "ci", IDENTITY)
    clone.git("fetch", "--quiet", "--depth", "1", "origin", "main:refs/remotes/origin/main")
    found = guard_check(clone.project, "origin/main")
    assert codes(found) == ["no-common-commit", "S003"]
    assert "only the newest commits are here" in found.problems[0].text
    assert dict(found.heads) == {"b1": "here", "c1": "there"}


@pytest.mark.parametrize("variable", [".git", "absolute"])
def test_git_dir_is_set(shop: Shop, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    shop.branch("ada")
    shop.put("b1", "a1")
    shop.others("c1")
    monkeypatch.chdir(shop.root)
    value = variable if variable == ".git" else str(shop.root / ".git")
    project = shop.project
    monkeypatch.setenv("GIT_DIR", value)
    assert guard_check(project).exit_code == 6


def test_a_bare_repository(shop: Shop, tmp_path: Path) -> None:
    shop.others("c1", "a1", column("email"))
    shop.pushed("ada", "b1", "a1", column("email"), start="main~1")
    done = subprocess.run(
        [LIMBECK, "-c", "app/limbeck.toml", "guard", "check", "--against", "ada"],
        cwd=tmp_path / "origin",
        env={**os.environ, **IDENTITY},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 14, done.stderr
    assert "same intent twice about users.email" in done.stdout
    assert not list((tmp_path / "origin").glob("app*"))


def test_a_bare_repository_without_settings(shop: Shop, tmp_path: Path) -> None:
    done = subprocess.run(
        [LIMBECK, "guard", "check", "--against", "main"],
        cwd=tmp_path / "origin",
        env={**os.environ, **IDENTITY},
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, "error[C002]: HEAD (" in done.stderr) == (3, True)


def test_names_with_signs_that_mean_something(shop: Shop) -> None:
    shop.branch("ada")
    shop.put("b1", "a1", name="größe [1] über*.py")
    shop.commit("b1")
    shop.others("c1")
    found = guard_check(shop.project)
    assert dict(found.heads) == {"b1": "here", "c1": "there"}
    assert found.forks[0].branches[0].commit is not None


def test_nothing_is_fetched(shop: Shop) -> None:
    environment = running._environment()
    assert environment["GIT_NO_LAZY_FETCH"] == "1"
