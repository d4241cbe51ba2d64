"""`limbeck run`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, NoReturn

from limbeck.errors import UsageError

if TYPE_CHECKING:
    from limbeck.cli.call import Call

EXAMPLES = ("limbeck run flask db upgrade", "limbeck run pytest tests/test_migrations.py")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    parser.add_argument(
        "words",
        nargs=argparse.REMAINDER,
        metavar="COMMAND",
        help="a command with its arguments; in it, and in what it starts, alembic is limbeck",
    )


def run(call: Call) -> NoReturn:
    """Become another command, for which alembic is limbeck."""
    import os
    import sys

    from limbeck.compat.alias import for_children

    words = call.args.words
    if not words:
        raise UsageError("there is no command to run", hint="limbeck run flask db upgrade")
    environment = dict(os.environ)
    for_children(environment)
    sys.stdout.flush()
    try:
        os.execvpe(words[0], words, environment)  # noqa: S606 - it is what the user typed
    except FileNotFoundError:
        raise UsageError(
            f"there is no command {words[0]!r}", hint="check the spelling, or give its path"
        ) from None
    except OSError as error:
        raise UsageError(f"{words[0]} cannot be started: {error.strerror}") from None
