"""
Projects that are not checked out.

Responsible for the settings of a project in a bare repository: they are read from HEAD, as its revisions are.  Does not know
what is asked about it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from limbeck.errors import NoConfig, NoRepository

if TYPE_CHECKING:
    from limbeck.cli.call import Call
    from limbeck.project import Project
    from limbeck.vcs import Repository

_NAMES = ("limbeck.toml", "pyproject.toml", "alembic.ini")


def project_of(call: Call) -> Project:
    """The project in the working directory; in a bare repository, that of its HEAD.

    Raises NoConfig when HEAD has no settings, NoRepository when there is no commit.
    """
    from limbeck.vcs import Repository

    repository = Repository.of(Path.cwd())
    if repository is None or repository.top is not None:
        return call.project
    return _of_head(call, repository)


def _of_head(call: Call, repository: Repository) -> Project:
    from tempfile import TemporaryDirectory

    from limbeck.config import load
    from limbeck.files import RevisionFolder
    from limbeck.project import ConfiguredTarget, Project

    commit = repository.commit("HEAD")
    if not commit:
        raise NoRepository(
            "the bare repository has no commit that HEAD leads to",
            hint="git symbolic-ref HEAD refs/heads/BRANCH",
        )
    named = call.globals.config[-1] if call.globals.config else ""
    with TemporaryDirectory(prefix="limbeck-") as made:
        root = Path(made).resolve()
        if not _write(repository, commit, named, root):
            raise NoConfig(
                f"HEAD ({commit[:10]}) has no {named or ', '.join(_NAMES)}",
                hint="-c FILE names the configuration file by its path in the repository",
            )
        settings = load(named or None, name=call.globals.name, directory=root)
    library = RevisionFolder(
        Path(settings.migrations),
        [Path(place) for place in settings.version_locations] or None,
        root=root,
        recursive=settings.recursive_version_locations,
    )
    return Project(settings, library, ConfiguredTarget(settings, call.options))


def _write(repository: Repository, commit: str, named: str, root: Path) -> bool:
    """Put the files with settings where they can be read; whether there is one."""
    folder = Path(named).parent
    found = False
    for path in {named, *((folder / name).as_posix() for name in _NAMES)} - {""}:
        content = repository.content_at(commit, path)
        target = (root / path).resolve()
        if content is None or root not in target.parents:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        found = found or not named or path == named
    return found
