"""
Questions on a terminal.

Responsible for asking whoever sits there, and for doing so only where somebody does.  Does not know what follows from
the answers: they are what could have been typed as flags.
"""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

from limbeck.cli.output import is_terminal

if TYPE_CHECKING:
    from limbeck.actions.comparison import Decisions
    from limbeck.cli.call import Call
    from limbeck.cli.output import Output
    from limbeck.diff import FillQuestion, Loss, Question, RenameQuestion


def someone(call: Call) -> Person | None:
    """Whoever can be asked: nobody without a terminal to read from and to write to, with --json or with --quiet."""
    if call.args.json or call.output.quiet:
        return None
    return Person(call.output) if is_terminal(sys.stdin) and is_terminal(call.output.err) else None


class Person:
    """Whoever sits at the terminal.  An end of input (Ctrl-D) answers no question, and says no."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def decide(self, questions: tuple[Question, ...]) -> Decisions:
        """The answers, as they would be typed behind flags.  Raises Undecided at the end of input."""
        from limbeck.actions.autogenerate import undecided
        from limbeck.actions.comparison import Decisions
        from limbeck.diff import RenameQuestion

        renames: list[str] = []
        fills: list[str] = []
        try:
            for question in questions:
                if isinstance(question, RenameQuestion):
                    renames.append(self._rename(question))
                else:
                    fills.append(self._fill(question))
        except EOFError:
            raise undecided(questions) from None
        return Decisions(tuple(renames), tuple(fills))

    def may_be_lost(self, losses: tuple[Loss, ...]) -> bool:
        """Whether the person says that these data may be lost."""
        self._output.remark("Data would be lost:")
        for loss in losses:
            self._output.remark(f"  {loss.what}")
        return self.agrees("Write it, marked as destructive?")

    def agrees(self, question: str) -> bool:
        """Whether the person says yes."""
        self._output.remark(f"{question} (y or n)")
        try:
            return self._answer(among={"y", "n"}) == "y"
        except EOFError:
            return False

    def _rename(self, question: RenameQuestion) -> str:
        self._output.remark(f"The {question.kind} {question.name} is gone. Was it renamed?")
        for number, one in enumerate(question.candidates, 1):
            self._output.remark(f"  {number}  yes, to {one.new} ({one.score:.0%})")
        self._output.remark("  n  no, it is dropped")
        numbers = {str(number) for number in range(1, len(question.candidates) + 1)}
        answer = self._answer(among=numbers | {"n"})
        flag = question.drop_flag if answer == "n" else question.flags[int(answer) - 1]
        return shlex.split(flag)[1]

    def _fill(self, question: FillQuestion) -> str:
        self._output.remark(
            f"{question.table}.{question.column} ({question.type}) becomes NOT NULL, and there are rows"
            f" without a value. Which one do they get? (SQL, such as {question.example}"
            f"{'; unique: another value for each row' if question.unique else ''})"
        )
        return f"{question.target}={self._answer()}"

    def _answer(self, among: set[str] | None = None) -> str:
        """A line that is not empty, and one of those where only they make sense.  Raises EOFError."""
        while True:
            self._output.err.write("> ")
            self._output.err.flush()
            line = sys.stdin.readline()
            if not line:
                self._output.err.write("\n")
                raise EOFError
            answer = line.strip()
            if answer and (among is None or answer.lower() in among):
                return answer if among is None else answer.lower()
