"""
limbeck's own settings for a run by Alembic's names.

Responsible for finding them beside the files of a Config, and in the environment; what Alembic has a setting for is the
Config's.  Does not know what they are good for.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limbeck.config.find import look_in
from limbeck.config.own import read_environment, read_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from limbeck.compat.config import Config


def own_settings(config: Config | None) -> Mapping[str, Any]:
    """What is said in the environment, and in `limbeck.toml` or `[tool.limbeck]` in the folder of the Config's files.

    By the fields of `limbeck.config.Settings`.  Raises ConfigError.
    """
    name = "" if config is None or config.config_ini_section == "alembic" else _name(config)
    layer = read_environment(os.environ, name)
    file = None if config is None else config.config_file_name or config.toml_file_name
    if file is not None:
        own = look_in(Path(file).absolute().parent).own
        if own is not None:
            layer = layer.over(read_table(*own, name))
    return layer.values


def _name(config: Config) -> str:
    return str(config.config_ini_section or "")
