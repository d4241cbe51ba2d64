"""
How a run is to be carried out, as far as it is a matter of choice.

Responsible for the choices and what holds without one.  Does not know how a database makes them true.
"""

from __future__ import annotations

from limbeck.values import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """What one transaction is, how long to wait for others, and whether anything stays.

    `per_revision` gives each revision a transaction of its own instead of one for the whole run.
    `lock_timeout` is the number of seconds to wait for another run, None to wait for ever; without `lock`
    nobody is kept out.  `dry_run` carries everything out and rolls it back.
    """

    per_revision: bool = False
    lock: bool = True
    lock_timeout: float | None = 300.0
    dry_run: bool = False
