"""
What is known of heads before they are joined.

Responsible for asking (the scripts, then scratch databases), for saying whether they may be joined, and for the words
that a merge revision keeps of it.  Does not write files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from limbeck.errors import Conflicting, LimbeckError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from limbeck.actions.conflicts import Pair
    from limbeck.actions.proof import Proof
    from limbeck.project import Project


@dataclass(frozen=True, slots=True)
class Considered:
    """Verdicts and a proof; `unjudged` and `unproven` say why there are none, "" when there are."""

    heads: tuple[str, ...]
    pairs: tuple[Pair, ...] = ()
    proof: Proof | None = None
    unjudged: str = ""
    unproven: str = ""

    @property
    def orders(self) -> tuple[tuple[str, ...], ...]:
        """The orders in which the branches may run; empty when any will do, or nothing is known of it."""
        if self.proof is not None:
            works = tuple(order.heads for order in self.proof.works)
            return () if len(works) == len(self.proof.orders) else works
        if len(self.heads) == 2 and self.pairs and self.pairs[0].first is not None:
            first = self.pairs[0].first
            return ((first, *(head for head in self.heads if head != first)),)
        return ()

    @property
    def twice(self) -> bool:
        """Whether the branches are in each other's way only because they do the same."""
        from limbeck.conflicts import Kind

        kinds = {pair.verdict.kind for pair in self.pairs}
        return Kind.TWICE in kinds and Kind.CONFLICT not in kinds

    def refusal(self) -> Conflicting | None:
        """The error that says why they should not be joined as they are; None when they may be."""
        if not self._in_the_way():
            return None
        lines = list(self.lines())
        ids = " ".join(self.heads)
        what = "do the same twice" if self.twice else "conflict"
        if self.twice:
            hint = (
                f"`limbeck merge --keep {self.heads[0]}` leaves it out of the others;"
                f" `limbeck conflicts {ids} --prove` shows all of it; `--force` writes the merge all the same"
            )
        else:
            hint = (
                "change one side so that it fits the other, or say in a revision behind one of them which one holds;"
                f" `limbeck conflicts {ids} --prove` shows all of it; `--force` writes the merge all the same"
            )
        return Conflicting("\n".join([f"{' and '.join(self.heads)} {what}:", *lines]), hint=hint)

    def _in_the_way(self) -> bool:
        from limbeck.actions.proof import Outcome
        from limbeck.conflicts import Kind

        if self.proof is not None:
            return self.proof.outcome not in {Outcome.EQUAL, Outcome.ORDERED}
        return any(pair.verdict.kind in {Kind.CONFLICT, Kind.TWICE} for pair in self.pairs)

    def lines(self) -> Iterator[str]:
        """What was found, for messages and docstrings."""
        for pair in self.pairs:
            first = f": {pair.first} first" if pair.first is not None else ""
            first += ", and work of it is thrown away" if pair.verdict.lost else ""
            names = f"{pair.left} and {pair.right}"
            yield f"- by what the scripts say, {names}: {pair.verdict.kind.value}{first}"
            for clash in pair.verdict.clashes:
                yield f"  - {clash.what or clash.kind.value}: {_line(clash.why)}"
                for deed in (clash.left, clash.right):
                    if deed is not None:
                        yield f"    - {_line(str(deed))}"
        if self.unjudged:
            yield f"- not judged: {_line(self.unjudged)}"
        if self.proof is not None:
            yield from _proven(self.proof)
        elif self.unproven:
            yield f"- not proven: {_line(self.unproven)}"


def _proven(proof: Proof) -> Iterator[str]:
    yield f"- run on scratch databases ({proof.server}, {proof.rows}): {proof.outcome.value}"
    for order in proof.orders:
        names = ", then ".join(order.heads)
        error = order.error.partition("\n")[0]
        yield f"  - {names}: " + (f"fails at {order.failed}: {_line(error)}" if error else "works")
    for line in proof.differences:
        yield f"  - {_line(line)}"


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 160 else f"{line[:157]}..."


def consider(project: Project, ids: Sequence[str], *, prove: bool = True) -> Considered:
    """What is known of the heads `ids`.  Where nothing can be known, it says why; it does not raise."""
    from limbeck.actions.conflicts import conflicts

    heads = tuple(ids)
    pairs: tuple[Pair, ...] = ()
    unjudged = ""
    try:
        pairs = conflicts(project, heads)
    except LimbeckError as error:
        unjudged = error.message
    if not prove:
        return Considered(heads, pairs, None, unjudged, "it was not asked for (--no-proof)")
    if unjudged:
        return Considered(heads, pairs, None, unjudged, "there is no verdict")
    from limbeck.actions.prove import prove as proven

    try:
        return Considered(heads, pairs, proven(project, heads))
    except LimbeckError as error:
        return Considered(heads, pairs, None, "", error.message)
