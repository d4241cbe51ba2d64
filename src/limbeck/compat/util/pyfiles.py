"""
Python files and templates, loaded and written.

Responsible for files by their path.  Does not know what is in them.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import sys
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import ModuleType
from typing import Any

from limbeck.compat.util.exc import CommandError


def template_to_file(
    template_file: str | os.PathLike[str],
    dest: str | os.PathLike[str],
    output_encoding: str,
    *,
    append_with_newlines: bool = False,
    **kw: Any,  # Any: whatever a template asks for
) -> None:
    """Write what the Mako template makes of `kw` to `dest`, or append it behind an empty line.

    Raises CommandError when it fails, with a file that shows the place in the template; nothing is written to `dest` then.
    """
    from mako import exceptions
    from mako.template import Template

    template = Template(filename=str(template_file))  # noqa: S702 - it makes Python, not HTML
    try:
        output = template.render_unicode(**kw).encode(output_encoding)
    except Exception as error:
        shown = exceptions.text_error_template().render()
        with NamedTemporaryFile("w", suffix=".txt", delete=False, encoding="utf-8") as file:
            file.write(shown)
        raise CommandError(
            f"Template rendering failed; see {file.name} for a template-oriented traceback.",
            hint=f"correct {template_file}: {type(error).__name__}: {error}",
        ) from error
    with Path(dest).open("ab+" if append_with_newlines else "wb") as out:
        if append_with_newlines:
            out.seek(0, os.SEEK_END)
            if out.tell():
                out.write(b"\n\n")
        out.write(output)


def coerce_resource_to_filename(fname_or_resource: str) -> Path:
    """The path of a file, also when it is written `package:path`."""
    if os.path.isabs(fname_or_resource) or ":" not in fname_or_resource:
        return Path(fname_or_resource)
    package, *parts = fname_or_resource.split(":")
    spec = importlib.util.find_spec(package)
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places:
        raise CommandError(
            f"There is no package {package!r}, of which {fname_or_resource!r} is to be a part.",
            hint="install it, or add its folder to prepend_sys_path",
        )
    return Path(places[0]).joinpath(*parts)


def pyc_file_from_path(path: str | os.PathLike[str]) -> Path | None:
    """The byte code of a Python file, in `__pycache__` or beside it; None when there is none."""
    source = Path(path)
    candidate = Path(importlib.util.cache_from_source(str(source)))
    if candidate.exists():
        return candidate
    for suffix in importlib.machinery.BYTECODE_SUFFIXES:
        beside = source.with_suffix(suffix)
        if beside.exists():
            return beside
    return None


def load_python_file(dir_: str | os.PathLike[str], filename: str | os.PathLike[str]) -> ModuleType:
    """The module of a file, executed; its byte code where there is no source.

    Raises ImportError when there is neither.
    """
    path = Path(dir_, filename)
    found: Path | None = path
    if path.suffix == ".py" and not path.exists():
        found = pyc_file_from_path(path)
        if found is None:
            raise ImportError(f"Can't find Python file {path}")
    elif path.suffix not in {".py", ".pyc", ".pyo"}:
        raise ImportError(f"{path} is no Python file")
    module_id = "".join(c if c.isalnum() else "_" for c in str(filename))
    assert found is not None
    return load_module_py(module_id, found)


def load_module_py(module_id: str, path: str | os.PathLike[str]) -> ModuleType:
    """The module at `path`, executed under the name `module_id`, which is not left in `sys.modules`."""
    from limbeck.files.script import SourceLoader

    place = os.path.abspath(path)  # a text, as a loader wants it
    loader = SourceLoader(module_id, place) if place.endswith(".py") else None
    spec = importlib.util.spec_from_file_location(module_id, place, loader=loader)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    before = sys.modules.get(module_id)
    try:
        spec.loader.exec_module(module)
    finally:
        if before is None:
            sys.modules.pop(module_id, None)
    return module
