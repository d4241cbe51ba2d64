"""The methods of `op` and `batch_op`, beside those of Alembic: same names, same arguments, same defaults."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from alembic.operations import BatchOperations, Operations

from limbeck.dsl import Op
from limbeck.dsl.batch import BatchOp

MACHINERY = {
    "context": "makes the object that a revision is given, here `Op` itself",
    "create_module_class_proxy": "makes functions of a module from methods of a class",
}

METHODS = [
    (theirs, ours, name)
    for theirs, ours in ((Operations, Op), (BatchOperations, BatchOp))
    for name in dir(theirs)
    if not name.startswith("_")
    and name not in MACHINERY
    and inspect.isroutine(getattr(theirs, name))
]


def arguments(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """Those with a name of their own, without self."""
    found = inspect.signature(function).parameters.values()
    return {p.name: p for p in found if p.name != "self" and p.kind is not p.VAR_KEYWORD}


def default(parameter: inspect.Parameter) -> object:
    """An empty mapping and None say the same; None and False do not."""
    return None if parameter.default == {} else parameter.default


@pytest.mark.parametrize(
    ("theirs", "ours", "name"), METHODS, ids=[f"{m[0].__name__}.{m[2]}" for m in METHODS]
)
def test_a_method_takes_the_same_arguments(theirs: type, ours: type, name: str) -> None:
    known, here = arguments(getattr(theirs, name)), arguments(getattr(ours, name))
    assert known.keys() <= here.keys()
    for argument, parameter in known.items():
        ours_has = here[argument]
        assert ours_has.kind == parameter.kind
        assert default(ours_has) == default(parameter)
    positional = [a for a, p in known.items() if p.kind is p.POSITIONAL_OR_KEYWORD]
    assert [a for a in here if a in positional] == positional
