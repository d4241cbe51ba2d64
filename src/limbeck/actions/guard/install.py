"""
Set a guard up in a git checkout, and take it away again.

Responsible for what belongs to one: a file that makes forks conflicts, git's driver for it, hooks, a step for CI.  Does not know
what the guard does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from limbeck.actions.guard import ci as steps
from limbeck.actions.guard import hooks
from limbeck.actions.guard.plan import Draft, Edit, Plan, text
from limbeck.errors import Refused, UsageError
from limbeck.files import heads
from limbeck.vcs.checkout import Git

if TYPE_CHECKING:
    from pathlib import Path

    from limbeck.project import Project

_DRIVER = "merge.limbeck.driver"
_CALL = (
    "if [ -x {program} ]; then {program} guard merge-driver %O %A %B %P; else limbeck guard merge-driver %O %A %B %P; fi"
    " || git merge-file --marker-size=%L -L ours -L base -L theirs %A %O %B"
)
_KEYS = {
    "merge.limbeck.name": "limbeck: the heads of revisions",
    "merge.limbeck.recursive": "binary",
}
_ATTRIBUTES = f"{heads.NAME} merge=limbeck\n"


def install(project: Project, ci: str | None = None) -> Plan:
    """What sets the guard up for `project`, with a step for `ci` (one of CI) where it is given.

    Raises UsageError outside of a git checkout, Refused where a file of somebody else is in the way, and HistoryError.
    """
    draft, head, config = _begun(project)
    _put_head(draft, project)
    draft.block(project.library.home / ".gitattributes", _ATTRIBUTES)
    draft.key(f"limbeck.{head}.config", config)
    for name, value in _KEYS.items():
        draft.key(name, value)
    _driver(draft, _CALL.replace("{program}", hooks.program().replace("%", "%%")))
    hooks.put(draft)
    if ci is not None:
        steps.put(draft, ci, config)
    return draft.plan


def uninstall(project: Project) -> Plan:
    """What takes the guard away: only what was written for it, and only as it was written.

    Raises UsageError outside of a git checkout.
    """
    draft, head, config = _begun(project)
    others = guarded(draft.git).keys() - {head}
    _take_head(draft, project)
    draft.take(project.library.home / ".gitattributes")
    draft.key(f"limbeck.{head}.config", None)
    if others:
        draft.left.append(f"the hooks and the merge driver stay for {', '.join(sorted(others))}")
    else:
        for name in _KEYS:
            draft.key(name, None)
        _driver(draft, None)
        hooks.take(draft)
    steps.take(draft, config)
    return draft.plan


def guarded(git: Git) -> dict[str, str]:
    """The files HEAD that are guarded in this repository, and the configuration file of each, relative to the top."""
    said = git.ask("config", "--local", "--null", "--get-regexp", r"^limbeck\..*\.config$") or ""
    pairs = (entry.partition("\n") for entry in said.split("\0") if entry)
    return {name[len("limbeck.") : -len(".config")]: value for name, _, value in pairs}


def _begun(project: Project) -> tuple[Draft, str, str]:
    """An empty plan; the file HEAD and the one with the settings, as git names them."""
    git = Git(project.library.home)
    head = git.named(heads.place(project.library))
    file = project.settings.file
    if file is None:
        raise UsageError("there is no configuration file", hint="limbeck init")
    return Draft(git), head, git.within(file) or str(file.resolve())


def _put_head(draft: Draft, project: Project) -> None:
    path = heads.place(project.library)
    wanted = heads.text(project.history.heads)
    found = text(path)
    if found is not None and not heads.is_kept(found):
        raise Refused(
            f"{draft.git.shown(path)} is there already, and is not limbeck's",
            hint="give it another name; limbeck keeps the heads in a file called HEAD",
        )
    if found != wanted:
        draft.edits.append(Edit(path, found, wanted))


def _take_head(draft: Draft, project: Project) -> None:
    path: Path = heads.place(project.library)
    found = text(path)
    if found is None:
        return
    if heads.read(found) is None:
        draft.left.append(f"{draft.git.shown(path)} is not as limbeck wrote it")
    else:
        draft.edits.append(Edit(path, found, None))


def _driver(draft: Draft, wanted: str | None) -> None:
    """Git's merge driver becomes `wanted`, unless it is somebody else's."""
    found = draft.git.ask("config", "--local", "--get", _DRIVER)
    own = re.escape(_CALL).replace(re.escape("{program}"), ".*")
    if found is not None and re.fullmatch(own, found) is None:
        draft.left.append(f"{_DRIVER} in git's configuration is not as limbeck wrote it")
    else:
        draft.key(_DRIVER, wanted)
