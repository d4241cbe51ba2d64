"""
Revisions that do something else than when others got them.

Responsible for comparing files with what is on the upstream branch, and with what the journal of a database says was run.
Comments, format and docstrings do not count.  Does not know who shows it.
"""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from limbeck.actions.problem import Problem, problem_of
from limbeck.errors import BrokenHeader, LimbeckError, NoRepository, UnknownRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from limbeck.actions.git_sides import Change, Delta
    from limbeck.database.entries import Entry
    from limbeck.database.live import LiveDatabase
    from limbeck.files.held import Held
    from limbeck.project import Project, Target

_SUCCESS = 0
_REFUSED = 7


def edited_here(
    entries: Sequence[Entry], project: Project, applied: Iterable[str]
) -> Iterator[Problem]:
    """Files that do not do any more what they did when they were applied, or cannot be read any more."""
    there = frozenset(applied)
    ran = {entry.revision: entry for entry in entries if entry.outcome == "done" and entry.checksum}
    for id, entry in ran.items():
        if id not in there:
            continue
        try:
            checksum = project.library.script(id).checksum
        except LimbeckError as error:
            yield problem_of(error)
            continue
        if checksum != entry.checksum:
            yield Problem(
                "edited",
                f"{project.history[id].source} was edited after it was applied"
                f" ({entry.started:%Y-%m-%d %H:%M} UTC)",
                "undo the edit, and put the change into a new revision",
            )


def edited_in(project: Project, target: Target, database: LiveDatabase) -> Iterator[Problem]:
    """Revisions that an open database has applied and that do something else by now; without a journal nobody can tell."""
    history = project.history
    applied = database.journal.applied(history) & history.keys()
    entries = database.journal.entries() if target.journal else []
    yield from edited_here(entries, project, applied)


def edited_in_databases(projects: Iterable[Project]) -> list[Problem]:
    """The same for all databases of `projects`.  Raises CannotConnect, ConfigError."""
    found: list[Problem] = []
    for project in projects:

        def one(target: Target, database: LiveDatabase, project: Project = project) -> None:
            found.extend(edited_in(project, target, database))

        project.visit(one)
    return list(dict.fromkeys(found))


def edited_since_published(project: Project) -> list[Problem]:
    """Revisions that others have and that are not here what they were when this branch parted from theirs.

    Nothing where there is no repository, no branch that others build on, or nothing in common with it.
    """
    from limbeck.actions.git_sides import Sources

    found: dict[str, Problem] = {}
    try:
        sources = Sources.of(project)
        for name in sources.followed.published:
            base = sources.repository.merge_base("HEAD", sources.commit(name))
            ours = sources.changed_here(base) if base else {}
            for key, change in ours.items():
                for problem in edited({key: change}, name, base):
                    found.setdefault(key, problem)
    except (NoRepository, BrokenHeader):
        return []
    except UnknownRef as error:  # which the settings name
        return [problem_of(error)]
    return list(found.values())


def edited(ours: Delta, name: str, base: str) -> Iterator[Problem]:
    """What `ours` has done to revisions that the branch `name` had at the commit `base`."""
    for change in ours.values():
        before, after = change.before, change.after
        if before is None or before.revision is None:
            continue
        back = f"git checkout {base[:10]} -- {quote(f':/{before.path}')}"  # from any folder
        if after is None:
            yield Problem(
                "deleted",
                f"{before.path} ({before.id}) is gone, but is on {name}",
                f"{back}; a database that has applied it would not know where it stands",
                _REFUSED,
            )
        elif does(before) != does(after):
            yield Problem(
                "edited",
                f"{after.source} ({before.id}) was edited, but is on {name}",
                f"{back}, and put the change into a new revision",
                _REFUSED,
            )
        elif place(before) != place(after):
            yield Problem(
                "moved", f"{after.source} {_moved(change)}, but is on {name}", back, _REFUSED
            )


def edited_there(theirs: Delta, name: str) -> Iterator[Problem]:
    """Revisions that the branch `name` has changed since: worth knowing, for they may have run here."""
    for change in theirs.values():
        before, after = change.before, change.after
        if before is None or before.revision is None:
            continue
        if is_edit(change):
            what = "removed" if after is None else "edited"
            yield Problem(
                f"{what}-there",
                f"{name} has {what} {before.path} ({before.id}) since this branch parted from it",
                None,
                _SUCCESS,
            )


def is_edit(change: Change) -> bool:
    """Whether a revision that was there does something else, builds on another one, or is gone."""
    before, after = change.before, change.after
    if before is None or before.revision is None:
        return False
    return after is None or does(before) != does(after) or place(before) != place(after)


def does(one: Held) -> str:
    """A digest of what a file does; of all of it where it cannot be read."""
    from limbeck.files import checksum
    from limbeck.files.script import SqlScript

    content = one.content or b""
    try:
        if one.path.endswith(".sql"):
            return SqlScript(one.id, one.path, source=one.source, content=content).checksum
        return checksum.of_python(content)
    except (SyntaxError, ValueError, LimbeckError):
        return checksum.of_text(content.decode("utf-8", "replace"))


def place(one: Held) -> tuple[object, ...]:
    """Which revision it is, and what it builds on."""
    revision = one.revision
    return () if revision is None else (revision.id, revision.parents, revision.requires)


def _moved(change: Change) -> str:
    assert change.before
    assert change.after
    before, after = change.before.revision, change.after.revision
    if before is None or after is None:
        return "is no revision any more"
    if before.id != after.id:
        return f"has another id ({before.id} before)"
    return f"builds on {', '.join(after.parents) or 'nothing'} (before: {', '.join(before.parents) or 'nothing'})"  # fmt: skip
