"""
What joining two sides would give.

Responsible for the files that git would make of both, for the revisions in them, and for what only one who joins them
notices: an id that both chose, a file that both changed.  Does not know where the sides come from, and executes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from limbeck.files.folder import RevisionFolder
from limbeck.history import History

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from limbeck.actions.git_sides import Change, Delta
    from limbeck.files.held import Held
    from limbeck.files.script import PythonScript, SqlScript
    from limbeck.history import Revision

_MOST = 5  # places in a file that are named


class Twice(NamedTuple):
    """Two files with one id that come together."""

    id: str
    ours: Held
    theirs: Held


class Both(NamedTuple):
    """A file that both sides have added or changed, each in its own way."""

    ours: Change
    theirs: Change

    @property
    def added(self) -> bool:
        """Whether it was not there before."""
        return self.ours.before is None and self.theirs.before is None

    @property
    def lines(self) -> tuple[str, str]:
        """The lines that are otherwise than on the other side, of ours and of theirs, as people write them."""
        from difflib import SequenceMatcher

        mine, other = (_text(one.after).splitlines() if one.after else [] for one in self)
        found: tuple[list[range], list[range]] = ([], [])
        for tag, *at in SequenceMatcher(None, mine, other, autojunk=False).get_opcodes():
            if tag != "equal":
                found[0].append(range(at[0], at[1]))
                found[1].append(range(at[2], at[3]))
        return _shown(found[0]), _shown(found[1])


@dataclass(frozen=True)
class Joined:
    """The files of both sides, by path, and what is odd about them.

    `theirs` and `ours` are the ids that only one side has brought.
    """

    files: Mapping[str, Held]
    twice: tuple[Twice, ...]
    both: tuple[Both, ...]
    ours: frozenset[str]
    theirs: frozenset[str]

    @cached_property
    def revisions(self) -> tuple[Revision, ...]:
        """The revisions of all files; of two with one id that of our side."""
        found: dict[str, Revision] = {}
        for one in self.files.values():
            if one.revision is not None:
                found.setdefault(one.id, one.revision)
        return tuple(found.values())

    @cached_property
    def history(self) -> History:
        """Raises HistoryError when they form none."""
        return History(self.revisions)


def join(here: Mapping[str, Held], ours: Delta, theirs: Delta) -> Joined:
    """What git would make of the files that are `here`, which `ours` led to, and of what the other side did."""
    files = dict(here)
    both: list[Both] = []
    added: list[Held] = []
    for key, change in theirs.items():
        mine = ours.get(key)
        if mine is None:
            if change.before is not None:
                files.pop(change.before.path, None)
            if change.after is not None:
                added.append(change.after)
        elif not _same(mine.after, change.after):
            both.append(Both(mine, change))
            after = _of_both(mine, change)
            if mine.after is not None:
                files.pop(mine.after.path, None)
            if after is not None:
                files[after.path] = after
            if (
                mine.before is None
                and change.after is not None
                and change.after.id != mine.after_id
            ):
                added.append(change.after._replace(path=f"{change.after.path} (theirs)"))
    by_id = {one.id: one for one in files.values() if one.id}
    twice = [Twice(one.id, by_id[one.id], one) for one in added if one.id in by_id]
    files.update((one.path, one) for one in added)
    mine_new, their_new = _brought(ours), _brought(theirs)
    return Joined(files, tuple(twice), tuple(both), mine_new - their_new, their_new - mine_new)


def _brought(delta: Delta) -> frozenset[str]:
    return frozenset(
        change.after.id
        for change in delta.values()
        if change.after and change.after.id and change.after.id != change.before_id
    )


def _same(one: Held | None, other: Held | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.path == other.path and _text(one) == _text(other)


def _text(one: Held) -> bytes:
    """What is compared: line ends are git's business."""
    return (one.content or b"").replace(b"\r\n", b"\n")


def _shown(places: Sequence[range]) -> str:
    """`14, 20-22`; lines are counted from 1, and what is only on the other side is none."""
    shown = [
        f"{one.start + 1}-{one.stop}" if len(one) > 1 else str(one.stop) for one in places if one
    ]
    more = len(shown) - _MOST
    return ", ".join([*shown[:_MOST], *([f"and {more} more"] if more > 0 else [])])


def _of_both(ours: Change, theirs: Change) -> Held | None:
    """What is left of a file that both changed: what somebody still edits stays, names are joined one by one."""
    if ours.after is None or theirs.after is None:
        return ours.after or theirs.after
    before, mine, other = ours.before, ours.after, theirs.after
    if before is None or not (before.revision and mine.revision and other.revision):
        return mine
    fields = {
        name: getattr(other.revision, name)
        for name in ("id", "parents", "requires", "labels")
        if getattr(mine.revision, name) == getattr(before.revision, name)
    }
    return mine._replace(revision=mine.revision._replace(**fields))


class ReadFolder(RevisionFolder):
    """Files as a Library whose scripts are read, never executed.

    `content` gives the content of a file that has none with it; `history` is that of the files, where it is asked for.
    """

    def __init__(
        self,
        files: Iterable[Held],
        like: RevisionFolder,
        content: Callable[[Held], bytes],
        history: History | None = None,
    ) -> None:
        super().__init__(like.home, [Path(place) for place in like.locations], root=like.root)
        self._content_of = content
        self._held = {one.id: one for one in files if one.id}
        if history is not None:
            # What is otherwise read from the folder.
            self.__dict__.update(revisions=tuple(history.values()), history=history)

    def files(self) -> list[tuple[Path, Revision]]:
        """Each file and its revision."""
        return [(self.root / one.path, one.revision) for one in self._held.values() if one.revision]

    def script(self, id: str) -> PythonScript | SqlScript:
        """The body of a revision, to be read."""
        from limbeck.files.reading import ReadScript
        from limbeck.files.script import SqlScript

        one = self._held[id]
        made = SqlScript if one.path.endswith(".sql") else ReadScript
        return made(id, one.source, source=one.source, content=self._content_of(one))

    def path(self, id: str) -> Path:
        """The file of a revision, as messages name it."""
        return Path(self._held[id].source)

    def shown(self, path: Path) -> str:
        """The same as it is."""
        return path.as_posix()
