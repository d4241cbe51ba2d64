"""A database that was upgraded on a branch which is not checked out any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from limbeck.actions.status import status
from limbeck.actions.upgrade import upgrade
from limbeck.errors import UnknownInDatabase

if TYPE_CHECKING:
    from tests.unmerged.branching import Shop


def test_the_branch_that_has_the_revision_is_named(shop: Shop) -> None:
    shop.branch("ada")
    shop.put("b1", "a1")
    shop.commit("Ours")
    upgrade(shop.project)
    shop.git("checkout", "--quiet", "main")
    with pytest.raises(UnknownInDatabase) as caught:
        upgrade(shop.project)
    assert "; its file is on ada, by " in str(caught.value)
    assert str(caught.value.hint).startswith("git merge ada; ")
    (target,) = status(shop.project).targets
    assert ["git merge ada; " in str(problem.hint) for problem in target.problems] == [True]


def test_the_commit_that_removed_the_file_is_named(shop: Shop) -> None:
    shop.branch("ada")
    path = shop.put("b1", "a1")
    shop.commit("Ours")
    upgrade(shop.project)
    path.unlink()
    shop.commit("Gone")
    with pytest.raises(UnknownInDatabase) as caught:
        upgrade(shop.project)
    assert "; its file was removed in git commit " in str(caught.value)
    assert str(caught.value.hint).endswith("^ -- :/app/migrations/versions/b1.py")
