"""Rows, cells and lanes; what whole drawings look like is in tests/drawings."""

from __future__ import annotations

from limbeck.history import LINES, PLAIN, Cell, History, Revision, Row, draw
from limbeck.history.drawing import fork_drawing
from tests.drawings import sketch

FORK = sketch.history("""
       ,-- b1 -- b2 --.
    a -+              +-- m
       `-- c1 --------'
""")


def art(rows: list[Row]) -> list[str]:
    return [row.art for row in rows]


def test_cells_know_the_lane_whose_colour_they_have() -> None:
    rows = draw(FORK)
    assert rows[1] == Row((Cell("|", 0), Cell("-", 1), Cell(".", 1)), None)
    assert rows[2] == Row((Cell("*", 0), Cell(" ", None), Cell("|", 1)), "b2")


def test_marks_replace_the_star() -> None:
    rows = draw(FORK, marks={"m": "o", "a": "@"})
    assert [row.art for row in rows if row.revision in ("m", "a")] == ["o", "@"]


def test_both_styles_have_the_same_shape() -> None:
    for plain, lines in zip(draw(FORK, style=PLAIN), draw(FORK, style=LINES), strict=True):
        assert [cell.lane for cell in plain.cells] == [cell.lane for cell in lines.cells]
        assert plain.revision == lines.revision


def test_plain_drawings_are_ascii() -> None:
    assert all(row.art.isascii() for row in draw(FORK))


def test_only_some_revisions() -> None:
    rows = draw(FORK, ["m", "b2", "b1"])
    assert [row.revision for row in rows] == ["m", "b2", "b1"]
    assert art(rows) == ["*", "*", "*"]


def test_a_line_that_leaves_what_is_shown_simply_ends() -> None:
    rows = draw(FORK, ["m", "c1"])
    assert [(row.art, row.revision) for row in rows] == [("*", "m"), ("*", "c1")]


def test_nothing_to_draw() -> None:
    assert draw(History()) == []


def test_a_head_does_not_stand_right_under_a_base() -> None:
    two = History(
        [Revision("a1"), Revision("a2", ("a1",)), Revision("b1"), Revision("b2", ("b1",))]
    )
    assert art(draw(two)) == ["*", "*", "  *", "  *"]


def test_a_merge_of_many() -> None:
    history = sketch.history("""
        a --.
        b --+-- m
        c --+
        d --'
    """)
    assert art(draw(history)) == ["*", "|-.-.-.", "* | | |", "  * | |", "    * |", "      *"]


def test_side_branches_stand_where_they_leave_the_line() -> None:
    revisions = [Revision("000")]
    for number in range(1, 40):
        revisions.append(Revision(f"{number:03}", (f"{number - 1:03}",)))
        revisions.append(Revision(f"{number:03}x", (f"{number - 1:03}",)))
    assert max(len(row.art) for row in draw(History(revisions))) == 3


def test_a_fork_is_drawn_without_what_lies_between() -> None:
    heads = FORK.without("m").heads
    assert fork_drawing(FORK.without("m"), heads).splitlines() == [
        "    *    b2  (after 1 more)",
        "    | *  c1",
        "    |-'",
        "    *    a",
    ]
