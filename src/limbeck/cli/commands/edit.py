"""`limbeck edit`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from limbeck.cli.arguments import add_revision
from limbeck.cli.environment import counted_as_alembic_does, has_env_py
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
    """Open the files in the user's editor: $VISUAL, else $EDITOR; with an `env.py` as Alembic chooses it."""
    import shlex
    import subprocess

    from limbeck.actions.show import show

    points = show(call.project, counted_as_alembic_does(call.project, [call.args.revision]))
    if not points:
        raise UsageError(f"{call.args.revision} is no revision", hint="limbeck edit head")
    files = [str(call.project.library.path(point.id)) for point in points]
    editor = _editor(as_alembic=has_env_py(call.project))
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


def _editor(*, as_alembic: bool) -> str | None:
    """What was chosen; for scripts around Alembic $EDITOR comes first, and without either one that is usual."""
    names = ("EDITOR", "VISUAL") if as_alembic else ("VISUAL", "EDITOR")
    chosen = next((os.environ[name] for name in names if os.environ.get(name)), None)
    if chosen is not None or not as_alembic:
        return chosen
    import shutil

    from limbeck.compat.util.editor import _default_editors

    return next((path for path in map(shutil.which, _default_editors()) if path), None)
