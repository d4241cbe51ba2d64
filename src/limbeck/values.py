"""
Frozen dataclasses, made in a third of the time.

Responsible for `dataclass`, to be used as the standard library's.  That one writes each method of each class as a text
and compiles it, which for the hundred classes that a run needs is a tenth of the time in which a short run is over.  Here
only `__init__` is compiled; the other methods are the same for all classes but for the names of the fields.  What such
a class does is the same, and `dataclasses.replace`, `fields` and `match` know it.  Whatever is not just frozen with slots is left to
the standard library.
"""

from __future__ import annotations

import dataclasses
from dataclasses import MISSING, FrozenInstanceError, field
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    # Type checkers know the standard library's by its name.
    from dataclasses import dataclass

__all__ = ["dataclass", "field"]


def _dataclass(cls: Any = None, /, **wanted: bool) -> Any:
    """As `dataclasses.dataclass`."""
    if wanted == {"frozen": True, "slots": True}:
        return _with_slots if cls is None else _with_slots(cls)
    return dataclasses.dataclass(cls, **cast("Any", wanted))


if not TYPE_CHECKING:
    dataclass = _dataclass


def _with_slots(cls: type) -> type:
    """The class as a frozen dataclass with slots."""
    bare: Any = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)
    made: type = bare(cls)
    own = vars(made)
    fields = dataclasses.fields(cast("Any", made))
    for name, method in _methods(made, fields).items():
        # Python puts None there for a class that says itself what is equal.
        if name not in own or (name == "__hash__" and own[name] is None):
            setattr(made, name, method)
    return made


def _methods(made: type, fields: Sequence[dataclasses.Field[Any]]) -> dict[str, object]:
    """What the standard library would give the class, by its name."""
    names = frozenset([each.name for each in fields])
    compared = _getter([each.name for each in fields if each.compare])
    hashed = _getter([e.name for e in fields if (e.compare if e.hash is None else e.hash)])
    shown = [each.name for each in fields if each.repr]

    def equal(self: object, other: object) -> Any:
        if other.__class__ is self.__class__:
            return compared(self) == compared(other)
        return NotImplemented

    def hash_(self: object) -> int:
        return hash(hashed(self))

    def written(self: object) -> str:
        values = ", ".join([f"{name}={getattr(self, name)!r}" for name in shown])
        return f"{type(self).__qualname__}({values})"

    def set_(self: object, name: str, value: object) -> None:
        if type(self) is made or name in names:
            raise FrozenInstanceError(f"cannot assign to field {name!r}")
        super(cast("type[Any]", made), self).__setattr__(name, value)

    def delete(self: object, name: str) -> None:
        if type(self) is made or name in names:
            raise FrozenInstanceError(f"cannot delete field {name!r}")
        super(cast("type[Any]", made), self).__delattr__(name)

    return {
        "__init__": _init(made, fields),
        "__eq__": equal,
        "__hash__": hash_,
        "__repr__": recursive_repr()(written),
        "__setattr__": set_,
        "__delattr__": delete,
        "__getstate__": _getstate,
        "__setstate__": _setstate,
    }


def _getter(names: Sequence[str]) -> Callable[[object], object]:
    """The fields of those names: several as a tuple, a single one as it is."""
    return attrgetter(*names) if names else lambda _: ()


def _init(made: type, fields: Sequence[dataclasses.Field[Any]]) -> Callable[..., None]:
    """The function that sets the fields."""
    known: dict[str, Any] = {"_none": MISSING}
    parameters, lines = ["self"], []
    for each in fields:
        name = value = each.name
        if each.default is not MISSING:
            known[f"_of_{name}"] = each.default
            parameters.append(f"{name}=_of_{name}")
        elif each.default_factory is not MISSING:
            known[f"_of_{name}"] = each.default_factory
            parameters.append(f"{name}=_none")
            value = f"_of_{name}() if {name} is _none else {name}"
        else:
            parameters.append(name)
        # The slot itself: the class refuses, and `object.__setattr__` would have to look for it.
        known[f"_set_{name}"] = getattr(made, name).__set__
        lines.append(f" _set_{name}(self, {value})")
    if hasattr(made, "__post_init__"):
        lines.append(" self.__post_init__()")
    text = f"def __init__({', '.join(parameters)}):\n" + "\n".join(lines or [" pass"])
    exec(text, known)  # noqa: S102 - the names are those of our own fields; so does the standard library
    made_init: Callable[..., None] = known["__init__"]
    made_init.__annotations__ = {each.name: each.type for each in fields} | {"return": None}
    made_init.__qualname__ = f"{made.__qualname__}.__init__"
    return made_init


def _getstate(self: Any) -> list[object]:
    return [getattr(self, each.name) for each in dataclasses.fields(self)]


def _setstate(self: Any, state: Sequence[object]) -> None:
    for each, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, each.name, value)
