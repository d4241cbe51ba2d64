"""
Modules whose functions are methods of whatever is current: `op`, `context`.

Responsible for finding the object that is current in this context (thread or task), and for the functions of the module.
Does not know the classes.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from contextvars import ContextVar
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import NoReturn

    from typing_extensions import Self


class ProxyModule(ModuleType):
    """A module whose unknown names are those of the `_proxy` that is current here.

    `_proxy` itself can be read and set, as de facto users of it do; it is per context, not per process.
    """

    _names: frozenset[str] = frozenset()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        slot: Slot = self.__dict__["_slot"]
        if name == "_proxy":
            return slot.current()
        if name in slot.methods:
            return slot.function(name)
        found = slot.peek() or (slot.otherwise() if slot.otherwise else None)
        if found is None:
            raise AttributeError(
                f"{self.__name__!r} has no {name!r} now: an env.py runs, or revisions do, when it is there"
            )
        return getattr(found, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "_proxy":
            self.__dict__["_slot"].force(value)
        else:
            super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        if name == "_proxy":
            self.__dict__["_slot"].force(None)
        else:
            super().__delattr__(name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self.__dict__["_slot"].methods})


class Slot:
    """Where the current object of one kind is kept.

    `methods` are its names that the module gives as functions, `attributes` those it gives as values.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.methods: dict[str, str | None] = {}
        self.otherwise: Callable[[], Any] | None = None
        """What is current when nothing was made so; None from it is nothing."""
        self._variable: ContextVar[Any] = ContextVar(f"limbeck.compat.{name}")
        self._functions: dict[str, Callable[..., Any]] = {}

    def current(self, wanted: str | None = None) -> Any:
        """The object.  Raises NameError when there is none."""
        found = self.peek()
        if found is None and self.otherwise is not None:
            found = self.otherwise()
        if found is None:
            self._nothing(wanted or self.name)
        return found

    def peek(self) -> Any:
        """The object that was made current, or None."""
        return self._variable.get(None)

    @contextmanager
    def without(self) -> Iterator[None]:
        """Inside this scope nothing is current."""
        token = self._variable.set(None)
        try:
            yield
        finally:
            self._variable.reset(token)

    def force(self, value: Any) -> None:
        """Make `value` current."""
        self._variable.set(value)

    def _nothing(self, wanted: str) -> NoReturn:
        raise NameError(
            f"Can't invoke function '{wanted}', as the proxy object has not yet been established for the"
            f" Alembic '{self.name}' class.  Try placing this code inside a callable."
        )

    def function(self, name: str) -> Callable[..., Any]:
        """The function `name`, which calls the method of the current object."""
        found = self._functions.get(name)
        if found is None:
            found = self._functions[name] = self._forwarding(name)
        return found

    def _forwarding(self, name: str) -> Callable[..., Any]:
        def forward(*args: Any, **keywords: Any) -> Any:
            return getattr(self.current(name), name)(*args, **keywords)

        forward.__name__ = forward.__qualname__ = name
        forward.__doc__ = self.methods.get(name)
        return forward


_slots: dict[type, Slot] = {}


class ModuleClsProxy:
    """Base of classes whose methods are also functions of a module, for the object that is current."""

    _before: list[Any]

    def _install_proxy(self) -> None:
        slot = slot_of(type(self))
        self.__dict__.setdefault("_before", []).append(slot.peek())
        slot.force(self)

    def _remove_proxy(self) -> None:
        before = self.__dict__.get("_before")
        slot_of(type(self)).force(before.pop() if before else None)

    def __enter__(self) -> Self:
        self._install_proxy()
        return self

    def __exit__(self, *exception: object) -> None:
        self._remove_proxy()


_PLAIN = frozenset({object, ModuleClsProxy})


def slot_of(kind: type) -> Slot:
    """The slot that a class shares with all that are derived from its first base with this mixin."""
    root = next(base for base in reversed(kind.__mro__) if base not in _PLAIN)
    if root not in _slots:
        _slots[root] = Slot(kind.__name__)
    return _slots[root]


def publish(kind: type, module_name: str, otherwise: Callable[[], Any] | None = None) -> Slot:
    """Make the methods of `kind` functions of the module, which must be imported by now.

    `otherwise` gives the object that stands in when none was made current.
    """
    module = sys.modules[module_name]
    slot = slot_of(kind)
    slot.otherwise = otherwise
    for base in reversed(kind.__mro__[:-1]):
        if base is ModuleClsProxy:
            continue
        for name, value in vars(base).items():
            if not name.startswith("_") and callable(getattr(kind, name)):
                slot.methods[name] = value.__doc__
    module.__dict__["_slot"] = slot
    module.__class__ = ProxyModule
    return slot


def published(kind: type, name: str, doc: str | None) -> None:
    """Make the method `name`, which `kind` has got since, a function of the module, too."""
    slot_of(kind).methods[name] = doc
