"""What `limbeck guard install` writes, and what `limbeck guard uninstall` leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.guard.conftest import Checkout

OWN_HOOK = "#!/bin/sh\necho mine > ran.txt\n"


def _files(checkout: Checkout) -> dict[str, bytes]:
    """All files, those of git's that matter included."""
    parts = {"objects", "logs", "refs", "__pycache__"}
    return {
        str(path.relative_to(checkout.root)): path.read_bytes()
        for path in sorted(checkout.root.rglob("*"))
        if path.is_file() and not parts & set(path.parts) and path.name != "index"
    }


def _install(checkout: Checkout, *words: str) -> str:
    done = checkout.limbeck("guard", "install", "--yes", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def _uninstall(checkout: Checkout) -> str:
    done = checkout.limbeck("guard", "uninstall", "--yes")
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_nothing_is_written_unasked(bare: Checkout) -> None:
    before = _files(bare)
    done = bare.limbeck("guard", "install", "--dry-run")
    assert done.returncode == 0
    assert "+++ b/app/migrations/HEAD" in done.stdout
    assert "+HEAD merge=limbeck" in done.stdout
    assert "+merge.limbeck.driver = " in done.stdout
    done = bare.limbeck("guard", "install")
    assert done.returncode == 7
    assert "add --yes, or --dry-run" in done.stderr
    assert _files(bare) == before


def test_what_was_installed_can_be_taken_away(bare: Checkout) -> None:
    before = _files(bare)
    _install(bare, "--ci", "github")
    _install(bare, "--ci", "gitlab")
    _install(bare, "--ci", "plain")
    assert _files(bare).keys() - before.keys() == {
        "app/migrations/HEAD",
        "app/migrations/.gitattributes",
        ".git/hooks/pre-commit",
        ".git/hooks/post-merge",
        ".git/hooks/post-rewrite",
        ".github/workflows/limbeck-app.yml",
        ".gitlab/limbeck-app.gitlab-ci.yml",
        "ci/limbeck-guard-app.sh",
    }
    _uninstall(bare)
    assert _files(bare) == before
    assert "no guard is installed" in _uninstall(bare)


def test_a_step_of_somebody_else_is_left_alone(bare: Checkout) -> None:
    workflow = bare.root / ".github" / "workflows" / "limbeck-app.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text("name: mine\n")
    assert "limbeck-app.yml is there already, and is not limbeck's" in _install(bare, "--ci", "github")  # fmt: skip
    assert workflow.read_text() == "name: mine\n"
    said = _install(bare, "--ci", "gitlab")
    assert "include: [{local: .gitlab/limbeck-app.gitlab-ci.yml}]" in said


def test_a_second_time_changes_nothing(shop: Checkout) -> None:
    before = _files(shop)
    assert "Nothing to do" in _install(shop)
    assert _files(shop) == before


def test_hooks_that_are_there_still_run(bare: Checkout) -> None:
    hook = bare.root / ".git" / "hooks" / "pre-commit"
    hook.write_text(OWN_HOOK)
    hook.chmod(0o755)
    _install(bare)
    bare.add("b1", "a1", "pass", commit=False)
    bare.git("add", "--all")
    bare.git("commit", "--quiet", "--message", "b1")
    assert (bare.root / "ran.txt").read_text() == "mine\n"
    assert "limbeck_guard hook pre-commit" in hook.read_text()
    _uninstall(bare)
    assert hook.read_text() == OWN_HOOK
    assert hook.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize(
    ("text", "mode", "why"),
    [
        ("#!/usr/bin/env python3\nprint('mine')\n", 0o755, "is no shell script"),
        (OWN_HOOK, 0o644, "is not executable"),
        ("#!/bin/sh", 0o755, "has one line only"),
    ],
)
def test_hooks_that_cannot_take_lines_are_left_alone(
    bare: Checkout, text: str, mode: int, why: str
) -> None:
    hook = bare.root / ".git" / "hooks" / "pre-commit"
    hook.write_text(text)
    hook.chmod(mode)
    said = _install(bare)
    assert why in said
    assert "call `limbeck guard hook pre-commit` from it" in said
    assert hook.read_text() == text


def test_a_hook_that_is_a_link_is_left_alone(bare: Checkout) -> None:
    script = bare.root / "hook.sh"
    script.write_text(OWN_HOOK)
    script.chmod(0o755)
    (bare.root / ".git" / "hooks" / "pre-commit").symlink_to(script)
    assert "is a link" in _install(bare)
    assert script.read_text() == OWN_HOOK


def test_edited_lines_are_reported_and_left(shop: Checkout) -> None:
    hook = shop.root / ".git" / "hooks" / "post-merge"
    edited = hook.read_text().replace("limbeck_guard hook", "nice limbeck_guard hook")
    hook.write_text(edited)
    shop.git("config", "merge.limbeck.driver", "mine %A")
    (shop.folder / "HEAD").write_text("mine\n")
    said = _uninstall(shop)
    assert "left alone: the lines of the guard in .git/hooks/post-merge were edited" in said
    assert "left alone: merge.limbeck.driver in git's configuration is not as limbeck" in said
    assert "left alone: app/migrations/HEAD is not as limbeck wrote it" in said
    assert hook.read_text() == edited
    assert shop.git("config", "merge.limbeck.driver") == "mine %A"
    assert not (shop.root / ".git" / "hooks" / "pre-commit").exists()


def test_attributes_that_are_there_stay(bare: Checkout) -> None:
    attributes = bare.folder / ".gitattributes"
    for text in ("*.py text\n", "*.py text"):
        attributes.write_text(text)
        _install(bare)
        assert bare.git("check-attr", "merge", "app/migrations/HEAD").endswith(": limbeck")
        assert bare.git("check-attr", "text", "app/migrations/x.py").endswith(": set")
        _uninstall(bare)
        assert attributes.read_text() == text


def test_hooks_go_where_git_looks_for_them(bare: Checkout) -> None:
    bare.git("config", "core.hooksPath", "tools/hooks")
    _install(bare)
    hook = bare.root / "tools" / "hooks" / "post-merge"
    # Among the files of everybody, nobody's own limbeck is named.
    assert "python" not in hook.read_text().replace("limbeck guard", "")
    assert "/limbeck" not in hook.read_text()
    assert not (bare.root / ".git" / "hooks" / "post-merge").exists()
    bare.git("add", "--all")
    folder = Path(bare.variables["LIMBECK"]).parent
    bare.variables["PATH"] = f"{folder}:{bare.variables['PATH']}"
    bare.git("commit", "--quiet", "--message", "guard")
    bare.fork()
    bare.git("merge", "--quiet", "--no-edit", "main")
    assert bare.order == ">a1, a1>c1, c1>b1"
    bare.git("checkout", "--quiet", "main")
    _uninstall(bare)
    assert not hook.exists()


def test_hooks_of_all_repositories_are_left_alone(bare: Checkout, tmp_path: Path) -> None:
    everywhere = tmp_path / "hooks"
    everywhere.mkdir()
    file = tmp_path / "gitconfig"
    file.write_text(f"[core]\n\thooksPath = {everywhere}\n")
    bare.variables["GIT_CONFIG_GLOBAL"] = str(file)
    said = _install(bare)
    assert "core.hooksPath is set for all repositories (global)" in said
    assert list(everywhere.iterdir()) == []


def test_a_worktree_shares_what_is_installed(shop: Checkout, tmp_path: Path) -> None:
    shop.git("worktree", "add", "--quiet", "-b", "ada", str(tmp_path / "beside"))
    other = Checkout(tmp_path / "beside", shop.variables)
    assert "Nothing to do" in _install(other)


def test_two_projects_in_one_repository(shop: Checkout) -> None:
    other = shop.root / "billing"
    (other / "migrations" / "versions").mkdir(parents=True)
    (other / "limbeck.toml").write_text('url = "sqlite:///billing.db"\n')
    done = shop.run(shop.variables["LIMBECK"], "guard", "install", "--yes", folder=other)
    assert done.returncode == 0, done.stderr
    assert ".git/hooks" not in done.stdout
    said = _uninstall(shop)
    assert "the hooks and the merge driver stay for billing/migrations/HEAD" in said
    assert (shop.root / ".git" / "hooks" / "post-merge").exists()
    done = shop.run(shop.variables["LIMBECK"], "guard", "uninstall", "--yes", folder=other)
    assert done.returncode == 0, done.stderr
    assert not (shop.root / ".git" / "hooks" / "post-merge").exists()
    assert "limbeck" not in (shop.root / ".git" / "config").read_text()


def test_a_file_of_that_name_is_in_the_way(bare: Checkout) -> None:
    (bare.folder / "HEAD").write_text("of the department\n")
    before = _files(bare)
    done = bare.limbeck("guard", "install", "--yes")
    assert done.returncode == 7
    assert "is there already, and is not limbeck's" in done.stderr
    assert _files(bare) == before


def test_outside_of_git(bare: Checkout) -> None:
    (bare.root / ".git").rename(bare.root.parent / "gone")
    bare.variables["GIT_CEILING_DIRECTORIES"] = str(bare.root.parent)
    done = bare.limbeck("guard", "install", "--yes")
    assert done.returncode == 2
    assert "is not in a git repository" in done.stderr


def test_with_a_bare_repository(bare: Checkout, tmp_path: Path) -> None:
    bare.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    (bare.root / ".git").rename(bare.root.parent / "gone")
    bare.variables["GIT_DIR"] = str(tmp_path / "bare.git")
    done = bare.limbeck("guard", "install", "--yes")
    assert done.returncode == 2
    assert "a bare repository, which has no files that could be guarded" in done.stderr


def test_a_history_that_is_broken(bare: Checkout) -> None:
    bare.add("b1", "a0", "pass", commit=False)
    before = _files(bare)
    done = bare.limbeck("guard", "install", "--yes")
    assert done.returncode == 4
    assert "a0" in done.stderr
    assert _files(bare) == before


def test_beside_jj(bare: Checkout) -> None:
    (bare.root / ".jj").mkdir()
    assert "jj runs neither hooks nor merge drivers" in _install(bare)


def test_limbeck_keeps_head(shop: Checkout) -> None:
    assert shop.head == "a1"
    for words in (
        ("revision", "-m", "b", "--rev-id", "b1"),
        ("revision", "-m", "c", "--rev-id", "c1", "--head", "a1", "--splice"),
    ):
        done = shop.limbeck(*words)
        assert done.returncode == 0, done.stderr
    assert shop.head == "b1 c1"
    assert shop.limbeck("rebase", "c1", "--onto", "b1", "--offline").returncode == 0
    assert shop.head == "c1"
    assert shop.limbeck("rebase", "--undo", "--offline").returncode == 0
    assert shop.head == "b1 c1"
    assert shop.limbeck("reid", "c1", "--rev-id", "d1", "--offline").returncode == 0
    assert shop.head == "b1 d1"
    assert shop.limbeck("merge", "--rev-id", "m1").returncode == 0
    assert shop.head == "m1"
