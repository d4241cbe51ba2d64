"""
`limbeck guard`: keep a repository on one head.

Responsible for the words that may follow `guard`; each has a module of its own in this folder, made like that of a verb.
Does not know what they do.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from limbeck.cli.arguments import add_globals

if TYPE_CHECKING:
    from limbeck.cli.call import Call
    from limbeck.cli.main import Command


class Word(NamedTuple):
    """What may follow `guard`; `module` has the rest.  One without `help` is not listed: programs type it."""

    name: str
    help: str
    module: str


WORDS = (
    Word("check", "say what joining this branch with another one would give", "guard_check"),
    Word("forecast", "say which open branches will collide when they are merged", "guard_forecast"),
    Word("install", "make git notice forks, and limbeck put them in order", "guard_install"),
    Word("uninstall", "take away what install has written", "guard_uninstall"),
    Word("keep", "let the file HEAD say what is true, also after a conflict in it", "guard_keep"),
    Word("hook", "", "guard_hook"),
    Word("merge-driver", "", "guard_merge_driver"),
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    words = parser.add_subparsers(dest="word", metavar="WORD", title="words", required=True)
    for word in WORDS:
        command = _command(word)
        examples = getattr(command, "EXAMPLES", ())
        # Any: a parser that is given no `help` at all, which None is not, is not listed.
        about: dict[str, Any] = {"help": word.help} if word.help else {}
        leaf = words.add_parser(
            word.name,
            description=f"{word.help[:1].upper()}{word.help[1:]}." if word.help else None,
            epilog="\n".join(["examples:", *(f"  {example}" for example in examples)])
            if examples
            else None,
            formatter_class=parser.formatter_class,
            **about,
        )
        command.arguments(leaf)
        add_globals(leaf, after=True)
        _keep_what_was_before(leaf)
        leaf.set_defaults(guard=command, verb=f"guard {word.name}")


def run(call: Call) -> int | None:
    """Do what the word says."""
    return cast("Command", call.args.guard).run(call)


def _command(word: Word) -> Command:
    return cast("Command", import_module(f"limbeck.cli.commands.{word.module}"))


def _keep_what_was_before(leaf: argparse.ArgumentParser) -> None:
    """Let global flags after the word take nothing away from those before it: argparse would, by their defaults."""
    # argparse has no public way to ask which flags there are.
    for action in leaf._actions:  # noqa: SLF001
        if action.dest.startswith("after_"):
            action.default = argparse.SUPPRESS
