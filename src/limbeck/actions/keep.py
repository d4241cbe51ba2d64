"""
What several branches do in the same way, kept on one of them.

Responsible for leaving it out of the files of the others, all or none, and for refusing where it has run already.  Does
not know how the branches are joined.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from limbeck.actions.alike import alike, everywhere
from limbeck.actions.conflicts import chosen, judged_for
from limbeck.actions.deeds import recorded
from limbeck.actions.patience import visit_patiently
from limbeck.errors import CannotConnect, ConfigError, Conflicting, Published, Refused, UsageError
from limbeck.history import resolve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from limbeck.actions.alike import Alike
    from limbeck.conflicts import Deed
    from limbeck.project import Project


def keep(
    project: Project, revisions: Sequence[str], head: str, *, prove: bool = True
) -> tuple[str, ...]:
    """Leave what `head` does, too, out of the other `revisions`; gives the places, as "file:line: what".

    Whatever goes wrong, the files are as before; with `prove`, also when the branches are still in each other's way, or
    it cannot be found out.

    Raises UsageError when there is nothing to leave out, Published when a revision that would change is on a branch that
    others build on, Refused when it was applied to a database, or is not written so that a statement can be left out, and when nothing can be proven; Conflicting, with
    `prove`.
    """
    ids = chosen(project.history, revisions)
    (kept,) = resolve(project.history, head, looking=True) or ("",)
    if kept not in ids:
        raise UsageError(f"{head} is none of {', '.join(ids)}", hint=f"--keep {ids[0]}")
    gone = [(kind, _to_leave_out(kind, ids, kept)) for kind in alike(project)]
    deeds = {(deed.place, deed.text): deed for _, found in gone for deed in found}
    if not deeds:
        raise UsageError(
            f"no branch does what {kept} does, too", hint="`limbeck conflicts` says what they do"
        )
    changed = {deed.revision for deed in deeds.values()}
    _refuse_published(project, changed, kept)
    _refuse_applied(project, changed, kept)
    _rewrite(project, gone, kept, ids, prove=prove)
    return tuple(str(deed) for deed in deeds.values())


Gone = list[tuple["Alike", list["Deed"]]]
"""What is to be left out, as databases of each kind see it."""


def _to_leave_out(kind: Alike, ids: Sequence[str], kept: str) -> list[Deed]:
    from limbeck.conflicts import Kind
    from limbeck.conflicts.same import same

    found: dict[Deed, None] = {}
    for pair in judged_for([kind], ids):
        if kept not in pair.heads:
            continue
        for clash in pair.verdict.clashes:
            mine, other = clash.left, clash.right
            if pair.left != kept:
                mine, other = other, mine
            if clash.kind is not Kind.TWICE or mine is None or other is None:
                continue
            if not same(mine, other):  # a batch that does more than the other side, or less
                raise _by_hand(kind.project, other.revision)
            found[other] = None
    # What two heads have below them is found for each of them.
    return list({(deed.place, deed.text): deed for deed in found}.values())


_INSTEAD = "keep that branch instead: --keep with its head"
_AGAIN = "`limbeck rebase`, or `limbeck merge --keep` again"


def _refuse_published(project: Project, revisions: set[str], kept: str) -> None:
    """Raises Published when one of `revisions` is on a branch that others build on."""
    from limbeck.actions.published import upstream_of, way_down_of

    branch = upstream_of(project)
    for one in () if branch is None else (branch, *branch.shared):
        there = sorted(revisions & one.revisions)
        if there:
            raise Published(
                f"{', '.join(there)} on the branch {one.ref}, where somebody may have run it already",
                hint=way_down_of(project, kept, there[0], _AGAIN) or _INSTEAD,
            )


def _refuse_applied(project: Project, revisions: set[str], kept: str) -> None:
    """Raises Refused when a database has applied one of `revisions`; one that does not answer is not asked."""
    for each in everywhere(project):
        try:
            applied = visit_patiently(each, lambda _, found: found.journal.applied(project.history))
        except (CannotConnect, ConfigError):
            continue
        for ids in applied:
            ran = sorted(revisions & ids)
            if ran:
                where = (
                    f"the database {each.settings.name}" if each.settings.name else "the database"
                )
                raise Refused(
                    f"{', '.join(ran)} was applied to {where} already; changing it would say what did not happen",
                    hint=_instead_of_applied(project, ran[0], kept),
                )


def _instead_of_applied(project: Project, id: str, kept: str) -> str:
    """The hint where a database has applied `id`: of a branch that others build on, nothing can be left out either."""
    from limbeck.actions.published import upstream_of, way_down_of

    branch = upstream_of(project)
    published = branch is not None and kept in branch.built_on
    down = way_down_of(project, id, kept, _AGAIN)
    return "; ".join(filter(None, [down, "" if published and down else _INSTEAD]))


def _rewrite(project: Project, gone: Gone, kept: str, ids: Sequence[str], *, prove: bool) -> None:
    from limbeck.files.atomic import Change, change
    from limbeck.files.leave_out import leave_out

    changes: list[Change] = []
    expected: list[tuple[Alike, str, _Does]] = []
    for revision in dict.fromkeys(deed.revision for _, deeds in gone for deed in deeds):
        path = project.library.path(revision)
        lines: set[int] = set()
        for kind, deeds in gone:
            mine = [deed for deed in deeds if deed.revision == revision]
            found, rest = _without(kind, revision, mine)
            lines |= found
            expected.append((kind, revision, rest))
        content = leave_out(path.read_bytes(), lines, f"Left out: {kept} does it, too.")
        if content is None:
            raise _by_hand(project, revision)
        changes.append(Change(path, content, new=False))
    before = [Change(one.path, one.path.read_bytes(), new=False) for one in changes]
    try:
        change(changes)
        project.library.reload()
        # For another kind, a line may have done something else.
        for kind, revision, does in expected:
            if not _are_same(_does(kind, revision), does):
                raise _by_hand(project, revision)
        if prove:
            _refuse_unproven(project, ids, kept)
    except BaseException:
        change([one for one in before if one.path.read_bytes() != one.content])
        project.library.reload()
        raise


def _refuse_unproven(project: Project, ids: Sequence[str], kept: str) -> None:
    """Raises Conflicting when the branches are in each other's way, Refused when that cannot be found out."""
    from limbeck.actions.considered import consider

    considered = consider(project, ids)
    refusal = considered.refusal()
    if refusal is not None:
        raise Conflicting(
            f"without what {kept} does, too, they are still in each other's way; nothing was changed\n"
            f"{refusal.message}",
            hint=refusal.hint,
        )
    unknown = considered.unjudged or considered.unproven
    if unknown:
        raise Refused(
            f"whether they fit without what {kept} does, too, cannot be proven; nothing was changed: {unknown}",
            hint=f"`limbeck merge --keep {kept} --no-proof` goes by what the scripts say",
        )


class _Does(NamedTuple):
    """What a revision does on a model database, up and down."""

    up: tuple[Deed, ...]
    down: tuple[Deed, ...]


def _without(kind: Alike, revision: str, deeds: Sequence[Deed]) -> tuple[set[int], _Does]:
    """The lines of a file that do `deeds`, and those that undo it; and what is done without them."""
    project = kind.project
    path = project.library.path(revision)
    if path.suffix != ".py":
        raise _by_hand(project, revision)
    all = _does(kind, revision)
    up = [one for one in all.up if any(_is(one, deed) for deed in deeds)]
    down = _undoing(project, revision, all.down, up)
    if len(up) != len(deeds):
        raise _by_hand(project, revision)
    content = path.read_bytes()
    lines = _own_lines(project, content, all.up, up) | _own_lines(project, content, all.down, down)
    rest = _Does(
        tuple(one for one in all.up if one not in up),
        tuple(one for one in all.down if one not in down),
    )
    return lines, rest


def _is(one: Deed, deed: Deed) -> bool:
    from limbeck.conflicts.same import same

    return one.place == deed.place and same(one, deed)


def _own_lines(
    project: Project, content: bytes, deeds: Sequence[Deed], gone: Sequence[Deed]
) -> set[int]:
    """The lines of `gone`.  Raises Refused when the statement at one of them does something else, or does it again."""
    from limbeck.files.leave_out import statement_lines

    found = set()
    for one in gone:
        around = statement_lines(content, _line(one))
        if sum(_line(other) in around for other in deeds) != 1:
            raise _by_hand(project, one.revision)
        found.add(_line(one))
    return found


def _line(deed: Deed) -> int:
    """The line of its file; 0 when that is not known."""
    line = deed.place.rpartition(":")[2]
    return int(line) if line.isdigit() else 0


def _by_hand(project: Project, revision: str) -> Refused:
    path = project.library.shown(project.library.path(revision))
    return Refused(
        f"{path} is not written so that a single statement can be left out",
        hint=f"leave it out by hand: limbeck edit {revision}",
    )


def _does(kind: Alike, revision: str) -> _Does:
    from limbeck.actions.deeds import deed_of
    from limbeck.history import Direction
    from limbeck.schema import SchemaState

    project = kind.project
    found = []
    for direction in (Direction.UP, Direction.DOWN):
        database = recorded(project, kind.target, [revision], SchemaState(), direction=direction)
        found.append(tuple(deed_of(one, project, database.dialect) for one in database.recorded))
    return _Does(*found)


def _are_same(one: _Does, other: _Does) -> bool:
    """Whether both do the same in the same order, wherever it stands."""
    from limbeck.conflicts.same import same

    return all(
        len(mine) == len(theirs) and all(same(a, b) for a, b in zip(mine, theirs, strict=True))
        for mine, theirs in zip(one, other, strict=True)
    )


def _undoing(
    project: Project, revision: str, down: Sequence[Deed], gone: Sequence[Deed]
) -> list[Deed]:
    """What `downgrade` does to undo `gone`: it writes the same names."""
    from limbeck.operations import ANYTHING

    wanted: set[str] = set()
    for deed in gone:
        wanted |= deed.operation.touches.writes
    if ANYTHING in wanted and down:  # which statement undoes another one cannot be told
        raise _by_hand(project, revision)
    return [one for one in down if wanted & one.operation.touches.writes]
