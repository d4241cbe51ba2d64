"""
Set a guard up in a git checkout, and take it away again.

Responsible for what is written where, as a plan that can be shown before: a file that makes forks conflicts, git's driver for
it, hooks, a step for CI.  Does not know what the guard does.
"""

from __future__ import annotations

import re
import shlex
import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from limbeck.actions.guard.blocks import find, marked
from limbeck.errors import ConfigError, Refused, UsageError
from limbeck.files import heads
from limbeck.files.atomic import Change, change
from limbeck.vcs.checkout import Git

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limbeck.project import Project

PENDING = "limbeck-guard.json"
"""In git's own folder: what a merge or a rebase has left to be done when it ends."""

CI = ("github", "gitlab", "plain")
_CI_PLACES = {
    "github": ".github/workflows/limbeck{}.yml",
    "gitlab": ".gitlab/limbeck{}.gitlab-ci.yml",
    "plain": "ci/limbeck-guard{}.sh",
}
_CALLS = {
    "pre-commit": "limbeck_guard hook pre-commit </dev/null || exit $?",
    "post-merge": "limbeck_guard hook post-merge </dev/null",
    "post-rewrite": 'if [ "$1" = rebase ]; then limbeck_guard hook post-rewrite "$1" </dev/null; fi',
}
_DRIVER = (
    "if [ -x {program} ]; then {program} guard merge-driver %O %A %B %P; else limbeck guard merge-driver %O %A %B %P; fi"
    " || git merge-file --marker-size=%L -L ours -L base -L theirs %A %O %B"
)
_DRIVER_KEYS = {
    "merge.limbeck.name": "limbeck: the heads of revisions",
    "merge.limbeck.recursive": "binary",
}
_ATTRIBUTES = f"{heads.NAME} merge=limbeck\n"


class Edit(NamedTuple):
    """A file that changes: None before when it is new, None after when it goes."""

    path: Path
    before: str | None
    after: str | None
    executable: bool = False


class Key(NamedTuple):
    """A key of git's configuration that changes; None when it is not there."""

    name: str
    before: str | None
    after: str | None


class Plan(NamedTuple):
    """What is to be written, and what is left alone though it would belong to it: sentences for people."""

    git: Git
    edits: tuple[Edit, ...]
    keys: tuple[Key, ...]
    left: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.edits or self.keys)


def install(project: Project, ci: str | None = None) -> Plan:
    """What sets the guard up for `project`, with a step for `ci` (one of CI) where it is given.

    Raises UsageError outside of a git checkout, Refused where a file of somebody else is in the way, and HistoryError.
    """
    return _Planning(project).install(ci)


def uninstall(project: Project) -> Plan:
    """What takes the guard away: only what was written for it, and only as it was written.

    Raises UsageError outside of a git checkout.
    """
    return _Planning(project).uninstall()


def carry_out(plan: Plan) -> None:
    """Write what is planned.  ConfigError when a file cannot be written, Refused when git does not take a key."""
    changes = [
        Change(edit.path, edit.after.encode(), new=edit.before is None)
        for edit in plan.edits
        if edit.after is not None
    ]
    gone = [edit.path for edit in plan.edits if edit.after is None]
    try:
        change(changes, gone)
        for edit in plan.edits:
            if edit.executable and edit.before is None:
                edit.path.chmod(edit.path.stat().st_mode | 0o111)
    except OSError as error:
        raise ConfigError(f"{error.filename} cannot be written: {error.strerror}") from None
    for key in plan.keys:
        if key.after is None:
            plan.git.tell("config", "--local", "--unset", key.name)
        else:
            plan.git.tell("config", "--local", key.name, key.after)
    if any(key.after is None for key in plan.keys):
        plan.git.path(PENDING).unlink(missing_ok=True)


def guarded(git: Git) -> dict[str, str]:
    """The files HEAD that are guarded in this repository, and the configuration file of each, relative to the top."""
    said = git.ask("config", "--local", "--null", "--get-regexp", r"^limbeck\..*\.config$") or ""
    pairs = (entry.partition("\n") for entry in said.split("\0") if entry)
    return {name[len("limbeck.") : -len(".config")]: value for name, _, value in pairs}


class _Planning:
    """One plan in the making."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.home = project.library.home
        self.git = Git(self.home)
        self.head = self.git.within(heads.place(project.library))
        file = project.settings.file
        if file is None:
            raise UsageError("there is no configuration file", hint="limbeck init")
        self.config = _relative(file, self.git)
        self.edits: list[Edit] = []
        self.keys: list[Key] = []
        self.left: list[str] = []

    @property
    def plan(self) -> Plan:
        return Plan(self.git, tuple(self.edits), tuple(self.keys), tuple(self.left))

    def install(self, ci: str | None) -> Plan:
        self._head()
        self._block(self.home / ".gitattributes", _ATTRIBUTES)
        self._key(f"limbeck.{self.head}.config", self.config)
        for name, value in _DRIVER_KEYS.items():
            self._key(name, value)
        self._driver()
        folder = self._hooks()
        if folder is not None:
            for name in _CALLS:
                self._hook(folder / name, _hook(name, personal=not _is_within(folder, self.git)))
        if ci is not None:
            self._step(ci)
        return self.plan

    def uninstall(self) -> Plan:
        others = guarded(self.git).keys() - {self.head}
        self._take_head()
        self._take(self.home / ".gitattributes")
        self._key(f"limbeck.{self.head}.config", None)
        if others:
            self.left.append(f"the hooks and the merge driver stay for {', '.join(sorted(others))}")
        else:
            for name in _DRIVER_KEYS:
                self._key(name, None)
            self._driver(gone=True)
            folder = self.git.path("hooks")
            for name in _CALLS:
                self._take(folder / name, start="#!/bin/sh\n")
        for ci in CI:
            self._take(self._ci_place(ci), start="#!/bin/sh\n" if ci == "plain" else "")
        return self.plan

    # HEAD

    def _head(self) -> None:
        path = heads.place(self.project.library)
        wanted = heads.text(self.project.history.heads)
        found = _read(path)
        if found is not None and not heads.is_kept(found):
            raise Refused(
                f"{self.git.shown(path)} is there already, and is not limbeck's",
                hint="give it another name; limbeck keeps the heads in a file called HEAD",
            )
        if found != wanted:
            self.edits.append(Edit(path, found, wanted))

    def _take_head(self) -> None:
        path = heads.place(self.project.library)
        found = _read(path)
        if found is None:
            return
        if heads.read(found) is None:
            self.left.append(f"{self.git.shown(path)} is not as limbeck wrote it")
        else:
            self.edits.append(Edit(path, found, None))

    # Marked lines in files

    def _block(self, path: Path, body: str, *, start: str = "", executable: bool = False) -> None:
        """`body` between marks, at the end of the file; `start` comes first in a new one."""
        found = _read(path)
        if found is None:
            self.edits.append(Edit(path, None, start + marked(body), executable=executable))
            return
        ours = find(found)
        if ours is None:
            if found and not found.endswith("\n"):  # so that it can become what it was
                after = marked(body) + found
            else:
                after = found + marked(body)
            self.edits.append(Edit(path, found, after))
        else:
            self._renew(path, found, body)

    def _renew(self, path: Path, found: str, body: str) -> None:
        ours = find(found)
        assert ours is not None
        if not ours.intact:
            self.left.append(f"the lines of the guard in {self.git.shown(path)} were edited")
        elif ours.body != body:
            self.edits.append(Edit(path, found, ours.before + marked(body) + ours.after))

    def _take(self, path: Path, *, start: str = "") -> None:
        found = _read(path)
        ours = None if found is None else find(found)
        if found is None or ours is None:
            return
        if not ours.intact:
            self.left.append(f"the lines of the guard in {self.git.shown(path)} were edited")
        else:
            rest = ours.rest
            self.edits.append(Edit(path, found, None if rest == start else rest))

    # Hooks

    def _hooks(self) -> Path | None:
        """The folder of hooks; None when it is not only this repository's."""
        folder = self.git.path("hooks")
        said = self.git.ask("config", "--show-scope", "--get", "core.hooksPath") or ""
        scope = said.partition("\t")[0]
        if scope in {"global", "system"}:
            self.left.append(
                f"no hooks: core.hooksPath is set for all repositories ({scope}) to {folder};"
                " call `limbeck guard hook NAME` from pre-commit, post-merge and post-rewrite there"
            )
            return None
        return folder

    def _hook(self, path: Path, body: str) -> None:
        """The lines go behind the first one of a shell script that is there, so that they run before what follows."""
        found = _read(path)
        shown = self.git.shown(path)
        if found is None and not path.exists() and not path.is_symlink():
            self.edits.append(Edit(path, None, "#!/bin/sh\n" + marked(body), executable=True))
            return
        if found is not None and find(found) is not None:
            self._renew(path, found, body)
            return
        why = _untouchable(path, found)
        if why or found is None:
            self.left.append(f"{shown} {why}: call `limbeck guard hook {path.name}` from it")
            return
        first, end, rest = found.partition("\n") if found.startswith("#!") else ("", "", found)
        if first and not end:
            self.left.append(f"{shown} has one line only: call `limbeck guard hook {path.name}` from it")  # fmt: skip
            return
        self.edits.append(Edit(path, found, first + end + marked(body) + rest))

    # Git's configuration

    def _key(self, name: str, value: str | None) -> None:
        found = self.git.ask("config", "--local", "--get", name)
        if found != value:
            self.keys.append(Key(name, found, value))

    def _driver(self, *, gone: bool = False) -> None:
        name = "merge.limbeck.driver"
        found = self.git.ask("config", "--local", "--get", name)
        own = re.escape(_DRIVER).replace(re.escape("{program}"), ".*")
        if found is not None and re.fullmatch(own, found) is None:
            self.left.append(f"{name} in git's configuration is not as limbeck wrote it")
        else:
            program = shlex.quote(_program()).replace("%", "%%")
            self._key(name, None if gone else _DRIVER.replace("{program}", program))

    # CI

    def _ci(self, kind: str) -> str:
        config = "" if "/" not in self.config else f" -c {shlex.quote(self.config)}"
        suffix = "sh" if kind == "plain" else "yml"
        return _template(f"{kind}.{suffix}").replace("@CONFIG@", config)

    def _step(self, kind: str) -> None:
        """The step for CI, in a file of its own."""
        place = self._ci_place(kind)
        found = _read(place)
        if found is not None and find(found) is None:
            self.left.append(f"{self.git.shown(place)} is there already, and is not limbeck's")
            return
        start = "#!/bin/sh\n" if kind == "plain" else ""
        self._block(place, self._ci(kind), start=start, executable=kind == "plain")

    def _ci_place(self, kind: str) -> Path:
        folder, slash, _ = self.config.rpartition("/")
        suffix = "-" + re.sub(r"\W+", "-", folder).strip("-") if slash else ""
        return self.git.top / _CI_PLACES[kind].format(suffix)


def _hook(name: str, *, personal: bool) -> str:
    """The lines for a hook; with `personal`, the limbeck that writes them is the first one that is tried."""
    program = shlex.quote(_program())
    find = f'if [ -x {program} ]; then {program} guard "$@"; return; fi' if personal else ":"
    return _template("hook.sh").replace("@FIND@", find).replace("@CALL@", _CALLS[name])


def _program() -> str:
    """The limbeck that runs, as a program."""
    beside = Path(sys.executable).with_name("limbeck")
    return str(beside) if beside.is_file() else "limbeck"


def _template(name: str) -> str:
    return (files("limbeck.actions.guard") / "templates" / name).read_text(encoding="utf-8")


def _untouchable(path: Path, found: str | None) -> str:
    """Why a hook that is there cannot take lines of ours; "" when it can."""
    import os

    if path.is_symlink():
        return "is a link to another file"
    if found is None:
        return "is not a text"
    if not os.access(path, os.X_OK):
        return "is not executable, so that git does not run it"
    first = found.partition("\n")[0]
    if first.startswith("#!") and re.search(r"\b(?:ba|da|z|k|a)?sh\b", first) is None:
        return "is no shell script"
    return ""


def _read(path: Path) -> str | None:
    """The text of a file, to the letter; None where there is none."""
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _relative(file: Path, git: Git) -> str:
    try:
        return file.resolve().relative_to(git.top.resolve()).as_posix()
    except ValueError:
        return str(file.resolve())


def _is_within(folder: Path, git: Git) -> bool:
    """Whether the hooks are among the files of the checkout, and so may be everybody's."""
    inside = git.top.resolve() in folder.resolve().parents
    return inside and ".git" not in folder.resolve().relative_to(git.top.resolve()).parts


def diff(plan: Plan) -> Iterator[str]:
    """The plan in the form of a diff."""
    from difflib import unified_diff

    for edit in plan.edits:
        shown = plan.git.shown(edit.path)
        before, after = (edit.before or "").splitlines(), (edit.after or "").splitlines()
        old = "/dev/null" if edit.before is None else f"a/{shown}"
        new = "/dev/null" if edit.after is None else f"b/{shown}"
        yield from unified_diff(before, after, old, new, lineterm="")
    if plan.keys:
        yield "git config --local"
        for key in plan.keys:
            for sign, value in (("-", key.before), ("+", key.after)):
                if value is not None:
                    yield f"{sign}{key.name} = {value}"


def files_of(plan: Plan) -> tuple[str, ...]:
    """The files of the checkout that the plan writes, which are to be committed."""
    return tuple(
        plan.git.shown(edit.path)
        for edit in plan.edits
        if edit.after is not None and not _in_git(edit.path, plan.git)
    )


def _in_git(path: Path, git: Git) -> bool:
    return git.path("hooks") in path.parents
