"""`limbeck edit`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from limbeck.cli.arguments import add_revision
from limbeck.errors import ConfigError, UsageError

if TYPE_CHECKING:
    import argparse

    from limbeck.cli.call import Call

EXAMPLES = ("limbeck edit head", "EDITOR='code --wait' limbeck edit ae10")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    add_revision(
        parser, "revision", "an id or the beginning of one, a branch label, head, heads, current"
    )


def run(call: Call) -> None:
    """Open the files in the user's editor: $VISUAL, else $EDITOR."""
    import shlex
    import subprocess

    from limbeck.actions.show import show

    points = show(call.project, call.args.revision)
    if not points:
        raise UsageError(f"{call.args.revision} is no revision", hint="limbeck edit head")
    files = [str(call.project.library.path(point.id)) for point in points]
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor:
        raise ConfigError(
            "neither $VISUAL nor $EDITOR says which editor to open",
            hint=f"EDITOR=vi limbeck edit {call.args.revision}; the file is {files[0]}",
        )
    try:
        # The user chose the program.
        ended = subprocess.run([*shlex.split(editor), *files], check=False)  # noqa: S603
    except OSError as error:
        raise ConfigError(
            f"the editor {editor!r} cannot be started: {error.strerror}",
            hint="set $EDITOR to a program that is installed",
        ) from None
    if ended.returncode:
        raise ConfigError(f"the editor {editor!r} ended with exit code {ended.returncode}")
