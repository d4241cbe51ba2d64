"""
Databases that revisions cannot tell apart.

Responsible for which databases a project has, and for putting those together of which the same is said: of one kind, with the
same arguments for the functions of revisions.  Connects to nothing, unless only an `env.py` knows them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from limbeck.errors import ConfigError, LimbeckError
from limbeck.project import ARGUMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limbeck.config import Settings
    from limbeck.project import Project, Target


class Alike(NamedTuple):
    """Some databases of a project: the first of them as its `target`, with its settings, and the `names` of all."""

    project: Project
    target: Target
    names: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The name of the dialect."""
        from limbeck.database.engine import dialect_of

        return dialect_of(self.target.url).name


def alike(project: Project, *, unasked: bool = False) -> tuple[Alike, ...]:
    """The databases of `project`, those together that are of one kind.

    An `env.py` is not run where the settings name a database; with `unasked`, never.  Raises ConfigError when there is no
    database, or none has an address that can be read.
    """
    found: dict[object, Alike] = {}
    problems: list[LimbeckError] = []
    for each in _databases(project, unasked=unasked):
        try:
            key = (each.kind, repr(each.target.options.get(ARGUMENTS)))
        except LimbeckError as error:
            problems.append(error)
            continue
        before = found.setdefault(key, each._replace(names=()))
        found[key] = before._replace(names=(*before.names, *each.names))
    if not found:
        raise next(iter(problems), ConfigError("no database is configured", hint="limbeck config"))
    return tuple(found.values())


def unread(project: Project) -> str:
    """The databases of the settings of which not even the kind is known, and why; "" when there is none."""
    from limbeck.database.engine import dialect_of

    said = []
    for each in everywhere(project):
        try:
            dialect_of(each.settings.require_url().reveal())
        except LimbeckError as error:  # noqa: PERF203 - each has its own
            said.append(f"{each.settings.name}: {error.message}" if each.settings.name else "")
    return "; ".join(filter(None, said))


def first_target(project: Project, *, unasked: bool = False) -> Target:
    """The first database.  Raises as `alike`."""
    return alike(project, unasked=unasked)[0].target


def everywhere(project: Project) -> tuple[Project, ...]:
    """The project, once for each database that its settings name; once, where one was chosen or an `env.py` knows them."""
    from limbeck.project import ConfiguredTarget

    targets = project.targets
    if not isinstance(targets, ConfiguredTarget):
        return (project,)
    return tuple(
        project._replace(settings=each, targets=ConfiguredTarget(each, targets.options))
        for each in _named(project.settings)
    )


def _databases(project: Project, *, unasked: bool) -> Iterator[Alike]:
    from limbeck.project import ConfiguredTarget, ListedTargets, target_of

    if isinstance(project.targets, ListedTargets):
        yield from (Alike(project, target, (_name(target),)) for target in project.targets.targets)
    elif isinstance(project.targets, ConfiguredTarget):
        found = everywhere(project)
        for one in found:
            each = one.settings
            if each.url is not None or len(found) == 1:
                target = target_of(each, each.require_url(), project.targets.options)
                yield Alike(one, target, (each.name,))
    else:
        yield from _of_env_py(project, unasked=unasked)


def _named(settings: Settings) -> Iterator[Settings]:
    """The settings of each database that they name for the same revisions; of the one alone that was chosen, or has no name."""
    from limbeck.config import load

    if settings.url is not None or settings.name or not settings.databases:
        yield settings
    if settings.name or settings.file is None:
        return
    folders = (settings.migrations, settings.version_locations)
    for name in settings.databases:
        each = load(settings.file, name=name)
        if (each.migrations, each.version_locations) == folders:
            yield each


def _of_env_py(project: Project, *, unasked: bool) -> Iterator[Alike]:
    from limbeck.database.engine import dialect_of
    from limbeck.project import target_of

    settings = project.settings
    try:
        target = target_of(settings, settings.require_url())
        dialect_of(target.url)
    except ConfigError:
        if unasked:
            raise
    else:
        yield Alike(project, target, (settings.name,))
        return
    found: list[Target] = []
    project.targets.each(found.append)
    yield from (Alike(project, target, (_name(target),)) for target in found)


def _name(target: Target) -> str:
    """What people call it: its name, else what `env.py` gives the functions of revisions, else its address."""
    given = target.options.get(ARGUMENTS)
    arguments = ", ".join(map(str, given.values())) if isinstance(given, dict) else ""
    return target.name or arguments or target.shown
