"""The guard in checkouts and under commands of git that are not the plain ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.guard.conftest import Checkout

MARKS = "<<<<<<<"
ONE_LINE = ">a1, a1>c1, c1>b1"


# Commits that are signed


@pytest.fixture
def signing(shop: Checkout, tmp_path: Path) -> Checkout:
    """A checkout where each commit is signed."""
    key = tmp_path / "key"
    made = shop.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ann", "-f", str(key))
    assert made.returncode == 0, made.stderr
    public = key.with_suffix(".pub").read_text()
    (tmp_path / "signers").write_text(f"bob@example.org {public}")
    for name, value in {
        "gpg.format": "ssh",
        "gpg.ssh.allowedSignersFile": str(tmp_path / "signers"),
        "user.signingKey": str(key),
        "commit.gpgSign": "true",
    }.items():
        shop.git("config", name, value)
    return shop


def test_a_merge_that_is_signed_is_signed_anew(signing: Checkout) -> None:
    signing.fork()
    done = signing.run("git", "merge", "--no-edit", "main")
    assert done.returncode == 0, done.stderr
    assert "it is part of the commit of the merge" in done.stderr
    assert signing.order == ONE_LINE
    assert signing.is_clean
    signing.git("verify-commit", "HEAD")
    assert signing.git("log", "-1", "--format=%an %cn %s") == "Ann Ärz Bob Merge branch 'main' into ada"  # fmt: skip
    assert len(signing.git("log", "-1", "--format=%P").split()) == 2
    mine, git = (signing.git("log", "-1", "--format=%aD %cD", name) for name in ("HEAD", "HEAD@{1}"))  # fmt: skip
    assert mine == git


def test_a_merge_that_cannot_be_signed_anew_waits_for_the_next_commit(
    signing: Checkout, tmp_path: Path
) -> None:
    signing.fork()
    once = tmp_path / "once"
    once.write_text(f'#!/bin/sh\n[ -e {tmp_path}/signed ] && exit 1\n: >{tmp_path}/signed\nexec ssh-keygen "$@"\n')  # fmt: skip
    once.chmod(0o755)
    signing.git("config", "gpg.ssh.program", str(once))
    done = signing.run("git", "merge", "--no-edit", "main")
    assert done.returncode == 0, done.stderr
    assert "it is added; `git commit` keeps it" in done.stderr
    assert signing.order == ONE_LINE
    assert signing.git("log", "-1", "--format=%s").startswith("Merge branch")
    signing.git("-c", "gpg.ssh.program=ssh-keygen", "verify-commit", "HEAD")
    (tmp_path / "signed").unlink()
    signing.git("commit", "--quiet", "--message", "one line")
    assert signing.is_clean


def test_a_rebase_of_several_commits_that_are_signed(signing: Checkout) -> None:
    signing.fork()
    signing.add_column("b2", "b1", "colour")
    done = signing.run("git", "rebase", "main")
    assert done.returncode == 0, done.stderr
    assert signing.order == f"{ONE_LINE}, b1>b2"
    assert signing.git("log", "--format=%G?", "main..").split() == ["G", "G", "G"]


# Revisions that are not added


def test_what_is_not_added_is_no_head_of_a_commit(shop: Checkout) -> None:
    shop.fork()
    shop.add("d1", "b1", "pass", commit=False)
    shop.git("checkout", "--", "app/migrations/HEAD")  # as after `alembic revision`
    done = shop.run("git", "rebase", "main")
    assert done.returncode == 0, done.stderr
    assert shop.git("status", "--porcelain") == "?? app/migrations/versions/d1_it.py"
    assert shop.head == "b1"
    assert shop.order == f"{ONE_LINE}, b1>d1"
    assert "d1" not in shop.git("show", "HEAD:app/migrations/HEAD")


def test_what_is_not_added_is_no_head_of_a_commit_after_autostash(shop: Checkout) -> None:
    shop.fork()
    shop.add("d1", "b1", "pass", commit=False)
    assert shop.head == "d1"
    done = shop.run("git", "rebase", "--autostash", "main")
    assert done.returncode == 0, done.stderr
    assert shop.order == f"{ONE_LINE}, b1>d1"
    assert shop.head == "d1"
    assert shop.git("show", "HEAD:app/migrations/HEAD").endswith("\nb1")


def test_a_merge_beside_what_is_not_added(shop: Checkout) -> None:
    shop.fork()
    shop.add("d1", "a1", "pass", commit=False)
    shop.git("checkout", "--", "app/migrations/HEAD")
    assert shop.run("git", "merge", "--no-edit", "main").returncode == 0
    assert shop.git("show", "HEAD:app/migrations/HEAD").endswith("\nb1")
    assert shop.git("status", "--porcelain") == "?? app/migrations/versions/d1_it.py"
    done = shop.limbeck("status")
    assert "problem[stale-head]: migrations/HEAD does not say what is true" in done.stdout
    assert "hint: limbeck guard keep" in done.stdout
    done = shop.limbeck("guard", "keep")
    assert done.returncode == 0
    assert "migrations/HEAD names b1 d1 now: git add migrations/HEAD" in done.stderr
    assert "There are 2 heads" in done.stderr
    assert "Nothing to do" in shop.limbeck("guard", "keep").stderr


def test_a_commit_of_a_part(shop: Checkout) -> None:
    """HEAD is compared with what is added: a draft beside it is nobody's business."""
    shop.add("b1", "a1", "pass", commit=False)
    (shop.root / "notes.txt").write_text("said")
    shop.git("add", "notes.txt")
    shop.git("commit", "--quiet", "--message", "notes")
    shop.git("add", "app/migrations/HEAD")
    done = shop.run("git", "commit", "--message", "without the revision")
    assert done.returncode == 1
    assert "app/migrations/HEAD, as it is added, says b1; the revisions that are added lead to a1" in done.stderr  # fmt: skip
    shop.git("reset", "--quiet")
    shop.git("add", "app/migrations/versions")
    done = shop.run("git", "commit", "--message", "without HEAD")
    assert done.returncode == 1
    assert "says a1; the revisions that are added lead to b1" in done.stderr
    shop.git("add", "--all")
    shop.git("commit", "--quiet", "--message", "both")
    assert shop.is_clean


def test_a_commit_of_what_builds_on_something_that_is_not_added(shop: Checkout) -> None:
    shop.add("b1", "a1", "pass", commit=False)
    path = shop.add("b2", "b1", "pass", commit=False)
    shop.git("add", str(path), "app/migrations/HEAD")
    done = shop.run("git", "commit", "--message", "b2")
    assert done.returncode == 1
    assert "b1" in done.stderr
    assert "So it is with what is added: git add app/migrations" in done.stderr
    shop.git("add", "--all")
    shop.git("commit", "--quiet", "--message", "both")


def test_nothing_to_keep(bare: Checkout) -> None:
    done = bare.limbeck("guard", "keep")
    assert done.returncode == 7
    assert "limbeck guard install" in done.stderr


# Commands of git after which no hook is called


def test_a_cherry_pick_and_the_way_out(shop: Checkout) -> None:
    shop.fork()
    shop.git("checkout", "--quiet", "main")
    assert shop.run("git", "cherry-pick", "ada").returncode == 1
    assert MARKS in (shop.folder / "HEAD").read_text()
    done = shop.limbeck("rebase", "b1", "--onto", "c1", "--offline")
    assert done.returncode == 0, done.stderr
    shop.git("add", "--all")
    shop.git("cherry-pick", "--continue")
    assert shop.order == ONE_LINE
    assert shop.head == "b1"
    assert shop.is_clean


def test_a_cherry_pick_of_what_fits(shop: Checkout) -> None:
    """Two revisions in one line, of which a branch takes the first: HEAD is in conflict, and nothing else."""
    shop.git("checkout", "--quiet", "-b", "ada")
    shop.add_column("b1", "a1", "note")
    shop.git("checkout", "--quiet", "main")
    shop.add("x1", None, 'op.create_table("x", sa.Column("id", sa.Integer))')
    assert shop.run("git", "cherry-pick", "ada").returncode == 1
    done = shop.limbeck("guard", "keep")
    assert "migrations/HEAD names b1 x1 now" in done.stderr
    shop.git("add", "--all")
    shop.git("cherry-pick", "--continue")
    assert shop.is_clean


def test_a_stash(shop: Checkout) -> None:
    shop.fork()
    shop.git("checkout", "--quiet", "-b", "other", "main~1")
    shop.add("d1", "a1", 'op.add_column("t", sa.Column("size", sa.Integer))', commit=False)
    shop.git("stash", "push", "--quiet", "--include-untracked")
    shop.git("merge", "--quiet", "--ff-only", "main")
    done = shop.run("git", "stash", "pop")
    assert done.returncode == 1
    assert "limbeck leaves the conflict in app/migrations/HEAD" in done.stderr
    assert MARKS in (shop.folder / "HEAD").read_text()
    done = shop.limbeck("rebase", "d1", "--onto", "c1", "--offline")
    assert done.returncode == 0, done.stderr
    assert (shop.order, shop.head) == (">a1, a1>c1, c1>d1", "d1")


def test_patches(shop: Checkout) -> None:
    shop.fork()
    shop.git("format-patch", "--quiet", "--output-directory", "../patches", "main")
    shop.git("checkout", "--quiet", "main")
    patch = next((shop.root.parent / "patches").iterdir())
    done = shop.run("git", "am", "--3way", str(patch))
    assert done.returncode != 0
    assert "git applies patches, after which no hook is called" in done.stderr + done.stdout
    shop.git("am", "--abort")
    assert shop.is_clean


# Rebases


def test_an_interactive_rebase(shop: Checkout) -> None:
    shop.fork()
    shop.add_column("b2", "b1", "colour")
    shop.add_column("b3", "b2", "shape")
    shop.variables["GIT_SEQUENCE_EDITOR"] = "sed -i -e '2s/^pick/squash/' -e '3s/^pick/reword/'"
    done = shop.run("git", "rebase", "--interactive", "main")
    assert done.returncode == 0, done.stderr
    assert shop.order == f"{ONE_LINE}, b1>b2, b2>b3"
    assert shop.head == "b3"
    assert shop.is_clean
    subjects = shop.git("log", "--format=%s", "main..").splitlines()
    assert subjects == ["Make one line of the revisions", "add b3", "add b1"]


def test_a_rebase_in_which_commits_are_changed(shop: Checkout) -> None:
    shop.fork()
    shop.add_column("b2", "b1", "colour")
    shop.variables["GIT_SEQUENCE_EDITOR"] = "sed -i -e '1s/^pick/edit/'"
    assert shop.run("git", "rebase", "--interactive", "main").returncode == 0
    (shop.root / "notes.txt").write_text("said")
    shop.git("add", "--all")
    done = shop.run("git", "commit", "--amend", "--no-edit")  # with its hook
    assert done.returncode == 0, done.stderr
    done = shop.run("git", "rebase", "--continue")
    assert done.returncode == 0, done.stderr
    assert shop.order == f"{ONE_LINE}, b1>b2"
    assert shop.is_clean


def test_commits_that_change_places(shop: Checkout) -> None:
    """Nothing parts: HEAD conflicts at the first commit already, where its parent is missing."""
    shop.git("checkout", "--quiet", "-b", "ada")
    shop.add_column("b1", "a1", "note")
    shop.add_column("b2", "b1", "colour")
    shop.variables["GIT_SEQUENCE_EDITOR"] = "sed -i -e '1{h;d}' -e '2{G}'"
    done = shop.run("git", "rebase", "--interactive", "main")
    assert done.returncode == 1
    assert "limbeck leaves the conflict in app/migrations/HEAD" in done.stderr
    assert "b1" in done.stderr
    shop.git("rebase", "--abort")
    assert shop.order == ">a1, a1>b1, b1>b2"


def test_a_detached_head(shop: Checkout) -> None:
    shop.fork()
    shop.git("checkout", "--quiet", "--detach")
    done = shop.run("git", "merge", "--no-edit", "main")
    assert done.returncode == 0, done.stderr
    assert shop.order == ONE_LINE
    assert shop.is_clean


# Checkouts


def test_a_submodule(shop: Checkout, tmp_path: Path) -> None:
    shop.fork()
    shop.git("checkout", "--quiet", "main")
    outer = Checkout(tmp_path / "outer", shop.variables)
    outer.root.mkdir()
    outer.git("init", "--quiet")
    allow = ("-c", "protocol.file.allow=always")
    outer.git(*allow, "submodule", "--quiet", "add", str(shop.root), "inner")
    outer.git("commit", "--quiet", "--message", "inner")
    inner = Checkout(outer.root / "inner", shop.variables)
    assert (inner.root / ".git").is_file()
    assert inner.limbeck("guard", "install", "--yes").returncode == 0
    inner.git("checkout", "--quiet", "-b", "ada", "origin/ada")
    done = inner.run("git", "merge", "--no-edit", "origin/main")
    assert done.returncode == 0, done.stderr
    assert inner.order == ONE_LINE
    assert inner.is_clean
    assert inner.limbeck("guard", "check", "--against", "origin/main").returncode == 0
    assert not (outer.root / ".git" / "hooks" / "post-merge").exists()


def test_a_repository_that_is_elsewhere(shop: Checkout, tmp_path: Path) -> None:
    """`--separate-git-dir`: in hooks, nothing in the name of git's folder says where the checkout is."""
    shop.fork()
    shop.git("checkout", "--quiet", "main")
    place = tmp_path / "clone"
    shop.git("clone", "--quiet", "--separate-git-dir", str(tmp_path / "kept"), ".", str(place))
    other = Checkout(place, shop.variables)
    assert other.limbeck("guard", "install", "--yes").returncode == 0
    other.git("checkout", "--quiet", "ada")
    done = other.run("git", "merge", "--no-edit", "origin/main", folder=place / "app")
    assert done.returncode == 0, done.stderr
    assert other.order == ONE_LINE
    assert other.is_clean


def test_a_sparse_checkout_without_the_project(shop: Checkout) -> None:
    shop.fork()
    (shop.root / "other").mkdir()
    (shop.root / "other" / "notes.txt").write_text("said")
    shop.commit("notes")
    shop.git("sparse-checkout", "set", "other")
    assert not (shop.root / "app").exists()
    done = shop.run("git", "merge", "--no-edit", "main")
    # Git does not see who merges the file: it is a plain conflict.
    assert done.returncode == 1
    assert "CONFLICT (content): Merge conflict in app/migrations/HEAD" in done.stdout
    shop.git("merge", "--abort")
    # Commits that are about something else go through.
    (shop.root / "other" / "notes.txt").write_text("more")
    done = shop.run("git", "commit", "--quiet", "--all", "--message", "more")
    assert done.returncode == 0, done.stderr
    assert "app/limbeck.toml is not here" in done.stderr


def test_a_sparse_checkout_of_the_project(shop: Checkout) -> None:
    shop.fork()
    shop.git("sparse-checkout", "set", "app")
    done = shop.run("git", "merge", "--no-edit", "main")
    assert done.returncode == 0, done.stderr
    assert shop.order == ONE_LINE
    assert shop.is_clean


def test_as_jj_leaves_a_repository(shop: Checkout) -> None:
    """HEAD is detached, and what was added to the index is not: jj has an index of its own."""
    shop.fork()
    (shop.root / ".jj").mkdir()
    (shop.root / ".jj" / ".gitignore").write_text("/*\n")
    shop.git("checkout", "--quiet", "--detach")
    shop.add_column("b2", "b1", "colour")
    shop.git("branch", "--force", "ada", "HEAD")
    shop.add("b3", "b2", "pass", commit=False)
    shop.git("add", "--intent-to-add", "--all")
    done = shop.limbeck("guard", "check", "--against", "main", "--allow", "heads")
    assert done.returncode == 0, done.stdout
    assert "b3" in done.stdout
    assert shop.limbeck("rebase", "b3", "--onto", "b2", "--offline").returncode == 2
    assert shop.limbeck("guard", "forecast", "--against", "main").returncode == 0


def test_revisions_that_are_elsewhere(bare: Checkout, tmp_path: Path) -> None:
    """As those that come with a package: their folder is in no checkout."""
    elsewhere = tmp_path / "package"
    elsewhere.mkdir()
    text = (bare.folder / "versions" / "a1_it.py").read_text()
    (elsewhere / "p1.py").write_text(text.replace('"a1"', '"p1"').replace('"t"', '"other"'))
    (bare.root / "app" / "limbeck.toml").write_text(
        f'url = "sqlite:///shop.db"\nversion_locations = ["migrations/versions", "{elsewhere}"]\n'
    )
    assert bare.limbeck("guard", "install", "--yes").returncode == 0
    bare.git("add", "--all")
    bare.git("commit", "--quiet", "--message", "guard")
    bare.fork()
    assert bare.head == "b1 p1"
    done = bare.run("git", "merge", "--no-edit", "main")
    assert done.returncode == 0, done.stderr
    assert bare.history.heads == {"b1", "p1"}
    assert bare.head == "b1 p1"
    assert bare.is_clean
    bare.add("d1", "b1", "pass", commit=False)
    bare.git("add", "app/migrations/HEAD")
    done = bare.run("git", "commit", "--message", "without the revision")
    assert "says d1, p1; the revisions that are added lead to b1, p1" in done.stderr


# Hooks of others


@pytest.mark.parametrize("shell", ["/bin/sh -eu", "/bin/bash -eu", "/usr/bin/env sh"])
def test_hooks_that_stop_at_the_first_error(bare: Checkout, shell: str) -> None:
    for name in ("pre-commit", "post-merge", "post-rewrite"):
        hook = bare.root / ".git" / "hooks" / name
        hook.write_text(f"#!{shell}\nset -eu\necho {name} >> ran.txt\n")
        hook.chmod(0o755)
    (bare.root / ".gitignore").write_text("shop.db*\n__pycache__\nran.txt\n")
    assert bare.limbeck("guard", "install", "--yes").returncode == 0
    bare.git("add", "--all")
    bare.git("commit", "--quiet", "--message", "guard")
    bare.fork()
    done = bare.run("git", "rebase", "main")
    assert done.returncode == 0, done.stderr
    assert bare.order == ONE_LINE
    # What fails in ours keeps nothing of theirs from being run.
    bare.git("config", "limbeck.app/migrations/HEAD.config", "app/gone.toml")
    bare.git("merge", "--quiet", "--no-ff", "--no-edit", "main~1")
    bare.git("checkout", "--quiet", "main")
    bare.run("git", "merge", "--no-ff", "--no-edit", "ada")
    ran = (bare.root / "ran.txt").read_text().split()
    assert ran == ["pre-commit", "post-rewrite", "post-merge"]


def test_hooks_of_husky(bare: Checkout) -> None:
    """Husky writes its folder of hooks anew when it likes; users' own are beside, run by `sh -e`."""
    own = bare.root / ".husky" / "pre-commit"
    (bare.root / ".husky" / "_").mkdir(parents=True)
    for name in ("pre-commit", "post-merge"):
        hook = bare.root / ".husky" / "_" / name
        hook.write_text(f'#!/bin/sh\n[ ! -f .husky/{name} ] || sh -e .husky/{name} "$@"\n')
        hook.chmod(0o755)
    bare.git("config", "core.hooksPath", ".husky/_")
    done = bare.limbeck("guard", "install", "--yes")
    assert "no hooks: husky writes those in .husky/_" in done.stderr
    assert "call `limbeck guard hook NAME` from pre-commit, post-merge and post-rewrite in .husky" in done.stderr  # fmt: skip
    assert "limbeck" not in (bare.root / ".husky" / "_" / "pre-commit").read_text()
    own.write_text(f"{bare.variables['LIMBECK']} guard hook pre-commit\n")
    own.with_name("post-merge").write_text(f"{bare.variables['LIMBECK']} guard hook post-merge\n")
    bare.git("add", "--all")
    bare.git("commit", "--quiet", "--message", "guard")
    bare.fork()
    done = bare.run("git", "merge", "--no-edit", "main")
    assert done.returncode == 0, done.stderr
    assert bare.order == ONE_LINE
    bare.add("d1", "b1", "pass", commit=False)
    bare.git("checkout", "--", "app/migrations/HEAD")
    bare.git("add", "--all")
    assert bare.run("git", "commit", "--message", "d1").returncode == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\n", ".pre-commit-config.yaml"),
        ('#!/bin/sh\n\nif [ "$LEFTHOOK" = "0" ]; then\n  exit 0\nfi\n', "lefthook.yml"),
    ],
)  # fmt: skip
def test_hooks_that_another_program_writes(bare: Checkout, text: str, why: str) -> None:
    hook = bare.root / ".git" / "hooks" / "pre-commit"
    hook.write_text(text)
    hook.chmod(0o755)
    done = bare.limbeck("guard", "install", "--yes")
    assert f"call `limbeck guard hook pre-commit` from {why}" in done.stderr
    assert hook.read_text() == text
