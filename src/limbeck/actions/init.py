"""Start a project."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from limbeck.errors import NoConfig, Refused


@dataclass(frozen=True, slots=True)
class Started:
    """The files that were written: the settings, and those of the folder of revisions."""

    config: Path
    files: tuple[Path, ...]
    metadata: str = ""
    """Where the models seem to be, "" when that could not be told."""


_WHERE_MODELS_ARE = (
    'metadata = "app.db:Base.metadata"  # where your models are, for check and --autogenerate'
)


def init(
    directory: str | Path = "migrations",
    *,
    template: str = "default",
    package: bool = False,
    url: str = "env:DATABASE_URL",
    config: str | Path | None = None,
) -> Started:
    """Make the folder `directory` for revisions, and write the settings that name it.

    The settings go to `config`; without it to the `pyproject.toml` in the working directory if there is one, else to
    a `limbeck.toml`.  Paths in them are relative to that file.

    Raises Refused when the folder has anything in it, the settings exist, or settings of Alembic are in effect here (which
    new ones would hide; a `config` that is named may do so), UsageError for an unknown template,
    ConfigError when a file cannot be written; then none was.
    """
    from limbeck.actions.bases import propose
    from limbeck.config.find import look_in
    from limbeck.config.write import add_section
    from limbeck.files.init import create_folder

    folder = Path(directory).absolute()
    file = _config_file() if config is None else Path(config).absolute()
    own = look_in(file.parent).own
    if own is not None and own[1] == file:
        raise Refused(
            f"{file} has settings for limbeck already",
            hint="limbeck config",
        )
    if config is None:
        _refuse_to_hide_alembic(file.parent)
    was_there = folder.exists()
    files = create_folder(folder, template, package=package)
    try:
        models = propose(file.parent)
        values: dict[str, object] = {"migrations": _relative(folder, file.parent), "url": url}
        if models is None:
            add_section(file, values, remarks=[_WHERE_MODELS_ARE])
        else:
            add_section(file, values | models.settings)
    except BaseException:
        _remove(folder, itself=not was_there)
        raise
    return Started(file, files, "" if models is None else models.metadata)


def _refuse_to_hide_alembic(start: Path) -> None:
    """Refused when the settings in effect in `start` are Alembic's."""
    from limbeck.config.find import search

    try:
        found = search(start)
    except NoConfig:
        return
    if found.own is not None:
        return
    where = f"[tool.alembic] in {found.alembic[1]}" if found.alembic else str(found.ini)
    raise Refused(
        f"this project is configured by {where}, which limbeck reads as it stands; there is nothing to init",
        hint="limbeck status; for a project of its own in this place: limbeck -c limbeck.toml init",
    )


def _remove(folder: Path, *, itself: bool) -> None:
    """Take back what was put into an empty `folder`, or all of it."""
    import shutil

    for child in [folder] if itself else list(folder.iterdir()):
        shutil.rmtree(child) if child.is_dir() else child.unlink()


def _config_file() -> Path:
    pyproject = Path("pyproject.toml").absolute()
    return pyproject if pyproject.is_file() else pyproject.with_name("limbeck.toml")


def _relative(folder: Path, root: Path) -> str:
    return folder.relative_to(root).as_posix() if folder.is_relative_to(root) else str(folder)
