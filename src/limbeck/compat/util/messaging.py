"""
Lines for a person at a terminal.

Responsible for what commands print, in the form that scripts around Alembic know.  Does not know what they say.
"""

from __future__ import annotations

import logging
import shutil
import sys
import textwrap
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NoReturn, TextIO

from sqlalchemy.engine import url

log = logging.getLogger("alembic.util.messaging")

TERMWIDTH = shutil.get_terminal_size((0, 0)).columns or None if sys.stdout.isatty() else None
"""Columns of the terminal; None when the output goes elsewhere, and is not wrapped."""


def write_outstream(stream: TextIO, *text: str | bytes, quiet: bool = False) -> None:
    """Write to `stream`, unless `quiet`; what its encoding lacks is written as `?`."""
    if quiet:
        return
    encoding = getattr(stream, "encoding", None) or "ascii"
    for part in text:
        shown = part if isinstance(part, str) else part.decode(encoding, "replace")
        try:
            stream.write(shown.encode(encoding, "replace").decode(encoding))
        except OSError:
            break  # whoever read it has gone


@contextmanager
def status(status_msg: str, newline: bool = False, quiet: bool = False) -> Iterator[None]:
    """Say that something begins, and how it ended."""
    msg(f"{status_msg} ...", newline, flush=True, quiet=quiet)
    try:
        yield
    except BaseException:
        write_outstream(sys.stdout, "  FAILED\n", quiet=quiet)
        raise
    write_outstream(sys.stdout, "  done\n", quiet=quiet)


def err(message: str, quiet: bool = False) -> NoReturn:
    """Say what failed on standard error and in the log, and end the process."""
    log.error(message)
    if not quiet:
        write_outstream(sys.stderr, f"FAILED: {message}\n")
    sys.exit(-1)


def msg(msg: str, newline: bool = True, flush: bool = False, quiet: bool = False) -> None:
    """One message, wrapped and indented where the width of the terminal is known."""
    if quiet:
        return
    end = "\n" if newline else ""
    if TERMWIDTH is None:
        write_outstream(sys.stdout, f"{msg}{end}")
    else:
        indent = "  "
        lines = textwrap.wrap(msg, TERMWIDTH, initial_indent=indent, subsequent_indent=indent)
        write_outstream(sys.stdout, "\n".join(lines) + end)
    if flush:
        sys.stdout.flush()


def warn(msg: str, stacklevel: int = 2) -> None:
    """A warning, at the line that called whoever warns."""
    warnings.warn(msg, UserWarning, stacklevel=stacklevel)


def warn_deprecated(msg: str, stacklevel: int = 2) -> None:
    """A warning about something that goes away."""
    warnings.warn(msg, DeprecationWarning, stacklevel=stacklevel)


def obfuscate_url_pw(input_url: str) -> str:
    """The URL with `***` for its password."""
    return url.make_url(input_url).render_as_string(hide_password=True)


def format_as_comma(value: str | Iterable[str] | None) -> str:
    """A name or several, with commas between; nothing for None.  Raises ValueError for anything else."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, Iterable):
        return ", ".join(value)
    raise ValueError(f"Don't know how to comma-format {value!r}")
