"""
`Script`: one revision and its file.

Responsible for what is said about it to people, and for its module, which is executed only when somebody asks for it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from limbeck.compat import util
from limbeck.compat.script import revision
from limbeck.compat.util import pyfiles

if TYPE_CHECKING:
    from limbeck import history
    from limbeck.compat.script.base import ScriptDirectory

_LEGACY = re.compile(r"([a-f0-9]+)\.py$")
_SOURCE = re.compile(r"(?!\.\#|__init__)(.*\.py)$")
_SOURCELESS = re.compile(r"(?!\.\#|__init__)(.*\.py)(c|o)?$")


def legacy_id(name: str) -> str | None:
    """The id in the name of a file of ancient times, which does not declare it."""
    found = _LEGACY.match(name)
    return found[1] if found else None


class Script(revision.Revision):
    """A revision with the `path` of its file and the `module` in it."""

    path: str
    _db_current_indicator: bool | None = None
    _doc: str | None = None
    _loaded: ModuleType | None = None

    def __init__(self, module: ModuleType, rev_id: str, path: str | os.PathLike[str]) -> None:
        self._loaded = module
        self.path = os.fspath(path)
        super().__init__(
            rev_id,
            getattr(module, "down_revision", None) or None,
            branch_labels=util.to_tuple(getattr(module, "branch_labels", None), default=()),
            dependencies=util.to_tuple(getattr(module, "depends_on", None) or None, default=()),
        )

    @classmethod
    def _of(cls, found: history.Revision, path: Path) -> Script:
        """A script whose file was read but not run."""
        script = cls.__new__(cls)
        script.path = str(path)
        script._doc = found.doc
        revision.Revision.__init__(script, found.id, found.parents, found.requires, found.labels)
        return script

    @property
    def module(self) -> ModuleType:
        """The module of the file, executed once."""
        if self._loaded is None:
            folder, name = os.path.split(self.path)
            self._loaded = pyfiles.load_python_file(folder, name)
        return self._loaded

    @module.setter
    def module(self, module: ModuleType) -> None:
        self._loaded = module

    def function(self, name: str) -> Callable[..., Any]:
        """`upgrade` or `downgrade` of the file.  CommandError when it has none."""
        found = getattr(self.module, name, None)
        if found is None:
            raise util.CommandError(
                f"{self.path} has no {name}()", hint=f"write def {name}(): pass in it"
            )
        function: Callable[..., Any] = found
        return function

    @property
    def _script_path(self) -> Path:
        return Path(self.path)

    @property
    def doc(self) -> str:
        """The first paragraph of the docstring."""
        return re.split("\n\n", self.longdoc)[0]

    @property
    def longdoc(self) -> str:
        """The docstring."""
        if self._doc is None:
            self._doc = (self.module.__doc__ or "").strip()
        return self._doc

    # What people see

    @property
    def log_entry(self) -> str:
        """Everything about it, as `history --verbose` shows it."""
        marks = (
            f"{' (head)' if self.is_head else ''}"
            f"{' (branchpoint)' if self.is_branch_point else ''}"
            f"{' (mergepoint)' if self.is_merge_point else ''}"
            f"{' (current)' if self._db_current_indicator else ''}"
        )
        lines = [f"Rev: {self.revision}{marks}"]
        title = "Merges" if self.is_merge_point else "Parent"
        lines.append(f"{title}: {self._format_down_revision()}")
        if self.dependencies:
            lines.append(f"Also depends on: {util.format_as_comma(self.dependencies)}")
        if self.is_branch_point:
            lines.append(f"Branches into: {util.format_as_comma(self.nextrev)}")
        if self.branch_labels:
            lines.append(f"Branch names: {util.format_as_comma(self.branch_labels)}")
        lines.append(f"Path: {self.path}")
        doc = "\n".join(f"    {line}" for line in self.longdoc.splitlines())
        return "\n".join(lines) + f"\n\n{doc}\n"

    def __str__(self) -> str:
        return (
            f"{self._format_down_revision()} -> {self.revision}"
            f"{' (head)' if self.is_head else ''}"
            f"{' (branchpoint)' if self.is_branch_point else ''}"
            f"{' (mergepoint)' if self.is_merge_point else ''}, {self.doc}"
        )

    def _head_only(
        self,
        include_branches: bool = False,
        include_doc: bool = False,
        include_parents: bool = False,
        tree_indicators: bool = True,
        head_indicators: bool = True,
    ) -> str:
        text = self.revision
        if include_parents:
            required = f" ({util.format_as_comma(self.dependencies)})" if self.dependencies else ""
            text = f"{self._format_down_revision()}{required} -> {text}"
        if include_branches and self.branch_labels:
            text += f" ({util.format_as_comma(self.branch_labels)})"
        if head_indicators or tree_indicators:
            text += (
                f"{' (head)' if self._is_real_head else ''}"
                f"{' (effective head)' if self.is_head and not self._is_real_head else ''}"
                f"{' (current)' if self._db_current_indicator else ''}"
            )
        if tree_indicators:
            text += (
                f"{' (branchpoint)' if self.is_branch_point else ''}"
                f"{' (mergepoint)' if self.is_merge_point else ''}"
            )
        if include_doc:
            text += f", {self.doc}"
        return text

    def cmd_format(
        self,
        verbose: bool,
        include_branches: bool = False,
        include_doc: bool = False,
        include_parents: bool = False,
        tree_indicators: bool = True,
    ) -> str:
        """One line, or with `verbose` everything."""
        if verbose:
            return self.log_entry
        return self._head_only(include_branches, include_doc, include_parents, tree_indicators)

    def _format_down_revision(self) -> str:
        if not self.down_revision:
            return "<base>"
        return util.format_as_comma(self._versioned_down_revisions)

    # Files

    @classmethod
    def _list_py_dir(cls, scriptdir: ScriptDirectory, path: Path) -> list[Path]:
        from limbeck.files.folder import bytecode

        recursive = scriptdir.recursive_version_locations
        paths = []
        for root, folders, files in os.walk(path):
            folders[:] = (
                sorted(name for name in folders if name != "__pycache__") if recursive else []
            )
            paths += [Path(root, name) for name in sorted(files) if name.endswith(".py")]
        if scriptdir.sourceless:
            paths += bytecode(path, recursive=recursive)
        return paths

    @classmethod
    def _from_path(cls, scriptdir: ScriptDirectory, path: str | os.PathLike[str]) -> Script | None:
        """The script of a file, executed; None for a file that is none.

        Raises CommandError when it does not say which revision it is.
        """
        folder, name = os.path.split(os.path.realpath(path))
        pattern = _SOURCELESS if scriptdir.sourceless else _SOURCE
        if not pattern.match(name):
            return None
        module = pyfiles.load_python_file(folder, name)
        id = getattr(module, "revision", None)
        if id is None:
            id = legacy_id(name)
            if id is None:
                raise util.CommandError(
                    f"Could not determine revision id from filename {name}."
                    " Be sure the 'revision' variable is declared inside the script.",
                    hint=f"write revision = ... into {path}",
                )
        return cls(module, id, os.path.join(folder, name))
