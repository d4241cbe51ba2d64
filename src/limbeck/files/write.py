"""
Write revision files: all or none.

Responsible for where a new file goes, and for reading each file back before it is in place.  Does not know what the
history should become: it carries out Rewrites.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from limbeck.errors import BrokenHeader, ConfigError, Refused, UsageError
from limbeck.files import heads, hooks, naming, template
from limbeck.files.atomic import Change, change
from limbeck.files.index import file_of
from limbeck.files.template import Body

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from limbeck.config import Settings
    from limbeck.files.folder import RevisionFolder
    from limbeck.history.reshape import Rewrite
    from limbeck.history.revision import Revision


__all__ = ["Body", "write"]


def write(
    folder: RevisionFolder,
    settings: Settings,
    rewrites: Sequence[Rewrite],
    *,
    bodies: Mapping[str, Body] | None = None,
    contents: Mapping[str, bytes] | None = None,
    version_path: str | Path | None = None,
    sql: bool = False,
) -> tuple[Path, ...]:
    """Carry out `rewrites`, all or none, and return the files in their order.

    A Rewrite without `before` becomes a new file from the project's `script.py.mako` (or a `.sql` file), with
    `bodies` by id, dated with its `created` or with the time; one with `before` gets the head of its file
    edited, and the rest of it from `contents`, by id, where that is given.  Every file is compiled and its head read again before anything is in place; post_write_hooks
    run on the new ones afterwards.

    Raises Refused when a file exists, UsageError when it is not clear where to write, BrokenHeader when
    the template makes something that is no revision, ConfigError for a template that leaves something out, for
    a folder that cannot be written to and for a hook that cannot be run.
    """
    job = _Job(folder, settings, bodies or {}, contents or {}, version_path, sql)
    changes = [job.change(rewrite) for rewrite in rewrites]
    for rewrite, one in zip(rewrites, changes):  # noqa: B905 - made from each other
        verify(one, rewrite.after, folder)
    new = [one for one in changes if one.new]
    programs = hooks.commands(settings.post_write_hooks) if new else []
    try:
        change(changes)
    except OSError as error:
        raise ConfigError(f"{error.filename} cannot be written: {error.strerror}") from None
    forget_bytecode(one.path for one in changes if not one.new)
    for one in new:
        hooks.run(settings.post_write_hooks, programs, one.path, settings.root)
    if programs:
        for rewrite, one in zip(rewrites, changes):  # noqa: B905 - made from each other
            verify(one._replace(content=one.path.read_bytes()), rewrite.after, folder)
    folder.reload()
    heads.keep(folder)
    return tuple(one.path for one in changes)


def planned(
    folder: RevisionFolder,
    settings: Settings,
    rewrites: Sequence[Rewrite],
    contents: Mapping[str, bytes],
) -> dict[Path, bytes]:
    """What the files of `rewrites`, each of which has a `before`, would be after `write`.  Raises as that."""
    job = _Job(folder, settings, {}, contents, None, False)
    return {one.path: one.content for one in map(job.change, rewrites)}


class _Job(NamedTuple):
    """What all files of one call to `write` have in common."""

    folder: RevisionFolder
    settings: Settings
    bodies: Mapping[str, Body]
    contents: Mapping[str, bytes]
    version_path: str | Path | None
    sql: bool

    def change(self, rewrite: Rewrite) -> Change:
        """The file that a rewrite makes, or changes."""
        if rewrite.before is None:
            return self._new(rewrite.after)
        from limbeck.files.edit import edit_python, edit_sql

        path = self.folder.path(rewrite.before.id)
        if path.suffix not in (".py", ".sql") or not path.is_file():
            raise Refused(f"{self.folder.shown(path)} has no source that could be changed")
        edit = edit_sql if path.suffix == ".sql" else edit_python
        content = self.contents.get(rewrite.before.id)
        content = path.read_bytes() if content is None else content
        return Change(path, edit(content, rewrite.before, rewrite.after), new=False)

    def _new(self, revision: Revision) -> Change:
        date = naming.created(revision, self.settings)
        suffix = ".sql" if self.sql else ".py"
        path = self._location(revision) / naming.file_name(revision, date, self.settings, suffix)
        body = self.bodies.get(revision.id, Body())
        if self.sql:
            return Change(path, template.sql_file(revision, date, body).encode())
        home = self.folder.home
        config = self.folder.config or self.settings
        text = template.python_file(revision, date, body, config, home)
        return Change(path, _encoded(text, self.settings))

    def _location(self, revision: Revision) -> Path:
        """The folder for a new file: the one asked for, the only one, or that of its first parent."""
        locations = self.folder.locations
        if self.version_path is not None:
            wanted = self._asked_for(self.version_path)
        elif len(locations) == 1:
            wanted = locations[0]
        else:
            wanted = self._that_of_parents(revision)
        if wanted is not None:
            return wanted
        shown = ", ".join(self.folder.shown(location) for location in locations)
        asked = f"{self.version_path} is none of the" if self.version_path else "there are several"
        raise UsageError(
            f"{asked} folders of revisions: {shown}",
            hint=f"add --version-path {self.folder.shown(locations[0])}",
        )

    def _asked_for(self, version_path: str | Path) -> Path | None:
        from limbeck.files.location import locate

        asked = Path(str(locate(str(version_path))))
        candidates = {asked.resolve(), (self.settings.root / asked).resolve()}
        return next((one for one in self.folder.locations if one.resolve() in candidates), None)

    def _that_of_parents(self, revision: Revision) -> Path | None:
        for parent in revision.parents:
            path = self.folder.path(parent)
            for location in self.folder.locations:
                if location in path.parents:
                    return location
        return None


def _encoded(text: str, settings: Settings) -> bytes:
    """`text` in the encoding of the settings, which Python is told where it would not guess it."""
    encoding = settings.output_encoding
    try:
        content = text.encode(encoding)
    except (LookupError, UnicodeEncodeError) as error:
        raise ConfigError(
            f"output_encoding (from {settings.origin('output_encoding')}): {error}",
            hint='use "utf-8", which has all letters',
        ) from None
    if content == text.encode("utf-8", "surrogatepass"):
        return content
    return f"# -*- coding: {encoding} -*-\n".encode() + content


def verify(one: Change, wanted: Revision, folder: RevisionFolder) -> None:
    """Read a file back.  BrokenHeader when it is no revision, ConfigError when it is not the one that it should be."""
    shown = folder.shown(one.path)
    try:
        found = file_of(one.content, one.path.name, f"{folder.shown(one.path.parent)}/").revision
    except BrokenHeader as error:
        if one.new:  # not the file is to be corrected, but what makes it
            error.hint = (
                f"look at {folder.home / template.NAME}, and at post_write_hooks if there are any"
            )
        raise
    if found is None:
        raise BrokenHeader(
            f"{shown} would declare no revision that can be read",
            hint=f"write revision = ${{repr(up_revision)}} in {folder.home / template.NAME}",
        )
    for name, field in _FIELDS.items():
        if set(_listed(getattr(found, field))) != set(_listed(getattr(wanted, field))):
            raise ConfigError(
                f"{shown} would not say its {name}: {folder.home / template.NAME} leaves it out",
                hint=f"write {name} = ${{repr({_VARIABLES.get(name, name)})}} in the template",
            )
    if one.path.suffix == ".py":
        try:
            compile(one.content, shown, "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", 0)
            raise BrokenHeader(
                f"{shown}, line {line}, would not be valid Python: {error}"
            ) from None


_FIELDS = {
    "revision": "id",
    "down_revision": "parents",
    "branch_labels": "labels",
    "depends_on": "requires",
}
_VARIABLES = {"revision": "up_revision"}


def _listed(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def forget_bytecode(paths: Iterator[Path]) -> None:
    """Python tells a changed source by its time in seconds and its size, and ours may differ in neither."""
    from importlib.util import cache_from_source

    for path in paths:
        with contextlib.suppress(OSError):
            Path(cache_from_source(path)).unlink(missing_ok=True)
