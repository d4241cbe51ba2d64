"""
The editor that a person likes.

Responsible for finding and starting it.  Does not know what is edited.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from os.path import exists, join, splitext
from subprocess import check_call

from limbeck.compat.util.compat import is_posix
from limbeck.compat.util.exc import CommandError


def open_in_editor(filename: str, environ: dict[str, str] | None = None) -> None:
    """Open `filename` in the editor that $EDITOR or $VISUAL names, else in a usual one.

    Raises CommandError when there is none, or it fails.
    """
    given = dict(os.environ if environ is None else environ)
    try:
        check_call([_find_editor(given), filename])
    except Exception as error:
        raise CommandError(
            f"Error executing editor ({error})", hint="set EDITOR to a program that is there"
        ) from error


def _find_editor(environ: Mapping[str, str]) -> str:
    wanted = [environ[name] for name in ("EDITOR", "VISUAL") if environ.get(name)]
    for name in [*wanted, *_default_editors()]:
        found = _find_executable(name, environ)
        if found:
            return found
    raise OSError("no editor is found; set the EDITOR environment variable")


def _find_executable(candidate: str, environ: Mapping[str, str]) -> str | None:
    name = candidate
    if not is_posix and splitext(name)[1] != ".exe":
        name += ".exe"
    if exists(name):
        return name
    folders = environ.get("PATH", "").split(os.pathsep)
    return next((path for path in (join(folder, name) for folder in folders) if exists(path)), None)


def _default_editors() -> list[str]:
    if is_posix:
        return ["sensible-editor", "editor", "nano", "vim", "code"]
    return ["code.exe", "notepad++.exe", "notepad.exe"]
