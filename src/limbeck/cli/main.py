"""
The way in: from the words on the command line to a verb, and from its end to an exit code.

Responsible for the parser and for what happens when anything raises.  Does not know any verb: it finds the module
with the verb's name, and only that one is imported, because starting fast counts.
"""

from __future__ import annotations

import argparse
import importlib
import os
import re
import sys
from functools import cache
from typing import TYPE_CHECKING, NoReturn, Protocol, cast

from limbeck.cli import failures
from limbeck.cli.arguments import add_globals, read_globals, typed
from limbeck.cli.exits import INTERRUPTED, SUCCESS, USAGE
from limbeck.cli.output import Output
from limbeck.cli.verbs import NAMES, VERBS, Verb
from limbeck.errors import LimbeckError
from limbeck.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from limbeck.cli.call import Call


class Help(argparse.RawDescriptionHelpFormatter):
    """The form of `--help`.

    argparse makes one for each argument that is added, and asks for the size of the terminal each time; that is
    asked only once here.
    """

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_width())


@cache
def _width() -> int:
    """Columns to write in: those of the terminal, less a margin of two."""
    try:
        columns = int(os.environ.get("COLUMNS") or os.get_terminal_size(1).columns)
    except (ValueError, OSError):
        columns = 0
    return (columns or 80) - 2


class Parser(argparse.ArgumentParser):
    """argparse's, with an answer of our own for a verb that does not exist."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the words that were typed, and end the process."""
        wrong = re.match(r"argument VERB: invalid choice: '([^']*)'", message)
        super().error(_no_such_verb(wrong[1]) if wrong else message)


def _no_such_verb(word: str) -> str:
    import difflib

    # The beginning of a verb is as good as a slip of the finger.
    names, word_ = [verb.name for verb in VERBS], word.replace("-", "_")
    close = [name for name in names if name.startswith(word_)]
    close = close or difflib.get_close_matches(word_, names, n=1)
    meant = f"; did you mean {' or '.join(sorted(close))}?" if close else ""
    return f"there is no verb {word!r}{meant} (`limbeck --help` lists all)"


class Command(Protocol):
    """What the module of a verb has."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Say what can be typed."""
        ...

    def run(self, call: Call) -> int | None:
        """Do it; None is success."""
        ...


def run() -> NoReturn:
    """Run the command line of this process, and end it."""
    import gc

    # A long history is many thousand small values that all stay: looking for cycles among them again and again
    # takes longer than the verb itself.  What is imported for a run is 70,000 objects, which all stay, too.
    gc.set_threshold(150_000, 50, 100)
    try:
        code = main()
    except LimbeckError as error:
        # Only with --raiseerr; the exit code is the same with a traceback and without.
        sys.excepthook(type(error), error, error.__traceback__)
        code = failures.exit_code(error)
    # Before it ends, Python looks once more for cycles among everything that was imported, and with SQLAlchemy that is
    # up to a fifth of what a short command takes.  What is frozen is left alone.
    gc.freeze()
    sys.exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line (that of this process when left out) and return its exit code.

    argparse ends the process itself after `--help`, `--version` and words that it does not understand.
    """
    words = typed(sys.argv[1:] if argv is None else argv)
    tree = parser(_mentioned(words))
    if "_ARGCOMPLETE" in os.environ:
        import argcomplete

        argcomplete.autocomplete(tree)
    args = tree.parse_args(words)
    if args.verb is None:
        tree.print_help(sys.stderr)
        return USAGE
    return _ended(args)


def parser(verbs: Sequence[Verb] = VERBS) -> argparse.ArgumentParser:
    """The parser for `verbs`, each with its own in it."""
    tree = Parser(
        prog="limbeck",
        description="Move databases from one schema to the next.",
        epilog="`limbeck VERB --help` says more about a verb.",
        usage="limbeck [options] VERB ...",
        formatter_class=Help,
    )
    tree.add_argument("--version", action="version", version=f"limbeck {__version__}")
    add_globals(tree)
    branches = tree.add_subparsers(dest="verb", metavar="VERB", title="verbs", prog="limbeck")
    for verb in verbs:
        _add(branches, verb)
    return tree


def _mentioned(words: Sequence[str]) -> Sequence[Verb]:
    """The verbs to build a parser for: those that are among `words`, all of them where that is not enough."""
    if not NAMES.isdisjoint(words) and "_ARGCOMPLETE" not in os.environ:
        first = next(index for index, word in enumerate(words) if word in NAMES)
        if not {"-h", "--help"} & set(words[:first]):
            return [verb for verb in VERBS if not {verb.name, verb.dashed}.isdisjoint(words)]
    return VERBS


def _add(branches: argparse._SubParsersAction[Parser], verb: Verb) -> None:
    command = _command(verb)
    examples: Sequence[str] = getattr(command, "EXAMPLES", ())
    leaf = branches.add_parser(
        verb.name,
        help=verb.help,
        description=f"{verb.help[0].upper()}{verb.help[1:]}.",
        epilog="\n".join(["examples:", *(f"  {example}" for example in examples)])
        if examples
        else None,
        formatter_class=Help,
    )
    command.arguments(leaf)
    add_globals(leaf, after=True)
    leaf.set_defaults(command=command, verb=verb.name)
    if "_ARGCOMPLETE" not in os.environ:
        # Understood as well, but neither listed nor completed: one name for each is enough.
        branches.choices[verb.dashed] = leaf


def _command(verb: Verb) -> Command:
    return cast("Command", importlib.import_module(f"limbeck.cli.commands.{verb.module}"))


def _ended(args: argparse.Namespace) -> int:
    from limbeck.cli.call import Call

    flags = read_globals(args)
    output = Output(quiet=flags.quiet)
    call = Call(args, flags, output)
    try:
        code = args.command.run(call)
        output.out.flush()
        return SUCCESS if code is None else int(code)
    except KeyboardInterrupt:
        output.complaint("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough (`limbeck history | head`); Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return SUCCESS
    except Exception as error:
        if flags.raiseerr:
            raise
        if getattr(args, "json", False):
            output.json(args.verb, {"error": failures.document(error)})
        output.complaint(failures.text(error, output))
        return failures.exit_code(error)
