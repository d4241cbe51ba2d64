"""Histories in, histories out: each file beside this one shows a graph, and answers to questions about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from limbeck.errors import LimbeckError
from limbeck.history import (
    LINES,
    PLAIN,
    Plan,
    draw,
    plan_downgrade,
    plan_stamp,
    plan_upgrade,
    resolve,
    resolve_downgrade,
    resolve_range,
)
from tests.drawings import sketch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from limbeck.history import History

HERE = Path(__file__).parent


class Case(NamedTuple):
    """One question of a file, with the drawing above it and the answer below it."""

    drawing: str
    question: str
    answer: str


def cases() -> Iterator[object]:
    for file in sorted(HERE.glob("*.txt")):
        drawing = ""
        for block in file.read_text(encoding="utf-8").split("\n\n"):
            head, _, rest = block.strip("\n").partition("\n")
            if head.startswith("> "):
                case = Case(drawing, head[2:], rest)
                yield pytest.param(case, id=f"{file.stem}: {case.question}")
            elif head.startswith("  "):
                drawing += f"{block}\n\n"


@pytest.mark.parametrize("case", list(cases()))
def test_drawing(case: Case) -> None:
    history = sketch.history(case.drawing)
    assert answer(history, case.question) == case.answer


def answer(history: History, question: str) -> str:
    words, _, standing = question.partition(" at ")
    verb, _, text = words.partition(" ")
    at = resolve(history, standing) if standing else frozenset()
    try:
        return QUESTIONS[verb](history, text, at)
    except LimbeckError as error:
        return f"{type(error).__name__}: {error}"


def names(history: History, ids: Iterable[str]) -> str:
    return " ".join(history.ordered(ids)) or "nothing"


def steps(history: History, plan: Plan) -> str:
    """Each step with the heads after it."""
    rows = [f"{step.revision:<3} {names(history, step.after)}" for step in plan]
    return "\n".join(rows) or "nothing"


def graph(history: History, text: str, at: frozenset[str]) -> str:
    style = LINES if text == "lines" else PLAIN
    rows = draw(history, marks=dict.fromkeys(at, "@"), style=style)
    return "\n".join(f"{row.art:<10} {row.revision or ''}".rstrip() for row in rows)


def listing(history: History, text: str, at: frozenset[str]) -> str:
    span = resolve_range(history, text, at)
    return " ".join(history.walk(span.upper, span.lower)) or "nothing"


def whole(history: History, text: str, at: frozenset[str]) -> str:
    return names(history, getattr(history, text.replace(" ", "_")))


def labels(history: History, text: str, at: frozenset[str]) -> str:
    return " ".join(sorted(history.branch_labels(text))) or "nothing"


def upgrade(history: History, text: str, at: frozenset[str]) -> str:
    applied = frozenset(history.closure(at))
    return steps(history, plan_upgrade(history, applied, resolve(history, text, at)))


def downgrade(history: History, text: str, at: frozenset[str]) -> str:
    applied = frozenset(history.closure(at))
    return steps(history, plan_downgrade(history, applied, resolve_downgrade(history, text, at)))


QUESTIONS: dict[str, Callable[[History, str, frozenset[str]], str]] = {
    "graph": graph,
    "order": lambda history, _text, _at: " ".join(history),
    "the": whole,
    "labels": labels,
    "resolve": lambda history, text, at: names(history, resolve(history, text, at)),
    "common": lambda history, text, _at: names(
        history, history.common_ancestors(resolve(history, text))
    ),
    "history": listing,
    "upgrade": upgrade,
    "downgrade": downgrade,
    "stamp": lambda history, text, at: names(history, plan_stamp(history, at, text).after),
}
