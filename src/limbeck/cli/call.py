"""
One call of a verb: what was typed, and what is made of it when it is needed.

Responsible for reading the settings and opening the project at most once, and only for verbs that ask.  Does not
know the verbs.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from limbeck.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from limbeck.cli.arguments import Globals
    from limbeck.cli.output import Output
    from limbeck.config import Settings
    from limbeck.project import Project


class Call:
    """What a verb gets: its arguments, the output, and the project."""

    def __init__(self, args: argparse.Namespace, globals: Globals, output: Output) -> None:
        self.args = args
        self.globals = globals
        self.output = output

    @cached_property
    def options(self) -> dict[str, str]:
        """The values of `-x KEY=VALUE`; a bare KEY has the empty text."""
        pairs = (option.partition("=") for option in self.globals.options)
        return {key: value for key, _, value in pairs}

    @cached_property
    def settings(self) -> Settings:
        """The settings that hold here, with the flags that override them."""
        return self.settings_of(self.globals.name)

    def settings_of(self, name: str | None) -> Settings:
        """The same for the database called `name`."""
        from limbeck.config import load

        return load(
            _only(self.globals.config),
            name=name,
            overrides={"lock_timeout": getattr(self.args, "lock_timeout", None)},
        )

    @cached_property
    def project(self) -> Project:
        """The project in the working directory."""
        return self.open(self.settings)

    def open(self, settings: Settings) -> Project:
        """The project of `settings`, which may name folders of their own."""
        from limbeck.cli.environment import adapted
        from limbeck.project import Project

        project = Project.open(settings, options=self._options)
        return adapted(project, self.args, self.globals)

    @cached_property
    def projects(self) -> tuple[Project, ...]:
        """The project; where no database was chosen and none is without a name, once for each that has one."""
        from limbeck.cli.environment import env_py

        settings = self.settings
        one = settings.name or settings.url is not None or not settings.databases
        if one or env_py(settings) is not None:
            return (self.project,)
        return tuple(self.open(self.settings_of(name)) for name in settings.databases)

    @cached_property
    def everywhere(self) -> tuple[Project, ...]:
        """The project, and once more for each other database that the settings name."""
        from limbeck.cli.environment import env_py

        settings = self.settings
        if env_py(settings) is not None:
            return (self.project,)
        named = [
            self.open(self.settings_of(name))
            for name in settings.databases
            if name != settings.name
        ]
        return (self.project, *named)

    @property
    def _options(self) -> dict[str, str]:
        tag = getattr(self.args, "tag", None)
        return self.options if tag is None else {**self.options, "tag": tag}


def _only(files: tuple[str, ...]) -> str | None:
    """The configuration file; of several in one folder any will do, since `load` looks beside it."""
    if len({Path(file).absolute().parent for file in files}) > 1:
        raise UsageError(
            f"configuration files in different folders: {', '.join(files)}",
            hint=f"-c {files[-1]}",
        )
    return files[-1] if files else None
