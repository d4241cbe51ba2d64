"""
Where words go: data to the standard output, everything else to the standard error.

Responsible for the two streams, for `--quiet`, for colour on a terminal only, and for the envelope of JSON documents.
Does not know what is said.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping

JSON_VERSION = 1

_STYLES = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
}


class Output:
    """The two streams of a command.

    `quiet` keeps remarks back; data and errors are always shown.
    """

    def __init__(
        self, out: TextIO | None = None, err: TextIO | None = None, *, quiet: bool = False
    ) -> None:
        self.out = sys.stdout if out is None else out
        self.err = sys.stderr if err is None else err
        self.quiet = quiet

    def data(self, text: str = "") -> None:
        """What was asked for: one or more lines for the standard output."""
        self.out.write(text + "\n")

    def remark(self, text: str) -> None:
        """What is worth knowing while something happens; not shown when quiet."""
        if not self.quiet:
            self.out.flush()  # so that a log that gets both has them in their order
            self.err.write(text + "\n")
            self.err.flush()

    def complaint(self, text: str) -> None:
        """What went wrong."""
        self.out.flush()
        self.err.write(text + "\n")
        self.err.flush()

    def json(self, verb: str, document: Mapping[str, object]) -> None:
        """`document` inside the envelope that every JSON document of limbeck has."""
        import json

        envelope = {"limbeck": JSON_VERSION, "verb": verb, **document}
        self.data(json.dumps(envelope, indent=2, ensure_ascii=False))

    def style(self, text: str, style: str) -> str:
        """`text` with a colour where the standard output shows colours."""
        return painted(text, style) if shows_colour(self.out) else text

    def alert(self, text: str, style: str) -> str:
        """`text` with a colour where the standard error shows colours."""
        return painted(text, style) if shows_colour(self.err) else text


def painted(text: str, style: str) -> str:
    """`text` between the terminal's signs for one of a few styles."""
    return f"\033[{_STYLES[style]}m{text}\033[0m"


def shows_colour(stream: TextIO) -> bool:
    """Whether `stream` is a terminal whose user wants colours (see no-color.org)."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR")


def is_terminal(stream: TextIO) -> bool:
    """Whether a person looks at `stream`, on a terminal that can move its cursor."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"
