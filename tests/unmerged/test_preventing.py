"""`limbeck revision` where others have what is not here, and revisions that were edited after they were published."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from limbeck.actions.status import status
from limbeck.actions.upstream import refuse_unseen
from limbeck.compat import command
from limbeck.compat.config import Config
from limbeck.errors import BehindUpstream, DuplicateRevision
from tests.unit.cli.conftest import Terminal
from tests.unmerged.branching import Shop, column

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def typed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., object]:
    monkeypatch.chdir(shop.root / "app")
    return Terminal(shop.root / "app", capsys)


def files(shop: Shop) -> set[str]:
    return {path.name for path in shop.versions.glob("*.py")}


def test_others_have_more(shop: Shop, typed: Terminal) -> None:
    shop.branch("ada")
    shop.others("c1")
    shop.others("c2", "c1")
    before = files(shop)
    ended = typed("revision", "-m", "mine")
    assert ended.code == 7
    assert "origin/main has 2 revisions that you do not: c1, c2" in ended.err
    assert "--ignore-git" in ended.err
    assert files(shop) == before
    assert typed("revision", "-m", "mine", "--ignore-git").code == 0
    assert len(files(shop)) == len(before) + 1


def test_nothing_to_refuse(shop: Shop) -> None:
    refuse_unseen(shop.project, "b1")
    shop.branch("ada")
    shop.put("b1", "a1")
    shop.commit("b1")
    refuse_unseen(shop.project)
    shop.git("branch", "--quiet", "--unset-upstream")
    refuse_unseen(shop.project)
    shop.git("checkout", "--quiet", "--detach")
    refuse_unseen(shop.project)


def test_what_is_behind_is_said_once_it_is_fetched(shop: Shop) -> None:
    shop.branch("ada")
    shop.others("c1")
    with pytest.raises(BehindUpstream):
        refuse_unseen(shop.project)
    shop.git("merge", "--quiet", "main")
    refuse_unseen(shop.project)


def pushed_feature(shop: Shop, name: str = "ada", *author: str) -> None:
    """A branch with one revision, pushed as people do it: from then on it follows its own copy."""
    shop.git("checkout", "--quiet", "-b", name)
    shop.put("b1", "a1", column("b"))
    shop.git("add", "--all")
    shop.git("commit", "--quiet", "--message", "Ours", *author)
    shop.git("push", "--quiet", "--set-upstream", "origin", name)


def test_a_pushed_branch_is_behind_the_main_one(shop: Shop, typed: Terminal) -> None:
    pushed_feature(shop)
    shop.others("c1")
    ended = typed("revision", "-m", "mine")
    assert ended.code == 7
    assert "origin/main has 1 revision that you do not: c1" in ended.err
    assert "git merge origin/main" in ended.err
    shop.git("merge", "--quiet", "origin/main")
    assert typed("revision", "-m", "mine", "--head", "c1").code == 0


def test_a_branch_is_behind_its_own_copy(shop: Shop, typed: Terminal) -> None:
    pushed_feature(shop)
    shop.git("reset", "--quiet", "--hard", "HEAD^")
    ended = typed("revision", "-m", "mine")
    assert "origin/ada has 1 revision that you do not: b1" in ended.err
    assert "git pull;" in ended.err


def test_a_pushed_branch_is_rebased_and_that_is_said(shop: Shop, typed: Terminal) -> None:
    """Without origin/HEAD, too, as in a repository that was not cloned."""
    pushed_feature(shop)
    shop.others("c1", up=column("c"))
    shop.git("merge", "--quiet", "origin/main")
    document = json.loads(typed("rebase", "--json").out)
    assert (document["moved"], document["onto"]) == (["b1"], "c1")
    assert (document["upstream"], document["pushed"]) == ("origin/main", ["origin/ada"])
    assert typed("rebase", "--undo").code == 0
    assert "origin/ada has it as it was" in typed("rebase").err


def test_what_several_people_have_pushed_to_one_branch_stays(shop: Shop, typed: Terminal) -> None:
    pushed_feature(shop, "develop", "--author", "Cleo <cleo@example.org>")
    shop.put("b2", "a1", column("e"))
    shop.commit("Mine")
    document = json.loads(typed("rebase", "--json").out)
    assert (document["moved"], document["onto"]) == (["b2"], "b1")
    assert document["upstream"] == "origin/develop"
    shop.git("checkout", "--quiet", "--", ".")
    shop.git("reset", "--quiet", "--hard", "HEAD^")
    shop.others("c1", up=column("c"))
    shop.git("merge", "--quiet", "origin/main")
    ended = typed("rebase", "b1", "--onto", "c1")
    assert ended.code == 7
    assert "b1 on the branch origin/develop" in ended.err
    shop.put("b1", "a1", column("other"))
    assert [one.code for one in status(shop.project).problems if one.code == "edited"] == ["edited"]


def test_what_only_its_author_has_pushed_may_be_edited(shop: Shop) -> None:
    pushed_feature(shop)
    shop.put("b1", "a1", column("other"))
    assert status(shop.project).problems == ()
    shop.put("a1", None)
    assert [one.code for one in status(shop.project).problems] == ["edited"]


def test_the_settings_name_the_branch_that_others_build_on(shop: Shop, typed: Terminal) -> None:
    shop.pushed("develop", "d1")
    settings = shop.root / "app" / "limbeck.toml"
    settings.write_text('url = "sqlite:///shop.db"\nupstream = "origin/develop"\n')
    assert "origin/develop has 1 revision" in typed("revision", "-m", "mine").err
    assert typed("guard", "check", "--json").out.count('"against": "origin/develop"') == 1
    settings.write_text('url = "sqlite:///shop.db"\nupstream = "origin/nothing"\n')
    before = files(shop)
    for words in (["revision", "-m", "mine"], ["rebase"], ["guard", "check"]):
        ended = typed(*words)
        assert (ended.code, "'origin/nothing'" in ended.err) == (2, True), words
    assert files(shop) == before
    assert "'origin/nothing'" in typed("status").out


def test_an_id_that_only_a_tag_has(shop: Shop, typed: Terminal) -> None:
    shop.branch("ben")
    shop.put("0002", "a1")
    shop.commit("Later given up")
    shop.git("tag", "--annotate", "--message", "v1", "v1")
    shop.git("checkout", "--quiet", "main")
    shop.git("branch", "--quiet", "--delete", "--force", "ben")
    with pytest.raises(
        DuplicateRevision, match=r"already that of v1:app/migrations/versions/0002\.py"
    ):
        refuse_unseen(shop.project, "0002")
    refuse_unseen(shop.project, "0003")


def test_a_database_that_has_not_run_what_others_have_brought(shop: Shop, typed: Terminal) -> None:
    assert typed("upgrade").code == 0
    shop.put("b1", "a1")
    assert typed("revision", "-m", "mine as well").code == 0  # b1 is nobody else's yet
    for path in shop.versions.glob("*mine*"):
        path.unlink()
    shop.commit("b1")
    shop.git("push", "--quiet", "origin", "main")
    before = files(shop)
    ended = typed("revision", "-m", "mine")
    assert ended.code == 8
    assert "has not run 1 revision: b1" in ended.err
    assert "--offline" in ended.err
    assert files(shop) == before
    assert typed("revision", "-m", "beside it", "--head", "a1", "--splice").code == 0
    assert typed("revision", "-m", "mine", "--head", "b1", "--offline").code == 0


def test_a_database_that_does_not_answer_is_no_obstacle(shop: Shop, typed: Terminal) -> None:
    nowhere = "postgresql+psycopg://ada:secret@127.0.0.1:1/shop"
    (shop.root / "app" / "limbeck.toml").write_text(f'url = "{nowhere}"\n')
    ended = typed("revision", "-m", "mine")
    assert ended.code == 0
    assert "the database was not asked what it has run: " in ended.err
    assert "secret" not in ended.err


def test_without_git_a_database_is_behind_whoever_wrote_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    typed = Terminal(tmp_path, capsys)
    assert typed("init", "--url", "sqlite:///shop.db").code == 0
    assert typed("revision", "-m", "one").code == 0
    assert typed("revision", "-m", "two").code == 0  # there is no database yet
    assert typed("upgrade").code == 0
    assert typed("revision", "-m", "three").code == 0
    assert typed("revision", "-m", "four").code == 8


def test_an_id_that_another_branch_has(shop: Shop, typed: Terminal) -> None:
    shop.pushed("ben", "0002")
    with pytest.raises(DuplicateRevision, match=r"already that of (origin/)?ben:app/migrations/versions/0002\.py"):  # fmt: skip
        refuse_unseen(shop.project, "0002")
    assert typed("revision", "-m", "x", "--rev-id", "0002").code == 4
    assert typed("revision", "-m", "x", "--rev-id", "0003").code == 0


def test_an_id_that_was_just_removed(shop: Shop) -> None:
    (shop.versions / "a1.py").unlink()
    with pytest.raises(DuplicateRevision, match="HEAD:"):
        refuse_unseen(shop.project, "a1")


def test_a_broken_file_elsewhere_is_no_obstacle(shop: Shop) -> None:
    shop.branch("ada")
    shop.git("checkout", "--quiet", "main")
    (shop.versions / "c1.py").write_text("def broken(:\n")
    shop.commit("Broken")
    shop.git("push", "--quiet", "origin", "main")
    shop.git("checkout", "--quiet", "ada")
    refuse_unseen(shop.project, "d1")


def test_alembics_call_is_as_it_was(shop: Shop) -> None:
    shop.branch("ada")
    shop.others("c1")
    config = Config()
    config.set_main_option("script_location", str(shop.root / "app" / "migrations"))
    (shop.root / "app" / "migrations" / "script.py.mako").write_text(
        "revision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n"
    )
    before = files(shop)
    command.revision(config, "mine")
    assert len(files(shop)) == len(before) + 1


def test_status_and_check_say_what_was_edited(shop: Shop, typed: Terminal) -> None:
    (shop.root / "app" / "models_of_this_shop.py").write_text(
        "import sqlalchemy as sa\nmetadata = sa.MetaData()\n"
        "sa.Table('users', metadata, sa.Column('id', sa.Integer, primary_key=True))\n"
    )
    (shop.root / "app" / "limbeck.toml").write_text(
        'url = "sqlite:///shop.db"\nmetadata = "models_of_this_shop:metadata"\n'
    )
    assert typed("upgrade").code == 0
    assert typed("check").code == 0
    shop.put("a1", None, column("email"))
    found = status(shop.project)
    assert [one.code for one in found.problems] == ["edited"]
    assert [one.code for one in found.targets[0].problems] == ["edited"]
    ended = typed("check")
    assert ended.code == 12
    assert "is on origin/main" in ended.out
    assert "was edited after it was applied" in ended.out
    assert typed("guard", "check").code == 7
    assert "after it was applied" in typed("guard", "check", "--databases").out
    assert typed("status", "--check").code == 7
