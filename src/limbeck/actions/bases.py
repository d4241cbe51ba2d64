"""
Where an application declares its models, by the look of its files.

Responsible for the settings that `init` proposes.  Imports nothing of the application, and does not know whether what
it found can be imported.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from limbeck.models import as_imports, declares_tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MOST_FILES = 2000
"""A project with more Python files than this is not searched to its end."""

_PASSED_OVER = {
    "build",
    "dist",
    "migrations",
    "node_modules",
    "site-packages",
    "test",
    "tests",
    "venv",
}
_MENTIONS = (b"DeclarativeBase", b"declarative_base", b"MetaData", b"flask_sqlalchemy", b"sqlmodel")
_FLASK = "SQLAlchemy"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Settings: `metadata`, `imports` (the key `import`) and `path` for `prepend_sys_path`, "" where it is not needed."""

    metadata: str
    imports: tuple[str, ...] = ()
    path: str = ""

    @property
    def settings(self) -> dict[str, object]:
        """The values, by key."""
        found: dict[str, object] = {"metadata": self.metadata}
        if self.imports:
            found["import"] = list(self.imports)
        if self.path:
            found["prepend_sys_path"] = self.path
        return found


def propose(root: Path) -> Proposal | None:
    """What the files below `root` suggest; None unless there is just one declarative base, or what stands for one."""
    where = "src" if (root / "src").is_dir() else ""
    bases: list[str] = []
    plain: list[str] = []
    tables: list[str] = []
    sqlmodel = False
    for module, file in _modules(root / where):
        tree = _parsed(file)
        if tree is not None:
            found = dict(_addresses(tree, module))
            bases += [address for address, kind in found.items() if kind == "base"]
            plain += [address for address, kind in found.items() if kind == "metadata"]
        if declares_tables(file):
            tables.append(module)
            sqlmodel = sqlmodel or b"sqlmodel" in file.read_bytes()
    if not bases and sqlmodel:
        bases = ["sqlmodel:SQLModel.metadata"]
    bases = bases or plain
    if len(bases) != 1:
        return None
    (metadata,) = bases
    others = [name for name in tables if name != metadata.partition(":")[0]]
    return Proposal(metadata, as_imports(others), where)


def _modules(root: Path) -> Iterator[tuple[str, Path]]:
    """The modules that can be imported when `root` is on the path, packages of their folders' names included."""
    count = 0
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            entries = sorted(folder.iterdir())
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir() and not entry.is_symlink():
                if (
                    entry.name.isidentifier()
                    and entry.name not in _PASSED_OVER
                    and not _environment(entry)
                ):
                    waiting.append(entry)
            elif (
                entry.suffix == ".py"
                and entry.stem.isidentifier()
                and not entry.stem.startswith("test_")
            ):
                count += 1
                if count > _MOST_FILES:
                    return
                parts = entry.relative_to(root).with_suffix("").parts
                yield (
                    ".".join(parts[:-1] if parts[-1] == "__init__" and parts[:-1] else parts),
                    entry,
                )


def _environment(folder: Path) -> bool:
    return (folder / "pyvenv.cfg").exists()


def _parsed(file: Path) -> ast.Module | None:
    """The file as a tree; None when nothing in it can be a base, or it cannot be read."""
    try:
        text = file.read_bytes()
        return ast.parse(text) if any(word in text for word in _MENTIONS) else None
    except (OSError, SyntaxError, ValueError):
        return None


def _addresses(tree: ast.Module, module: str) -> Iterator[tuple[str, str]]:
    """Address and kind ("base" or "metadata") of what a module declares at its top."""
    flask = any(
        isinstance(node, ast.ImportFrom) and node.module == "flask_sqlalchemy" for node in tree.body
    )
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and "DeclarativeBase" in map(_last, node.bases):
            # Flask-SQLAlchemy is given such a class, and its own object has the MetaData.
            if not flask:
                yield f"{module}:{node.name}.metadata", "base"
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Call):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            called = _last(node.value.func)
            for target in (target for target in targets if isinstance(target, ast.Name)):
                if called == "declarative_base" or (flask and called == _FLASK):
                    yield f"{module}:{target.id}.metadata", "base"
                elif called == "MetaData":
                    yield f"{module}:{target.id}", "metadata"


def _last(node: ast.expr) -> str:
    """The last part of a dotted name; "" for anything else."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
