"""
Names of Alembic's that limbeck does not have.

Responsible for what is said when somebody's code asks for one: the name as Alembic has it, the line that asks, and what to
use instead.  Does not know what the code was to do.
"""

from __future__ import annotations

import re
import sys
import traceback
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import limbeck

_OURS = "limbeck.compat"
_PACKAGE = Path(limbeck.__file__).parent
_NAME = re.compile(r"cannot import name '(\w+)'")
_LISTED = "docs/compatibility.md says which private names limbeck has, and why not all"
_MOST = 10

_INSTEAD = {
    "alembic.operations.batch.ApplyBatchImpl": "op.batch_alter_table(), which builds the table anew where it must",
    "alembic.testing": "the tests' own copy of alembic.testing, which finds the names of limbeck that it needs",
    "alembic.runtime.migration.StampStep.should_delete_branch": "step.moved(heads), the heads afterwards",
    "alembic.runtime.migration.StampStep.merge_branch_idents": "step.moved(heads), the heads afterwards",
    "alembic.runtime.migration.RevisionStep.should_merge_branches": "step.moved(heads), the heads afterwards",
    "alembic.runtime.migration.RevisionStep.merge_branch_idents": "step.moved(heads), the heads afterwards",
}


_MODULES = (
    "op", "context", "command", "config", "script", "autogenerate", "operations", "ddl", "runtime", "util",
)  # fmt: skip


class Missing(NamedTuple):
    """What is said of a name that is not there."""

    text: str
    hint: str


def missing(error: BaseException, file: Path) -> Missing | None:
    """What to say when `error` is about a name of Alembic's; None when it is about something else.

    `file` is the one whose line is told anyway; where the code of a package asks, that is named, too.
    """
    found = _of_import(error) if isinstance(error, ImportError) else _of_attribute(error)
    if found is None:
        return None
    owner, name = found
    place = _shown(owner)
    asked = _asker(error, file)
    text = f"limbeck has no {place}.{name}" + (f", which {asked} asks for" if asked else "")
    return Missing(text, _instead(owner, place, name))


def _of_import(error: ImportError) -> tuple[str, str] | None:
    """The module that was asked, and for what."""
    module = str(error.name or "")
    if not _is_alembics(module):
        return None
    if isinstance(error, ModuleNotFoundError):
        owner, _, name = module.rpartition(".")
        return (owner, name) if owner else None
    told = _NAME.search(str(error))
    return (module, told[1]) if told else None


def _of_attribute(error: BaseException) -> tuple[object, str] | None:
    if not isinstance(error, AttributeError) or not error.name:
        return None
    owner: object = error.obj
    if not isinstance(owner, (ModuleType, type)):
        owner = type(owner)
    return (owner, error.name) if _is_alembics(_module(owner)) else None


def _is_alembics(module: str) -> bool:
    return any(module == one or module.startswith(f"{one}.") for one in (_OURS, "alembic"))


def _module(owner: object) -> str:
    return (
        owner.__name__ if isinstance(owner, ModuleType) else str(getattr(owner, "__module__", ""))
    )


def _shown(owner: object) -> str:
    """The name of a module or class in Alembic's words."""
    module = owner if isinstance(owner, str) else _module(owner)
    shown = re.sub(rf"^{re.escape(_OURS)}\b", "alembic", module)
    if isinstance(owner, type):
        from limbeck.compat.operations import ops

        at_home = getattr(ops, owner.__name__, None) is owner
        shown = f"{'alembic.operations.ops' if at_home else shown}.{owner.__qualname__}"
    return shown


def _asker(error: BaseException, file: Path) -> str:
    """The line outside of limbeck that asked, where that is not one of `file`; "" else."""
    frames = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        path = Path(frame.filename)
        if frame.filename.startswith("<") or path.is_relative_to(_PACKAGE):
            continue
        if path.absolute() == file.absolute():
            return ""
        here = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
        return f"{here}, line {frame.lineno},"
    return ""


def _instead(owner: object, place: str, name: str) -> str:
    known = _INSTEAD.get(f"{place}.{name}")
    if known is not None:
        return f"use {known}; {_LISTED}"
    there = _names(owner)
    close = get_close_matches(name, there, n=1)
    if close:
        return f"use {place}.{close[0]}, if that is what is meant; {_LISTED}"
    public = [one for one in there if not one.startswith("_")]
    if public:
        some = ", ".join(public[:_MOST]) + (", ..." if len(public) > _MOST else "")
        return f"use one of the documented names of {place}: {some}; {_LISTED}"
    return _LISTED


def _names(owner: object) -> list[str]:
    """What limbeck has of a module or class of Alembic's."""
    if isinstance(owner, str):
        try:
            owner = import_module(owner)
        except ImportError:
            return []
    if owner is sys.modules.get(_OURS):
        return list(_MODULES)
    names = [name for name in vars(owner) if not name.startswith("__")]
    if isinstance(owner, ModuleType):
        names = [name for name in names if _is_alembics(_module(getattr(owner, name)))]
    return sorted(names)
