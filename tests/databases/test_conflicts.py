"""
Pairs of branches: what is said about them without running anything, and what running them shows.

The pairs are in tests/pairs/conflicts, one file each; `says` and `runs` in each file are what is expected here, on a
real database of that kind.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from limbeck.actions.conflicts import chosen, conflicts
from limbeck.actions.prove import prove
from tests.conftest import finding
from tests.pairs.conflicts.pairs import PAIRS, Pair, said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.servers import Kind, Server

# What is true, by running, under each verdict; "unknown" claims nothing.
TRUE = {
    "disjoint": {"equal"},
    "same intent twice": {"every order fails", "equal"},
    "ordered": {"one order fails"},
    "conflict": {"different", "equal schema, different data", "every order fails", "broken"},
}


@pytest.fixture(scope="module")
def servers() -> Iterator[Callable[[Kind], Server]]:
    """Servers that do not wait for the disk: a hundred databases are made and dropped."""
    with finding(careless=True) as find:
        yield find


def _parameters(pairs: list[Pair]) -> list[object]:
    return [
        pytest.param(pair, id=str(pair), marks=getattr(pytest.mark, pair.kind)) for pair in pairs
    ]


@pytest.mark.parametrize("pair", _parameters(PAIRS))
def test_what_is_said_and_what_runs(
    pair: Pair, tmp_path: Path, servers: Callable[[Kind], Server]
) -> None:
    # The database itself is never changed, so that any will do.
    url = "sqlite://"
    if pair.kind != "sqlite":
        url = servers(pair.kind).admin.render_as_string(hide_password=False)
    project = pair.project(tmp_path, url)
    (judged,) = conflicts(project)
    proof = prove(project, chosen(project.history, ["heads"]))
    assert (judged.verdict.kind.value, proof.outcome.value) == (pair.says, pair.runs)
    if pair.says == "ordered":
        assert judged.first == proof.order[0]
    assert judged.verdict.lost == pair.loses


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair.says == "unknown"], ids=str)
def test_a_reason_speaks_of_the_script_not_of_python(pair: Pair, tmp_path: Path) -> None:
    (judged,) = conflicts(pair.project(tmp_path, f"{pair.kind}://"))
    for clash in judged.verdict.clashes:
        assert "NoneType" not in clash.why
        assert "Error" not in clash.why


def test_nothing_is_called_disjoint_that_is_not() -> None:
    assert [str(pair) for pair in PAIRS if pair.says == "disjoint" and pair.runs != "equal"] == []


def test_fewer_than_one_in_twenty_is_called_a_conflict_that_is_none() -> None:
    called = [pair for pair in PAIRS if pair.says == "conflict"]
    wrong = [pair for pair in called if pair.runs not in TRUE["conflict"]]
    assert len(wrong) < len(called) / 20, [str(pair) for pair in wrong]


def test_every_order_is_the_right_one() -> None:
    called = [pair for pair in PAIRS if pair.says in {"ordered", "same intent twice"}]
    assert [str(pair) for pair in called if pair.runs not in TRUE[pair.says]] == []


def test_the_documentation_has_these_figures() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "conflicts.md").read_text("utf-8")
    for kind in ("disjoint", "same intent twice", "ordered", "conflict", "unknown"):
        assert f"| {kind} | {sum(pair.says == kind for pair in PAIRS)} |" in page
    assert f"has {len({pair.name for pair in PAIRS})} pairs" in page
    assert f"{len(PAIRS)} runs" in page


def test_there_are_pairs_enough() -> None:
    assert len({pair.name for pair in PAIRS}) >= 60
    assert {pair.kind for pair in PAIRS} == {"sqlite", "postgresql", "mariadb"}


def test_the_verdict_names_both_lines(tmp_path: Path) -> None:
    pair = next(pair for pair in PAIRS if pair.name == "same-column-twice")
    (judged,) = conflicts(pair.project(tmp_path, "sqlite://"))
    (clash,) = judged.verdict.clashes
    assert clash.left is not None
    assert clash.right is not None
    places = [deed.place for deed in (clash.left, clash.right)]
    assert places == ["migrations/versions/left.py:10", "migrations/versions/right.py:10"]
    assert clash.what == "users.phone"


def test_nothing_is_connected_for_a_verdict(tmp_path: Path) -> None:
    pair = next(pair for pair in PAIRS if pair.name == "two-indexes")
    project = pair.project(tmp_path, "postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    assert said(project) == "disjoint"
