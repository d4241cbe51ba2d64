"""
A history as it is drawn: with its databases, and with what its heads do to each other.

Responsible for gathering that.  Does not know how anything is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.actions.stands import stands
from limbeck.picture.outline import Outline, Stand, Verdict, outline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from limbeck.actions.forks import Fork
    from limbeck.actions.stands import Standing
    from limbeck.project import Project


def picture(
    project: Project, projects: Sequence[Project], ids: Sequence[str]
) -> tuple[Outline, tuple[Standing, ...]]:
    """The revisions `ids` as they are drawn, and the databases of `projects` with their journals.

    A database that does not answer, and heads that cannot be judged, are said; nothing raises for their sake.
    """
    found = stands(projects)
    history = project.history
    shown = [
        Stand(
            one.name,
            one.address,
            one.heads & history.keys(),
            one.pending(history),
            tuple(sorted(one.heads - history.keys())),
            one.problem,
        )
        for one in found
    ]
    return outline(history, ids, shown, tuple(verdicts(project, ids))), found


def verdicts(project: Project, ids: Iterable[str]) -> Iterator[Verdict]:
    """What the heads among `ids` are to each other, pair by pair, as far as that is judged unasked."""
    heads = project.history.heads & frozenset(ids)
    if len(heads) < 2:
        return
    from limbeck.actions.forks import forks

    for fork in forks(project, project.history.ordered(heads)):
        yield from _of(fork)


def _of(fork: Fork) -> Iterator[Verdict]:
    from limbeck.actions.conflicts import gravest

    for pair in gravest(fork.pairs):
        word = pair.verdict.kind.value
        first = f": {pair.first} must come first" if pair.first else ""
        first += ", and work of it is thrown away" if pair.verdict.lost else ""
        yield Verdict(pair.left, pair.right, word, f"{pair.left} and {pair.right}: {word}{first}")
    if fork.unjudged:
        heads = [branch.head for branch in fork.branches]
        text = f"{', '.join(heads)}: not judged: {fork.unjudged}"
        yield Verdict("", "", "unknown", text)
