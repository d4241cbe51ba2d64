"""
The Op of the revision that is running here and now.

Responsible for finding it, once per context, so that several threads or tasks can run revisions at the same time.
Does not know what an Op does.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, cast

from limbeck.errors import UsageError

if TYPE_CHECKING:
    from limbeck.dsl.methods import Op

_current: ContextVar[Op] = ContextVar("limbeck.op")


def current_op() -> Op:
    """The Op of the revision that is running in this context.  Raises UsageError outside of one."""
    found = _current.get(None)
    if found is None:
        raise UsageError(
            "op can be used only while a revision runs: in upgrade() and downgrade(), and in what they call",
            hint="limbeck upgrade head",
        )
    return found


def found_op() -> Op | None:
    """The Op of the revision that is running in this context; None outside of one."""
    return _current.get(None)


class use:  # noqa: N801 - it reads as a verb: with use(op)
    """Inside this scope `current_op()` is `given`."""

    __slots__ = ("_given", "_token")

    def __init__(self, given: Op) -> None:
        self._given = given

    def __enter__(self) -> Op:
        self._token = _current.set(self._given)
        return self._given

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)


class _CurrentOp:
    """Passes every attribute on to the Op of the running revision."""

    __slots__ = ()

    def __getattr__(self, name: str) -> object:
        if name.startswith(
            "__"
        ):  # asked by inspect, doctest and others who look at a module's names
            raise AttributeError(name)
        return getattr(current_op(), name)

    def __repr__(self) -> str:
        return "<op of the running revision>"


op: Op = cast("Op", _CurrentOp())
"""What revision files import; each use finds the Op of the revision that runs in this context."""
