"""
limbeck's renderer, under the options of an env.py.

Responsible for what `configure()` says about the text of revisions: prefixes, `render_item`, and the types that a
dialect writes by itself.  Does not know operations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from limbeck.compat.util import Dispatcher, warn
from limbeck.files.render import Renderer, Style

if TYPE_CHECKING:
    from limbeck.compat.autogenerate.context import AutogenContext


_constraint_renderers = Dispatcher()
"""Functions of (constraint, AutogenContext, MetaData or None), for kinds of constraints of packages."""


class _Renderer(Renderer):
    """Writes what Alembic would write; imports go to the context that users' functions see."""

    def __init__(self, context: AutogenContext) -> None:
        opts = context.opts
        super().__init__(
            context.dialect,
            Style(
                sqlalchemy=opts.get("sqlalchemy_module_prefix") or "",
                op=opts.get("alembic_module_prefix") or "",
                user_module=opts.get("user_module_prefix", None),
                alembic=True,
            ),
            context.objects,
        )
        self.added = context.added
        self.context = context
        self.imports = context.imports
        self.in_batch = context._has_batch

    def item(self, kind: str, given: object) -> str | Literal[False] | None:
        """What `render_item` says, and for types what the dialect says."""
        if isinstance(given, sa.Constraint) and kind == "check":
            own = self._of_a_package(given)
            if own is not None:
                return own
        function = self.context.opts.get("render_item", None)
        # Any: what a user's function gives
        text: Any = function(kind, given, self.context) if function else False
        if text is False and isinstance(given, TypeEngine):
            return self.context.migration_context.impl.render_type(given, self.context) or False
        return text  # type: ignore[no-any-return]

    def _of_a_package(self, given: sa.Constraint) -> str | None:
        """A constraint of a kind that limbeck has not, as whoever registered it says."""
        if isinstance(given, sa.CheckConstraint):
            return None
        try:
            # Any: what packages register
            render: Any = _constraint_renderers.dispatch(given)
        except ValueError:
            warn(f"No renderer is established for object {given!r}")
            return f"[Unknown Python object {given!r}]"
        text: str = render(given, self.context, None)
        return text


def renderer_for(context: AutogenContext) -> Renderer:
    """A renderer for what is written now: within a batch, operations do not name their table."""
    return _Renderer(context)
