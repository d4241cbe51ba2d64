"""
`ScriptDirectory`: the folder of revisions, as packages around Alembic know it.

Responsible for finding, ordering and writing revision files under these names.  The files are read by
`limbeck.files.RevisionFolder`; a `Script` runs its file only when somebody asks for the module.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from limbeck.compat import util
from limbeck.compat.runtime import steps as migration
from limbeck.compat.script import naming, revision, stamping, writing
from limbeck.compat.script.catching import catching
from limbeck.compat.script.script import Script
from limbeck.compat.util.langhelpers import immutabledict, memoized_property
from limbeck.errors import BrokenHeader

try:
    from zoneinfo import ZoneInfo
except ImportError:  # a Python without time zones
    ZoneInfo = None  # type: ignore[assignment,misc]

if TYPE_CHECKING:
    from limbeck.compat.config import Config, MessagingOptions
    from limbeck.compat.script.revision import _GetRevArg, _RevIdType
    from limbeck.compat.script.write_hooks import PostWriteHookConfig
    from limbeck.files import RevisionFolder

__all__ = ["Script", "ScriptDirectory"]

_NO_OPTIONS = cast("MessagingOptions", immutabledict())
_default_file_template = "%(rev)s_%(slug)s"


class ScriptDirectory:
    """The folder `dir` with `env.py`, templates and revisions.

    >>> scripts = ScriptDirectory.from_config(Config("alembic.ini"))
    >>> scripts.get_current_head()
    '4f1e'
    """

    def __init__(
        self,
        dir: str | os.PathLike[str],
        file_template: str = _default_file_template,
        truncate_slug_length: int | None = 40,
        version_locations: Sequence[str | os.PathLike[str]] | None = None,
        sourceless: bool = False,
        output_encoding: str = "utf-8",
        timezone: str | None = None,
        hooks: list[PostWriteHookConfig] = [],  # noqa: B006 - as Alembic has it, and never changed
        recursive_version_locations: bool = False,
        messaging_opts: MessagingOptions = _NO_OPTIONS,
    ) -> None:
        self.dir = os.fspath(dir)
        self.version_locations = [os.fspath(one) for one in version_locations or ()]
        self.file_template = file_template
        self.truncate_slug_length = truncate_slug_length or 40
        self.sourceless = sourceless
        self.output_encoding = output_encoding
        self.revision_map = revision.RevisionMap(self._load_revisions)
        self.timezone = timezone
        self.hooks = hooks
        self.recursive_version_locations = recursive_version_locations
        self.messaging_opts = messaging_opts
        if not os.access(dir, os.F_OK):
            raise util.CommandError(
                f"Path doesn't exist: {dir}.  Please use the 'init' command to create a new scripts folder.",
                hint=f"limbeck init -t generic {dir}",
            )

    @classmethod
    def from_config(cls, config: Config) -> ScriptDirectory:
        """The folder that a configuration names.  CommandError when it names none, or none that is there."""
        location = config.get_alembic_option("script_location")
        if location is None:
            raise util.CommandError(
                "No 'script_location' key found in configuration.",
                hint="write script_location = <folder> into the [alembic] section",
            )
        paths = config.get_prepend_sys_paths_list()
        if paths:
            import sys

            sys.path[:0] = paths
        length = config.get_alembic_option("truncate_slug_length")
        return cls(
            dir=util.coerce_resource_to_filename(str(location)).as_posix(),
            file_template=config.get_alembic_option("file_template", _default_file_template),
            truncate_slug_length=int(length) if length else None,  # type: ignore[arg-type]
            sourceless=config.get_alembic_boolean_option("sourceless"),
            output_encoding=config.get_alembic_option("output_encoding", "utf-8"),
            version_locations=config.get_version_locations_list(),
            timezone=cast("str | None", config.get_alembic_option("timezone")),
            hooks=config.get_hooks_list(),
            recursive_version_locations=config.get_alembic_boolean_option(
                "recursive_version_locations"
            ),
            messaging_opts=config.messaging_opts,
        )

    # Files

    @property
    def versions(self) -> str:
        """The folder of revisions.  CommandError when there are several."""
        return str(self._singular_version_location)

    @memoized_property
    def _singular_version_location(self) -> Path:
        if len(self._version_locations) > 1:
            raise util.CommandError("Multiple version_locations present")
        return self._version_locations[0]

    @memoized_property
    def _version_locations(self) -> Sequence[Path]:
        if self.version_locations:
            return [
                util.coerce_resource_to_filename(location).absolute()
                for location in self.version_locations
            ]
        return [Path(self.dir, "versions").absolute()]

    @property
    def env_py_location(self) -> str:
        """The path of `env.py`."""
        return str(Path(self.dir, "env.py"))

    def run_env(self) -> None:
        """Run `env.py`."""
        from limbeck.compat.runtime import env_file

        env_file.run(self.dir)

    @property
    def locations(self) -> Sequence[Path]:
        """The folders of revisions; those that were assigned as `version_locations` before anybody has asked."""
        return self._version_locations

    @property
    def folder(self) -> RevisionFolder:
        """The same revisions, as limbeck keeps them."""
        from limbeck.files import RevisionFolder

        return RevisionFolder(
            Path(self.dir).absolute(),
            self.locations,
            recursive=self.recursive_version_locations,
            sourceless=self.sourceless,
        )

    def _load_revisions(self) -> Iterator[Script]:
        self._warn_of_doubles()
        folder = self.folder
        try:
            found = [Script._of(one, folder.path(one.id)) for one in folder.revisions]
        except BrokenHeader:
            # Perhaps a file of ancient times, whose id is its name; else whoever is executed says what is wrong.
            found = list(self._executed())
        yield from found

    def _executed(self) -> Iterator[Script]:
        for location in self._version_locations:
            for path in Script._list_py_dir(self, location):
                script = Script._from_path(self, path)
                if script is not None:
                    yield script

    def _warn_of_doubles(self) -> None:
        seen: set[str] = set()
        for location in self._version_locations:
            real = os.path.realpath(location)
            if real in seen:
                for path in Script._list_py_dir(self, Path(real)):
                    util.warn(
                        f"File {path} loaded twice! ignoring. Please ensure version_locations is unique."
                    )
            seen.add(real)

    # Questions

    @contextmanager
    def _catch_revision_errors(
        self,
        ancestor: str | None = None,
        multiple_heads: str | None = None,
        start: str | None = None,
        end: str | None = None,
        resolution: str | None = None,
    ) -> Iterator[None]:
        with catching(ancestor, multiple_heads, start, end, resolution):
            yield

    def walk_revisions(self, base: str = "base", head: str = "heads") -> Iterator[Script]:
        """The revisions from `head` down to `base`, both included, newest first."""
        with self._catch_revision_errors(start=base, end=head):
            yield from cast(
                "Iterator[Script]",
                self.revision_map.iterate_revisions(
                    head, base, inclusive=True, assert_relative_length=False
                ),
            )

    def get_revisions(self, id_: _GetRevArg) -> tuple[Script, ...]:
        """The revisions that a name, or several, lead to."""
        with self._catch_revision_errors():
            return cast("tuple[Script, ...]", self.revision_map.get_revisions(id_))

    def get_all_current(self, id_: tuple[str, ...]) -> set[Script]:
        """Of a database with these heads: they, and the ends of lines that they depend on."""
        with self._catch_revision_errors():
            return cast("set[Script]", self.revision_map._get_all_current(id_))

    def get_revision(self, id_: str) -> Script:
        """The one revision of a name.  CommandError when there is none, or several."""
        with self._catch_revision_errors():
            return cast("Script", self.revision_map.get_revision(id_))

    def as_revision_number(self, id_: str | None) -> str | tuple[str, ...] | None:
        """The full id of a symbol; None for the base, all of them for `heads`."""
        with self._catch_revision_errors():
            found, _ = self.revision_map._resolve_revision_number(id_)
        if not found:
            return None
        return found if id_ == "heads" else found[0]

    def iterate_revisions(
        self,
        upper: str | tuple[str, ...] | None,
        lower: str | tuple[str, ...] | None,
        **kw: Any,
    ) -> Iterator[Script]:
        """The revisions from `upper` down to `lower`; `kw` are those of `RevisionMap.iterate_revisions`."""
        found = self.revision_map.iterate_revisions(upper, lower, **kw)
        return cast("Iterator[Script]", found)

    def get_current_head(self) -> str | None:
        """The one head.  CommandError when there are several."""
        with self._catch_revision_errors(
            multiple_heads="The script directory has multiple heads (due to branching)."
            "Please use get_heads(), or merge the branches using alembic merge."
        ):
            return self.revision_map.get_current_head()

    def get_heads(self, consider_depends_on: bool = False) -> list[str]:
        """All heads; `consider_depends_on` leaves out those that another depends on."""
        return list(
            self.revision_map._real_heads if consider_depends_on else self.revision_map.heads
        )

    def get_base(self) -> str | None:
        """The one revision without a parent.  CommandError when there are several."""
        bases = self.get_bases()
        if len(bases) > 1:
            raise util.CommandError(
                "The script directory has multiple bases. Please use get_bases()."
            )
        return bases[0] if bases else None

    def get_bases(self) -> list[str]:
        """All revisions without a parent."""
        return list(self.revision_map.bases)

    # Runs

    def _upgrade_revs(self, destination: str, current_rev: str) -> list[migration.RevisionStep]:
        with self._catch_revision_errors(
            ancestor="Destination %(end)s is not a valid upgrade target from current head(s)",
            end=destination,
        ):
            found = list(self.iterate_revisions(destination, current_rev, implicit_base=True))
        return [
            migration.MigrationStep.upgrade_from_script(self.revision_map, script)
            for script in reversed(found)
        ]

    def _downgrade_revs(
        self, destination: str, current_rev: str | None
    ) -> list[migration.RevisionStep]:
        with self._catch_revision_errors(
            ancestor="Destination %(end)s is not a valid downgrade target from current head(s)",
            end=destination,
        ):
            found = list(
                self.iterate_revisions(current_rev, destination, select_for_downgrade=True)
            )
        return [
            migration.MigrationStep.downgrade_from_script(self.revision_map, script)
            for script in found
        ]

    def _stamp_revs(
        self, revision: _RevIdType | None, heads: _RevIdType
    ) -> list[migration.StampStep]:
        with self._catch_revision_errors(
            multiple_heads="Multiple heads are present; please specify a single target revision"
        ):
            return stamping.steps(self.revision_map, revision, heads)

    # New files

    def _generate_create_date(self) -> datetime.datetime:
        if self.timezone is None:
            return datetime.datetime.now()  # noqa: DTZ005 - local time, when no zone is set
        if ZoneInfo is None:
            raise util.CommandError(
                "Python >= 3.9 is required for timezone support or the 'backports.zoneinfo' package must be installed."
            )
        zone = naming.zone(self.timezone, ZoneInfo)
        return datetime.datetime.now(tz=datetime.timezone.utc).astimezone(zone)

    def _rev_path(
        self,
        path: str | os.PathLike[str],
        rev_id: str,
        message: str | None,
        create_date: datetime.datetime,
    ) -> Path:
        name = naming.file_name(
            self.file_template, self.truncate_slug_length, rev_id, message, create_date
        )
        return Path(path, name).absolute()

    def _ensure_directory(self, path: Path) -> None:
        path = path.absolute()
        if not path.exists():
            with util.status(f"Creating directory {path}", **self.messaging_opts):
                os.makedirs(path)

    def _generate_template(self, src: Path, dest: Path, **kw: Any) -> None:
        with util.status(f"Generating {dest.absolute()}", **self.messaging_opts):
            util.template_to_file(src, dest, self.output_encoding, **kw)

    def _append_template(self, src: Path, dest: Path, **kw: Any) -> None:
        with util.status(f"Appending to existing {dest.absolute()}", **self.messaging_opts):
            util.template_to_file(src, dest, self.output_encoding, append_with_newlines=True, **kw)

    def _copy_file(self, src: Path, dest: Path) -> None:
        import shutil

        with util.status(f"Generating {dest.absolute()}", **self.messaging_opts):
            shutil.copy(src, dest)

    def generate_revision(
        self,
        revid: str,
        message: str | None,
        head: _RevIdType | None = None,
        splice: bool | None = False,
        branch_labels: _RevIdType | None = None,
        version_path: str | os.PathLike[str] | None = None,
        file_template: str | None = None,
        depends_on: _RevIdType | None = None,
        **kw: Any,
    ) -> Script | None:
        """Write a new revision file from `script.py.mako`, which gets `kw`, and return its Script.

        Raises CommandError: `head` is no head and `splice` is not set, a folder that must be named, a template that fails.
        """
        return writing.generate(
            self,
            revid,
            message,
            head="head" if head is None else head,
            splice=bool(splice),
            branch_labels=branch_labels,
            version_path=version_path,
            depends_on=depends_on,
            values=kw,
        )
