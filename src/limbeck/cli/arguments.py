"""
Flags and arguments that several verbs have.

Responsible for their names, for global flags being understood before and after the verb, and for the few
spellings that argparse alone would not understand.  Does not know what anything does with the values.
"""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from limbeck.cli import completers

if TYPE_CHECKING:
    from collections.abc import Sequence

_RANGE_FLAGS = ("-r", "--rev-range")
_STARTS_WITH_STEPS = re.compile(r"-\d")


class Globals(NamedTuple):
    """The values of the global flags, wherever in the line they stood."""

    config: tuple[str, ...]
    name: str | None
    options: tuple[str, ...]
    raiseerr: bool
    quiet: bool


def add_globals(parser: argparse.ArgumentParser, *, after: bool = False) -> None:
    """The flags that all verbs have.

    `after` the verb they are left out of the help, go to names of their own, since argparse would let them
    overwrite those before it, and give way to the verb's own flags (`current -c` is `--check-heads`).
    """

    # Any: argparse takes different keywords for different actions.
    def flag(*names: str, dest: str, help: str, **keywords: Any) -> argparse.Action:
        if after:
            # argparse has no public way to ask which flags there are.
            taken = parser._option_string_actions  # noqa: SLF001
            names = tuple(name for name in names if name not in taken)
            dest, help = f"after_{dest}", argparse.SUPPRESS
        return parser.add_argument(*names, dest=dest, help=help, **keywords)

    flag("-c", "--config", dest="config", metavar="FILE", action="append", default=[],
         help="the configuration file; searched for upward from the working directory when left out")  # fmt: skip
    name = flag("-n", "--name", dest="name", metavar="NAME",
                help="the named database, or the section of an alembic.ini")  # fmt: skip
    completers.attach(name, completers.databases)
    flag("-x", dest="options", metavar="KEY=VALUE", action="append", default=[],
         help="a value for revision scripts; may be repeated")  # fmt: skip
    flag("--raiseerr", dest="raiseerr", action="store_true",
         help="show the Python traceback of an error")  # fmt: skip
    flag("-q", "--quiet", dest="quiet", action="store_true",
         help="show nothing but data and errors")  # fmt: skip


def read_globals(args: argparse.Namespace) -> Globals:
    """What the flags said, before the verb and after it; the later one wins where there is one value."""
    return Globals(
        config=(*args.config, *args.after_config),
        name=args.name if args.after_name is None else args.after_name,
        options=(*args.options, *args.after_options),
        raiseerr=args.raiseerr or args.after_raiseerr,
        quiet=args.quiet or args.after_quiet,
    )


def typed(argv: Sequence[str]) -> list[str]:
    """`argv` in a form that argparse understands.

    A range may start with steps (`-r -3:`), which argparse would take for flags.
    """
    words: list[str] = []
    for word in argv:
        if words and words[-1] in _RANGE_FLAGS and _STARTS_WITH_STEPS.match(word):
            flag = words.pop()
            words.append(f"{flag}={word}" if flag.startswith("--") else flag + word)
        else:
            words.append(word)
    return words


def add_json(parser: argparse.ArgumentParser) -> None:
    """`--json`: the documented form for programs."""
    parser.add_argument("--json", action="store_true", help="print JSON for programs")


def add_verbose(parser: argparse.ArgumentParser) -> None:
    """`-v`, as Alembic has it."""
    parser.add_argument("-v", "--verbose", action="store_true", help="show more of each revision")


def add_revision(
    parser: argparse.ArgumentParser,
    name: str,
    help: str,
    *,
    nargs: str | None = None,
    default: str | None = None,
) -> None:
    """A revision as an argument, completed by the shell."""
    action = parser.add_argument(
        name, help=help, nargs=nargs, default=default, metavar=name.upper()
    )
    completers.attach(action, completers.revisions)


def add_revision_flag(
    parser: argparse.ArgumentParser, *names: str, help: str, repeated: bool = False
) -> None:
    """A revision as the value of a flag, completed by the shell."""
    action = parser.add_argument(
        *names, help=help, metavar="REVISION", action="append" if repeated else "store"
    )
    completers.attach(action, completers.revisions)


def add_offline(parser: argparse.ArgumentParser) -> None:
    """`--sql` and `--tag`, as Alembic has them."""
    parser.add_argument(
        "--sql", action="store_true", help="print the SQL instead of sending it to a database"
    )
    parser.add_argument("--tag", metavar="TAG", help="a word for revision scripts to look at")


def add_lock_timeout(parser: argparse.ArgumentParser) -> None:
    """`--lock-timeout`: how long to wait for another run."""
    parser.add_argument(
        "--lock-timeout",
        type=float,
        metavar="SECONDS",
        help="how long to wait for another run to finish; 0 does not wait",
    )
