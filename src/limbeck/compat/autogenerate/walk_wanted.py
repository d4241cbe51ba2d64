"""
When only the walk will do.

Responsible for seeing what was set for comparing that has a meaning only where tables are compared one pair at a time, in
Alembic's manner.  Does not compare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from limbeck.compat.autogenerate.hooked import overridden
from limbeck.compat.runtime import plugins

if TYPE_CHECKING:
    from limbeck.compat.autogenerate.context import AutogenContext

COMPARISON = "limbeck_comparison"
"""The key of `configure()`, and the setting without `limbeck_`, that chooses: "limbeck" or "alembic"."""

_OWN = "alembic.autogenerate."
_METHODS = (
    "compare_indexes",
    "compare_unique_constraint",
    "compare_check_constraint",
    "correct_for_autogen_constraints",
    "correct_for_autogen_foreignkeys",
    "autogen_column_reflect",
    "adjust_reflected_dialect_options",
)
"""Methods of a dialect that are asked about SQLAlchemy's objects in the middle of the walk."""
_KNOWN = frozenset(("postgresql", "mysql", "mariadb", "sqlite"))


def chosen(context: AutogenContext) -> bool:
    """Whether somebody has asked for the walk."""
    return context.opts.get(COMPARISON) == "alembic"


def why_the_walk(context: AutogenContext) -> str:
    """The reason for which limbeck does not compare by itself; "" when there is none."""
    if chosen(context):
        return 'comparison = "alembic" is set'
    if context.dialect.name not in _KNOWN:
        return f"the dialect is {context.dialect.name}"
    for target in ("column", "table"):
        for function in foreign(context, target):
            return f"{_named(function)} is registered for each {target}"
    missing = [name for name in _left_out(context) if name]
    if missing:
        return f"autogenerate_plugins leaves out {', '.join(missing)}"
    impl = context.migration_context.impl
    for method in _METHODS:
        if overridden(impl, method):
            return f"{type(impl).__name__} has its own {method}()"
    return ""


def foreign(context: AutogenContext, target: str) -> Iterator[Callable[..., Any]]:
    """The functions for a target that are not limbeck's own."""
    for function, _ in context.comparators._found(target, context.dialect.name):
        if not (getattr(function, "__module__", None) or "").startswith("limbeck."):
            yield function


def _named(function: Callable[..., Any]) -> str:
    name = getattr(function, "__qualname__", None) or repr(function)
    return f"{getattr(function, '__module__', '')}.{name}".lstrip(".")


def _left_out(context: AutogenContext) -> Iterator[str]:
    """The plugins of autogenerate itself that do not take part."""
    taking_part = {
        id(function)
        for functions in context.comparators._registry.values()
        for function, _ in functions
    }
    for name, plugin in plugins._all_plugins.items():
        if not name.startswith(_OWN):
            continue
        functions = [
            function
            for found in plugin.autogenerate_comparators._registry.values()
            for function, _ in found
            if function.__module__.startswith("limbeck.")
        ]
        if any(id(function) not in taking_part for function in functions):
            yield name
