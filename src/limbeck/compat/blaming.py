"""
What went wrong in a user's `env.py`, or in a revision that it runs, with its file and line.

Responsible for turning any exception into one that says where it comes from, and for names that limbeck does not have.
Does not hide what limbeck itself has to say, nor blame `env.py` for what went wrong in a run that it merely started.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

import limbeck
from limbeck.compat.missing import missing
from limbeck.config import hide_passwords
from limbeck.errors import CannotConnect, LimbeckError, ScriptFailed
from limbeck.files.script import point_at

_PACKAGE = Path(limbeck.__file__).parent
_ENVIRONMENT = _PACKAGE / "compat" / "runtime" / "environment.py"


@contextmanager
def blaming(file: Path) -> Iterator[None]:
    """Errors inside name the line of `file`, or of a revision, that they come from.

    Raises ScriptFailed and CannotConnect.
    """
    try:
        yield
    except ScriptFailed:
        raise  # it has its place
    except LimbeckError as error:
        started = _in_run(error)
        place = _place(error, file) if started is None else _in_revision(error, started)
        if place is not None:
            point_at(error, place)
        raise
    except Exception as error:
        raise _failed(error, file) from error


def _failed(error: Exception, file: Path) -> LimbeckError:
    started = _in_run(error)
    place = None if started is None else _in_revision(error, started)
    place = place or _place(error, file) or str(file)
    text = hide_passwords(_text(error))
    if isinstance(error, sa.exc.OperationalError) and error.statement is None:
        return CannotConnect(
            f"{place}: {text}",
            hint="check the address of the database, and that the server is running and lets this user in",
        )
    kind = type(error).__name__
    gone = missing(error, file)
    if gone is not None:
        return ScriptFailed(f"{place}: {kind}: {gone.text}", hint=gone.hint)
    return ScriptFailed(
        f"{place}: {kind}: {text}" if text else f"{place}: {kind}", hint=_hint(error)
    )


def _text(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    if isinstance(error, SyntaxError):
        return error.msg
    return str(cause).strip()


def _hint(error: Exception) -> str | None:
    if isinstance(error, ModuleNotFoundError):
        return f"install the package that has {error.name}, or add its folder to prepend_sys_path"
    return None


def _place(error: BaseException, file: Path) -> str | None:
    """The last line of the file that was running, seen from the working directory."""
    shown = _shown(file)
    if isinstance(error, SyntaxError) and error.filename == str(file):
        return f"{shown}, line {error.lineno}"
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).name == file.name
        and Path(frame.filename).absolute() == file.absolute()
    ]
    return f"{shown}, line {lines[-1]}" if lines else None


def _in_run(error: BaseException) -> list[traceback.FrameSummary] | None:
    """What was running within `context.run_migrations()`; None when it was not under way."""
    frames = list(traceback.extract_tb(error.__traceback__))
    for number, frame in enumerate(frames):
        if frame.name == "run_migrations" and Path(frame.filename) == _ENVIRONMENT:
            return frames[number + 1 :]
    return None


def _in_revision(error: BaseException, frames: list[traceback.FrameSummary]) -> str | None:
    """The last line of the revision that was running, or being loaded."""
    file = next((one.filename for one in frames if _is_of_revision(one)), None)
    if isinstance(error, SyntaxError) and error.filename and (file or _loads(frames)):
        return f"{_shown(Path(error.filename))}, line {error.lineno}"
    if file is None:
        return None
    lines = [one.lineno for one in frames if one.filename == file]
    return f"{_shown(Path(file))}, line {lines[-1]}"


def _is_of_revision(frame: traceback.FrameSummary) -> bool:
    if frame.filename.startswith("<") or Path(frame.filename).is_relative_to(_PACKAGE):
        return False
    return frame.name in {"upgrade", "downgrade", "<module>"}


def _loads(frames: list[traceback.FrameSummary]) -> bool:
    return any(frame.name == "load_python_file" for frame in frames)


def _shown(file: Path) -> Path:
    """The path as seen from the working directory, where it is below."""
    return file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file
