"""
Lines of ours in a file of somebody else.

Responsible for marking them, for finding them again, and for telling whether they are as they were written.  Does not know
what they are for.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import NamedTuple

_BEGIN = "# >>> limbeck guard {digest}: `limbeck guard uninstall` takes these lines out >>>"
_END = "# <<< limbeck guard <<<"
_BLOCK = re.compile(
    r"^# >>> limbeck guard (?P<digest>\w*).*?>>>\n(?P<body>.*?)^# <<< limbeck guard <<<(?:\n|\Z)",
    re.MULTILINE | re.DOTALL,
)
_STRAY = re.compile(r"^# (?:>>>|<<<) limbeck guard\b", re.MULTILINE)


class Found(NamedTuple):
    """What a text has of ours: `before` and `after` is what is around it; not `intact` when somebody has edited it."""

    before: str
    body: str
    after: str
    intact: bool

    @property
    def rest(self) -> str:
        """The text without it."""
        return self.before + self.after


def marked(body: str) -> str:
    """`body`, which ends with a line's end, between the marks."""
    return f"{_BEGIN.format(digest=_digest(body))}\n{body}{_END}\n"


def find(text: str) -> Found | None:
    """The lines of ours in `text`; None when there are none."""
    found = _BLOCK.search(text)
    if found is None:
        return Found(text, "", "", intact=False) if _STRAY.search(text) else None
    before, after = text[: found.start()], text[found.end() :]
    once = _STRAY.search(before + after) is None
    intact = once and found["digest"] == _digest(found["body"])
    return Found(before, found["body"], after, intact)


def _digest(body: str) -> str:
    return blake2b(body.encode(), digest_size=4).hexdigest()
