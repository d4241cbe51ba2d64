"""
What branches do to each other.

Responsible for the verdict on each pair of heads, by what their scripts say that they do.  Connects to nothing.  Does
not know what is done about it; `prove` runs them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from limbeck.actions.alike import alike
from limbeck.actions.ancestor import Ancestor, names_in
from limbeck.actions.deeds import done_by
from limbeck.errors import UsageError
from limbeck.files.held import refuse_marks
from limbeck.history import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from limbeck.actions.alike import Alike
    from limbeck.conflicts import Deed, Rules, Verdict
    from limbeck.history import History
    from limbeck.project import Project, Target
    from limbeck.schema import SchemaState


@dataclass(frozen=True, slots=True)
class Pair:
    """Two heads, what they have in common, and what is said about them for databases of one kind.

    `ancestors` are the nearest common ones, `sides` the revisions of each head that the other has not, in order.
    `databases` are the names of those that it is said for; "" for one without a name.
    """

    left: str
    right: str
    ancestors: tuple[str, ...]
    sides: tuple[tuple[str, ...], tuple[str, ...]]
    verdict: Verdict
    dialect: str
    databases: tuple[str, ...] = ()

    @property
    def heads(self) -> tuple[str, str]:
        """Both heads."""
        return self.left, self.right

    @property
    def first(self) -> str | None:
        """The head that must come first, of a pair that is ordered."""
        return None if self.verdict.first is None else self.heads[self.verdict.first]


def conflicts(project: Project, heads: Sequence[str] = ("heads",)) -> tuple[Pair, ...]:
    """The verdict on each pair of `heads`, which may be anything that selects revisions, for each kind of database.

    Nothing is connected; of the settings only the kinds of databases are needed.  Raises UsageError when there are not two
    heads, SelectorError, HistoryError, ConfigError, and what reading a script raises.
    """
    ids = chosen(project.history, heads)
    return judged_for(alike(project), ids)


def judged_for(kinds: Sequence[Alike], ids: Sequence[str]) -> tuple[Pair, ...]:
    """The verdict on each two of the heads `ids`, for each kind."""
    return tuple(
        replace(judged(kind.project, kind.target, left, right), databases=kind.names)
        for kind in kinds
        for left, right in combinations(ids, 2)
    )


def chosen(history: History, heads: Sequence[str]) -> tuple[str, ...]:
    """The heads that are meant, in the order in which they could be applied.

    Raises UsageError when there is only one, or one is below another.
    """
    ids = {
        id
        for text in heads
        for id in (history.heads if text == "heads" else resolve(history, text, looking=True))
    }
    for id in history.ordered(ids):
        lower = (history.closure([id]) & ids) - {id}
        if lower:
            raise UsageError(
                f"{', '.join(history.ordered(lower))} is below {id}: there is no fork between them",
                hint="`limbeck heads` lists what can be compared",
            )
    if len(ids) < 2:
        only = f"{next(iter(ids))} is the only one" if ids else "there is no revision"
        raise UsageError(
            f"two heads are needed, and {only}", hint="`limbeck heads` lists the heads"
        )
    return tuple(history.ordered(ids))


def gravest(pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    """Of each two heads the gravest verdict, whichever database it is for."""
    from limbeck.conflicts import Kind

    order = (Kind.CONFLICT, Kind.TWICE, Kind.UNKNOWN, Kind.ORDERED, Kind.DISJOINT)
    found: dict[tuple[str, str], Pair] = {}
    for pair in sorted(pairs, key=lambda pair: order.index(pair.verdict.kind)):
        found.setdefault(pair.heads, pair)
    return tuple(found.values())


def judged(project: Project, target: Target, left: str, right: str) -> Pair:
    """The verdict on two heads."""
    from limbeck.conflicts import judge, model_of

    history = project.history
    below = history.closure([left]), history.closure([right])
    sides = tuple(history.ordered(below[0] - below[1])), tuple(history.ordered(below[1] - below[0]))
    for id in (*sides[0], *sides[1]):
        refuse_marks(history[id].source, project.library.script(id).read())
    rules = rules_of(target)
    deeds, state = _deeds(project, target, below[0] & below[1], sides, rules)
    return Pair(
        left,
        right,
        tuple(history.ordered(history.tips(below[0] & below[1]))),
        sides,
        judge(model_of(state), *deeds, rules),
        rules.dialect,
    )


def rules_of(target: Target) -> Rules:
    """What a kind of database makes of operations."""
    from limbeck.conflicts import Rules
    from limbeck.database.engine import dialect_of
    from limbeck.database.replay.server import carried_out

    dialect = dialect_of(target.url)
    return Rules(dialect.name, lambda operation, state: carried_out(operation, state, dialect))


Both = tuple[tuple["Deed", ...], tuple["Deed", ...]]


def _deeds(
    project: Project,
    target: Target,
    shared: set[str],
    sides: tuple[tuple[str, ...], tuple[str, ...]],
    rules: Rules,
) -> tuple[Both, SchemaState]:
    """What each side does, and the schema before it, as far as it matters."""
    from limbeck.conflicts.model import follow, model_of
    from limbeck.schema import SchemaState

    ancestor = Ancestor(project, target, shared)
    names: set[str] = set()
    for side in sides:
        names |= names_in(done_by(project, target, side, SchemaState()).deeds)
    state = ancestor.about(names)
    for attempt in ("about", "whole"):
        left, right = (done_by(project, target, side, state).deeds for side in sides)
        alone = (follow(left, model_of(state), rules), follow(right, model_of(state), rules))
        if attempt == "whole" or not any(one.refused for one in alone):
            break
        state = ancestor.whole()
    return (left, right), state
