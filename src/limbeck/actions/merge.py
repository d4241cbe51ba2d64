"""
Join heads.

Responsible for what is asked before a merge revision is written, and for what it says of that.  Does not know how
branches are compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from limbeck.actions.considered import consider
from limbeck.actions.revision import NewRevision, new_id
from limbeck.actions.unfinished import apart, refuse_unfinished
from limbeck.history import merge as merged
from limbeck.history.ordering import first_keeping, put_in_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from limbeck.actions.considered import Considered
    from limbeck.history import Rewrite
    from limbeck.project import Project


@dataclass(frozen=True, slots=True)
class Merged:
    """The merge revision, and what was known when it was written: None when nothing was asked.

    `rewritten` are the files that say in which order the branches run, since then.
    """

    made: NewRevision
    considered: Considered | None = None
    forced: bool = False
    rewritten: tuple[str, ...] = ()


def merge(
    project: Project,
    revisions: Sequence[str] = ("heads",),
    message: str | None = None,
    *,
    id: str | None = None,
    splice: bool = False,
    labels: Sequence[str] = (),
    ask: bool = False,
    prove: bool = True,
    force: bool = False,
) -> Merged:
    """A new revision file that does nothing but join `revisions`.

    Without `message`, it says which ones.  With `ask`, what the branches do to each other is found out first, is `prove`d
    by running them where a scratch database can be had, and stands in the docstring; where they work in one order only,
    `depends_on` says so.  `force` joins what would be refused.

    Raises UsageError when there is nothing to join, Conflicting (with `ask`, without `force`), HistoryError (with `ask`,
    also for a file that cannot be read to its end), SelectorError and Refused.
    """
    from limbeck.files.write import write

    rewrite = merged(
        project.history,
        revisions,
        id or new_id(project),
        message or "",
        splice=splice,
        labels=labels,
    )
    parents = rewrite.after.parents
    words = f"merge {' and '.join(parents)}" if message is None else message
    if ask:
        refuse_unfinished(project, apart(project, parents))
    considered = consider(project, parents, prove=prove) if ask else None
    forced = False
    if considered is not None:
        refusal = considered.refusal()
        if refusal is not None and not force:
            refusal.hint = "; ".join(filter(None, [_way_down(project, considered), refusal.hint]))
            raise refusal
        forced = refusal is not None
    order = () if considered is None or forced else _ordering(project, considered)
    rewrite = type(rewrite)(
        None, rewrite.after._replace(doc=_docstring(words, considered, forced=forced))
    )
    *_, path = write(project.library, project.settings, [*order, rewrite])
    changed = tuple(one.after.id for one in order)
    files = tuple(project.library.shown(project.library.path(one)) for one in changed)
    made = NewRevision(project.history[rewrite.after.id], path)
    return Merged(made, considered, forced, files)


def _way_down(project: Project, considered: Considered) -> str:
    """What to type first where branches do the same as one that others have, and a database has applied them."""
    from limbeck.actions.published import way_down_of

    kept = considered.keeps if considered.twice else ""
    others = [head for head in considered.heads if head != kept] if kept else []
    found = (way_down_of(project, head, kept, "`limbeck rebase`") for head in others)
    return next(filter(None, found), "")


def _ordering(project: Project, considered: Considered) -> tuple[Rewrite, ...]:
    """What makes the branches run in an order that works, where they would not anyway."""
    orders = considered.orders
    if not orders or first_keeping(project.history, orders) is not None:
        return ()
    return put_in_order(project.history, orders[0])


def _docstring(words: str, considered: Considered | None, *, forced: bool) -> str:
    """The message, and below it what was known."""
    if considered is None:
        return words
    lines = list(considered.lines())
    if forced:
        lines.append("- written with --force, against this verdict")
    return "\n".join([words, "", *lines]) if lines else words
