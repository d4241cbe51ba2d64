"""
Revisions that somebody may have run.

Responsible for finding them on the upstream branch and in the databases, and for refusing to change them.  Does not know
what the change is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from limbeck.actions.patience import visit_patiently
from limbeck.errors import CannotConnect, ConfigError, LimbeckError, Published, UsageError

if TYPE_CHECKING:
    from limbeck.database.live import LiveDatabase
    from limbeck.history import History
    from limbeck.project import Project, Target

T = TypeVar("T")


class Upstream(NamedTuple):
    """A branch that others build on, the ids of the revisions that it has, and its files by their place here.

    `shared` and `own` are what was pushed of the current branch: with commits of others, and without.
    """

    ref: str
    revisions: frozenset[str]
    files: frozenset[Path] = frozenset()
    shared: tuple[Upstream, ...] = ()
    own: tuple[Upstream, ...] = ()

    @property
    def built_on(self) -> frozenset[str]:
        """What others may build on: the revisions of this branch, and of those that others share."""
        return self.revisions.union(*(one.revisions for one in self.shared))

    def nearest(self, history: History) -> Upstream:
        """The branch to build on: this one, or a copy of the current one that has what is not here, or forks from what only is here."""
        for copy in (*self.shared, *self.own):
            new = copy.revisions - self.revisions
            mine = history.keys() - self.revisions - copy.revisions
            missing = copy in self.shared and not new <= history.keys()
            if missing or (mine and not new & history.keys() <= history.closure(mine)):
                others = (one for one in self.shared if one is not copy)
                return copy._replace(shared=(self, *others), own=self.own)
        return self

    def pushed(self, revisions: Iterable[str]) -> tuple[str, ...]:
        """The copies that only the user has worked on and that have some of `revisions`."""
        wanted = frozenset(revisions)
        return tuple(copy.ref for copy in self.own if copy.revisions & wanted)


class Ran(NamedTuple):
    """What one database has applied of some revisions, and whether its journal says so."""

    name: str
    revisions: tuple[str, ...]
    journaled: bool


def upstream_of(project: Project, ref: str | None = None) -> Upstream | None:
    """The branch `ref`, or the one that the current branch will be joined with; None where there is none, or no git.

    Read from git's objects, without a checkout.  Raises UsageError when `ref` names no commit, BrokenHeader when a file
    there cannot be read.
    """
    from limbeck.vcs import followed

    known = followed(project.library.home, ref or project.settings.upstream or "")
    if not known.trunk:
        return None
    copies = ([_branch(project, name) for name in names] for names in (known.shared, known.own))
    shared, own = map(tuple, copies)
    return _branch(project, known.trunk)._replace(shared=shared, own=own)


def _branch(project: Project, name: str) -> Upstream:
    from limbeck import vcs

    if not vcs.has_commit(project.library.home, name):
        raise UsageError(
            f"git knows no commit called {name!r}", hint="`git branch --remotes` lists branches"
        )
    here = {path: revision.id for path, revision in project.library.files()}
    found: set[str] = set()
    files: set[Path] = set()
    for location in project.library.locations:
        names = vcs.names_at(location, name) or {}
        found |= _ids_at(location, name, names, here)
        files |= {location / file for file in names}
    return Upstream(name, frozenset(found), frozenset(files))


def _ids_at(folder: Path, ref: str, names: dict[str, bool], here: dict[Path, str]) -> set[str]:
    from limbeck import vcs
    from limbeck.files.index import file_of

    found: set[str] = set()
    for name, same in names.items():
        path = folder / name
        if same and path in here:
            found.add(here[path])
        elif not same and path.suffix in {".py", ".sql"}:
            text = vcs.text_at(folder, ref, name) or ""
            revision = file_of(text.encode(), name, f"{ref}:").revision
            if revision is not None:
                found.add(revision.id)
    return found


def applied_in(projects: Iterable[Project], revisions: Iterable[str]) -> list[Ran]:
    """The databases that have applied some of `revisions`.

    Raises Published when one does not answer, because then nobody knows; one without an address is none.
    """
    wanted = tuple(revisions)
    found: list[Ran] = []
    for project in projects:

        def one(target: Target, database: LiveDatabase, project: Project = project) -> Ran:
            history = project.history
            heads = database.journal.heads()
            entries = database.journal.entries() if target.journal else []
            done = [entry for entry in entries if entry.outcome == "done"]
            applied = database.journal.applied(history) | heads
            ids = tuple(id for id in wanted if id in applied)
            journaled = bool(done) and done[-1].heads == heads
            return Ran(target.name or target.shown, ids, journaled)

        found += _asked(project, one)
    return [ran for ran in found if ran.revisions]


def holding(projects: Iterable[Project], id: str) -> list[str]:
    """The names of the databases that stand at `id`, or whose journal has it, where two files have that id.

    Raises what `applied_in` raises.
    """
    found: list[str] = []
    for project in projects:

        def one(target: Target, database: LiveDatabase) -> str:
            heads = database.journal.heads()
            entries = database.journal.entries() if target.journal else []
            held = id in heads or any(entry.revision == id for entry in entries)
            return (target.name or target.shown) if held else ""

        found += _asked(project, one)
    return [name for name in found if name]


def _asked(project: Project, work: Callable[[Target, LiveDatabase], T]) -> list[T]:
    """What the databases say.  Raises Published when one does not answer, because then nobody knows."""
    try:
        return visit_patiently(project, work)
    except CannotConnect as error:
        raise Published(
            f"it cannot be told what a database has applied, because it does not answer: {error.message}",
            hint="`--offline` asks git alone, and no database",
        ) from None
    except ConfigError:
        if project.settings.url is not None:
            raise
        return []  # no database at all


def way_down(history: History, ran: Sequence[Ran], then: str, *, first: str = "") -> str:
    """What to type so that databases have applied nothing of what `ran` there; "" where that is nothing, or leads to several heads.

    `first` is what to type before, `then` after it.
    """
    applied = {id for one in ran for id in one.revisions}
    below = {parent for id in applied for parent in history.parents(id)} - applied
    if not applied or len(below) > 1:
        return ""
    down = f"`limbeck downgrade {''.join(below) or 'base'}` on it"
    return f"where the database is yours alone: {first}{down}, then {then}"


def way_down_of(project: Project, id: str, other: str, then: str) -> str:
    """The same for what `id` has and `other` has not; "" where no database has applied it, too, or one does not answer."""
    from limbeck.actions.alike import everywhere

    history = project.history
    own = history.ordered(history.closure([id]) - history.closure([other]))
    try:
        return way_down(history, applied_in(everywhere(project), own), then)
    except LimbeckError:
        return ""


def refuse_published(
    revisions: Sequence[str],
    upstream: Upstream | None,
    ran: Sequence[Ran],
    *,
    instead: str,
    down: str = "",
    forced: str = "`--force` does it all the same",
    force: bool = False,
) -> None:
    """Raises Published when `revisions` (in order) are on `upstream`, or in a database.

    `instead` is what to type; before it `down`, where only databases have them.  `forced` says what does it all the same.
    With `force`, only for a database without a journal: it would skip what comes to lie below its head.
    """
    lines = []
    for branch in () if upstream is None or force else (upstream, *upstream.shared):
        there = [id for id in revisions if id in branch.revisions]
        if there:
            lines.append(f"{', '.join(there)} on the branch {branch.ref}")
    if down and not lines:
        instead = f"{down}; {instead}"
    for one in ran:
        if not force:
            lines.append(f"{', '.join(one.revisions)} applied to the database {one.name}")
        elif not one.journaled:
            lines.append(
                f"{', '.join(one.revisions)} applied to the database {one.name},"
                " which keeps no journal and would skip what comes to lie below"
            )
    if lines:
        hint = "; ".join(filter(None, [instead, "" if force else forced]))
        raise Published("somebody may have run it: " + "; ".join(lines), hint=hint)
