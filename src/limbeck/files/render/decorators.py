"""
Types that users have derived from `TypeDecorator`, as Python.

Responsible for the arguments of their own `__init__`.  SQLAlchemy's repr gives the arguments of the type behind the
decorator, which are the right ones only where the decorator hands on what it gets.  Does not know modules and imports.
"""

from __future__ import annotations

import ast
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any

from sqlalchemy.types import TypeDecorator, TypeEngine

from limbeck.errors import CannotRender

if TYPE_CHECKING:
    from collections.abc import Callable

    Write = Callable[[TypeEngine[Any]], str]

_PLAIN = (str, bytes, int, float, bool, type(None))
_MISSING = object()


def decorator_text(given: TypeDecorator[Any], write: Write) -> str:
    """The call that makes a decorator; `write` writes types that are arguments.  Raises CannotRender when it does not keep what its `__init__` was given."""
    kind = type(given)
    if kind.__repr__ is not TypeDecorator.__repr__ or kind.__init__ is TypeDecorator.__init__:
        return repr(given)
    parameters = list(signature(kind.__init__).parameters.values())[1:]
    named = [p for p in parameters if p.kind not in {p.VAR_POSITIONAL, p.VAR_KEYWORD}]
    if not named and parameters:
        return repr(given)  # all is handed on
    own = {p.name: value for p in named if (value := _argument(given, p)) is not _MISSING}
    rest = {} if _same(given, own) else _handed_on(given, parameters, own)
    texts = [f"{name}={_value(given, name, value, write)}" for name, value in own.items()]
    texts += [f"{name}={value!r}" for name, value in rest.items()]
    return f"{kind.__name__}({', '.join(texts)})"


def _argument(given: TypeDecorator[Any], wanted: Parameter) -> object:
    value = _kept(given, wanted.name)
    if wanted.default is Parameter.empty:
        if value is _MISSING or wanted.kind is wanted.POSITIONAL_ONLY:
            raise _unknown(given, f"it does not keep {wanted.name}")
        return value
    return _MISSING if value is _MISSING or value == wanted.default else value


def _same(given: TypeDecorator[Any], arguments: dict[str, object]) -> bool:
    """Whether these arguments make such a type."""
    try:
        return repr(type(given)(**arguments)) == repr(given)
    except Exception:  # whatever a user's class does with arguments that are not enough
        return False


def _kept(given: TypeDecorator[Any], name: str) -> object:
    """What an argument was: where a class keeps such things, or where the type behind it does."""
    for place, attribute in ((given, name), (given, f"_{name}"), (given.impl_instance, name)):
        # A decorator answers for the type behind it, but also has methods of its own.
        value = getattr(place, attribute, _MISSING)
        if value is not _MISSING and not callable(value):
            return value
    return _MISSING


def _value(given: TypeDecorator[Any], name: str, value: object, write: Write) -> str:
    if isinstance(value, TypeEngine):
        return write(value)
    inner = value if isinstance(value, (list, tuple)) else [value]
    if all(isinstance(one, _PLAIN) for one in inner):
        return repr(value)
    raise _unknown(given, f"its {name} is {value!r}")


def _handed_on(
    given: TypeDecorator[Any], parameters: list[Parameter], own: dict[str, object]
) -> dict[str, object]:
    """What else `__init__` takes by keyword, and hands on to the type behind."""
    call = ast.parse(repr(given), mode="eval").body
    if not isinstance(call, ast.Call) or not any(p.kind is p.VAR_KEYWORD for p in parameters):
        return {}
    found = {one.arg: one.value for one in call.keywords if one.arg and one.arg not in own}
    taken: dict[str, object] = {}
    for name, node in found.items():
        if isinstance(node, ast.Constant) and _same_kind(given, {**own, **taken, name: node.value}):
            taken[name] = node.value
    return taken


def _same_kind(given: TypeDecorator[Any], arguments: dict[str, object]) -> bool:
    """Whether the class takes these arguments at all."""
    try:
        type(given)(**arguments)
    except Exception:  # as above
        return False
    return True


def _unknown(given: TypeDecorator[Any], why: str) -> CannotRender:
    kind = type(given)
    return CannotRender(
        f"the type {kind.__module__}.{kind.__qualname__} cannot be written as Python: {why}",
        hint='give the type a __repr__ that is the expression which makes it, or set types = "impl"',
    )
