"""
What is known of heads before they are joined.

Responsible for asking (the scripts, then scratch databases), for saying whether they may be joined, and for the words
that a merge revision keeps of it.  Does not write files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from limbeck.errors import Conflicting, LimbeckError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from limbeck.actions.conflicts import Pair
    from limbeck.actions.proof import Proof
    from limbeck.project import Project


@dataclass(frozen=True, slots=True)
class Considered:
    """Verdicts and proofs; `unjudged` and `unproven` say why there are none, "" when there are.

    `proof` is the gravest one, `others` are those for databases of other kinds.  `keeps` is the head on which that stays which
    all do in the same way: one that others have already.
    """

    heads: tuple[str, ...]
    pairs: tuple[Pair, ...] = ()
    proof: Proof | None = None
    unjudged: str = ""
    unproven: str = ""
    others: tuple[Proof, ...] = ()
    keeps: str = ""

    @property
    def proofs(self) -> tuple[Proof, ...]:
        """All of them."""
        return () if self.proof is None else (self.proof, *self.others)

    @property
    def unproven_pairs(self) -> tuple[Pair, ...]:
        """The verdicts that are for some database without a proof."""
        proven = {name for proof in self.proofs for name in proof.databases}
        return tuple(p for p in self.pairs if not self.proofs or not proven.issuperset(p.databases))

    @property
    def orders(self) -> tuple[tuple[str, ...], ...]:
        """The orders in which the branches may run; empty when any will do, or nothing is known of it."""
        if self.proof is not None:
            works = [[order.heads for order in proof.works] for proof in self._limiting()]
            return tuple(o for o in works[0] if all(o in each for each in works)) if works else ()
        firsts = {pair.first for pair in self.pairs} - {None}
        if len(self.heads) == 2 and len(firsts) == 1:
            (first,) = firsts
            assert first is not None
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
                f"`limbeck merge --keep {self.keeps or self.heads[0]}` leaves it out of the others;"
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

        pairs = self.unproven_pairs
        if any(pair.verdict.kind in {Kind.CONFLICT, Kind.TWICE} for pair in pairs):
            return True
        if any(proof.outcome not in {Outcome.EQUAL, Outcome.ORDERED} for proof in self.proofs):
            return True
        return self._at_odds(pairs)

    def _at_odds(self, pairs: Sequence[Pair]) -> bool:
        """Whether one kind of database needs another order than another kind."""
        firsts = {(pair.heads, pair.first) for pair in pairs if pair.first is not None}
        if len(firsts) > len({heads for heads, _ in firsts}):
            return True
        return bool(self._limiting()) and not self.orders

    def _limiting(self) -> list[Proof]:
        """The proofs by which not every order works."""
        return [proof for proof in self.proofs if len(proof.works) != len(proof.orders)]

    def lines(self) -> Iterator[str]:
        """What was found, for messages and docstrings."""
        for pair in self.pairs:
            first = f": {pair.first} first" if pair.first is not None else ""
            first += ", and work of it is thrown away" if pair.verdict.lost else ""
            names = f"{pair.left} and {pair.right}"
            where = f" (on {on(pair.dialect, pair.databases)})" if self._several else ""
            yield f"- by what the scripts say, {names}: {pair.verdict.kind.value}{first}{where}"
            for clash in pair.verdict.clashes:
                yield f"  - {clash.what or clash.kind.value}: {_line(clash.why)}"
                for deed in (clash.left, clash.right):
                    if deed is not None:
                        yield f"    - {_line(str(deed))}"
        if self.unjudged:
            yield f"- not judged: {_line(self.unjudged)}"
        for proof in self.proofs:
            yield from _proven(proof, several=self._several)
        if self.unproven:
            yield f"- not proven: {_line(self.unproven)}"

    @property
    def _several(self) -> bool:
        """Whether it is about several kinds of databases."""
        return len({pair.databases for pair in self.pairs}) > 1 or len(self.proofs) > 1


def on(kind: str, databases: Sequence[str]) -> str:
    """A kind of database with the names of those that are of it."""
    names = ", ".join(filter(None, databases))
    return f"{kind}: {names}" if names else kind


def _proven(proof: Proof, *, several: bool) -> Iterator[str]:
    server = on(proof.server, proof.databases) if several else proof.server
    yield f"- run on scratch databases ({server}, {proof.rows}): {proof.outcome.value}"
    for order in proof.telling:
        names = ", then ".join(order.heads)
        error = order.error.partition("\n")[0]
        yield f"  - {names}: " + (f"fails at {order.failed}: {_line(error)}" if error else "works")
    if len(proof.telling) < len(proof.orders):
        yield f"  - of all {len(proof.orders)} orders {len(proof.works)} work"
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
    found = Considered(heads, pairs, None, unjudged, keeps=_published(project, pairs))
    if not prove:
        return replace(found, unproven="it was not asked for (--no-proof)")
    if unjudged:
        return replace(found, unproven="there is no verdict")
    from limbeck.actions.prove import proofs

    try:
        proven = proofs(project, heads)
    except LimbeckError as error:
        return replace(found, unproven=error.message)
    first, *others = proven.proofs
    return replace(found, proof=first, unproven=proven.unproven, others=tuple(others))


def _published(project: Project, pairs: Sequence[Pair]) -> str:
    """Of heads that do the same, the one that others have already; "" where there is none."""
    from limbeck.actions.published import upstream_of
    from limbeck.conflicts import Kind

    ids = [id for pair in pairs if pair.verdict.kind is Kind.TWICE for id in pair.heads]
    try:
        branch = upstream_of(project) if ids else None
    except LimbeckError:
        return ""
    return next((id for id in ids if branch is not None and id in branch.built_on), "")
