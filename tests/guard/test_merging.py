"""What git leads to when it merges, rebases and pulls with the guard installed: real git, real proofs."""

from __future__ import annotations

from pathlib import Path

from tests.guard.conftest import Checkout

MARKS = "<<<<<<<"


def test_without_limbeck_git_finds_a_conflict(shop: Checkout) -> None:
    shop.fork()
    shop.git("config", "--remove-section", "merge.limbeck")
    assert shop.run("git", "merge", "--no-edit", "main").returncode == 1
    assert MARKS in (shop.folder / "HEAD").read_text()
    # Either of limbeck's ways out writes it anew.
    done = shop.limbeck("merge", "--rev-id", "m1")
    assert done.returncode == 0, done.stderr
    assert shop.head == "m1"


def test_a_merge_of_main_puts_what_is_mine_behind_it(shop: Checkout) -> None:
    shop.fork()
    done = shop.run("git", "merge", "--no-edit", "main")
    assert done.returncode == 0, done.stderr
    assert "proof: equal in 2 orders" in done.stderr
    assert "b1 put behind c1" in done.stderr
    assert shop.order == ">a1, a1>c1, c1>b1"
    assert shop.head == "b1"
    assert shop.is_clean
    assert shop.git("log", "-1", "--format=%s %an") == "Merge branch 'main' into ada Ann Ärz"
    assert shop.git("rev-list", "--parents", "-1", "HEAD").split()[1:] == [
        shop.git("rev-parse", "ada@{1}^1"),
        shop.git("rev-parse", "main"),
    ]


def test_a_merge_into_main_puts_behind_what_comes(shop: Checkout) -> None:
    shop.fork()
    shop.git("checkout", "--quiet", "main")
    done = shop.run("git", "merge", "--no-ff", "--no-edit", "ada")
    assert done.returncode == 0, done.stderr
    assert shop.order == ">a1, a1>c1, c1>b1"
    assert shop.is_clean


def test_what_does_not_go_together_stays_a_conflict(shop: Checkout) -> None:
    shop.git("checkout", "--quiet", "-b", "ada")
    shop.add("b1", "a1", 'op.add_column("t", sa.Column("phone", sa.Text))')
    shop.git("checkout", "--quiet", "main")
    shop.add_column("c1", "a1", "phone")
    shop.git("checkout", "--quiet", "ada")
    before = shop.git("rev-parse", "HEAD")
    done = shop.run("git", "merge", "--no-edit", "main")
    assert done.returncode == 1
    assert "limbeck leaves the conflict in app/migrations/HEAD" in done.stderr
    assert "/tmp" not in done.stderr
    assert "b1 and c1 conflict:" in done.stderr.replace("c1 and b1", "b1 and c1")
    assert MARKS in (shop.folder / "HEAD").read_text()
    assert shop.git("rev-parse", "HEAD") == before
    assert "UU app/migrations/HEAD" in shop.git("status", "--porcelain")


def test_what_cannot_be_proven_stays_a_conflict(shop: Checkout) -> None:
    shop.fork()
    file = shop.root / "app" / "limbeck.toml"
    file.write_text('url = "mysql+pymysql://nobody@127.0.0.1:1/nothing"\n')
    shop.git("commit", "--quiet", "--all", "--message", "elsewhere")
    done = shop.run("git", "merge", "--no-edit", "main")
    assert done.returncode == 1
    assert "it cannot be proven that b1 and c1 go together" in done.stderr
    assert MARKS in (shop.folder / "HEAD").read_text()


def test_what_a_database_has_applied_is_joined_not_moved(shop: Checkout) -> None:
    shop.fork()
    assert shop.limbeck("upgrade", "head").returncode == 0
    done = shop.run("git", "merge", "--no-edit", "main")
    assert done.returncode == 0, done.stderr
    assert "not moved: somebody may have run it: b1 applied to the database" in done.stderr
    (head,) = shop.history.heads
    assert set(shop.history[head].parents) == {"b1", "c1"}
    assert shop.head == head
    assert shop.is_clean
    assert shop.limbeck("upgrade", "head").returncode == 0


def test_where_no_branch_is_the_main_one_heads_are_joined(shop: Checkout) -> None:
    shop.fork()
    shop.git("branch", "--move", "main", "other")
    done = shop.run("git", "merge", "--no-edit", "other")
    assert done.returncode == 0, done.stderr
    (head,) = shop.history.heads
    assert set(shop.history[head].parents) == {"b1", "c1"}
    assert shop.is_clean


def test_a_rebase_puts_revisions_behind(shop: Checkout) -> None:
    shop.fork()
    done = shop.run("git", "rebase", "main")
    assert done.returncode == 0, done.stderr
    assert shop.order == ">a1, a1>c1, c1>b1"
    assert shop.head == "b1"
    assert shop.is_clean
    assert shop.git("log", "--format=%s", "main..") == "add b1"


def test_a_rebase_of_several_commits_ends_in_one_line(shop: Checkout) -> None:
    shop.fork()
    shop.add_column("b2", "b1", "colour")
    (shop.root / "notes.txt").write_text("said")
    shop.git("add", "--all")
    shop.git("commit", "--quiet", "--message", "notes")
    done = shop.run("git", "rebase", "main")
    assert done.returncode == 0, done.stderr
    assert shop.order == ">a1, a1>c1, c1>b1, b1>b2"
    assert shop.head == "b2"
    assert shop.is_clean
    subjects = shop.git("log", "--format=%s", "main..").splitlines()
    assert subjects == ["Make one line of the revisions", "notes", "add b2", "add b1"]


def test_a_rebased_branch_can_be_rebased_again(shop: Checkout) -> None:
    shop.fork()
    shop.add_column("b2", "b1", "colour")
    assert shop.run("git", "rebase", "main").returncode == 0
    shop.git("checkout", "--quiet", "main")
    shop.add_column("c2", "c1", "size")
    shop.git("checkout", "--quiet", "ada")
    done = shop.run("git", "rebase", "main")
    assert done.returncode == 0, done.stderr
    assert shop.order == ">a1, a1>c1, c1>c2, c2>b1, b1>b2"
    assert shop.head == "b2"
    assert shop.is_clean


def test_a_rebase_that_conflicts_stops_and_can_be_given_up(shop: Checkout) -> None:
    shop.git("checkout", "--quiet", "-b", "ada")
    shop.add_column("b1", "a1", "note")
    shop.add("b2", "b1", 'op.add_column("t", sa.Column("phone", sa.Text))')
    shop.git("checkout", "--quiet", "main")
    shop.add_column("c1", "a1", "phone")
    shop.git("checkout", "--quiet", "ada")
    done = shop.run("git", "rebase", "main")
    assert done.returncode == 1
    assert "CONFLICT (content): Merge conflict in app/migrations/HEAD" in done.stdout
    shop.git("rebase", "--abort")
    assert shop.order == ">a1, a1>b1, b1>b2"
    # What was left to be done is of no concern to what git does next.
    shop.git("merge", "--quiet", "--ff-only", "ada")
    assert shop.is_clean


def test_a_rebase_with_the_other_backend(shop: Checkout) -> None:
    shop.fork()
    done = shop.run("git", "rebase", "--apply", "main")
    assert done.returncode == 0, done.stderr
    assert shop.order == ">a1, a1>c1, c1>b1"
    assert shop.is_clean


def test_a_rebase_keeps_what_is_not_committed(shop: Checkout) -> None:
    shop.fork()
    (shop.root / ".gitignore").write_text("shop.db*\n__pycache__\n*.log\n")
    done = shop.run("git", "rebase", "--autostash", "main")
    assert done.returncode == 0, done.stderr
    assert shop.order == ">a1, a1>c1, c1>b1"
    assert shop.git("status", "--porcelain") == " M .gitignore"


def test_a_merge_beside_changes_that_are_not_committed(shop: Checkout) -> None:
    shop.fork()
    (shop.root / ".gitignore").write_text("shop.db*\n__pycache__\n*.log\n")
    assert shop.run("git", "merge", "--no-edit", "main").returncode == 0
    assert shop.order == ">a1, a1>c1, c1>b1"
    assert shop.git("status", "--porcelain") == " M .gitignore"


def test_changes_to_revisions_are_not_committed_along(shop: Checkout) -> None:
    shop.fork()
    path = shop.folder / "versions" / "b1_it.py"
    path.write_text(path.read_text() + "# to be said better\n")
    done = shop.run("git", "merge", "--no-edit", "main")
    assert done.returncode == 0, done.stderr
    assert "nothing was added" in done.stderr
    assert shop.order == ">a1, a1>c1, c1>b1"
    assert "to be said better" not in shop.git("show", "HEAD:app/migrations/versions/b1_it.py")


def test_a_merge_with_another_conflict_is_finished_when_it_is_committed(shop: Checkout) -> None:
    shop.fork()
    for branch in ("main", "ada"):
        shop.git("checkout", "--quiet", branch)
        (shop.root / "notes.txt").write_text(f"{branch}\n")
        shop.git("add", "--all")
        shop.git("commit", "--quiet", "--message", f"notes of {branch}")
    done = shop.run("git", "merge", "--no-edit", "main")
    assert done.returncode == 1
    assert shop.head == "b1 c1"
    (shop.root / "notes.txt").write_text("both\n")
    shop.git("add", "notes.txt")
    done = shop.run("git", "commit", "--no-edit")
    assert done.returncode == 0, done.stderr
    assert "b1 put behind c1" in done.stderr
    assert shop.order == ">a1, a1>c1, c1>b1"
    assert shop.is_clean


def test_a_merge_without_a_commit_is_finished_when_it_is_committed(shop: Checkout) -> None:
    shop.fork()
    assert shop.run("git", "merge", "--no-commit", "main").returncode == 0
    assert shop.run("git", "merge", "--continue").returncode == 0
    assert shop.order == ">a1, a1>c1, c1>b1"
    assert shop.is_clean


def test_a_merge_does_not_commit_what_was_not_added(shop: Checkout) -> None:
    shop.fork()
    revision = shop.folder / "versions" / "b1_it.py"
    revision.write_text(revision.read_text() + "# not ready\n")
    assert shop.run("git", "merge", "--no-commit", "main").returncode == 0
    done = shop.run("git", "commit", "--no-edit")
    assert done.returncode != 0
    assert "changes that are not committed" in done.stderr
    assert "git add app/migrations/versions/b1_it.py" in done.stderr
    assert "not ready" not in shop.git("show", ":app/migrations/versions/b1_it.py")
    shop.git("add", "app")
    shop.git("commit", "--no-edit")
    assert shop.order == ">a1, a1>c1, c1>b1"
    assert shop.is_clean


def test_a_squashed_merge(shop: Checkout) -> None:
    shop.fork()
    shop.git("checkout", "--quiet", "main")
    done = shop.run("git", "merge", "--squash", "ada")
    assert done.returncode == 0, done.stderr
    shop.git("commit", "--quiet", "--message", "all of it")
    assert shop.order == ">a1, a1>c1, c1>b1"
    assert shop.is_clean


def test_a_cherry_pick_stays_a_conflict(shop: Checkout) -> None:
    shop.fork()
    shop.git("checkout", "--quiet", "main")
    done = shop.run("git", "cherry-pick", "ada")
    assert done.returncode == 1
    assert "after anything else no hook is called" in done.stderr
    assert MARKS in (shop.folder / "HEAD").read_text()


def test_an_octopus_is_refused_by_git(shop: Checkout) -> None:
    shop.fork()
    shop.git("checkout", "--quiet", "-b", "third", "main~1")
    shop.add_column("d1", "a1", "size")
    done = shop.run("git", "merge", "--no-edit", "ada", "main")
    assert done.returncode != 0
    assert "Merge with strategy octopus failed" in done.stdout + done.stderr
    shop.git("reset", "--quiet", "--hard")
    assert shop.order == ">a1, a1>d1"


def test_a_merge_that_was_given_up_leaves_nothing(shop: Checkout) -> None:
    shop.fork()
    assert shop.run("git", "merge", "--no-commit", "main").returncode == 0
    shop.git("merge", "--abort")
    shop.add_column("b2", "b1", "colour")
    assert shop.order == ">a1, a1>b1, b1>b2"
    assert shop.is_clean


def test_lines_of_their_own_are_not_joined(shop: Checkout) -> None:
    shop.add("x1", None, 'op.create_table("x", sa.Column("id", sa.Integer))')
    shop.git("checkout", "--quiet", "-b", "ada")
    shop.add_column("b1", "a1", "note")
    shop.git("checkout", "--quiet", "main")
    shop.add("x2", "x1", 'op.add_column("x", sa.Column("size", sa.Integer))')
    shop.git("checkout", "--quiet", "ada")
    done = shop.run("git", "merge", "--no-edit", "main")
    assert done.returncode == 0, done.stderr
    assert shop.head == "b1 x2"
    assert shop.history.heads == {"b1", "x2"}
    assert shop.is_clean


def test_three_branches_one_after_the_other(shop: Checkout) -> None:
    shop.fork()
    shop.git("checkout", "--quiet", "-b", "third", "main~1")
    shop.add_column("d1", "a1", "size")
    shop.git("checkout", "--quiet", "main")
    for branch in ("ada", "third"):
        done = shop.run("git", "merge", "--no-edit", branch)
        assert done.returncode == 0, done.stderr
    assert shop.order == ">a1, a1>c1, c1>b1, b1>d1"
    assert shop.is_clean


def test_a_pull(shop: Checkout) -> None:
    clone = shop.clone()
    clone.add_column("b1", "a1", "note")
    shop.add_column("c1", "a1", "phone")
    done = clone.run("git", "pull", "--no-rebase", "--no-edit")
    assert done.returncode == 0, done.stderr
    assert clone.order == ">a1, a1>c1, c1>b1"
    assert clone.is_clean


def test_a_pull_where_git_does_not_know_the_remotes_main_branch(shop: Checkout) -> None:
    clone = shop.clone()
    # As it is after `git init` and `git remote add`.
    clone.git("remote", "set-head", "origin", "--delete")
    clone.add_column("b1", "a1", "note")
    shop.add_column("c1", "a1", "phone")
    done = clone.run("git", "pull", "--no-rebase", "--no-edit")
    assert done.returncode == 0, done.stderr
    assert clone.order == ">a1, a1>c1, c1>b1"


def test_a_pull_that_rebases(shop: Checkout) -> None:
    clone = shop.clone()
    clone.add_column("b1", "a1", "note")
    shop.add_column("c1", "a1", "phone")
    done = clone.run("git", "pull", "--rebase")
    assert done.returncode == 0, done.stderr
    assert clone.order == ">a1, a1>c1, c1>b1"
    assert clone.git("log", "--format=%s", "origin/main..") == "add b1"
    assert clone.is_clean


def test_a_pull_of_what_is_only_ahead_changes_nothing(shop: Checkout) -> None:
    clone = shop.clone()
    shop.add_column("c1", "a1", "phone")
    assert clone.run("git", "pull", "--no-rebase").returncode == 0
    assert clone.order == ">a1, a1>c1"
    assert clone.git("rev-parse", "HEAD") == shop.git("rev-parse", "HEAD")


def test_a_shallow_clone_says_that_it_does_not_know(shop: Checkout) -> None:
    shop.add_column("c0", "a1", "size")
    shop.git("checkout", "--quiet", "-b", "ada")
    shop.add_column("b1", "c0", "note")
    shop.git("checkout", "--quiet", "main")
    shop.add_column("c1", "c0", "phone")
    clone = shop.clone("--depth", "1", "--no-single-branch")
    done = clone.run("git", "merge", "--no-edit", "--allow-unrelated-histories", "origin/ada")
    assert done.returncode == 1
    assert "this clone is shallow: git fetch --unshallow" in done.stderr
    clone.git("merge", "--abort")
    clone.git("fetch", "--quiet", "--unshallow")
    assert clone.run("git", "merge", "--no-edit", "origin/ada").returncode == 0
    assert clone.order == ">a1, a1>c0, c0>c1, c1>b1"


def test_another_worktree(shop: Checkout, tmp_path: Path) -> None:
    shop.fork()
    shop.git("checkout", "--quiet", "main")
    shop.git("worktree", "add", "--quiet", str(tmp_path / "beside"), "ada")
    other = Checkout(tmp_path / "beside", shop.variables)
    done = other.run("git", "merge", "--no-edit", "main", folder=other.root / "app")
    assert done.returncode == 0, done.stderr
    assert other.order == ">a1, a1>c1, c1>b1"
    assert other.is_clean
    assert shop.order == ">a1, a1>c1"
    assert shop.is_clean


def test_with_git_dir_set(shop: Checkout) -> None:
    shop.fork()
    shop.variables["GIT_DIR"] = str(shop.root / ".git")
    done = shop.run("git", "merge", "--no-edit", "main")
    assert done.returncode == 0, done.stderr
    assert shop.order == ">a1, a1>c1, c1>b1"
    assert shop.is_clean


def test_a_head_that_something_else_has_left_behind_is_not_committed(shop: Checkout) -> None:
    path = shop.add("b1", "a1", "pass", commit=False)
    shop.git("checkout", "--", "app/migrations/HEAD")  # as after `alembic revision`
    shop.git("add", str(path))
    done = shop.run("git", "commit", "--message", "b1")
    assert done.returncode == 1
    assert "git add app/migrations/HEAD" in done.stderr
    assert shop.head == "b1"
    shop.git("add", "app/migrations/HEAD")
    shop.git("commit", "--quiet", "--message", "b1")
    assert shop.is_clean


def test_a_commit_that_does_not_go_with_upstream_is_refused(shop: Checkout) -> None:
    clone = shop.clone()
    shop.add("c1", "a1", 'op.add_column("t", sa.Column("phone", sa.Text))')
    clone.git("fetch", "--quiet")
    clone.add("b1", "a1", 'op.add_column("t", sa.Column("note", sa.Text))')
    clone.add("b2", "b1", 'op.add_column("t", sa.Column("phone", sa.Integer))', commit=False)
    clone.git("add", "--all")
    done = clone.run("git", "commit", "--message", "b2")
    assert done.returncode == 1
    assert "limbeck guard check --against origin/main:" in done.stderr
    assert "problem[R006]" in done.stderr
    clone.git("commit", "--quiet", "--no-verify", "--message", "b2")
    # What is not about revisions is nobody's business.
    (clone.root / "notes.txt").write_text("said")
    clone.git("add", "--all")
    clone.git("commit", "--quiet", "--message", "notes")


def test_called_by_a_hook_of_somebody_else(bare: Checkout) -> None:
    bare.add("b1", "a1", "pass", commit=False)
    bare.git("add", "--all")
    done = bare.limbeck("guard", "hook", "pre-commit")
    assert done.returncode == 0, done.stderr


def test_a_branch_from_before_there_was_a_guard(bare: Checkout) -> None:
    bare.git("checkout", "--quiet", "-b", "ada")
    bare.add_column("b1", "a1", "note")
    bare.git("checkout", "--quiet", "main")
    assert bare.limbeck("guard", "install", "--yes").returncode == 0
    bare.add_column("c1", "a1", "phone")
    bare.git("checkout", "--quiet", "ada")
    done = bare.run("git", "merge", "--no-edit", "main")
    assert done.returncode == 0
    assert "there are 2 heads, and nothing is proven" in done.stderr
    assert bare.head == "b1 c1"
    assert bare.limbeck("rebase", "b1", "--onto", "c1").returncode == 0
    bare.git("add", "--all")
    bare.git("commit", "--quiet", "--message", "one line")
    assert bare.head == "b1"


def test_a_branch_from_before_is_left_in_peace(shop: Checkout) -> None:
    shop.git("checkout", "--quiet", "--orphan", "pages")
    shop.git("rm", "-r", "--quiet", "--force", ".")
    (shop.root / "index.html").write_text("hello")
    shop.git("add", "--all")
    shop.git("commit", "--quiet", "--message", "pages")
