"""What type checkers are told of `op` and `context` is what the modules have."""

from __future__ import annotations

import ast
from pathlib import Path
from types import ModuleType

import pytest

import limbeck.compat
from limbeck.compat import context, op
from limbeck.compat.operations.base import Operations
from limbeck.compat.runtime.environment import EnvironmentContext

FOLDER = Path(limbeck.compat.__file__).parent


def assigned(name: str) -> set[str]:
    """The names in a stub."""
    tree = ast.parse((FOLDER / f"{name}.pyi").read_text(encoding="utf-8"))
    targets = [t for node in tree.body if isinstance(node, ast.Assign) for t in node.targets]
    return {target.id for target in targets if isinstance(target, ast.Name)}


@pytest.mark.parametrize(
    ("module", "kind", "values"),
    [(op, Operations, set()), (context, EnvironmentContext, {"config", "script"})],
)
def test_a_stub_has_what_its_module_has(module: ModuleType, kind: type, values: set[str]) -> None:
    names = assigned(module.__name__.rpartition(".")[2])
    of_limbeck = {
        name
        for name in dir(kind)
        if not name.startswith("_") and callable(found := getattr(kind, name, None))
        # Not what a project has registered, which other tests do.
        if name in dir(module) and found.__module__.startswith("limbeck.")
    }
    assert of_limbeck - {"visit", "configured"} == names - values
