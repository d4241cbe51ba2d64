"""
What is said when revisions do not form a history.

Responsible for the words: each function returns the error to raise, with the names of the files in it.  Does
not check anything itself, `History` does; it comes here only when something is wrong.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from limbeck import dag
from limbeck.errors import (
    AmbiguousRevision,
    CycleInHistory,
    DuplicateLabel,
    DuplicateRevision,
    LimbeckError,
    MissingParent,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from limbeck.history.revision import Revision


def where(revision: Revision) -> str:
    """The words for a revision in an error: its file if it has one, else its id."""
    return revision.source or f"revision {revision.id}"


def duplicate_revision(revisions: Iterable[Revision]) -> DuplicateRevision:
    """Names both files that have one id."""
    seen: dict[str, Revision] = {}
    for revision in revisions:
        other = seen.setdefault(revision.id, revision)
        if other is not revision:
            return DuplicateRevision(
                f"the revision id {revision.id!r} is used twice:\n"
                f"    {where(other)}\n"
                f"    {where(revision)}",
                hint="`limbeck reid FILE` gives one of the two another id; or delete the one that is a copy",
            )
    raise ValueError("no id is used twice")


def duplicate_label(
    by_id: Mapping[str, Revision], labels: Mapping[str, str], revision: Revision, label: str
) -> DuplicateLabel:
    """Names the file that has `label` and what else has that name."""
    if label in by_id:
        return DuplicateLabel(
            f"{where(revision)} has the branch label {label!r}, which is also the id of "
            f"{where(by_id[label])}",
            hint="choose another word in `branch_labels`",
        )
    return DuplicateLabel(
        f"the branch label {label!r} is used twice:\n"
        f"    {where(by_id[labels[label]])}\n"
        f"    {where(revision)}",
        hint="keep it in one of the two files; everything above that revision is on the branch anyway",
    )


def missing_parent(by_id: Mapping[str, Revision]) -> MissingParent:
    """The first revision whose parent no file has."""
    for revision in by_id.values():
        for parent in revision.parents:
            if parent not in by_id:
                return MissingParent(
                    f"{where(revision)} says its parent is {parent!r}; no file has {parent!r}",
                    revision=revision.id,
                    missing=parent,
                    hint=_missing_hint(by_id, revision, parent, "down_revision"),
                )
    raise ValueError("no parent is missing")


def required(
    by_id: Mapping[str, Revision],
    labels: Mapping[str, str],
    names: Sequence[str],
    revision: Revision,
    name: str,
) -> str:
    """The id that the abbreviation `name` in the `depends_on` of `revision` stands for.

    `names` are all ids and labels in the order of the alphabet.

    Raises MissingParent when nothing begins with it, AmbiguousRevision when several do.
    """
    found: set[str] = set()
    for at in range(bisect_left(names, name) if name else len(names), len(names)):
        if not names[at].startswith(name):
            break
        found.add(labels.get(names[at], names[at]))
    if len(found) == 1:
        return found.pop()
    if found:
        raise AmbiguousRevision(
            f"{where(revision)} depends on {name!r}, which may be any of "
            + ", ".join(sorted(found)),
            hint="write the whole id in `depends_on`",
        )
    raise MissingParent(
        f"{where(revision)} depends on {name!r}; no file has this id or branch label",
        revision=revision.id,
        missing=name,
        hint=_missing_hint(by_id, revision, name, "depends_on"),
    )


def _missing_hint(
    by_id: Mapping[str, Revision], revision: Revision, missing: str, field: str
) -> str:
    # Only here, because most runs never need it and it takes as long to import as a whole small history.
    from difflib import get_close_matches

    near = get_close_matches(missing, [id for id in by_id if id != revision.id], n=1)
    guess = f" (perhaps {near[0]!r} is meant)" if near else ""
    return f"restore the file of {missing!r}, or correct `{field}` in {where(revision)}{guess}"


def cycle_in_history(
    by_id: Mapping[str, Revision], below: Mapping[str, Sequence[str]]
) -> LimbeckError:
    """Draws one cycle, each revision above what it builds on."""
    ring = dag.cycle(by_id, below.__getitem__)
    if len(ring) == 2:
        revision = by_id[ring[0]]
        field = "down_revision" if ring[0] in revision.parents else "depends_on"
        return CycleInHistory(
            f"{where(revision)} names itself in `{field}`",
            hint=f"correct `{field}`: a revision builds on an earlier one, or on none",
        )
    width = max(map(len, ring))
    lines = [f"{id:<{width}}  {by_id[id].source}".rstrip() for id in ring[:-1]]
    corners = [",->", *["|  "] * (len(lines) - 2), "`--"]
    rows = [f"    {corner} {line}" for corner, line in zip(corners, lines, strict=True)]
    return CycleInHistory(
        "these revisions build on each other in a circle, each on the next:\n"
        + "\n    |   |\n".join(rows),
        hint="one of these `down_revision` or `depends_on` lines is wrong; correct it",
    )
