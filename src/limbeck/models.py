"""
The models of an application: found, imported, and their MetaData handed over.

Responsible for `metadata = "app.db:Base.metadata"` and `import = ["app.models.*"]` of the settings, for errors that
name the line of the user's own that is at fault, and for finding models that were not imported.  Does not know what the
MetaData are for.
"""

from __future__ import annotations

import ast
import difflib
import importlib
import importlib.util
import pkgutil
import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from limbeck.errors import ModelsFailed

if TYPE_CHECKING:
    import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class Models:
    """The MetaData that were asked for, and the user's modules that were imported for them, if any were."""

    metadata: tuple[sa.MetaData, ...]
    modules: tuple[str, ...]

    @property
    def tables(self) -> int:
        """How many tables they declare."""
        return sum(len(one.tables) for one in self.metadata)

    def __str__(self) -> str:
        count = f"{self.tables} table{'' if self.tables == 1 else 's'}"
        if not self.modules:
            return f"metadata has {count}"
        return f"metadata has {count}; modules loaded: {', '.join(self.modules)}"


def load(
    metadata: str | Sequence[str],
    imports: str | Sequence[str] = (),
    *,
    paths: Sequence[str | Path] = (),
    may_be_empty: bool = False,
) -> Models:
    """Import what is named, and give its MetaData.

    `metadata` are addresses such as "app.db:Base.metadata", "app.db:Base" or "app.db:metadata"; each may also name a
    list of them.  `imports` are modules, "app.models.*" for all in a package, at any depth.  `paths` are put in front
    of `sys.path`, and stay there.  Raises ModelsFailed.
    """
    for path in reversed([str(Path(path).absolute()) for path in paths]):
        if path not in sys.path:
            sys.path.insert(0, path)
    importlib.invalidate_caches()
    addresses = [metadata] if isinstance(metadata, str) else [*metadata]
    patterns = [imports] if isinstance(imports, str) else [*imports]
    before = set(sys.modules)
    asked: list[str] = []
    for pattern in patterns:
        asked += _import_all(pattern)
    found: list[sa.MetaData] = []
    for address in addresses:
        asked.append(address.partition(":")[0])
        found += [one for one in _metadata(address) if not any(one is other for other in found)]
    models = Models(tuple(found), _modules(asked, before))
    if not models.tables and not may_be_empty:
        raise ModelsFailed(f"The {models}.{forgotten(models)}", hint=import_hint(models))
    return models


def _modules(asked: Iterable[str], before: set[str]) -> tuple[str, ...]:
    """What was asked for, and what came along from the same packages."""
    tops = {name.partition(".")[0] for name in asked}
    came = {name for name in set(sys.modules) - before if name.partition(".")[0] in tops}
    return tuple(sorted({*asked, *came}))


def _import_all(pattern: str) -> list[str]:
    name, star, rest = pattern.partition(".*")
    module = import_module(name)
    if not star:
        return [name]
    if rest or not hasattr(module, "__path__"):
        raise ModelsFailed(
            f"{pattern!r} does not name the modules of a package: "
            + (f"{name} is a single module." if not rest else "only a last .* has a meaning."),
            hint=f'import = ["{name}"]',
        )
    found = [name]
    for info in pkgutil.walk_packages(module.__path__, f"{name}.", onerror=lambda _: None):
        if info.name.rpartition(".")[2] == "__main__":
            continue  # importing it would run it
        import_module(info.name)
        found.append(info.name)
    return found


def import_module(name: str) -> ModuleType:
    """Import a module of the user's.  Raises ModelsFailed: it is not there, or fails at a line of theirs."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        missing = error.name or name
        if name == missing or name.startswith(f"{missing}."):
            raise _not_found(missing, name) from None
        raise _failed(name, error) from error
    except (Exception, SystemExit) as error:
        raise _failed(name, error) from error


def _not_found(missing: str, wanted: str) -> ModelsFailed:
    parent, _, last = missing.rpartition(".")
    known = sys.modules.get(parent) if parent else None
    places = list(getattr(known, "__path__", ())) if known else sys.path
    siblings = {info.name for info in pkgutil.iter_modules(places or None)}
    close = difflib.get_close_matches(last, siblings, n=1)
    meant = f" Did you mean {f'{parent}.' if parent else ''}{close[0]}?" if close else ""
    searched = ", ".join(str(Path(place).absolute()) for place in places if place is not None)
    whole = f" (for {wanted})" if wanted != missing else ""
    return ModelsFailed(
        f"There is no module {missing}{whole}.{meant} Searched in: {searched or 'nothing'}.",
        hint='say where it is: prepend_sys_path = "." or "src"',
    )


def _failed(name: str, error: BaseException) -> ModelsFailed:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_theirs(frame)]
    shown = "".join(
        f"\n  {frame.filename}:{frame.lineno}, in {frame.name}\n    {frame.line or ''}"
        for frame in frames[-4:]
    )
    if isinstance(error, SyntaxError) and error.filename:
        shown += f"\n  {error.filename}:{error.lineno}\n    {(error.text or '').strip()}"
    said = str(error) or "no message"
    return ModelsFailed(
        f"Importing {name} failed: {type(error).__name__}: {said}{shown}",
        hint=f"python -c 'import {name}'",
    )


def _is_theirs(frame: traceback.FrameSummary) -> bool:
    """Neither ours, nor Python's import machinery, nor an installed package."""
    name = frame.filename.replace("\\", "/")
    inside = ("<frozen", "/site-packages/", "/importlib/", str(Path(__file__)).replace("\\", "/"))
    return not any(part in name for part in inside)


# Addresses


def _metadata(address: str) -> list[sa.MetaData]:
    module_name, colon, path = address.partition(":")
    if not module_name or (colon and not path):
        raise ModelsFailed(
            f"{address!r} is no address of a MetaData.", hint='metadata = "app.db:Base.metadata"'
        )
    module = import_module(module_name)
    if not colon:
        return _only_one(module)
    found: Any = module
    for at, part in enumerate(path.split(".")):
        found = _attribute(found, part, ".".join([f"{module_name}:", *path.split(".")[:at]]))
    return _as_metadata(found, address)


def _attribute(owner: object, name: str, where: str) -> Any:
    try:
        return getattr(owner, name)
    except AttributeError:
        pass
    place = where.rstrip(".:").replace(":.", ":")
    close = difflib.get_close_matches(name, [n for n in dir(owner) if not n.startswith("__")], n=1)
    meant = f" Did you mean {close[0]}?" if close else ""
    raise ModelsFailed(
        f"{place} has no attribute {name!r}.{meant}", hint='metadata = "app.db:Base.metadata"'
    )


def _as_metadata(found: object, address: str) -> list[sa.MetaData]:
    import sqlalchemy as sa

    if isinstance(found, sa.MetaData):
        return [found]
    inner = getattr(found, "metadata", None)
    if isinstance(inner, sa.MetaData):  # a declarative base, a registry, Flask-SQLAlchemy's db
        return [inner]
    if isinstance(found, (list, tuple, set, frozenset)):
        return [one for item in found for one in _as_metadata(item, address)]
    if isinstance(found, dict):
        return [one for item in found.values() for one in _as_metadata(item, address)]
    raise ModelsFailed(
        f"{address} is {_article(found)}, neither a MetaData nor something that has one.",
        hint='metadata = "app.db:Base.metadata"',
    )


def _article(found: object) -> str:
    kind = type(found).__name__
    return f"{'an' if kind[:1].lower() in 'aeiou' else 'a'} {kind}" if found is not None else "None"


def _only_one(module: ModuleType) -> list[sa.MetaData]:
    """The MetaData of a module of which the attribute was not named, when there is just one."""
    import sqlalchemy as sa

    found: dict[int, tuple[str, sa.MetaData]] = {}
    for name, value in vars(module).items():
        one = value if isinstance(value, sa.MetaData) else getattr(value, "metadata", None)
        if isinstance(one, sa.MetaData):
            found.setdefault(id(one), (name, one))
    if len(found) == 1:
        return [one for _, one in found.values()]
    names = ", ".join(f"{module.__name__}:{name}" for name, _ in found.values())
    raise ModelsFailed(
        f"{module.__name__} has {'several' if found else 'no'} MetaData{': ' + names if names else ''}.",
        hint=f'metadata = "{module.__name__}:Base.metadata"',
    )


# Models that were not imported


def not_loaded(packages: Iterable[str]) -> tuple[str, ...]:
    """Modules of these packages that define models or tables, by their text, and were not imported.

    For "did you import all models?"; what cannot be read or parsed is passed over.
    """
    found: list[str] = []
    for package in sorted({name.partition(".")[0] for name in packages}):
        for name, file in _files(package):
            if name not in sys.modules and declares_tables(file):
                found.append(name)
    return tuple(found)


def forgotten(models: Models) -> str:
    """A sentence, with a blank before it, about models that were not imported; "" when none are found."""
    missing = not_loaded(models.modules)
    if not missing:
        return ""
    shown = ", ".join(missing[:8]) + (f" and {len(missing) - 8} more" if len(missing) > 8 else "")
    return f" Models that were not loaded are in: {shown}."


def import_hint(models: Models) -> str:
    """The line for the settings that would import them, or how such a line looks."""
    missing = not_loaded(models.modules)
    if not missing:
        return 'name the modules with your models in the settings: import = ["app.models.*"]'
    names = ", ".join(f'"{name}"' for name in as_imports(missing))
    return f"add to the settings: import = [{names}]"


def as_imports(modules: Sequence[str]) -> tuple[str, ...]:
    """The value of the setting `import` for these modules.

    A whole package, where they share one; but not all of an application, which may have modules that do something
    when they are imported.
    """
    parts = [name.split(".") for name in modules]
    levels = takewhile(lambda level: len(set(level)) == 1, zip(*parts, strict=False))
    shared = [level[0] for level in levels]
    return (f"{'.'.join(shared)}.*",) if len(modules) > 1 and len(shared) > 1 else tuple(modules)


def _files(package: str) -> Iterator[tuple[str, Path]]:
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return
    for place in (spec.submodule_search_locations or ()) if spec is not None else ():
        root = Path(place)
        for file in sorted(root.rglob("*.py")):
            parts = file.relative_to(root).with_suffix("").parts
            if parts[-1] == "__init__":
                parts = parts[:-1]
            if all(part.isidentifier() for part in parts):
                yield ".".join((package, *parts)), file


def declares_tables(file: Path) -> bool:
    """Whether a Python file declares models or tables, by its text; not, if it cannot be read or parsed."""
    try:
        text = file.read_bytes()
        if b"__tablename__" not in text and b"Table(" not in text and b"table=True" not in text:
            return False
        tree = ast.parse(text)
    except (OSError, SyntaxError, ValueError):
        return False
    return any(_is_table(node) for node in ast.walk(tree))


def _is_table(node: ast.AST) -> bool:
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(
            isinstance(t, ast.Name) and t.id in {"__tablename__", "__table__"} for t in targets
        )
    if isinstance(node, ast.ClassDef):  # SQLModel: class Hero(SQLModel, table=True)
        return any(
            k.arg == "table" and getattr(k.value, "value", None) is True for k in node.keywords
        )
    if isinstance(node, ast.Call):
        name = (
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        )
        return name == "Table" and len(node.args) >= 2 and isinstance(node.args[0], ast.Constant)
    return False
