"""
Pictures by Graphviz: its language, and SVG.

Responsible for what stands in a box, for its style, and for names that mean nothing but themselves.  Graphviz, which the package
pygraphviz brings along, decides where everything stands.
"""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from limbeck.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limbeck.picture.outline import Outline

_MANY = 300
"""Spots: of more, Graphviz stops looking for a better place sooner."""

# How long Graphviz looks for a better place: 1,500 spots take a tenth of a second instead of three.
_SOONER = {"nslimit": "0.1", "nslimit1": "0.1", "mclimit": "0.01", "splines": "line"}

STYLE = """
.revision path, .revision polygon { fill: #ffffff; stroke: #57606a; }
.revision text, .verdict text { fill: #1f2328; }
.head path, .head polygon { stroke: #0550ae; stroke-width: 2.5; }
.at path, .at polygon { fill: #dafbe1; }
.pending path, .pending polygon { stroke-dasharray: 5 3; }
.folded path, .folded polygon { fill: #eaeef2; }
.edge path { stroke: #57606a; }
.edge polygon { fill: #57606a; stroke: #57606a; }
.verdict path { stroke: #9a6700; }
.verdict.conflict path, .verdict.same path { stroke: #cf222e; }
@media (prefers-color-scheme: dark) {
  .revision path, .revision polygon { fill: #161b22; stroke: #8b949e; }
  .revision text, .verdict text { fill: #e6edf3; }
  .head path, .head polygon { stroke: #79c0ff; }
  .at path, .at polygon { fill: #12361f; }
  .folded path, .folded polygon { fill: #2d333b; }
  .edge path { stroke: #8b949e; }
  .edge polygon { fill: #8b949e; stroke: #8b949e; }
  .verdict path { stroke: #d29922; }
  .verdict.conflict path, .verdict.same path { stroke: #ff7b72; }
}
"""


def dot(outline: Outline) -> str:
    """The picture in Graphviz's language.  Raises UsageError where pygraphviz is not installed."""
    return str(_graph(outline).to_string())


def svg(outline: Outline) -> str:
    """The picture as SVG, readable on light and on dark.  Raises UsageError as `dot`.

    The element of spot number 7 has the id `spot-7`.
    """
    with _silent():
        drawn: bytes = _graph(outline).draw(format="svg", prog="dot")
    text = drawn.decode("utf-8")
    start = text.index("<svg")
    # Who drew it is no part of the picture, and the address of a DTD is one more address.
    return re.sub(r"(<svg\b[^>]*>)", rf"\1\n<style>{STYLE}</style>", text[start:], count=1)


def _graph(outline: Outline) -> Any:  # pygraphviz has no types
    try:
        import pygraphviz
    except ImportError:
        raise UsageError(
            "this picture is drawn by Graphviz, and the package pygraphviz, which brings it along, is not installed",
            hint="pip install 'limbeck[graph]'; `--format mermaid` needs nothing",
        ) from None
    many = len(outline.spots) > _MANY
    graph = pygraphviz.AGraph(
        directed=True, strict=False, bgcolor="transparent", ranksep="0.35", nodesep="0.3",
        **(_SOONER if many else {}),
    )  # fmt: skip
    font = {"fontname": "Helvetica", "fontsize": "11"}
    graph.node_attr.update(shape="box", style="rounded,filled", fillcolor="white", **font)
    graph.edge_attr.update(dir="back", arrowsize="0.6", **font)
    for number in range(len(outline.spots)):
        graph.add_node(_name(outline, number), **_box(outline, number))
    for line in outline.lines:
        names = _name(outline, line.upper), _name(outline, line.lower)
        graph.add_edge(*names, **({"style": "dashed"} if line.requires else {}))
    for left, right, word in outline.judged:
        graph.add_edge(
            _name(outline, left), _name(outline, right), label=word, constraint="false", dir="none", style="dotted",
            **{"class": f"verdict {word.split()[0]}"},
        )  # fmt: skip
    return graph


def _name(outline: Outline, number: int) -> str:
    """The name of a box: its revision; a number tells folded ones apart from a revision of that name."""
    spot = outline.spots[number]
    return f"{number}: {spot.ids[-1]} … {spot.ids[0]}" if spot.folded else spot.ids[0]


def _box(outline: Outline, number: int) -> dict[str, str]:
    spot = outline.spots[number]
    words = outline.words(number)
    first, second = outline.titles(number)
    lines = [f"{first} ({words})" if words else first, *([second] if second else [])]
    found = {
        # A label that ends with the mark for "to the left" is never taken for HTML.
        "label": "".join(f"{_plain(line)}\\l" for line in lines),
        "id": f"spot-{number}",
        "class": outline.classes(number),
    }
    if spot.head:
        found["penwidth"] = "2"
    if spot.at:
        found["fillcolor"] = "palegreen"
    elif spot.folded:
        found["fillcolor"] = "gray92"
    if spot.pending:
        found["style"] = "rounded,filled,dashed"
    return found


def _plain(text: str) -> str:
    """`text` without what Graphviz would read in it: escapes, and characters that no XML can have."""
    visible = "".join(c if c.isprintable() else " " for c in text)
    return visible.replace("\\", "\\\\").replace("&", "&amp;")


@contextmanager
def _silent() -> Iterator[None]:
    """Graphviz and its font library write their warnings to the error output of the process, past Python."""
    sys.stderr.flush()
    try:
        kept = os.dup(2)
    except OSError:  # there is no error output
        yield
        return
    try:
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
