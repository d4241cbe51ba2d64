"""
A picture in Mermaid's language, which forges and wikis draw.

Responsible for the text, in which no message can mean anything to Mermaid.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limbeck.picture.outline import Outline

# Letters of any language mean nothing to Mermaid, nor do these signs between quotes.
_SIGNIFICANT = re.compile(r"[^\w .,:()/@+=…-]")


def mermaid(outline: Outline) -> str:
    """The picture as a flowchart, newest revision on top."""
    return "\n".join(_lines(outline)) + "\n"


def _lines(outline: Outline) -> Iterator[str]:
    yield "flowchart BT"
    for number in range(len(outline.spots)):
        first, second = outline.titles(number)
        words = outline.words(number)
        text = _plain(f"{first} ({words})" if words else first)
        if second:
            text += f"<br/>{_plain(second)}"
        kinds = outline.classes(number).split()[1:]
        yield f'    s{number}["{text}"]' + (f":::{kinds[0]}" if kinds else "")
    for line in outline.lines:
        arrow = "-.->" if line.requires else "-->"
        yield f"    s{line.lower} {arrow} s{line.upper}"
    for left, right, word in outline.judged:
        yield f'    s{left} -. "{_plain(word)}" .- s{right}'
    yield "    classDef head stroke-width:3px"
    yield "    classDef at stroke-width:2px,stroke:#1a7f37"
    yield "    classDef pending stroke-dasharray:5 3"
    yield "    classDef folded stroke-dasharray:1 2"


def _plain(text: str) -> str:
    """`text` with a number for each sign that Mermaid might read."""
    return _SIGNIFICANT.sub(lambda found: f"#{ord(found[0])};", " ".join(text.split()))
