"""
Packages that take part in autogenerate.

Responsible for which plugins there are, and for those of them that an environment asks for.  Does not know what they
compare: that is in `limbeck.compat.autogenerate.compare` and in the plugins themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from importlib import metadata
from types import ModuleType
from typing import TYPE_CHECKING, Any

from limbeck.compat.util import (
    CommandError,
    DispatchPriority,
    PriorityDispatcher,
    to_list,
    warn_deprecated,
)

if TYPE_CHECKING:
    from limbeck.compat.util import PriorityDispatchResult

_all_plugins: dict[str, Plugin] = {}
_ENTRY_POINTS = "alembic.plugins"
_RENAMED = {"alembic.autogenerate.checkconstraint_byname": "alembic.ext.checkconstraint_byname"}


class Plugin:
    """Something named that brings functions for comparing; made by `setup_plugin_from_module`, as a rule.

    Raises ValueError when there is one of that name.
    """

    def __init__(self, name: str) -> None:
        if name in _all_plugins:
            raise ValueError(f"A plugin named {name} is already registered")
        self.name = name
        self.autogenerate_comparators = PriorityDispatcher()
        _all_plugins[name] = self

    def remove(self) -> None:
        """Forget it, for tests of plugins."""
        del _all_plugins[self.name]

    def add_autogenerate_comparator(
        self,
        fn: Callable[..., PriorityDispatchResult],
        compare_target: str,
        compare_element: str | None = None,
        *,
        qualifier: str = "default",
        priority: DispatchPriority = DispatchPriority.MEDIUM,
    ) -> None:
        """Let `fn` compare: once ("autogenerate", "schema"), each "table", or each "column".

        `compare_element` names what it is about ("types", "indexes" …): when one such function returns STOP, those of
        lower priority for the same element are not called.  `qualifier` is the name of a dialect.
        """
        self.autogenerate_comparators.dispatch_for(
            compare_target, subgroup=compare_element, qualifier=qualifier, priority=priority
        )(fn)

    @classmethod
    def populate_autogenerate_priority_dispatch(
        cls, comparators: PriorityDispatcher, include_plugins: Iterable[str]
    ) -> None:
        """Add what the wanted plugins bring; `~name` leaves out, `name.*` means all below.

        Raises CommandError for a name that no plugin has.
        """
        wanted = [text for text in include_plugins if not text.startswith("~")]
        unwanted = [_matching(text[1:]) for text in include_plugins if text.startswith("~")]
        patterns = {text: _matching(text) for text in wanted}
        unknown = [
            text for text, matches in patterns.items() if not any(map(matches, _all_plugins))
        ]
        if unknown:
            raise CommandError(f"Did not locate plugins: {', '.join(unknown)}")
        for name, plugin in _all_plugins.items():
            if any(matches(name) for matches in unwanted):
                continue
            if any(matches(name) for matches in patterns.values()):
                comparators.populate_with(plugin.autogenerate_comparators)

    @classmethod
    def setup_plugin_from_module(cls, module: ModuleType, name: str) -> None:
        """A plugin made by the function `setup(plugin)` of a module."""
        module.setup(Plugin(name))


def _translate_legacy_name(name: str) -> str:
    """The name that a plugin has today."""
    return _RENAMED.get(name, name)


def _matching(name: str) -> Callable[[str], Any]:
    return _make_re(_translate_legacy_name(name)).match


def _make_re(name: str) -> re.Pattern[str]:
    """What a name, perhaps with `*` for one part or more, stands for.  Raises ValueError for anything else."""
    parts = name.split(".")
    if not all(part == "*" or re.fullmatch(r"\w+", part) for part in parts):
        raise ValueError(f"Invalid plugin expression {name!r}")
    return re.compile(r"\.".join(r".+" if part == "*" else re.escape(part) for part in parts) + "$")


def _setup() -> None:
    """Load the plugins of all packages that are installed."""
    for found in metadata.entry_points(group=_ENTRY_POINTS):
        loaded: Any = found.load()
        if not isinstance(loaded, ModuleType):
            warn_deprecated(
                f"Plugin entrypoint {found.name!r} refers to a collection of modules; it should name one module."
            )
        for module in to_list(loaded):
            Plugin.setup_plugin_from_module(module, found.name)
