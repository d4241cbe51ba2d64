"""What is said of heads that git has brought together, and where git or the files leave questions open."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.unit.cli.conftest import Terminal
from tests.unmerged.branching import Shop, column

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def typed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    monkeypatch.chdir(shop.root / "app")
    return Terminal(shop.root / "app", capsys)


MARKS = """\
<<<<<<< HEAD
    pass
=======
    print()
>>>>>>> main
"""


def two_sides(shop: Shop) -> None:
    """The branch ada with two revisions, and the main one with one; both change a file that is no revision."""
    shop.branch("ada")
    shop.put("b1", "a1", column("email"))
    shop.put("b2", "b1", column("phone"))
    (shop.root / "notes").write_text("ada's\n")
    shop.commit("Ours")
    shop.git("checkout", "--quiet", "main")
    shop.put("c1", "a1", column("street"))
    (shop.root / "notes").write_text("theirs\n")
    shop.commit("Theirs")
    shop.git("checkout", "--quiet", "ada")


def short(shop: Shop, ref: str) -> str:
    return shop.git("rev-parse", "--short", ref)


def test_both_sides_while_git_has_not_finished_a_merge(shop: Shop, typed: Terminal) -> None:
    two_sides(shop)
    with pytest.raises(AssertionError, match="CONFLICT"):
        shop.git("merge", "main")
    said = typed("heads").err.splitlines()
    date = shop.git("log", "-1", "--format=%ad", "--date=short")
    assert said[0] == "2 heads that part at a1:"
    brought = f"by Ann Ärz, {date}, commit"
    assert f"  b2  about b2 (2 revisions; {brought} {short(shop, 'ada')}, branch ada)" in said
    assert "    b1  about b1" in said
    assert f"  c1  about c1 (1 revision; {brought} {short(shop, 'main')}, branch main)" in said
    assert "b2 and c1: disjoint (on sqlite, by what the scripts say)" in said
    (fork,) = json.loads(typed("heads", "--json").out)["forks"]
    assert {one["head"]: one["commit"]["branch"] for one in fork["branches"]} == {"b2": "ada", "c1": "main"}  # fmt: skip
    assert "brought by:" in typed("upgrade", "head").err


def test_both_sides_while_git_rebases(shop: Shop, typed: Terminal) -> None:
    two_sides(shop)
    with pytest.raises(AssertionError, match="CONFLICT"):
        shop.git("rebase", "main")
    (fork,) = json.loads(typed("heads", "--json").out)["forks"]
    found = {
        one["head"]: (one["commit"]["id"], one["commit"]["branch"]) for one in fork["branches"]
    }
    assert found["b2"] == (short(shop, "ada"), "ada")
    assert found["c1"][0] == short(shop, "main")


@pytest.mark.parametrize("words", ["conflicts", "merge", "merge --no-proof", "merge --force", "rebase b2 --onto b1", "revision -m x --head a1 --splice"])  # fmt: skip
def test_marks_of_a_merge_within_a_revision(shop: Shop, typed: Terminal, words: str) -> None:
    shop.branch("ada")
    shop.put("b2", "a1")
    path = shop.put("b1", "a1")
    text = path.read_text("utf-8")
    path.write_text(text.replace("    pass\n", MARKS), encoding="utf-8")
    before = {one.name: one.read_bytes() for one in shop.versions.glob("*.py")}
    ended = typed(*words.split())
    assert ended.code == 4
    assert "migrations/versions/b1.py" in ended.err
    assert "has the marks of an unfinished merge in it" in ended.err
    assert {one.name: one.read_bytes() for one in shop.versions.glob("*.py")} == before
    assert "not judged: migrations/versions/b1.py has the marks" in typed("heads").err


def test_a_broken_file_on_the_branch_that_others_build_on(shop: Shop, typed: Terminal) -> None:
    shop.branch("ada")
    shop.put("b1", "a1")
    shop.commit("Ours")
    shop.git("checkout", "--quiet", "main")
    (shop.versions / "c1.py").write_text("revision = 'c1'\ndef broken(:\n")
    shop.commit("Broken")
    shop.git("push", "--quiet", "origin", "main")
    shop.git("checkout", "--quiet", "ada")
    before = (shop.versions / "b1.py").read_bytes()
    ended = typed("rebase")
    assert (ended.code, "c1" in ended.err) == (2, True)  # it is not here
    assert typed("guard", "check").code == 4
    assert (shop.versions / "b1.py").read_bytes() == before


def test_no_verdict_is_found_on_the_way_of_an_upgrade(shop: Shop) -> None:
    shop.put("b1", "a1", column("email"))
    shop.put("b2", "a1", column("email"))
    program = (
        "import sys; from limbeck.cli.main import main; code = main(['upgrade', 'heads']);"
        "print(code, *sorted(m for m in sys.modules if 'conflicts' in m or 'sqlglot' in m or 'prove' in m))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        cwd=shop.root / "app",
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines()[-1] == "1"  # the column is there already


def test_outside_of_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    typed = Terminal(tmp_path, capsys)
    assert typed("init", "--url", "sqlite:///shop.db").code == 0
    assert typed("revision", "-m", "one").code == 0
    ended = typed("rebase")
    assert ended.code == 2
    assert "no upstream branch" in ended.err
    assert typed("guard", "check").code == 2
