"""
`alembic.config.Config`: the settings of a project, as `env.py` and programs around it read and write them.

Responsible for `alembic.ini` and `[tool.alembic]` with what was set since by hand.  Does not know what the settings are
good for; `limbeck.config` reads the same files for limbeck itself.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from configparser import ConfigParser
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast, overload

from typing_extensions import NotRequired, TypedDict

from limbeck.compat import util
from limbeck.compat.util.langhelpers import immutabledict, memoized_property

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping
    from typing import TypeAlias

    from limbeck.compat.script.write_hooks import PostWriteHookConfig

    Value: TypeAlias = "str | list[str] | dict[str, str] | list[dict[str, str]] | int | None"

__all__ = ["Config", "MessagingOptions"]

log = logging.getLogger("alembic.config")

_SEPARATORS = {"space": " ", "newline": "\n", "os": os.pathsep, ":": ":", ";": ";"}


class MessagingOptions(TypedDict):
    """How messages are shown."""

    quiet: NotRequired[bool]


class Config:
    """Settings from `file_`, an ini file, and `toml_file`, and what `set_main_option` has changed.

    `attributes` carries objects to `env.py`; attributes of a caller's own can be set, too.

    >>> config = Config("alembic.ini")
    >>> config.set_main_option("sqlalchemy.url", "sqlite:///app.db")
    """

    cmd_opts: Namespace | None = None
    config_file_name: str | os.PathLike[str] | None = None
    toml_file_name: str | os.PathLike[str] | None = None
    config_ini_section: str = None  # type: ignore[assignment]

    def __init__(
        self,
        file_: str | os.PathLike[str] | None = None,
        toml_file: str | os.PathLike[str] | None = None,
        ini_section: str = "alembic",
        output_buffer: TextIO | None = None,
        stdout: TextIO = sys.stdout,
        cmd_opts: Namespace | None = None,
        config_args: Mapping[str, Any] = immutabledict(),
        attributes: dict[str, Any] | None = None,
    ) -> None:
        self.config_file_name = os.fspath(file_) if isinstance(file_, os.PathLike) else file_
        self.toml_file_name = toml_file
        self.config_ini_section = ini_section
        self.output_buffer = output_buffer
        self.stdout = stdout
        self.cmd_opts = cmd_opts
        self.config_args = dict(config_args)
        if attributes:
            self.attributes.update(attributes)

    @memoized_property
    def attributes(self) -> dict[str, Any]:
        """Objects for `env.py`, such as a connection."""
        return {}

    @memoized_property
    def messaging_opts(self) -> MessagingOptions:
        """How messages are shown: `quiet` as the command line was asked."""
        quiet = getattr(self.cmd_opts, "quiet", False)
        return cast("MessagingOptions", immutabledict({"quiet": quiet}))

    def print_stdout(self, text: str, *arg: Any) -> None:
        """Write a line, with `arg` put into it by `%`."""
        shown = str(text) % arg if arg else str(text)
        util.write_outstream(self.stdout, shown, "\n", **self.messaging_opts)

    # Files

    @property
    def _config_file_path(self) -> Path | None:
        return Path(self.config_file_name) if self.config_file_name else None

    @property
    def _toml_file_path(self) -> Path | None:
        return Path(self.toml_file_name) if self.toml_file_name else None

    @memoized_property
    def file_config(self) -> ConfigParser:
        """The ini file, read when it is first asked for; a parser without one where there is none."""
        path = self._config_file_path
        here = path.absolute().parent if path else Path()
        self.config_args["here"] = here.as_posix()
        parser = ConfigParser(self.config_args)
        verbose = bool(getattr(self.cmd_opts, "verbose", False))
        if path is not None:
            if verbose:
                log.info("Loading config from file: %s", path)
            parser.read(path, encoding="locale" if sys.version_info >= (3, 10) else None)
        else:
            if verbose:
                log.info("No config file provided; using in-memory default config")
            parser.add_section(self.config_ini_section)
        return parser

    @memoized_property
    def toml_alembic_config(self) -> Mapping[str, Any]:
        """The table `[tool.alembic]`; empty where there is none.  CommandError for broken TOML."""
        path = self._toml_file_path
        if path is None or not path.exists():
            return {}
        from limbeck.config.toml import parse, read_bytes

        tables = parse(read_bytes(path), path)
        found: Mapping[str, Any] = tables.get("tool", {}).get("alembic", {})
        return found

    def get_template_directory(self) -> str:
        """The folder of templates that `init` knows."""
        return str(self._get_template_path())

    def _get_template_path(self) -> Path:
        return Path(__file__).parent / "templates"

    # Single values

    @overload
    def get_section(self, name: str, default: None = ...) -> dict[str, str] | None: ...
    @overload
    def get_section(self, name: str, default: dict[str, str]) -> dict[str, str]: ...
    @overload
    def get_section(
        self, name: str, default: Mapping[str, str]
    ) -> dict[str, str] | Mapping[str, str]: ...
    def get_section(
        self, name: str, default: Mapping[str, str] | None = None
    ) -> Mapping[str, str] | None:
        """All options of a section of the ini file; `default` when it is not there."""
        if not self.file_config.has_section(name):
            return default
        return dict(self.file_config.items(name))

    def set_main_option(self, name: str, value: str) -> None:
        """Change an option of the main section; per cent signs in `value` are doubled by the caller."""
        self.set_section_option(self.config_ini_section, name, value)

    def remove_main_option(self, name: str) -> None:
        """Forget an option of the main section."""
        self.file_config.remove_option(self.config_ini_section, name)

    def set_section_option(self, section: str, name: str, value: str) -> None:
        """Change an option of a section, which is added where it is missing."""
        if not self.file_config.has_section(section):
            self.file_config.add_section(section)
        self.file_config.set(section, name, value)

    def get_section_option(self, section: str, name: str, default: str | None = None) -> str | None:
        """An option of a section; `default` when it is not there.

        Raises CommandError when the section is missing although a file was named.
        """
        if not self.file_config.has_section(section):
            raise util.CommandError(
                f"No config file {self.config_file_name!r} found, or file has no '[{section}]' section",
                hint="limbeck init -t generic migrations",
            )
        if self.file_config.has_option(section, name):
            return self.file_config.get(section, name)
        return default

    @overload
    def get_main_option(self, name: str, default: str) -> str: ...
    @overload
    def get_main_option(self, name: str, default: str | None = None) -> str | None: ...
    def get_main_option(self, name: str, default: str | None = None) -> str | None:
        """An option of the main section of the ini file; `default` when it is not there."""
        return self.get_section_option(self.config_ini_section, name, default)

    @overload
    def get_alembic_option(self, name: str, default: str) -> str: ...
    @overload
    def get_alembic_option(self, name: str, default: str | None = None) -> Value: ...
    def get_alembic_option(self, name: str, default: str | None = None) -> Value:
        """An option of `[tool.alembic]`, else of the main section of the ini file."""
        value = self._get_toml_config_value(name)
        if value is not None:
            return value
        if not self.file_config.has_section(self.config_ini_section):
            return default
        return self.get_main_option(name, default)

    def get_alembic_boolean_option(self, name: str) -> bool:
        """Whether an option is set.  CommandError when TOML gives something else than true or false."""
        if name in self.toml_alembic_config:
            value = self.toml_alembic_config[name]
            if not isinstance(value, bool):
                raise util.CommandError(
                    f"boolean value expected for TOML parameter '{name}'",
                    hint=f"write {name} = true, or false, without quotes",
                )
            return value
        written = self.get_alembic_option(name, "")
        return written.strip().lower() == "true"

    def _get_toml_config_value(self, name: str, default: Any | None = None) -> Value:
        value = self.toml_alembic_config.get(name, default)
        return value if value is None else cast("Value", self._interpolated(value))

    def _interpolated(self, value: Any) -> Any:
        if isinstance(value, str):
            return value % self.toml_args if "%(" in value else value
        if isinstance(value, list):
            return [self._interpolated(member) for member in value]
        if isinstance(value, dict):
            return {name: self._interpolated(member) for name, member in value.items()}
        return value

    @memoized_property
    def toml_args(self) -> dict[str, Any]:
        """What may stand between `%(` and `)s` in TOML: `here`, and what the constructor was given."""
        path = self._toml_file_path
        here = path.absolute().parent if path else Path()
        return {**self.config_args, "here": here.as_posix()}

    # Lists

    def get_version_locations_list(self) -> list[str] | None:
        """The folders of revisions; None where the setting is missing."""
        return self._list("version_locations", "version_locations", r" +|,", r"spaces/commas")

    def get_prepend_sys_paths_list(self) -> list[str] | None:
        """The folders that are put before all others when Python looks for modules."""
        return self._list(
            "prepend_sys_path", "prepend_sys_path", r" +|,|:", "spaces, commas, and colons"
        )

    def _list(self, name: str, shown: str, legacy: str, described: str) -> list[str] | None:
        from_toml = self._get_toml_config_value(name)
        if from_toml is not None:
            return cast("list[str]", from_toml)
        written = self.file_config.get(self.config_ini_section, name, fallback=None)
        if not written:
            return None
        separator = self._get_file_separator_char("path_separator", "version_path_separator")
        if separator is None:
            util.warn_deprecated(
                "No path_separator found in configuration; falling back to legacy splitting on"
                f" {described} for {shown}.  Consider adding path_separator=os to Alembic config."
            )
            return [part for part in re.split(legacy, written) if part]
        return [part.strip() for part in written.split(separator) if part.strip()]

    def _get_file_separator_char(self, *names: str) -> str | None:
        for name in names:
            written = self.file_config.get(self.config_ini_section, name, fallback=None)
            if written is None:
                continue
            if name == "version_path_separator":
                util.warn_deprecated(
                    "The version_path_separator configuration parameter is deprecated;"
                    " please use path_separator"
                )
            if written not in _SEPARATORS:
                raise ValueError(
                    f"'{written}' is not a valid value for {name}; expected "
                    + ", ".join(f"'{known}'" for known in _SEPARATORS)
                )
            return _SEPARATORS[written]
        return None

    def get_hooks_list(self) -> list[PostWriteHookConfig]:
        """What is to be done with each file that was written."""
        from_toml = self._get_toml_config_value("post_write_hooks")
        if from_toml is not None:
            hooks = []
            given: Any  # dictionaries, or whatever else somebody has written
            for given in cast("list[Any]", from_toml):
                options = {name: value for name, value in given.items() if name != "name"}
                hooks.append({**options, "_hook_name": given["name"]})
            return cast("list[PostWriteHookConfig]", hooks)
        return self._hooks_in_ini()

    def _hooks_in_ini(self) -> list[PostWriteHookConfig]:
        options = self.get_section("post_write_hooks", immutabledict())
        names = [name for name in re.split(r",\s*", options.get("hooks", "")) if name]
        found = []
        for name in names:
            prefix = f"{name}."
            hook = {
                option[len(prefix) :]: value
                for option, value in options.items()
                if option.startswith(prefix)
            }
            found.append({**hook, "_hook_name": name})
        return cast("list[PostWriteHookConfig]", found)
