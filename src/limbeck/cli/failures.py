"""
Errors as text and exit codes.

Responsible for the words around an error, the same for every verb.  Does not know the errors one by one: each
carries its code, its hint and its exit code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli.exits import FAILED
from limbeck.errors import LimbeckError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from limbeck.cli.output import Output

BUG_HINT = "add --raiseerr to see where it comes from"


def exit_code(error: BaseException) -> int:
    """How the process ends after `error`."""
    return error.exit_code if isinstance(error, LimbeckError) else FAILED


def text(error: BaseException, output: Output | None = None) -> str:
    """What a person is told about `error`: what is wrong, and what to type next."""
    title, message, hint = _parts(error)
    if output is not None:
        title = output.alert(title, "red")
    lines = [f"{title} {message}"]
    if hint:
        lines.append(f"{output.alert('hint:', 'cyan') if output else 'hint:'} {hint}")
    return "\n".join(lines)


def document(error: BaseException) -> Mapping[str, object]:
    """What a program is told about `error`."""
    _, message, hint = _parts(error)
    return {
        "code": error.code if isinstance(error, LimbeckError) else "E000",
        "message": message,
        "hint": hint,
        "exit": exit_code(error),
    }


def _parts(error: BaseException) -> tuple[str, str, str | None]:
    if isinstance(error, LimbeckError):
        return f"error[{error.code}]:", error.message, error.hint
    from limbeck.config import hide_passwords

    # An error that is not ours may quote the address it was given.
    return f"{type(error).__name__}:", hide_passwords(str(error)), BUG_HINT
