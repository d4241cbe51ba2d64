"""
A new revision file.

Responsible for where it goes, what it follows, and what is checked before and after it is written.  Does not know what is
in its body: that comes with the values for the template.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limbeck.compat import util
from limbeck.compat.script import revision, write_hooks
from limbeck.compat.script.script import Script

if TYPE_CHECKING:
    from limbeck.compat.script.base import ScriptDirectory


def generate(
    scripts: ScriptDirectory,
    revid: str,
    message: str | None,
    *,
    head: Any,
    splice: bool,
    branch_labels: Any,
    version_path: str | os.PathLike[str] | None,
    depends_on: Any,
    values: Mapping[str, Any],
) -> Script | None:
    """Write the file, run the hooks, and take it into the map.  CommandError: see `generate_revision`."""
    map_ = scripts.revision_map
    try:
        Script.verify_rev_id(revid)
    except revision.RevisionError as error:
        raise util.CommandError(error.message) from error
    with scripts._catch_revision_errors(
        multiple_heads="Multiple heads are present; please specify the head revision on which the new"
        " revision should be based, or perform a merge."
    ):
        heads = tuple(dict.fromkeys(map_.get_revisions(head)))
    folder = _folder(scripts, heads, version_path)
    if not splice:
        _refuse_to_fork(heads)
    date = scripts._generate_create_date()
    path = scripts._rev_path(folder, revid, message, date)
    scripts._ensure_directory(path.parent)
    scripts._generate_template(
        Path(scripts.dir, "script.py.mako"),
        path,
        up_revision=str(revid),
        down_revision=revision.tuple_rev_as_scalar(
            tuple(one.revision if one is not None else None for one in heads)
        ),
        branch_labels=util.to_tuple(branch_labels),
        depends_on=revision.tuple_rev_as_scalar(_required(scripts, depends_on)),
        create_date=date,
        comma=util.format_as_comma,
        message=message if message is not None else "empty message",
        **values,
    )
    write_hooks._run_hooks(str(path), scripts.hooks)
    script = Script._from_path(scripts, path)
    if script is None:
        return None
    if branch_labels and not script.branch_labels:
        raise util.CommandError(
            f"Version {script.revision} specified branch_labels {util.format_as_comma(branch_labels)}, however"
            f" the migration file {script.path} does not have them; have you upgraded your script.py.mako to"
            " include the 'branch_labels' section?",
            hint="add branch_labels = ${repr(branch_labels)} to script.py.mako",
        )
    map_.add_revision(script)
    return script


def _required(scripts: ScriptDirectory, depends_on: Any) -> tuple[str, ...]:
    """What is depended on: labels as they are, all else by its full id."""
    found = []
    with scripts._catch_revision_errors():
        for name in util.to_tuple(depends_on, default=()):
            one = scripts.revision_map.get_revision(name)
            assert one is not None
            found.append(name if name in one.branch_labels else one.revision)
    return tuple(found)


def _folder(
    scripts: ScriptDirectory,
    heads: Sequence[revision.Revision | None],
    version_path: str | os.PathLike[str] | None,
) -> Path:
    locations = scripts._version_locations
    if version_path:
        wanted = util.coerce_resource_to_filename(os.fspath(version_path))
        for location in locations:
            if os.path.normcase(os.path.abspath(wanted)) == os.path.normcase(location):
                return location
        raise util.CommandError(
            f"Path {wanted} is not represented in current version locations",
            hint="limbeck config",
        )
    if len(locations) == 1:
        return locations[0]
    for one in heads:
        if isinstance(one, Script):
            folder = Path(one.path).parent
            for location in locations:
                if folder == location or (
                    scripts.recursive_version_locations and location in folder.parents
                ):
                    return location
    raise util.CommandError(
        "Multiple version locations present, please specify --version-path",
        hint="limbeck revision --version-path " + str(locations[0]),
    )


def _refuse_to_fork(heads: Sequence[revision.Revision | None]) -> None:
    for one in heads:
        if one is not None and not one.is_head:
            raise util.CommandError(
                f"Revision {one.revision} is not a head revision; please specify --splice to create a new"
                " branch from this revision",
                hint="limbeck revision --splice",
            )
