"""
What went wrong in a user's `env.py`, with its file and line.

Responsible for turning any exception into one that says where it comes from, and for names that limbeck does not have.
Does not hide what limbeck itself has to say.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from limbeck.config import hide_passwords
from limbeck.errors import CannotConnect, LimbeckError, ScriptFailed
from limbeck.files.script import point_at

_OURS = "limbeck.compat"


@contextmanager
def blaming(file: Path) -> Iterator[None]:
    """Errors inside name the line of `file` that they come from.  Raises ScriptFailed and CannotConnect."""
    try:
        yield
    except LimbeckError as error:
        place = _place(error, file)
        if place is not None:
            point_at(error, place)
        raise
    except Exception as error:
        raise _failed(error, file) from error


def _failed(error: Exception, file: Path) -> LimbeckError:
    place = _place(error, file) or str(file)
    text = hide_passwords(_text(error))
    if isinstance(error, sa.exc.OperationalError) and error.statement is None:
        return CannotConnect(
            f"{place}: {text}",
            hint="check the address of the database, and that the server is running and lets this user in",
        )
    kind = type(error).__name__
    return ScriptFailed(
        f"{place}: {kind}: {text}" if text else f"{place}: {kind}", hint=_hint(error)
    )


def _text(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    if isinstance(error, SyntaxError):
        return error.msg
    return str(cause).strip()


def _hint(error: Exception) -> str | None:
    missing = getattr(error, "name", None) or ""
    if isinstance(error, ImportError) and str(missing).startswith((_OURS, "alembic")):
        return (
            "limbeck has no such name of Alembic's: docs/compatibility.md says which private ones it has, and what to"
            " use instead of the others"
        )
    if isinstance(error, ModuleNotFoundError):
        return f"install the package that has {missing}, or add its folder to prepend_sys_path"
    return None


def _place(error: BaseException, file: Path) -> str | None:
    """The last line of the file that was running, seen from the working directory."""
    shown = file
    if file.is_relative_to(Path.cwd()):
        shown = file.relative_to(Path.cwd())
    if isinstance(error, SyntaxError) and error.filename == str(file):
        return f"{shown}, line {error.lineno}"
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).name == file.name
        and Path(frame.filename).absolute() == file.absolute()
    ]
    return f"{shown}, line {lines[-1]}" if lines else None
