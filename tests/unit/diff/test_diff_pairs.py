"""The operations in tests/pairs/diff/ are what a difference consists of, and lead there and back."""

from __future__ import annotations

import pytest

from limbeck.operations import apply
from tests.pairs.diff.pairs import CASES, Case


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_operations_are_those_in_the_file(case: Case) -> None:
    assert case.found() == case.expected()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_they_lead_there_and_back(case: Case) -> None:
    found = case.diff()
    assert apply(found.operations, found.before) == found.after
    back = found.inverse()
    reached = apply(back.operations, found.after)
    assert reached == back.after
    assert {table.name for table in reached} == {table.name for table in found.before}
    assert reached.objects == found.before.objects
