"""What holds for every history: of its order, of plans, of drawings, of merges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from limbeck.history import (
    LINES,
    Direction,
    Downgrade,
    History,
    draw,
    merge,
    new_revision,
    plan_downgrade,
    plan_stamp,
    plan_upgrade,
    resolve,
)
from tests.properties.histories import histories, maximal, revisions, some_of

if TYPE_CHECKING:
    from limbeck.history import Plan, Revision, Row


@given(revisions().flatmap(lambda all: st.tuples(st.just(all), st.permutations(all))))
def test_the_order_in_which_files_are_read_does_not_matter(
    both: tuple[list[Revision], list[Revision]],
) -> None:
    history, shuffled = map(History, both)
    assert list(history) == list(shuffled)
    assert draw(history) == draw(shuffled)


@given(histories())
def test_each_revision_comes_after_all_below_it(history: History) -> None:
    seen: set[str] = set()
    for id in history:
        assert seen.issuperset(history.below(id))
        seen.add(id)


@given(revisions(), st.integers(0, 12))
def test_what_is_added_on_top_moves_nothing(all: list[Revision], count: int) -> None:
    earlier = History(all[:count])
    assert [id for id in History(all) if id in earlier] == list(earlier)


@given(histories().flatmap(lambda history: st.tuples(st.just(history), some_of(history))))
def test_tips_are_those_that_no_other_builds_on(case: tuple[History, frozenset[str]]) -> None:
    history, ids = case
    assert history.tips(ids) == maximal(history, ids)


@st.composite
def moves(draw: st.DrawFn) -> tuple[History, frozenset[str], frozenset[str]]:
    """A history, what is applied (perhaps with holes, as after a rebase), and some of its revisions."""
    history = draw(histories())
    some = draw(some_of(history))
    applied = frozenset(history.closure(some)) if draw(st.booleans()) else some
    return history, applied, draw(some_of(history))


def check_steps(history: History, applied: frozenset[str], plan: Plan) -> frozenset[str]:
    """What is applied after `plan`; the heads before and after each step are the maximal applied revisions."""
    assert plan.before == maximal(history, applied)
    for step in plan:
        assert step.before == maximal(history, applied)
        up = step.direction is Direction.UP
        assert (step.revision in applied) is not up
        applied = applied | {step.revision} if up else applied - {step.revision}
        assert step.after == maximal(history, applied)
    assert plan.after == maximal(history, applied)
    return applied


@given(moves())
def test_going_up_applies_what_is_missing(
    case: tuple[History, frozenset[str], frozenset[str]],
) -> None:
    history, applied, to = case
    after = check_steps(history, applied, plan_upgrade(history, applied, to))
    assert after == applied | history.closure(to)


@given(moves())
def test_going_down_undoes_what_is_above(
    case: tuple[History, frozenset[str], frozenset[str]],
) -> None:
    history, applied, lowest = case
    plan = plan_downgrade(history, applied, Downgrade(frozenset(), lowest))
    after = check_steps(history, applied, plan)
    assert after == applied - history.descendants(lowest)


@given(moves())
def test_up_then_down_is_where_we_began(
    case: tuple[History, frozenset[str], frozenset[str]],
) -> None:
    history, some, to = case
    applied = frozenset(history.closure(some))
    up = plan_upgrade(history, applied, to)
    new = frozenset(step.revision for step in up)
    down = plan_downgrade(history, applied | new, Downgrade(frozenset(), new))
    assert down.after == up.before
    assert {step.revision for step in down} == new


@given(moves())
def test_a_plan_in_two_parts_is_the_plan(
    case: tuple[History, frozenset[str], frozenset[str]],
) -> None:
    history, applied, to = case
    whole = plan_upgrade(history, applied, to)
    half = len(whole) // 2
    done = applied | {step.revision for step in whole.steps[:half]}
    assert plan_upgrade(history, done, to).steps == whole.steps[half:]


@given(moves())
def test_a_stamp_leaves_no_redundant_rows(
    case: tuple[History, frozenset[str], frozenset[str]],
) -> None:
    history, some, to = case
    heads = history.tips(some)
    after = plan_stamp(history, heads, history.ordered(to)).after
    assert after == maximal(history, after)
    assert after <= heads | to
    assert bool(after) == bool(to)
    unrelated = heads - history.closure(to) - history.descendants(to)
    assert after == maximal(history, to | unrelated) if to else not after


@given(histories())
def test_what_is_unique_can_be_abbreviated(history: History) -> None:
    for id in history:
        assert resolve(history, id) == {id}
        begins = [other for other in history if other.startswith(id[:3])]
        if len(begins) == 1:
            assert resolve(history, id[:3]) == {id}


@given(histories())
def test_merging_the_heads_leaves_one(history: History) -> None:
    top = history.tips(history.heads)
    if len(top) > 1:
        rewrite = merge(history, history.ordered(top), "merged", "join", splice=True)
        merged = history.with_(rewrite.after)
        assert merged.real_heads == {"merged"}
        assert history.tips(merged.parents("merged")) == top


@given(histories())
def test_a_new_revision_is_a_head(history: History) -> None:
    for head in ["base", *history]:
        rewrite = new_revision(history, "new", "", head=head, splice=True)
        assert rewrite.before is None
        grown = history.with_(rewrite.after)
        assert grown.heads - history.heads == {"new"}
        assert grown.parents("new") == (() if head == "base" else (head,))
        assert grown.without("new") == history


@given(histories(16))
def test_the_lines_of_a_drawing_lead_to_the_parents(history: History) -> None:
    assert followed(draw(history, style=LINES)) == {
        (id, parent) for id in history for parent in history.parents(id)
    }


@given(histories(16))
def test_a_drawing_shows_each_revision_once_above_its_parents(history: History) -> None:
    rows = draw(history)
    shown = [row.revision for row in rows if row.revision]
    assert sorted(shown) == sorted(history)
    place = {id: number for number, id in enumerate(shown)}
    assert all(place[id] < place[parent] for id in history for parent in history.parents(id))
    assert all(len(cell.symbol) == 1 for row in rows for cell in row.cells)


def followed(rows: list[Row]) -> set[tuple[str, str]]:
    """Child and parent for each line in a drawing, found by following it downward with a finger."""
    found: set[tuple[str, str]] = set()
    coming: dict[int, set[str]] = {}
    at, last = 0, ""
    for row in rows:
        symbols = {column: row.cells[column].symbol for column in range(0, len(row.cells), 2)}
        if row.revision is None:
            _follow_joints(symbols, at, last, coming)
        else:
            at, last = next(c for c, s in symbols.items() if s == "*"), row.revision
            found |= {(child, last) for child in coming.get(at, ())}
            coming[at] = {last}
        blank = [column for column in coming if symbols.get(column, " ") == " "]
        for column in blank:
            coming[column] = set()
    return found


def _follow_joints(
    symbols: dict[int, str], at: int, last: str, coming: dict[int, set[str]]
) -> None:
    """What comes down each lane below a row that joins lanes with that of the last revision."""
    ways = {symbol: way for way, symbol in LINES.items()}
    arriving = {column: set(lines) for column, lines in coming.items()}
    for column, symbol in symbols.items():
        way = ways.get(symbol, "")
        if column == at or not {"l", "r"} & set(way):
            continue
        if "d" in way:
            before = arriving.get(column, set()) if "u" in way else set()
            coming[column] = before | {last}
        elif "u" in way:
            coming[at] |= arriving[column]
            coming[column] = set()
    if "d" not in ways[symbols[at]]:
        coming[at] = set()
