"""
`context` for a revision that runs without an `env.py`: in a replay, on a scratch database, in a project of limbeck's own.

Responsible for the few questions that revisions ask.  Does not configure anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from limbeck.dsl import Context


class WithoutEnvironment:
    """The surroundings of the running revision, as far as its `op` knows them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def get_context(self) -> Context:
        """What `op.get_context()` gives."""
        return self._context

    def get_bind(self) -> Any:  # Any: a connection, or None where SQL is only written
        """The connection."""
        return self._context.connection

    def is_offline_mode(self) -> bool:
        """Whether SQL is only written down."""
        return self._context.as_sql

    def get_x_argument(self, as_dictionary: bool = False) -> Any:
        """What was given with `-x`: the texts, or by the name before the `=`."""
        given = {key: value for key, value in self._context.opts.items() if isinstance(value, str)}
        return given if as_dictionary else [f"{key}={value}" for key, value in given.items()]


def without_environment() -> WithoutEnvironment | None:
    """The surroundings; None when no revision runs."""
    from limbeck.dsl.current import found_op

    op = found_op()
    return None if op is None else WithoutEnvironment(op.get_context())
