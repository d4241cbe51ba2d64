"""
What running branches in every order has shown.

Responsible for the values that say it, and for remembering them.  Does not know how anything is run.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from limbeck.database.compare_cache import Cache

_MOST = 24  # orders that are shown one by one: all of four heads


class Outcome(Enum):
    """What came of it."""

    EQUAL = "equal"
    DIFFERENT = "different"
    DATA = "equal schema, different data"
    ORDERED = "one order fails"
    FAILS = "every order fails"
    BROKEN = "broken"


GRAVEST = (
    Outcome.FAILS, Outcome.DIFFERENT, Outcome.BROKEN, Outcome.DATA, Outcome.ORDERED, Outcome.EQUAL,
)  # fmt: skip
"""Of several proofs, which one counts."""


@dataclass(frozen=True, slots=True)
class Order:
    """Heads in the order in which they were applied; `error` is why that failed, "" when it did not.

    `failed` is the head at which it failed.
    """

    heads: tuple[str, ...]
    error: str = ""
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was shown on which server.

    `differences` say what is other in a second order than in the first, one line each.  `rows` says which rows were
    there, `not_compared` what could not be.  With `complete`, it holds for all orders; else for one, and for each two heads
    that change places at some state on its way.  `remembered` when nothing was run this time.  `databases` are the names of
    those that are like the one it was shown on; "" for one without a name.
    """

    outcome: Outcome
    orders: tuple[Order, ...]
    scratch: str
    server: str
    rows: str
    differences: tuple[str, ...] = ()
    not_compared: tuple[str, ...] = ()
    complete: bool = True
    remembered: bool = False
    databases: tuple[str, ...] = ()

    @property
    def works(self) -> tuple[Order, ...]:
        """The orders that did not fail."""
        return tuple(order for order in self.orders if not order.error)

    @property
    def order(self) -> tuple[str, ...]:
        """An order that works; empty when none does."""
        return self.works[0].heads if self.works else ()

    @property
    def telling(self) -> tuple[Order, ...]:
        """The orders to be shown: of many, one that works, and one for each error at a head."""
        if len(self.orders) <= _MOST:
            return self.orders
        failed = {(order.failed, order.error): order for order in reversed(self.orders)}
        return (
            *self.works[:1],
            *(one for one in self.orders if one in failed.values() and one.error),
        )


def remembered(cache: Cache, key: str) -> Proof | None:
    """The proof that was kept under `key`."""
    found: Any = cache.get(key)  # whatever was written there
    try:
        outcome, orders, scratch, server, rows, differences, missing, complete = found
        return Proof(
            Outcome(outcome), tuple(Order(*order) for order in orders), scratch, server, rows,
            differences, missing, bool(complete), remembered=True,
        )  # fmt: skip
    except (TypeError, ValueError):
        return None


def remember(cache: Cache, key: str, proof: Proof) -> None:
    """Keep a proof under `key`."""
    orders = tuple((order.heads, order.error, order.failed) for order in proof.orders)
    cache.put(
        key,
        (
            proof.outcome.value, orders, proof.scratch, proof.server, proof.rows, proof.differences,
            proof.not_compared, proof.complete,
        ),
    )  # fmt: skip
