"""
What is done with a revision file behind its writing: formatters, linters, functions of users.

Responsible for the names under which hooks are registered, and for starting programs.  Does not know revisions.
"""

from __future__ import annotations

import importlib.util
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from limbeck.compat import util
from limbeck.compat.util import compat

PostWriteHookConfig = dict[str, str]
"""The options of one hook, with its name as `_hook_name`."""

REVISION_SCRIPT_TOKEN = "REVISION_SCRIPT_FILENAME"

_registry: dict[str, Callable[..., Any]] = {}


def register(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator: the function, of a path and a dictionary of options, is the type `name` of hooks."""

    def decorate(fn: Callable[..., Any]) -> Callable[..., Any]:
        _registry[name] = fn
        return fn

    return decorate


def _invoke(name: str, revision_path: str | os.PathLike[str], options: PostWriteHookConfig) -> Any:
    if name not in _registry:
        raise util.CommandError(
            f"No formatter with name '{name}' registered",
            hint=f"known are: {', '.join(sorted(_registry))}",
        )
    return _registry[name](os.fspath(revision_path), options)


def _run_hooks(path: str | os.PathLike[str], hooks: list[PostWriteHookConfig]) -> None:
    for hook in hooks:
        name = hook["_hook_name"]
        if "type" not in hook:
            raise util.CommandError(
                f"Key '{name}.type' (or 'type' in toml) is required for post write hook '{name}'"
            )
        with util.status(f"Running post write hook '{name}'", newline=True):
            _invoke(hook["type"], path, hook)


def _parse_cmdline_options(cmdline_options_str: str, path: str) -> list[str]:
    """The words of an option line, with the path in the place of its token, at the front where there is none."""
    words = shlex.split(cmdline_options_str, posix=compat.is_posix)
    if REVISION_SCRIPT_TOKEN not in cmdline_options_str:
        return [path, *words]
    return [word.replace(REVISION_SCRIPT_TOKEN, path) for word in words]


def _get_required_option(options: dict[str, str], name: str) -> str:
    if name not in options:
        hook = options["_hook_name"]
        raise util.CommandError(f"Key {hook}.{name} is required for post write hook '{hook}'")
    return options[name]


def _run_hook(path: str, options: dict[str, str], ignore_output: bool, command: list[str]) -> None:
    words = command + _parse_cmdline_options(options.get("options", ""), path)
    keywords: dict[str, Any] = {}
    if ignore_output:
        keywords = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(words, cwd=options.get("cwd"), **keywords)  # noqa: PLW1510 - its exit code is for people


@register("console_scripts")
def console_scripts(
    path: str,
    options: dict[str, str],
    ignore_output: bool = False,
    verify_version: tuple[int, ...] | None = None,
) -> None:
    """Call the function of an installed command in a process of its own."""
    name = _get_required_option(options, "entrypoint")
    found = next(
        (one for one in compat.importlib_metadata_get("console_scripts") if one.name == name), None
    )
    if found is None:
        raise util.CommandError(
            f"Could not find entrypoint console_scripts.{name}", hint=f"pip install {name}"
        )
    if verify_version:
        check = f"import sys, {found.module}; sys.exit(0 if {found.module}.__version__ >= {verify_version!r} else 1)"
        subprocess.run([sys.executable, "-c", check], check=True)
    call = f"import {found.module}; {found.module}.{found.attr}()"
    _run_hook(path, options, ignore_output, [sys.executable, "-c", call])


@register("exec")
def exec_(path: str, options: dict[str, str], ignore_output: bool = False) -> None:
    """Start a program."""
    _run_hook(path, options, ignore_output, [_get_required_option(options, "executable")])


@register("module")
def module(path: str, options: dict[str, str], ignore_output: bool = False) -> None:
    """Start `python -m` with a module that is installed."""
    name = _get_required_option(options, "module")
    if importlib.util.find_spec(name) is None:
        raise util.CommandError(f"Could not find module {name}", hint=f"pip install {name}")
    _run_hook(path, options, ignore_output, [sys.executable, "-m", name])
