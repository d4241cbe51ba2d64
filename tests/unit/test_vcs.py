"""What git can say about revision files, asked of real repositories."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from limbeck import vcs
from limbeck.errors import MissingParent
from limbeck.files import RevisionFolder

IDENTITY = {
    "GIT_AUTHOR_NAME": "Ann Ärz",
    "GIT_AUTHOR_EMAIL": "ann@example.org",
    "GIT_AUTHOR_DATE": "2026-03-04T05:06:07+00:00",
    "GIT_COMMITTER_NAME": "Bob",
    "GIT_COMMITTER_EMAIL": "bob@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


class Repository:
    """A git checkout with a folder of revisions in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.versions = root / "db" / "versions"
        self.versions.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch", "main")

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.root, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def put(self, id: str, parent: str | None, *, name: str = "") -> Path:
        path = self.versions / (name or f"{id}_it.py")
        if path.suffix == ".sql":
            path.write_text(f"-- message\n-- revision: {id}\n-- revises: {parent}\n")
        else:
            path.write_text(f"revision: str = {id!r}\ndown_revision = {parent!r}\n")
        return path

    def commit(self, message: str) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "--short", "HEAD")

    @property
    def folder(self) -> RevisionFolder:
        return RevisionFolder(self.root / "db", root=self.root)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    return Repository(tmp_path)


def test_roots_and_branches(repository: Repository, tmp_path: Path) -> None:
    assert vcs.repository_root(repository.versions) == tmp_path
    assert vcs.current_branch(repository.versions) == "main"


@pytest.mark.parametrize("name", ["", "aaa.sql", "größe.py"])
def test_the_commit_that_removed_a_parent(repository: Repository, name: str) -> None:
    path = repository.put("aaa", None, name=name)
    repository.put("bbb", "aaa")
    repository.commit("Add both")
    path.unlink()
    gone = repository.commit("Tidy up: remove old things")
    repository.put("ccc", "bbb")
    repository.commit("Go on")
    found = vcs.removed_in("aaa", [repository.versions])
    assert found == vcs.Commit(
        gone, "Ann Ärz", "2026-03-04", "Tidy up: remove old things", f"db/versions/{path.name}"
    )
    with pytest.raises(MissingParent) as caught:
        repository.folder.history  # noqa: B018 - it raises
    assert "db/versions/bbb_it.py" in caught.value.message
    assert f"last seen in git commit {gone} by Ann Ärz (2026-03-04" in caught.value.message
    assert f"git checkout {gone}^ -- " in str(caught.value.hint)
    _, *words = shlex.split(str(caught.value.hint))
    repository.git("-C", str(repository.versions), *words)  # from any folder
    assert repository.folder.history.heads == {"ccc"}


def test_other_files_that_were_removed_are_not_meant(repository: Repository) -> None:
    """A child names its parent, too, and one id may be the beginning of another."""
    paths = [repository.put("aaa1", None), repository.put("xxx", "aaa")]
    repository.commit("Add")
    for path in paths:
        path.unlink()
    repository.put("bbb", "aaa")
    repository.commit("Remove")
    assert vcs.removed_in("aaa", [repository.versions]) is None


def test_a_renamed_file_is_not_a_removed_one(repository: Repository) -> None:
    path = repository.put("aaa", None)
    repository.commit("Add")
    path.rename(repository.versions / "other.py")
    repository.commit("Rename")
    assert repository.folder.history.heads == {"aaa"}


def test_a_parent_that_is_on_another_branch(repository: Repository) -> None:
    repository.put("root", None)
    repository.commit("Start")
    repository.git("checkout", "--quiet", "-b", "feature/people")
    repository.put("aaa", "root")
    there = repository.commit("Add people")
    repository.git("checkout", "--quiet", "main")
    repository.put("bbb", "aaa")
    with pytest.raises(MissingParent) as caught:
        repository.folder.history  # noqa: B018 - it raises
    assert f"it is in git commit {there} on feature/people by Ann Ärz" in caught.value.message
    assert caught.value.hint == "git merge feature/people"


def test_a_parent_that_git_has_never_seen(repository: Repository) -> None:
    repository.put("bbb", "aaa")
    repository.commit("Add")
    with pytest.raises(MissingParent) as caught:
        repository.folder.history  # noqa: B018 - it raises
    assert "git" not in caught.value.message


def test_who_brought_a_file(repository: Repository) -> None:
    root = repository.put("root", None)
    first = repository.commit("Start")
    repository.git("checkout", "--quiet", "-b", "feature/people")
    aaa = repository.put("aaa", "root")
    added = repository.commit("Add people")
    aaa.write_text(aaa.read_text() + "# more\n")
    repository.commit("Change people")
    assert vcs.brought_by(aaa) == vcs.Commit(
        added, "Ann Ärz", "2026-03-04", "Add people", "db/versions/aaa_it.py", "feature/people"
    )
    repository.git("checkout", "--quiet", "main")
    repository.put("bbb", "root")
    repository.commit("Add orders")
    repository.git("checkout", "--quiet", "feature/people")
    repository.git("merge", "--quiet", "--no-edit", "main")
    repository.put("ccc", "aaa")
    repository.commit("Go on")
    repository.git("checkout", "--quiet", "main")
    repository.put("ddd", "bbb")
    repository.commit("More orders")
    repository.git("merge", "--quiet", "--no-edit", "feature/people")
    repository.git("branch", "--delete", "feature/people")
    commits = {path.name: vcs.brought_by(path) for path in repository.versions.iterdir()}
    assert {name: commit and commit.branch for name, commit in commits.items()} == {
        "root_it.py": "main",
        "bbb_it.py": "main",
        "ddd_it.py": "main",
        "ccc_it.py": "feature/people",
        "aaa_it.py": "feature/people",
    }
    assert commits[root.name] == vcs.Commit(
        first, "Ann Ärz", "2026-03-04", "Start", "db/versions/root_it.py", "main"
    )


def test_the_branch_of_a_pull_request(repository: Repository) -> None:
    repository.put("root", None)
    repository.commit("Start")
    repository.git("checkout", "--quiet", "-b", "local")
    path = repository.put("aaa", "root")
    repository.commit("Add people")
    repository.git("checkout", "--quiet", "main")
    message = "Merge pull request #12 from ann/people-and-places"
    repository.git("merge", "--quiet", "--no-ff", "--message", message, "local")
    commit = vcs.brought_by(path)
    assert commit is not None
    assert commit.branch == "people-and-places"


def test_the_branch_that_was_merged_without_a_merge_commit(repository: Repository) -> None:
    """Git moves the trunk forward; only its reflog knows from where the commits came."""
    root = repository.put("root", None)
    repository.commit("Start")
    repository.git("checkout", "--quiet", "-b", "feature/people")
    path = repository.put("aaa", "root")
    repository.commit("Add people")
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--ff-only", "feature/people")
    later = repository.put("bbb", "aaa")
    repository.commit("Add orders")
    found = [vcs.brought_by(one) for one in (root, path, later)]
    assert [commit and commit.branch for commit in found] == ["main", "feature/people", "main"]


def test_a_file_that_is_not_committed_yet(repository: Repository) -> None:
    assert vcs.brought_by(repository.put("aaa", None)) is None


def test_outside_of_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    folder = tmp_path / "versions"
    folder.mkdir()
    assert vcs.repository_root(folder) is None
    assert vcs.current_branch(folder) == ""
    assert vcs.removed_in("aaa", [folder, tmp_path / "missing"]) is None
    assert vcs.found_elsewhere("aaa", [folder]) is None
    assert vcs.brought_by(folder / "a.py") is None


def test_without_git(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    path = repository.put("bbb", "aaa")
    repository.commit("Add")
    monkeypatch.setenv("PATH", "")
    assert vcs.repository_root(repository.versions) is None
    assert vcs.brought_by(path) is None
    with pytest.raises(MissingParent):
        repository.folder.history  # noqa: B018 - it raises


def test_no_program_of_the_repository_is_run(repository: Repository, tmp_path: Path) -> None:
    """A checkout may come from anybody: what it configures to run when a log is read is not run."""
    path = repository.put("aaa", None)
    repository.commit("Add")
    program = tmp_path / "program.sh"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/was_run\n")
    program.chmod(0o755)
    for key in ("core.fsmonitor", "core.pager", "diff.external", "log.showSignature"):
        value = "true" if key == "log.showSignature" else str(program)
        repository.git("config", key, value)
    assert vcs.brought_by(path) is not None
    assert not (tmp_path / "was_run").exists()


def test_the_files_of_another_branch_without_a_checkout(repository: Repository) -> None:
    repository.put("a", None)
    repository.put("b", "a")
    repository.commit("both")
    repository.git("checkout", "--quiet", "-b", "mine", "--track", "main")
    (repository.versions / "a_it.py").unlink()
    repository.put("b", "x")
    repository.put("c", "b")
    assert vcs.names_at(repository.versions, "main") == {"a_it.py": False, "b_it.py": False}
    assert "'a'" in (vcs.text_at(repository.versions, "main", "b_it.py") or "")
    assert vcs.has_commit(repository.root, "main")
    assert not vcs.has_commit(repository.root, "nowhere")
    repository.git("checkout", "--quiet", "--force", "--detach")
    assert vcs.names_at(repository.versions, "main") == {"a_it.py": True, "b_it.py": True}


def test_who_brings_a_file_while_git_merges(repository: Repository) -> None:
    """Neither is on the branch that is checked out before the merge is committed."""
    repository.put("root", None)
    repository.commit("Start")
    repository.git("checkout", "--quiet", "-b", "feature/people")
    theirs = repository.put("aaa", "root")
    (repository.root / "both").write_text("theirs\n")
    there = repository.commit("Add people")
    repository.git("checkout", "--quiet", "main")
    ours = repository.put("bbb", "root")
    (repository.root / "both").write_text("ours\n")
    here = repository.commit("Add orders")
    with pytest.raises(subprocess.CalledProcessError):  # a conflict in another file
        repository.git("merge", "--quiet", "--no-edit", "feature/people")
    found = [vcs.brought_by(path) for path in (ours, theirs)]
    assert [one and (one.id, one.author, one.branch) for one in found] == [
        (here, "Ann Ärz", "main"),
        (there, "Ann Ärz", "feature/people"),
    ]
    repository.git(
        "branch", "--move", "feature/people", "other"
    )  # what git has noted still says it
    again = vcs.brought_by(theirs)
    assert again is not None
    assert again.branch == "feature/people"


class Clones:
    """A checkout with a remote `origin`, in which others push, too."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        repository.put("root", None)
        repository.commit("Start")
        repository.git("init", "--quiet", "--bare", "--initial-branch", "main", "origin.git")
        repository.git("remote", "add", "origin", "origin.git")
        repository.git("push", "--quiet", "--set-upstream", "origin", "main")

    def push(self, branch: str, *words: str) -> None:
        self.repository.git("checkout", "--quiet", "--no-track", "-b", branch)
        (self.repository.root / branch).write_text("something\n")
        self.repository.git("add", branch)
        self.repository.git("commit", "--quiet", "--message", branch, *words)
        self.repository.git("push", "--quiet", "--set-upstream", "origin", branch)

    @property
    def followed(self) -> vcs.Followed:
        return vcs.followed(self.repository.versions)


@pytest.fixture
def clones(repository: Repository) -> Clones:
    return Clones(repository)


def test_a_pushed_branch_is_for_the_main_one(clones: Clones) -> None:
    assert clones.followed == vcs.Followed("origin/main", "origin/main", pulled="origin/main")
    clones.push("feature")
    found = vcs.Followed(
        "origin/main", "origin/main", own=("origin/feature",), pulled="origin/feature"
    )
    assert clones.followed == found
    clones.repository.git("branch", "--unset-upstream")  # pushed without -u
    assert clones.followed == found._replace(pulled="")
    named = vcs.followed(clones.repository.versions, "origin/feature")
    assert (named.trunk, named.own) == ("origin/feature", ())


def test_a_branch_that_others_push_to_is_shared(clones: Clones) -> None:
    clones.push("develop", "--author", "Cleo <cleo@example.org>")
    assert clones.followed.shared == ("origin/develop",)
    assert clones.followed.published == ("origin/main", "origin/develop")


def test_a_branch_that_follows_another_one_is_for_that(clones: Clones) -> None:
    clones.push("base")
    clones.push("more")
    clones.repository.git("branch", "--quiet", "--set-upstream-to", "origin/base")
    assert clones.followed.trunk == "origin/base"
    assert clones.followed.main == "origin/main"


def test_the_main_branch_as_origin_calls_it(clones: Clones) -> None:
    clones.push("develop")
    clones.push("feature")
    clones.repository.git("remote", "set-head", "origin", "develop")
    assert clones.followed.trunk == "origin/develop"
    clones.repository.git("checkout", "--quiet", "--detach")
    assert clones.followed == vcs.Followed("origin/develop", "origin/develop")


def test_without_a_remote_the_local_main_branch_counts(repository: Repository) -> None:
    repository.put("root", None)
    repository.commit("Start")
    assert vcs.followed(repository.versions) == vcs.Followed("", "main")
    repository.git("checkout", "--quiet", "-b", "feature")
    assert vcs.followed(repository.versions).trunk == "main"
    repository.git("branch", "--quiet", "master")  # which of the two?
    assert vcs.followed(repository.versions).trunk == ""
