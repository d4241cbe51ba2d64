"""
Small things of the language that packages import from Alembic.

Responsible for tuples, ids, dispatchers.  Does not know databases or revisions.
"""

from __future__ import annotations

import enum
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar, overload

from sqlalchemy.util import asbool, immutabledict, memoized_property, to_list, unique_list

from limbeck.compat.util.proxies import ModuleClsProxy

__all__ = [
    "EMPTY_DICT",
    "DispatchPriority",
    "Dispatcher",
    "ModuleClsProxy",
    "PriorityDispatchResult",
    "PriorityDispatcher",
    "asbool",
    "dedupe_tuple",
    "immutabledict",
    "memoized_property",
    "not_none",
    "rev_id",
    "to_list",
    "to_tuple",
    "unique_list",
]

T = TypeVar("T")
Function = TypeVar("Function", bound=Callable[..., Any])  # Any: whatever users register

EMPTY_DICT: immutabledict[Any, Any] = immutabledict()


def rev_id() -> str:
    """A new id for a revision: twelve hexadecimal digits."""
    return uuid.uuid4().hex[-12:]


@overload
def to_tuple(x: Any, default: tuple[Any, ...]) -> tuple[Any, ...]: ...
@overload
def to_tuple(x: None, default: tuple[Any, ...] | None = ...) -> None: ...
@overload
def to_tuple(x: Any, default: tuple[Any, ...] | None = ...) -> tuple[Any, ...]: ...
def to_tuple(x: Any, default: tuple[Any, ...] | None = None) -> tuple[Any, ...] | None:
    """`x` as a tuple: a string or a single value becomes its only member, None becomes `default`."""
    if x is None:
        return default
    if isinstance(x, str) or not isinstance(x, Iterable):
        return (x,)
    return tuple(x)


def dedupe_tuple(tup: tuple[str, ...]) -> tuple[str, ...]:
    """The members in their order, each once."""
    return tuple(dict.fromkeys(tup))


def not_none(value: T | None) -> T:
    """`value`, which is never None."""
    assert value is not None
    return value


class Dispatcher:
    """Which function is for which kind of object, perhaps for one `qualifier` (a dialect) only."""

    def __init__(self) -> None:
        self._registry: dict[tuple[Any, ...], Any] = {}

    def dispatch_for(
        self, target: Any, *, qualifier: str = "default", replace: bool = False
    ) -> Callable[[Function], Function]:
        """A decorator of the function for `target`, a class or a name.

        Raises ValueError when there is one already and `replace` is not set.
        """

        def decorate(fn: Function) -> Function:
            if not replace and (target, qualifier) in self._registry:
                raise ValueError(
                    f"Can not set dispatch function for object {target!r}: key already exists."
                    " To replace existing function, use replace=True."
                )
            self._registry[(target, qualifier)] = fn
            return fn

        return decorate

    def dispatch(self, obj: Any, qualifier: str = "default") -> Any:
        """The function for `obj`: a name, a class or an instance of one.  Raises ValueError when there is none."""
        if isinstance(obj, str):
            targets: Iterable[Any] = [obj]
        else:
            targets = (obj if isinstance(obj, type) else type(obj)).__mro__
        for target in targets:
            for wanted in dict.fromkeys((qualifier, "default")):
                if (target, wanted) in self._registry:
                    return self._registry[(target, wanted)]
        raise ValueError(f"no dispatch function for object: {obj!r}")

    def branch(self) -> Dispatcher:
        """A copy; what is registered there later does not come back here."""
        copy = Dispatcher()
        copy._registry.update(self._registry)
        return copy


class DispatchPriority(enum.IntEnum):
    """Which functions for one target are called first."""

    FIRST = 50
    MEDIUM = 25
    LAST = 10


class PriorityDispatchResult(enum.Enum):
    """Whether further functions of the same subgroup are to be called."""

    CONTINUE = enum.auto()
    STOP = enum.auto()


class PriorityDispatcher:
    """Several functions for one target, called in the order of their priority."""

    def __init__(self) -> None:
        self._registry: dict[
            tuple[str, str, DispatchPriority], list[tuple[Callable[..., Any], str | None]]
        ] = defaultdict(list)

    def dispatch_for(
        self,
        target: str,
        *,
        priority: DispatchPriority = DispatchPriority.MEDIUM,
        qualifier: str = "default",
        subgroup: str | None = None,
    ) -> Callable[[Function], Function]:
        """A decorator of a function for `target`; one that returns STOP is the last of its `subgroup`."""

        def decorate(fn: Function) -> Function:
            self._registry[(target, qualifier, priority)].append((fn, subgroup))
            return fn

        return decorate

    def dispatch(self, target: str, *, qualifier: str = "default") -> Callable[..., None]:
        """One function that calls all for `target`, those for `qualifier` before those for any."""
        found = list(self._found(target, qualifier))

        def call(*args: Any, **keywords: Any) -> None:
            stopped: set[str | None] = set()
            for fn, subgroup in found:
                if subgroup not in stopped and fn(*args, **keywords) is PriorityDispatchResult.STOP:
                    stopped.add(subgroup)

        return call

    def _found(
        self, target: str, qualifier: str
    ) -> Iterator[tuple[Callable[..., Any], str | None]]:
        for priority in DispatchPriority:
            for wanted in dict.fromkeys((qualifier, "default")):
                yield from self._registry.get((target, wanted, priority), ())

    def branch(self) -> PriorityDispatcher:
        """A copy; what is registered there later does not come back here."""
        copy = PriorityDispatcher()
        copy.populate_with(self)
        return copy

    def populate_with(self, other: PriorityDispatcher) -> None:
        """Take over everything that `other` has."""
        for key, functions in other._registry.items():
            self._registry[key].extend(functions)
