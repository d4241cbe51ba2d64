"""
What a picture of a history shows.

Responsible for which revisions have a place of their own and which are folded, and for what is remarkable about each
place.  Does not know how anything is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from limbeck.history import History

FEW = 60
"""So many revisions are shown one by one."""

_SHORTEST = 3  # revisions: fewer are not worth a place that has to be opened


class Stand(NamedTuple):
    """Where one database stands.

    `name` is "" for the only one of a project; `address` has no password.  `at` are revisions of the history, `unknown`
    rows of its version table that no file has.  `problem` is why nothing is known of it; "" when it answered.
    """

    name: str
    address: str = ""
    at: frozenset[str] = frozenset()
    pending: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()
    problem: str = ""

    @property
    def shown(self) -> str:
        """What people call it."""
        return self.name or self.address or "the database"


class Verdict(NamedTuple):
    """What two heads are to each other, in a word and in a sentence; without heads, why that is not known."""

    left: str
    right: str
    word: str
    text: str


class Spot(NamedTuple):
    """One place in the picture: a revision, or several of one line, newest first."""

    ids: tuple[str, ...]
    head: bool = False
    at: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()

    @property
    def folded(self) -> bool:
        """Whether it stands for several revisions."""
        return len(self.ids) > 1


class Line(NamedTuple):
    """The spot `upper` (its number) follows, or requires, the spot `lower`."""

    upper: int
    lower: int
    requires: bool = False


class Outline(NamedTuple):
    """Spots, newest first, and the lines between them."""

    history: History
    spots: tuple[Spot, ...]
    lines: tuple[Line, ...]
    stands: tuple[Stand, ...] = ()
    verdicts: tuple[Verdict, ...] = ()

    @property
    def judged(self) -> list[tuple[int, int, str]]:
        """The spots of two heads, and the word for what they are to each other."""
        place = {spot.ids[0]: number for number, spot in enumerate(self.spots)}
        return [(place[v.left], place[v.right], v.word) for v in self.verdicts if v.left]

    @property
    def ids(self) -> list[str]:
        """All revisions of the picture, newest first."""
        return [id for spot in self.spots for id in spot.ids]

    def words(self, number: int) -> str:
        """What is remarkable about a spot, beside its revisions."""
        spot = self.spots[number]
        found = ["head"] if spot.head else []
        if not spot.folded:
            found += sorted(self.history[spot.ids[0]].labels)
        if spot.at:
            alone = len(self.stands) == 1 and not self.stands[0].name
            found.append("current" if alone else f"at {', '.join(spot.at)}")
        if spot.pending:
            everywhere = len(spot.pending) == sum(not stand.problem for stand in self.stands)
            found.append("pending" if everywhere else f"pending in {', '.join(spot.pending)}")
        return ", ".join(found)

    def titles(self, number: int, longest: int = 44) -> tuple[str, str]:
        """The two lines of text of a spot: which revisions, and what they are for."""
        spot = self.spots[number]
        if spot.folded:
            return f"{len(spot.ids)} revisions", f"{spot.ids[-1]} … {spot.ids[0]}"
        revision = self.history[spot.ids[0]]
        message = " ".join(revision.message.split())
        return revision.id, message if len(message) <= longest else f"{message[: longest - 1]}…"

    def classes(self, number: int) -> str:
        """What a spot is, for style sheets."""
        spot = self.spots[number]
        kinds = {
            "head": spot.head,
            "at": bool(spot.at),
            "pending": bool(spot.pending),
            "folded": spot.folded,
        }
        return " ".join(["revision", *(name for name, true in kinds.items() if true)])


def outline(
    history: History,
    ids: Collection[str] | None = None,
    stands: Sequence[Stand] = (),
    verdicts: Sequence[Verdict] = (),
    few: int = FEW,
) -> Outline:
    """The picture of `ids` (all, if not given); of more than `few`, lines of single revisions are folded."""
    shown = history.ordered(history if ids is None else frozenset(ids))
    spots = tuple(_spots(history, shown, stands, fold=len(shown) > few))
    place = {id: number for number, spot in enumerate(spots) for id in spot.ids}
    found = dict.fromkeys(
        Line(number, place[lower], requires=lower not in history.parents(spot.ids[-1]))
        for number, spot in enumerate(spots)
        for lower in history.below(spot.ids[-1])
        if lower in place
    )
    heads = {spot.ids[0] for spot in spots if spot.head}
    said = (one for one in verdicts if {one.left, one.right} <= {*heads, ""})
    return Outline(history, spots, tuple(found), tuple(stands), tuple(said))


def _spots(
    history: History, shown: list[str], stands: Sequence[Stand], *, fold: bool
) -> Iterator[Spot]:
    """Newest first."""
    pending = {id: tuple(s.shown for s in stands if id in s.pending) for id in shown}
    at = {id: tuple(s.shown for s in stands if id in s.at) for id in shown}
    heads = history.heads
    groups: list[list[str]] = []
    group_of: dict[str, list[str]] = {}
    inside = set(shown)
    plain = {
        id
        for id in (shown if fold else ())
        if not at[id] and not history[id].labels and _between(history, id, inside)
    }
    for id in shown:
        below = [lower for lower in history.below(id) if lower in inside]
        group = group_of.get(below[0]) if id in plain and below[0] in plain else None
        if group is None or pending[group[0]] != pending[id]:
            group = []
            groups.append(group)
        group.append(id)
        group_of[id] = group
    for group in reversed(groups):
        parts = [group] if len(group) >= _SHORTEST else [[id] for id in group]
        for part in reversed(parts):
            ids = tuple(reversed(part))
            yield Spot(ids, ids[0] in heads, at[ids[0]], pending[ids[0]])


def _between(history: History, id: str, inside: set[str]) -> bool:
    """Whether one revision leads to `id`, and `id` to one other."""
    below = [lower for lower in history.below(id) if lower in inside]
    above = [upper for upper in history.above(id) if upper in inside]
    return len(below) == len(above) == 1 and len(history.parents(id)) == 1
