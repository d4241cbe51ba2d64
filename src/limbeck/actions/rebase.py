"""
Put what the current branch added behind what others did.

Responsible for what is moved where when nobody says, for what is asked before files are changed, and for taking it
back.  Does not know how branches are compared, nor what may not be moved.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from limbeck.actions.published import (
    Upstream,
    applied_in,
    refuse_published,
    upstream_of,
    way_down,
)
from limbeck.actions.regenerated import Regenerated
from limbeck.actions.unfinished import apart, refuse_unfinished
from limbeck.errors import ConfigError, Conflicting, LimbeckError, MultipleHeads, UsageError
from limbeck.history import resolve
from limbeck.history.rebase import changed, moved_by
from limbeck.history.rebase import rebase as rewrites_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from limbeck.actions.conflicts import Pair
    from limbeck.actions.considered import Considered
    from limbeck.actions.proof import Proof
    from limbeck.actions.regenerated import NewText
    from limbeck.history import History, Rewrite
    from limbeck.project import Project


@dataclass(frozen=True, slots=True)
class Rebased:
    """What was moved behind `onto`: ids in order, and the files that were changed for it.

    `upstream` is the branch that was asked, "" when there is none; `considered` is None when nothing was asked.
    `regenerated` is what was generated and is written anew, `left` what of it stays although it might have to be.
    With `written` the files have been changed.  `pushed` are copies of the branch that have them as they were, `parents`
    the new ones, where they are others.
    """

    moved: tuple[str, ...]
    onto: str
    files: tuple[str, ...]
    upstream: str = ""
    considered: Considered | None = None
    forced: bool = False
    regenerated: tuple[NewText, ...] = ()
    left: tuple[str, ...] = ()
    written: bool = True
    pushed: tuple[str, ...] = ()
    parents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def rebase(
    project: Project,
    head: str | None = None,
    onto: str | None = None,
    *,
    upstream: str | None = None,
    everywhere: Sequence[Project] = (),
    prove: bool = True,
    regenerate: bool = True,
    force: bool = False,
    write: bool = True,
) -> Rebased:
    """Put the revisions that `head` has and `onto` has not behind `onto`, in their files, all or none.

    Without `head`, those that the git branch `upstream` has not; without `onto`, behind the newest one that it has.
    `everywhere` are the projects whose databases are asked whether they have applied one of them.  With `prove`, both
    sides are run first where a scratch database can be had.  Generated parts are written anew where they must say
    something else there, unless `regenerate` is False.  `force` moves what would be refused; without `write` no file is
    changed.

    Raises UsageError, SelectorError, HistoryError; Published, Conflicting and Refused.
    """
    history = project.history
    branch = upstream_of(project, upstream)
    if branch is not None and upstream is None:
        branch = branch.nearest(history)
    behind = _behind(history, onto, branch)
    heads = _moving(history, head, behind, branch)
    rewrites_for(history, heads, behind)  # whether there is anything to move
    refuse_unfinished(project, apart(project, (*heads, behind)))
    along = history.ordered(history.descendants(moved_by(history, heads, behind)))
    ran = applied_in(everywhere, along)
    refuse_published(
        along,
        branch,
        ran,
        instead=f"`limbeck merge {behind} {' '.join(heads)}` joins them instead",
        down=way_down(history, ran, "`limbeck rebase` again"),
        force=force,
    )
    plan = planned(project, heads, behind, regenerate=regenerate)
    known = {id for one in ran for id in one.revisions} | (branch.revisions if branch else set())
    if known & plan.texts.contents.keys():  # with force
        plan = planned(project, heads, behind, regenerate=False)
        plan = replace(plan, texts=Regenerated(left=("somebody may have run it as it is",)))
    considered, forced = judge(project, plan, prove=prove, force=force)
    if write:
        _write(project, plan)
    paths = [project.library.path(one.after.id) for one in plan.rewrites]
    return Rebased(
        plan.moved,
        behind,
        tuple(project.library.shown(path) for path in paths),
        branch.ref if branch else "",
        considered,
        forced,
        plan.texts.texts,
        plan.texts.left,
        write,
        branch.pushed(along) if branch else (),
        {one.after.id: one.after.parents for one in plan.rewrites},
    )


@dataclass(frozen=True, slots=True)
class Plan:
    """The revisions `moved` are put behind `onto` by `rewrites`, with new `texts`."""

    moved: tuple[str, ...]
    onto: str
    rewrites: tuple[Rewrite, ...]
    texts: Regenerated


def planned(project: Project, heads: Sequence[str], onto: str, *, regenerate: bool = True) -> Plan:
    """What a rebase of `heads` onto `onto` (full ids) would do.  Raises UsageError when there is nothing to move."""
    history = project.history
    rewrites = rewrites_for(history, heads, onto)
    moved = moved_by(history, heads, onto)
    apart = [id for id in moved if onto not in history.closure([id])]
    texts = _regenerated(project, apart, onto) if apart and regenerate else Regenerated()
    return Plan(tuple(moved), onto, _with_texts(history, rewrites, texts), texts)


def _regenerated(project: Project, apart: Sequence[str], onto: str) -> Regenerated:
    from limbeck.actions.alike import first_target
    from limbeck.actions.regenerate import regenerate

    try:
        return regenerate(project, first_target(project), apart, onto)
    except LimbeckError as error:  # no address of a database, so that its kind is not known
        return Regenerated(left=(error.message,))


def _with_texts(
    history: History, rewrites: Sequence[Rewrite], texts: Regenerated
) -> tuple[Rewrite, ...]:
    """The rewrites, and one that keeps the head for each other file with a new text."""
    from limbeck.history import Rewrite

    known = {one.after.id for one in rewrites}
    others = (history[id] for id in texts.contents if id not in known)
    return (*rewrites, *(Rewrite(one, one) for one in others))


def undo(
    project: Project,
    *,
    upstream: str | None = None,
    everywhere: Sequence[Project] = (),
    force: bool = False,
) -> tuple[str, ...]:
    """Make the files what they were before the last rebase; gives their names.

    Raises Refused when there was none, or a file was changed since, and Published when somebody may have run them in
    the new order.
    """
    from limbeck.files.undo import kept, put_back

    earlier = kept(project.library)
    history = project.history
    paths = {one.path for one in earlier}
    ids = [revision.id for path, revision in project.library.files() if path.absolute() in paths]
    along = history.ordered(history.descendants(ids))
    refuse_published(
        along,
        upstream_of(project, upstream),
        applied_in(everywhere, along),
        instead="`limbeck history --graph` shows the order that they ran in",
        force=force,
    )
    put_back(project.library, earlier)
    return tuple(project.library.shown(one.path) for one in earlier)


def _behind(history: History, onto: str | None, branch: Upstream | None) -> str:
    """The id to build on."""
    if onto is not None:
        found = history.ordered(resolve(history, onto, looking=True))
        if len(found) != 1:
            raise UsageError(f"{onto!r} means {len(found)} revisions", hint="--onto takes one")
        return found[0]
    if branch is None:
        raise UsageError(
            "there is no upstream branch to build on",
            hint="limbeck rebase HEAD --onto HEAD, or `--upstream BRANCH`",
        )
    missing = sorted(branch.revisions - history.keys())
    if missing:
        raise UsageError(
            f"{branch.ref} has revisions that are not here: {', '.join(missing)}",
            hint="git pull, or say --onto",
        )
    tips = _ends(history, branch.revisions)
    if len(tips) != 1:
        raise UsageError(
            f"{branch.ref} has {len(tips)} heads: {', '.join(tips) or 'none'}",
            hint=f"--onto {tips[0]}" if tips else "limbeck rebase HEAD --onto HEAD",
        )
    return tips[0]


def _moving(
    history: History, head: str | None, onto: str, branch: Upstream | None
) -> tuple[str, ...]:
    """The ids of the heads to move."""
    if head is not None:
        return tuple(history.ordered(resolve(history, head, looking=True)))
    if branch is not None:
        mine = history.keys() - branch.built_on
        if not mine:
            raise UsageError(
                f"everything here is on {branch.ref} already: there is nothing to move",
                hint="limbeck rebase HEAD --onto HEAD",
            )
        return tuple(_ends(history, frozenset(mine)))
    others = history.ordered(history.heads - {onto})
    if len(others) != 1:
        raise MultipleHeads(
            f"there are {len(others)} heads beside {onto}",
            heads=tuple(others),
            hint=f"limbeck rebase HEAD --onto {onto}",
        )
    return tuple(others)


def _ends(history: History, ids: frozenset[str]) -> list[str]:
    """Those of `ids` that none of them follows."""
    return history.ordered(id for id in ids if ids.isdisjoint(history.children(id)))


def judge(
    project: Project, plan: Plan, *, prove: bool = True, force: bool = False
) -> tuple[Considered | None, bool]:
    """What is known of running the moved side after `onto`; and whether that was overridden.

    Of a side that was joined with the other one before, only what was not yet behind `onto` is asked about.  Raises
    Conflicting, unless `force`.
    """
    history, onto, moved = project.history, plan.onto, plan.moved
    apart = [id for id in moved if onto not in history.closure([id])]
    if not apart:
        return None, False
    heads = (onto, *history.ordered(history.tips(apart)))
    if plan.texts.texts:
        known = _with_new_texts(project, plan, apart, heads, prove=prove)
    else:
        known = _consider(project, heads, prove=prove)
    refusal = _refusal(known, onto, [id for id in heads if id != onto])
    if refusal is None and changed(history, plan.rewrites).ordered(moved) != list(moved):
        refusal = Conflicting(
            f"{', '.join(moved)} would run in another order among themselves",
            hint="say in depends_on which comes first; `--force` moves them all the same",
        )
    if refusal is not None and not force:
        raise refusal
    return known, refusal is not None


def _consider(project: Project, heads: Sequence[str], *, prove: bool) -> Considered:
    from limbeck.actions.considered import consider

    return consider(project, heads, prove=prove)


def _with_new_texts(
    project: Project, plan: Plan, apart: Sequence[str], heads: Sequence[str], *, prove: bool
) -> Considered:
    """What is known of the new texts: they are run; where that cannot be, the scripts say what is left of the clashes."""
    said = _consider(project, heads, prove=False)
    known = replace(said, pairs=tuple(_without(pair, plan.texts) for pair in said.pairs))
    if not prove:
        return known
    found, unproven = _proofs(project, plan, apart)
    if not found:
        return replace(known, unproven=unproven)
    first, *others = found
    return replace(known, proof=first, others=tuple(others), unproven=unproven)


def _proofs(project: Project, plan: Plan, apart: Sequence[str]) -> tuple[list[Proof], str]:
    """A proof for each kind of database, the gravest first; and why there is none for some."""
    from limbeck.actions.alike import alike
    from limbeck.actions.proof import GRAVEST
    from limbeck.actions.prove_moved import Move, prove_moved
    from limbeck.files.write import planned as contents_of

    contents = contents_of(project.library, project.settings, plan.rewrites, plan.texts.contents)
    library = project.library.with_contents(contents)
    found: list[Proof] = []
    unproven: list[str] = []
    for kind in alike(project):
        after = kind.project._replace(library=library)
        move = Move(kind.project, after, tuple(apart), plan.onto, plan.texts.renamed)
        try:
            found.append(replace(prove_moved(move, kind.target), databases=kind.names))
        except LimbeckError as error:
            names = ", ".join(filter(None, kind.names))
            unproven.append(f"for {names}: {error.message}" if names else error.message)
    return sorted(found, key=lambda proof: GRAVEST.index(proof.outcome)), "; ".join(unproven)


def _without(pair: Pair, texts: Regenerated) -> Pair:
    """The pair without clashes about statements that are written anew."""
    from limbeck.conflicts import Verdict

    gone = {f"{text.path}:{line}" for text in texts.texts for line in text.lines}
    left = [
        clash
        for clash in pair.verdict.clashes
        if not any(deed is not None and deed.place in gone for deed in (clash.left, clash.right))
    ]
    return replace(pair, verdict=Verdict.of(left))


def _refusal(known: Considered, onto: str, moved: Sequence[str]) -> Conflicting | None:
    """The error that says why the moved side should not run after `onto`."""
    found = known.refusal()
    if found is not None:
        found.hint = (found.hint or "").replace("writes the merge", "moves it")
        return found
    orders = known.orders
    if orders and not any(order[0] == onto for order in orders):
        first = " ".join(moved)
        return Conflicting(
            "\n".join([f"{first} does not work after {onto}:", *known.lines()]),
            hint=f"`limbeck rebase {onto} --onto {first}` puts them the other way round,"
            f" `limbeck merge {onto} {first}` joins them; `--force` moves it all the same",
        )
    return None


def _write(project: Project, plan: Plan) -> None:
    from limbeck.files.atomic import Change, change
    from limbeck.files.undo import contents, keep
    from limbeck.files.write import write

    library = project.library
    paths = [library.path(rewrite.after.id) for rewrite in plan.rewrites]
    before = contents(paths)
    write(library, project.settings, plan.rewrites, contents=plan.texts.contents)
    try:
        keep(library, paths, before)
    except OSError as error:
        change([Change(path, old, new=False) for path, old in zip(paths, before, strict=True)])
        library.reload()
        raise ConfigError(
            f"{error.filename} cannot be written, so that nothing could be undone: {error.strerror}"
        ) from None
