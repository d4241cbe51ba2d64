"""Pictures as text: what each format says of a history, and that no message means anything to it."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from limbeck.history import History, Revision
from limbeck.picture import Outline, Stand, Told, Verdict, dot, mermaid, outline, page, svg

HOSTILE = '<b>"x"</b> & &lt; </script> \\N \\l "]; s9["y"] %% `z` #35; {rank=same} <!-- -->'


def fork(message: str = "") -> Outline:
    """`b` and `c` follow `a`; `c` requires `b`.  Staging stands at `a`, production nowhere."""
    history = History(
        [
            Revision("a", (), doc="start"),
            Revision("b", ("a",), doc=message or "left"),
            Revision("c", ("a",), ("b",), doc="right"),
        ]
    )
    stands = [
        Stand("staging", "", frozenset("a"), frozenset("bc")),
        Stand("production", "", frozenset(), frozenset("abc")),
    ]
    verdicts = [Verdict("b", "c", "conflict", "b and c: conflict")]
    return outline(history, stands=stands, verdicts=verdicts)


def texts(drawing: str) -> list[str]:
    """What stands in a drawing, as a reader sees it."""
    tree = ET.fromstring(drawing)
    return [element.text or "" for element in tree.iter("{http://www.w3.org/2000/svg}text")]


def test_mermaid() -> None:
    assert mermaid(fork()).splitlines()[:8] == [
        "flowchart BT",
        '    s0["c (head, pending)<br/>right"]:::head',
        '    s1["b (head, pending)<br/>left"]:::head',
        '    s2["a (at staging, pending in production)<br/>start"]:::at',
        "    s2 --> s0",
        "    s1 -.-> s0",
        "    s2 --> s1",
        '    s1 -. "conflict" .- s0',
    ]


def test_in_mermaid_a_message_is_a_message() -> None:
    label = mermaid(fork(HOSTILE)).splitlines()[2]
    found = re.fullmatch(r'    s1\["b \(head, pending\)<br/>([^"<>`\[\]{}%\\]*)"\]:::head', label)
    assert found
    said = re.sub(r"#(\d+);", lambda code: chr(int(code[1])), found[1])
    assert said == HOSTILE[:43] + "…"


def test_svg_says_what_is_known_of_each_revision() -> None:
    assert sorted(texts(svg(fork()))) == [
        "a (at staging, pending in production)",
        "b (head, pending)",
        "c (head, pending)",
        "conflict",
        "left",
        "right",
        "start",
    ]


@pytest.mark.parametrize(
    "message", [HOSTILE, "<b>bold</b>", "\\", "\x00\x1b[31m", "ünïcode ✓", "&"]
)
def test_in_svg_a_message_is_a_message(message: str) -> None:
    said = texts(svg(fork(message)))
    seen = "".join(sign if sign.isprintable() else " " for sign in message)
    seen = seen if len(seen) <= 44 else seen[:43] + "…"
    assert seen.split() in [one.split() for one in said]


def test_dot_is_read_again_as_what_it_says() -> None:
    import pygraphviz

    graph = pygraphviz.AGraph(string=dot(fork(HOSTILE)))
    assert sorted(graph.nodes()) == ["a", "b", "c"]
    assert {(one, other) for one, other in graph.edges()} == {
        ("b", "a"), ("c", "a"), ("c", "b"), ("b", "c")
    }  # fmt: skip
    styles = sorted(str(edge.attr["style"] or "") for edge in graph.edges())
    assert styles[2:] == ["dashed", "dotted"]


def test_lines_of_single_revisions_are_folded_where_nothing_happens() -> None:
    """What is remarkable keeps a place of its own, and a fold never hides where something begins to be pending."""
    revisions = [Revision(f"r{n}", (f"r{n - 1}",) if n else ()) for n in range(100)]
    revisions += [Revision("x", ("r50",)), Revision("y", ("r70",), labels=("billing",))]
    history = History(revisions)
    pending = frozenset(f"r{n}" for n in range(30, 100))
    found = outline(history, stands=[Stand("here", "", frozenset({"r29"}), pending)])
    alone = {spot.ids[0] for spot in found.spots if not spot.folded}
    assert alone == {"r0", "r29", "r50", "x", "r70", "y", "r99"}
    assert sorted(len(spot.ids) for spot in found.spots if spot.folded) == [19, 20, 28, 28]
    assert sorted(found.ids) == sorted(history)
    assert {spot.ids for spot in outline(history, few=1000).spots} == {(id,) for id in history}


def test_a_history_of_which_nothing_can_be_folded_is_drawn_all_the_same() -> None:
    """Two lines that are merged again and again: a thousand places."""
    revisions = [Revision("m0")]
    for n in range(333):
        revisions += [Revision(f"a{n}", (f"m{n}",)), Revision(f"b{n}", (f"m{n}",))]
        revisions.append(Revision(f"m{n + 1}", (f"a{n}", f"b{n}")))
    found = outline(History(revisions))
    assert len(found.spots) == 1000
    assert svg(found).count('class="node revision') == 1000


def test_the_facts_of_a_page_hold_no_markup() -> None:
    made = page(
        fork(HOSTILE), {"b": Told((HOSTILE,), HOSTILE, HOSTILE)}, title=HOSTILE, made=HOSTILE
    )
    start = made.index('<script id="facts"')
    facts = made[made.index(">", start) + 1 : made.index("</script>", start)]
    assert "\\u003c/script\\u003e" in facts
    assert not set("<>&") & set(facts)
    assert made.count("</script>") == 2


def test_a_page_says_when_a_database_did_not_answer() -> None:
    history = History([Revision("a")])
    made = page(
        outline(history, stands=[Stand("away", "", problem="Cannot connect")]),
        {},
        title="t",
        made="now",
    )
    assert "<b>away</b>:\nnot known: Cannot connect" in made
