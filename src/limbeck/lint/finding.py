"""
A finding: something that a person should know about a revision, though it stops nothing.

Responsible for the value.  Does not know the rules that produce it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says about a place.

    `code` is stable and for machines, `message` one sentence, `source` the file as shown to people, `line` counts
    from 1 and is 0 where it means nothing, `hint` is what to do about it.
    """

    code: str
    message: str
    source: str = ""
    line: int = 0
    hint: str = ""
