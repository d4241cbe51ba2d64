"""
`alembic.config`: the settings of a project, and a command line made of functions, which programs extend with theirs.

Responsible for turning the signatures of functions into arguments; the settings are in `configuration`.  limbeck's own
command line is `limbeck.cli`.
"""

from __future__ import annotations

import importlib
import inspect
import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from limbeck.compat import util
from limbeck.compat.configuration import Config, MessagingOptions

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence
    from types import ModuleType

__all__ = ["CommandFunction", "CommandLine", "Config", "MessagingOptions", "main"]


def __getattr__(name: str) -> ModuleType:
    """`config.command`: the verbs come when somebody asks for them."""
    if name == "command":
        return importlib.import_module("limbeck.compat.command")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class CommandFunction(Protocol):
    """A function whose first argument is a Config, the others strings or switches."""

    __name__: str

    def __call__(self, config: Config, *args: Any, **kwargs: Any) -> Any:
        """Do what the command says."""
        ...


def _option(help_text: str, **others: Any) -> dict[str, Any]:
    return {**others, "help": help_text}


def _text(help_text: str) -> dict[str, Any]:
    return _option(help_text, type=str)


def _switch(help_text: str) -> dict[str, Any]:
    return _option(help_text, action="store_true")


class CommandLine:
    """Parses arguments and calls the function of the command that they name.

    >>> CommandLine().main(["upgrade", "head"])
    """

    _KWARGS_OPTS: dict[str, Any] = {
        "template": (
            "-t",
            "--template",
            _option("template for 'init'", default="generic", type=str),
        ),
        "message": ("-m", "--message", _text("message of the new revision")),
        "sql": ("--sql", _switch("print SQL and connect to nothing")),
        "tag": ("--tag", _text("a word of your own for env.py")),
        "head": ("--head", _text("the revision, or <branch>@head, that the new one follows")),
        "splice": ("--splice", _switch("let the new revision follow one that is no head")),
        "depends_on": (
            "--depends-on",
            _option("a revision that must have run before; may be repeated", action="append"),
        ),
        "rev_id": ("--rev-id", _text("the id of the new revision")),
        "version_path": ("--version-path", _text("the folder for the new file")),
        "branch_label": ("--branch-label", _text("a name for the branch that begins there")),
        "verbose": ("-v", "--verbose", _switch("say more")),
        "resolve_dependencies": (
            "--resolve-dependencies",
            _switch("take what a revision depends on for its parent"),
        ),
        "autogenerate": (
            "--autogenerate",
            _switch("write the operations that lead from the database to the models"),
        ),
        "rev_range": ("-r", "--rev-range", _option("a range, [start]:[end]", action="store")),
        "indicate_current": ("-i", "--indicate-current", _switch("show where the database is")),
        "purge": ("--purge", _switch("empty the version table first")),
        "package": ("--package", _switch("write __init__.py files, too")),
        "check_heads": (
            "-c",
            "--check-heads",
            _switch("fail when the database is not at all heads"),
        ),
    }
    _POSITIONAL_OPTS: dict[str, Any] = {
        "directory": {"help": "folder of the scripts"},
        "revision": {"help": "a revision"},
        "revisions": {"nargs": "+", "help": "one or more revisions, or 'heads' for all heads"},
    }
    _POSITIONAL_TRANSLATIONS: dict[Any, dict[str, str]] = {"stamp": {"revision": "revisions"}}

    def __init__(self, prog: str | None = None) -> None:
        self._generate_args(prog)

    def _generate_args(self, prog: str | None) -> None:
        from limbeck.compat import __version__, command

        parser = ArgumentParser(prog=prog)
        parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
        parser.add_argument(
            "-c",
            "--config",
            action="append",
            help="an ini file, or pyproject.toml; may be given twice, for both (default: that of"
            " ALEMBIC_CONFIG, or alembic.ini)",
        )
        parser.add_argument(
            "-n", "--name", type=str, default="alembic", help="the section of the ini file"
        )
        parser.add_argument("-x", action="append", help="an argument of your own for env.py")
        parser.add_argument(
            "--raiseerr", action="store_true", help="show where an error comes from"
        )
        parser.add_argument("-q", "--quiet", action="store_true", help="print nothing")
        self.subparsers = parser.add_subparsers()
        functions = inspect.getmembers(command, inspect.isfunction)
        for name, function in functions:
            if not name.startswith("_") and function.__module__ == "alembic.command":
                self.register_command(function)
        self.parser = parser

    def register_command(self, fn: CommandFunction) -> None:
        """Add a command: the name of `fn`, its arguments, the first lines of its docstring for help."""
        function, positional, keyword, help_text = self._inspect_function(fn)
        subparser = self.subparsers.add_parser(
            function.__name__, help=help_text, description=help_text
        )
        translations = self._POSITIONAL_TRANSLATIONS.get(
            function, self._POSITIONAL_TRANSLATIONS.get(function.__name__, {})
        )
        shown = [translations.get(name, name) for name in positional]
        for name in keyword:
            if name in self._KWARGS_OPTS:
                *flags, options = self._KWARGS_OPTS[name]
                subparser.add_argument(*flags, **options)
        for name in shown:
            subparser.add_argument(name, **self._POSITIONAL_OPTS.get(name, {}))
        subparser.set_defaults(cmd=(function, shown, keyword))

    def _inspect_function(self, fn: CommandFunction) -> tuple[Any, Any, Any, str]:
        parameters = list(inspect.signature(fn).parameters.values())[1:]
        positional = [p.name for p in parameters if p.default is p.empty]
        keyword = [p.name for p in parameters if p.default is not p.empty]
        lines = []
        for line in (inspect.cleandoc(fn.__doc__ or "")).split("\n"):
            if not line.strip():
                break
            lines.append(line.strip())
        return fn, positional, keyword, " ".join(lines)

    def run_cmd(self, config: Config, options: Namespace) -> None:
        """Call the command that `options` holds.  A CommandError ends the process, unless `--raiseerr`."""
        function, positional, keyword = options.cmd
        try:
            function(
                config,
                *[getattr(options, name, None) for name in positional],
                **{name: getattr(options, name, None) for name in keyword},
            )
        except util.CommandError as error:
            if options.raiseerr:
                raise
            util.err(str(error), **config.messaging_opts)

    def _inis_from_config(self, options: Namespace) -> tuple[str, str]:
        """The TOML file and the ini file that `-c`, ALEMBIC_CONFIG and habit name.  CommandError for two of a kind."""
        given = options.config or [os.environ.get("ALEMBIC_CONFIG", "alembic.ini")]
        toml = [name for name in given if Path(name).suffix == ".toml"]
        ini = [name for name in given if Path(name).suffix != ".toml"]
        if len(ini) > 1:
            raise util.CommandError("only one ini file may be indicated")
        if len(toml) > 1:
            raise util.CommandError("pyproject.toml indicated more than once")
        return (toml or ["pyproject.toml"])[0], (ini or ["alembic.ini"])[0]

    def main(self, argv: Sequence[str] | None = None) -> None:
        """Parse `argv`, else the arguments of the process, and run the command."""
        options = self.parser.parse_args(argv)
        if not hasattr(options, "cmd"):
            # argparse lets a command be left out.
            self.parser.error("too few arguments")
        toml, ini = self._inis_from_config(options)
        config = Config(file_=ini, toml_file=toml, ini_section=options.name, cmd_opts=options)
        self.run_cmd(config, options)


def main(argv: Sequence[str] | None = None, prog: str | None = None, **kwargs: Any) -> None:
    """The command line of Alembic's verbs; limbeck's own is `limbeck`."""
    CommandLine(prog=prog).main(argv=argv)


if __name__ == "__main__":
    main(sys.argv[1:])
