"""
Projects with files that were made for Alembic.

Responsible for `alembic` being limbeck before any of a user's code runs, and for the databases of an `env.py`.  Imports what
that takes only then: a verb that looks at the history needs nothing of it.
"""

from __future__ import annotations

import sys
from functools import cached_property
from typing import TYPE_CHECKING, Any

from limbeck.errors import UsageError
from limbeck.files import RevisionFolder

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from limbeck.cli.arguments import Globals
    from limbeck.compat.projects import EnvironmentTargets
    from limbeck.config import Settings
    from limbeck.files.index import File
    from limbeck.files.script import PythonScript, SqlScript
    from limbeck.history.revision import Revision
    from limbeck.lint.finding import Finding
    from limbeck.project import Project, Target


_RUNNING = "limbeck.compat.runtime.environment"


class Revisions(RevisionFolder):
    """Revisions whose files may import `op` from alembic."""

    def script(self, id: str) -> PythonScript | SqlScript:
        """The body of a revision, by full id.  UnknownRevision when no file has it."""
        script = super().script(id)
        if not self._installed or _RUNNING not in sys.modules:
            return script  # no env.py runs, which has more for the functions of a file, and takes time to import
        from limbeck.compat.scripts import adapted

        return adapted(script)

    @cached_property
    def _installed(self) -> bool:
        """Once there are scripts, `alembic` is limbeck; where the real one is loaded, a file that wants it says so."""
        from limbeck.compat.alias import install, is_taken

        if is_taken():
            return False
        install()
        return True

    def _executed(
        self, file: File, path: Path, content: bytes | None, findings: list[Finding]
    ) -> Revision | None:
        if b"alembic" in (path.read_bytes() if content is None else content):
            from limbeck.compat import install

            install()
        return super()._executed(file, path, content, findings)


class Databases:
    """The databases that `env.py` configures."""

    def __init__(
        self, settings: Settings, options: argparse.Namespace, library: RevisionFolder
    ) -> None:
        self._settings = settings
        self._options = options
        self._library = library

    @property
    def environment(self) -> EnvironmentTargets:
        """What runs `env.py`."""
        from limbeck.compat.projects import EnvironmentTargets

        return EnvironmentTargets(self._settings, self._options)

    def each(self, work: Callable[[Target], None]) -> None:
        """Run `env.py`, and `work` with each database that it configures.

        The revisions are those of the folders that it has chosen, unless a verb has read them before it asks the databases.
        """
        environment = self.environment
        scripts = environment.scripts

        def one(target: Target) -> None:
            if not self._library.is_read:
                self._library.look_in(scripts.locations)
            work(target)

        environment.each(one, scripts=scripts)


def env_py(settings: Settings) -> Path | None:
    """The `env.py` of a project that is configured as Alembic's are; None where there is none."""
    if settings.style != "alembic":
        return None
    from limbeck.files.location import locate

    file = locate(settings.migrations) / "env.py"
    return file if file.is_file() else None  # type: ignore[return-value]


def adapted(project: Project, args: argparse.Namespace, globals: Globals) -> Project:
    """The project with the databases of its `env.py`, where it has one, and with scripts for Alembic."""
    settings = project.settings
    library = Revisions.of(settings)
    project = project._replace(library=library)
    if env_py(settings) is None:
        return project
    databases = Databases(settings, options(args, globals), library)
    library.config = _Config(databases)
    library.settled = False
    return project._replace(targets=databases)


class _Config:
    """The Config of Alembic, made when a template asks it something."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    def __getattr__(self, name: str) -> Any:  # Any: whatever a Config has
        return getattr(self._databases.environment.config, name)


def options(args: argparse.Namespace, globals: Globals) -> argparse.Namespace:
    """What `env.py` finds as `config.cmd_opts`."""
    import argparse

    typed: Mapping[str, Any] = vars(args)  # Any: values of all flags
    kept = {name: value for name, value in typed.items() if not name.startswith("after_")}
    kept.update(x=list(globals.options) or None, quiet=globals.quiet, raiseerr=globals.raiseerr)
    kept.update(config=list(globals.config) or None, name=globals.name or "alembic")
    kept.pop("command", None)
    return argparse.Namespace(**kept)


def has_env_py(project: Project) -> bool:
    """Whether an `env.py` configures the databases."""
    return isinstance(project.targets, Databases)


def consult(project: Project) -> None:
    """Let `env.py` choose the folders of revisions for a verb that asks no database, where `revision_environment` says so."""
    if project.settings.revision_environment and has_env_py(project):
        project.targets.each(lambda target: None)


def counted_as_alembic_does(project: Project, revisions: list[str]) -> list[str]:
    """What was typed where files are only looked at; with an `env.py`, `-1` is counted from the head, as scripts expect."""
    if not has_env_py(project):
        return revisions
    return [f"head{text}" if text[:1] == "-" and text[1:].isdigit() else text for text in revisions]


def by_command(project: Project, verb: str, *arguments: Any, **keywords: Any) -> bool:
    """Let `env.py` take the whole of a verb in hand, as Alembic does; whether there is one.

    That is what writes SQL, and what needs the models that only `env.py` knows.
    """
    databases = project.targets
    if not isinstance(databases, Databases):
        return False
    databases.environment.command(verb, *arguments, **keywords)
    return True


def environment_of(project: Project) -> EnvironmentTargets | None:
    """What runs the `env.py` that configures the databases; None where there is none."""
    databases = project.targets
    return databases.environment if isinstance(databases, Databases) else None


def refuse_flags(args: argparse.Namespace, why: str) -> None:
    """Say that a flag has no effect where tables are walked through, rather than do something else than was ordered.

    Raises UsageError.
    """
    given = [
        f"--{name.replace('_', '-')}" for name in _OF_OUR_COMPARISON if getattr(args, name, None)
    ]
    if given:
        raise UsageError(
            f"{', '.join(given)}: has no effect where the comparison is Alembic's walk: {why}",
            hint="without what asks for the walk limbeck compares by itself; see docs/compatibility.md",
        )


_OF_OUR_COMPARISON = (
    "rename", "fill", "drop_unowned", "allow_destructive", "allow_mass_drop", "offline", "verify", "explain", "json",
)  # fmt: skip


def is_for_alembic(template: str) -> bool:
    """Whether a template of `init` makes a project with an `env.py`."""
    from limbeck.files.init import list_templates

    return any(known.name == template and known.for_alembic for known in list_templates())


def start_for_alembic(args: argparse.Namespace, globals: Globals) -> None:
    """Start a project with an `env.py`, as `alembic init` does: it can be run by both."""
    from limbeck.compat import command
    from limbeck.compat.config import Config

    given = globals.config
    toml = next((file for file in given if file.endswith(".toml")), "pyproject.toml")
    ini = next((file for file in given if not file.endswith(".toml")), "alembic.ini")
    config = Config(ini, toml_file=toml, cmd_opts=options(args, globals))
    command.init(config, args.directory, args.template, args.package)
