"""
Histories from drawings, so that a test shows the graph that it is about.

        ,-- b1 -- b2 --.
    a --+              +-- m
        `-- c1 --------'

Responsible for reading such a drawing: what stands to the left of a line is a parent of what stands to the right
of it.  Sentences below it say the rest: `m requires x`, `b1 is labelled billing`.  Does not know what the tests
do with the history.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import NamedTuple

from limbeck.history import History, Revision

Place = tuple[int, int]
Step = tuple[int, int]

UP, DOWN, LEFT, RIGHT = (-1, 0), (1, 0), (0, -1), (0, 1)
TURNS: dict[str, tuple[Step, ...]] = {
    "-": (LEFT, RIGHT),
    "|": (UP, DOWN),
    "+": (UP, DOWN, LEFT, RIGHT),
    ".": (DOWN, LEFT, RIGHT),
    ",": (DOWN, LEFT, RIGHT),
    "'": (UP, LEFT, RIGHT),
    "`": (UP, LEFT, RIGHT),
}
REQUIRES = re.compile(r"(\w+) requires (.+)")
LABELLED = re.compile(r"(\w+) is labelled (.+)")


class Name(NamedTuple):
    """An id in a drawing, and where it begins and ends."""

    id: str
    row: int
    start: int
    end: int


def history(drawing: str) -> History:
    """The history that `drawing` shows."""
    sentences = [line.strip() for line in drawing.splitlines()]
    requires = _said(REQUIRES, sentences)
    labels = _said(LABELLED, sentences)
    graph = [
        "" if REQUIRES.search(line) or LABELLED.search(line) else line
        for line in drawing.splitlines()
    ]
    names = [
        Name(found[0], row, found.start(), found.end())
        for row, line in enumerate(graph)
        for found in re.finditer(r"\w+", line)
    ]
    parents: dict[str, list[str]] = defaultdict(list)
    for lefts, rights in _lines(graph, names):
        for child in rights:
            parents[child] += [parent for parent in lefts if parent not in parents[child]]
    return History(
        Revision(id, tuple(parents[id]), requires[id], labels[id])
        for id in dict.fromkeys(name.id for name in names)
    )


def _said(sentence: re.Pattern[str], lines: list[str]) -> dict[str, tuple[str, ...]]:
    said: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for line in lines:
        for id, words in sentence.findall(line):
            said[id] += tuple(words.replace(",", " ").split())
    return said


def _lines(graph: list[str], names: list[Name]) -> list[tuple[list[str], list[str]]]:
    """For each connected line: the names at its left ends and those at its right ends."""
    cells = {
        (row, column): TURNS[symbol]
        for row, line in enumerate(graph)
        for column, symbol in enumerate(line)
        if symbol in TURNS
    }
    result, seen = [], set[Place]()
    for place in cells:
        if place not in seen:
            line = _connected(place, cells)
            seen |= line
            ends = _touching(line, names, LEFT), _touching(line, names, RIGHT)
            assert all(ends), f"a line at row {place[0]}, column {place[1]} leads nowhere"
            result.append(ends)
    return result


def _connected(start: Place, cells: dict[Place, tuple[Step, ...]]) -> set[Place]:
    found, todo = {start}, [start]
    while todo:
        row, column = place = todo.pop()
        for down, right in cells[place]:
            other = row + down, column + right
            if other not in found and (-down, -right) in cells.get(other, ()):
                found.add(other)
                todo.append(other)
    return found


def _touching(line: set[Place], names: list[Name], side: Step) -> list[str]:
    """Names beside an end of `line`, with at most one space between."""
    return [
        name.id
        for name in names
        for away in (0, 1)
        if (name.row, name.end + away if side == LEFT else name.start - 1 - away) in line
    ]
