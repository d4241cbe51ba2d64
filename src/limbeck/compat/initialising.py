"""
The files of a new project in Alembic's form.

Responsible for what a template becomes: settings beside the project, everything else in the folder.  Does not make folders.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from limbeck.compat import util

if TYPE_CHECKING:
    from limbeck.compat.config import Config
    from limbeck.compat.script.base import ScriptDirectory


def write(config: Config, scripts: ScriptDirectory, template: Path, directory: Path) -> None:
    """Write what is in the folder `template`, for a project whose revisions are in `directory`."""
    for name in sorted(os.listdir(template)):
        source = template / name
        if name == "alembic.ini.mako":
            _settings(config._config_file_path, source, scripts, directory)
        elif name == "pyproject.toml.mako":
            _settings(config._toml_file_path, source, scripts, directory, append=True)
        elif source.is_file():
            scripts._copy_file(source, (directory / name).absolute())


def _settings(
    file: Path | None,
    source: Path,
    scripts: ScriptDirectory,
    directory: Path,
    *,
    append: bool = False,
) -> None:
    assert file is not None
    location = directory.as_posix()
    if not directory.is_absolute():
        # As seen from the file, wherever the command is typed.
        location = f"%(here)s/{Path(os.path.relpath(directory, file.parent)).as_posix()}"
    file = file.absolute()
    if append and file.exists() and file.stat().st_size:
        scripts._append_template(source, file, script_location=location)
    elif file.exists():
        util.msg(f"File {str(file)!r} already exists, skipping", **scripts.messaging_opts)
    else:
        scripts._generate_template(source, file, script_location=location)


def say_what_is_next(config: Config) -> None:
    """Tell where the settings are."""
    file = config._config_file_path
    util.msg(
        "Please edit configuration/connection/logging settings in"
        f" {str(file.absolute() if file else 'alembic.ini')!r} before proceeding.",
        **config.messaging_opts,
    )
