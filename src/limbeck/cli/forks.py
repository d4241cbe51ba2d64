"""
Forks, verdicts and proofs as text and as JSON.

Responsible for the words in which they are shown, the same ones in each verb.  Does not know verbs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.actions.considered import on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limbeck.actions.conflicts import Pair
    from limbeck.actions.considered import Considered
    from limbeck.actions.forks import Branch, Fork
    from limbeck.actions.proof import Proof
    from limbeck.conflicts import Clash, Deed
    from limbeck.history import History

_LONGEST = 100
_MOST = 10  # revisions of one side that are shown one by one


def fork(found: Fork, history: History) -> Iterator[str]:
    """A fork at a glance."""
    where = ", ".join(found.ancestors)
    yield (
        f"{len(found.branches)} heads that part at {where}:"
        if where
        else "heads without a common ancestor:"
    )
    for branch in found.branches:
        yield f"  {_branch(branch, history)}"
        yield from _holding(branch, history)
    several = len({pair.databases for pair in found.pairs}) > 1
    for pair in found.pairs:
        yield from verdict(pair, several=several)
    if found.unjudged:
        yield f"not judged: {found.unjudged}"


def _branch(branch: Branch, history: History) -> str:
    number = len(branch.revisions)
    text = f"{branch.head}  {history[branch.head].message}".rstrip()
    text += f" ({number} revision{'' if number == 1 else 's'}"
    if branch.commit is not None:
        commit = branch.commit
        text += f"; by {commit.author}, {commit.date}, commit {commit.id}"
        text += f", branch {commit.branch}" if commit.branch else ""
    return f"{text})"


def _holding(branch: Branch, history: History) -> Iterator[str]:
    """The revisions of one side below its head, newest first."""
    *below, _ = branch.revisions
    for id in below[::-1][:_MOST]:
        yield f"    {id}  {history[id].message}".rstrip()
    if len(below) > _MOST:
        yield f"    and {len(below) - _MOST} more"


def verdict(pair: Pair, *, several: bool = False) -> Iterator[str]:
    """What is said about two heads, with the lines of both files; of `several` kinds of databases, for which."""
    where = on(pair.dialect, pair.databases) if several else pair.dialect
    kind = pair.verdict.kind.value
    order = f": {pair.first} must come first" if pair.first else ""
    order += ", and work of it is thrown away" if pair.verdict.lost else ""
    yield f"{pair.left} and {pair.right}: {kind}{order} (on {where}, by what the scripts say)"
    for clash in pair.verdict.clashes:
        yield from _clash(clash, pair)


def _clash(clash: Clash, pair: Pair) -> Iterator[str]:
    what = f" about {clash.what}" if clash.what and clash.kind.value != "unknown" else ""
    first = f"; {pair.heads[clash.first]} first" if clash.first is not None else ""
    yield f"  {clash.kind.value}{what}{first}: {_short(clash.why)}"
    for deed in (clash.left, clash.right):
        if deed is not None:
            yield f"    {_deed(deed)}"


def _deed(deed: Deed) -> str:
    return f"{deed.place or deed.revision}: {_short(deed.text)}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST * 2 else f"{line[: _LONGEST * 2 - 3]}..."


def losses(found: Considered) -> Iterator[str]:
    """What the order that works costs: one side makes what the other one throws away."""
    from limbeck.actions.conflicts import gravest

    for pair in gravest(found.pairs):
        for clash in pair.verdict.clashes if pair.verdict.lost else ():
            early, late = (
                (clash.left, clash.right) if clash.first == 0 else (clash.right, clash.left)
            )
            if clash.lost and early is not None and late is not None:
                yield f"thrown away: {_deed(early)}; by {_deed(late)}"


def proofs(found: Considered) -> Iterator[str]:
    """All proofs, and for which databases there is none."""
    for one in found.proofs:
        yield from proof(one, several=len(found.proofs) > 1)
    if found.unproven:
        yield f"not proven: {_short(found.unproven)}"


def proof(found: Proof, *, several: bool = False) -> Iterator[str]:
    """What running the branches has shown; of `several` kinds of databases, for which."""
    server = on(found.server, found.databases) if several else found.server
    again = ", remembered" if found.remembered else ""
    equal = found.outcome.value == "equal"
    orders = f" in {len(found.orders)} orders" if equal and found.complete else ""
    yield f"proof: {found.outcome.value}{orders} ({server}, {found.rows}{again})"
    for order in () if equal else found.telling:
        text = ", ".join(order.heads)
        if order.error:
            yield f"  {text}: fails at {order.failed}: {_short(order.error.partition(chr(10))[0])}"
        else:
            yield f"  {text}: works"
    if not equal:
        yield from _more_orders(found)
    for line in found.differences:
        yield f"  {line}"
    for line in found.not_compared:
        yield f"  not compared: {line}"
    if not found.complete:
        yield "  of so many heads one order was run, and each two changed places on its way"


def _more_orders(found: Proof) -> Iterator[str]:
    """How many orders there are that were not shown."""
    if len(found.telling) < len(found.orders):
        yield f"  of all {len(found.orders)} orders {len(found.works)} work"


# For programs


def fork_document(found: Fork) -> dict[str, object]:
    """A fork, for programs; `verdict` is the gravest one."""
    from limbeck.actions.conflicts import gravest

    worst = gravest(found.pairs)[:1]
    return {
        "verdict": worst[0].verdict.kind.value if worst else None,
        "ancestors": list(found.ancestors),
        "branches": [branch_document(branch) for branch in found.branches],
        "pairs": [pair_document(pair) for pair in found.pairs],
        "unjudged": found.unjudged or None,
    }


def branch_document(branch: Branch) -> dict[str, object]:
    """One side, for programs."""
    commit = branch.commit
    return {
        "head": branch.head,
        "revisions": list(branch.revisions),
        "commit": None
        if commit is None
        else {
            "id": commit.id,
            "author": commit.author,
            "date": commit.date,
            "branch": commit.branch,
        },
    }


def pair_document(pair: Pair) -> dict[str, object]:
    """A verdict, for programs."""
    return {
        "left": pair.left,
        "right": pair.right,
        "ancestors": list(pair.ancestors),
        "sides": [list(side) for side in pair.sides],
        "dialect": pair.dialect,
        "databases": list(filter(None, pair.databases)),
        "verdict": pair.verdict.kind.value,
        "first": pair.first,
        "lost": pair.verdict.lost,
        "clashes": [
            {
                "kind": clash.kind.value,
                "what": clash.what,
                "why": clash.why,
                "first": None if clash.first is None else pair.heads[clash.first],
                "left": _deed_document(clash.left),
                "right": _deed_document(clash.right),
            }
            for clash in pair.verdict.clashes
        ],
    }


def _deed_document(deed: Deed | None) -> dict[str, object] | None:
    if deed is None:
        return None
    path, _, line = deed.place.rpartition(":")
    known = path and line.isdecimal()
    return {
        "revision": deed.revision,
        "path": path if known else deed.place,
        "line": int(line) if known else None,
        "text": deed.text,
    }


def proofs_document(found: Considered | None) -> dict[str, object]:
    """The gravest proof, all of them, and why there is none for some database; for programs."""
    all = () if found is None else found.proofs
    return {
        "proof": proof_document(all[0]) if all else None,
        "proofs": [proof_document(one) for one in all],
        "unproven": (found.unproven or None) if found is not None else None,
    }


def proof_document(found: Proof) -> dict[str, object]:
    """A proof, for programs."""
    return {
        "outcome": found.outcome.value,
        "databases": list(filter(None, found.databases)),
        "server": found.server,
        "scratch": found.scratch,
        "rows": found.rows,
        "complete": found.complete,
        "remembered": found.remembered,
        "orders": [
            {
                "heads": list(order.heads),
                "error": order.error or None,
                "failed": order.failed or None,
            }
            for order in found.orders
        ],
        "differences": list(found.differences),
        "not_compared": list(found.not_compared),
    }
