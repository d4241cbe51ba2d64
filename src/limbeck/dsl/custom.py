"""
Operations of users' own.

Responsible for knowing which function carries out which class of operation.  Does not know the built-in ones:
what has no entry here goes to the compiler.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from limbeck.errors import UsageError

Implementation = Callable[[Any, Any], Any]
"""(Op or BatchOp, operation) → whatever `invoke` is to return."""

Function = TypeVar("Function", bound=Callable[..., Any])
Class = TypeVar("Class", bound=type)

_implementations: dict[type, Implementation] = {}


def register(owner: type, name: str, sourcename: str | None) -> Callable[[Class], Class]:
    """A decorator of operation classes: `owner` gets the method `name`.

    The method passes itself as first argument to the class method `sourcename`, or `name` if none is given.
    """

    def decorate(kind: Class) -> Class:
        source = getattr(kind, sourcename or name, None)
        if source is None:
            raise UsageError(f"{kind.__name__} has no class method {sourcename or name!r}")

        def method(self: Any, *args: Any, **keywords: Any) -> Any:
            return source(self, *args, **keywords)

        method.__name__ = name
        method.__doc__ = source.__doc__
        setattr(owner, name, method)
        return kind

    return decorate


def implement(kind: type, replace: bool) -> Callable[[Function], Function]:
    """A decorator of functions: it carries out operations of `kind`.

    Raises UsageError when there is one already and `replace` is not set.
    """

    def decorate(function: Function) -> Function:
        if kind in _implementations and not replace:
            raise UsageError(f"{kind.__name__} has an implementation already; pass replace=True")
        _implementations[kind] = function
        return function

    return decorate


def implementation(kind: type) -> Implementation | None:
    """The function for a class or the nearest of its bases; None when there is none."""
    if not _implementations:
        return None
    return next((_implementations[base] for base in kind.__mro__ if base in _implementations), None)
