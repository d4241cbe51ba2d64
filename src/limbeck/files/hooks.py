"""
What runs on a new revision file: formatters and the like.

Responsible for the three types of post_write_hooks and their command lines.  Does not know what they do; how they
end is theirs to say, as it is with Alembic, because a linter that finds something has not failed.
"""

from __future__ import annotations

import os
import shlex
import sys
from typing import TYPE_CHECKING

from limbeck.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from limbeck.config import PostWriteHook

TOKEN = "REVISION_SCRIPT_FILENAME"  # noqa: S105 - no secret

_CONSOLE_SCRIPT = (
    "import importlib, operator, sys; "
    "sys.exit(operator.attrgetter({attribute!r})(importlib.import_module({module!r}))())"
)


def commands(hooks: Sequence[PostWriteHook]) -> list[list[str]]:
    """The program that each hook starts, without its options.

    Raises ConfigError for one that is not installed, so that nothing is written when a hook cannot run.
    """
    return [_program(hook) for hook in hooks]


def run(
    hooks: Sequence[PostWriteHook], programs: Sequence[list[str]], path: Path, root: Path
) -> None:
    """Run each hook on the file at `path`, in order.

    Their output goes to standard error, since standard output may be read by a machine.
    """
    import subprocess

    for hook, program in zip(hooks, programs):  # noqa: B905 - made from each other
        cwd = root / hook.cwd if hook.cwd else None
        try:
            subprocess.run(  # noqa: S603 - what the user has configured
                [*program, *_options(hook, path)], cwd=cwd, check=False, stdout=2
            )
        except OSError as error:
            raise ConfigError(
                f"post_write_hooks: {hook.name!r} cannot be started: {error.strerror};"
                f" {path} is written"
            ) from None


def _options(hook: PostWriteHook, path: Path) -> list[str]:
    written = hook.options if TOKEN in hook.options else f"{TOKEN} {hook.options}"
    words = shlex.split(written, posix=os.name == "posix")
    return [word.replace(TOKEN, str(path)) for word in words]


def _program(hook: PostWriteHook) -> list[str]:
    if hook.type == "exec":
        return [_executable(hook)]
    if hook.type == "module":
        from importlib.util import find_spec

        if find_spec(hook.target) is None:
            raise _missing(hook, "module")
        return [sys.executable, "-m", hook.target]
    from importlib.metadata import entry_points

    for entry in entry_points(group="console_scripts", name=hook.target):
        code = _CONSOLE_SCRIPT.format(module=entry.module, attribute=entry.attr)
        return [sys.executable, "-c", code]
    raise _missing(hook, "console script")


def _executable(hook: PostWriteHook) -> str:
    import shutil

    found = shutil.which(hook.target)
    if found is None:
        raise _missing(hook, "executable")
    return found


def _missing(hook: PostWriteHook, kind: str) -> ConfigError:
    return ConfigError(
        f"post_write_hooks: there is no {kind} {hook.target!r}, which {hook.name!r} runs",
        hint=f"install it, or take {hook.name!r} out of post_write_hooks",
    )
