"""
Problems as text and as JSON.

Responsible for the words in which they are shown, the same ones in each verb.  Does not know verbs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limbeck.actions.problem import Problem
    from limbeck.cli.output import Output


def problem_lines(problem: Problem, output: Output) -> Iterator[str]:
    """A problem, for people."""
    word, colour = ("problem", "red") if problem.exit_code else ("note", "yellow")
    yield f"{output.style(f'{word}[{problem.code}]:', colour)} {problem.text}"
    if problem.hint:
        yield f"  hint: {problem.hint}"


def problem_document(problem: Problem) -> dict[str, object]:
    """A problem, for programs."""
    return {
        "code": problem.code,
        "text": problem.text,
        "hint": problem.hint,
        "exit": problem.exit_code,
    }
