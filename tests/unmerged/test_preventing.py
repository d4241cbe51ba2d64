"""`limbeck revision` where others have what is not here, and revisions that were edited after they were published."""

from __future__ import annotations

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
