"""
What is to be written into a git checkout and its configuration, before it is.

Responsible for lines of ours in files of others, for showing what would change, and for carrying it out.  Does not know what is
written there, nor why.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from limbeck.actions.guard.blocks import find, marked
from limbeck.actions.guard.pending import forget
from limbeck.errors import ConfigError
from limbeck.files.atomic import Change, change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limbeck.vcs.checkout import Git


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


class Draft:
    """A plan in the making."""

    def __init__(self, git: Git) -> None:
        self.git = git
        self.edits: list[Edit] = []
        self.keys: list[Key] = []
        self.left: list[str] = []

    @property
    def plan(self) -> Plan:
        """The plan, as far as it is made."""
        return Plan(self.git, tuple(self.edits), tuple(self.keys), tuple(self.left))

    def key(self, name: str, value: str | None) -> None:
        """Set a key of git's configuration, or with None take it away."""
        found = self.git.ask("config", "--local", "--get", name)
        if found != value:
            self.keys.append(Key(name, found, value))

    def block(self, path: Path, body: str, *, start: str = "", executable: bool = False) -> None:
        """`body` between marks, at the end of the file; `start` comes first in a new one."""
        found = text(path)
        if found is None:
            self.edits.append(Edit(path, None, start + marked(body), executable=executable))
        elif find(found) is not None:
            self.renew(path, found, body)
        elif found and not found.endswith("\n"):  # so that it can become what it was
            self.edits.append(Edit(path, found, marked(body) + found))
        else:
            self.edits.append(Edit(path, found, found + marked(body)))

    def renew(self, path: Path, found: str, body: str) -> None:
        """`body` in the place of the marked lines in a file with the text `found`, if nobody has edited them."""
        ours = find(found)
        assert ours is not None
        if not ours.intact:
            self.left.append(f"the lines of the guard in {self.git.shown(path)} were edited")
        elif ours.body != body:
            self.edits.append(Edit(path, found, ours.before + marked(body) + ours.after))

    def take(self, path: Path, *, start: str = "") -> None:
        """Take the marked lines out of a file; where only `start` is left, the file goes."""
        found = text(path)
        ours = None if found is None else find(found)
        if found is None or ours is None:
            return
        if not ours.intact:
            self.left.append(f"the lines of the guard in {self.git.shown(path)} were edited")
        else:
            self.edits.append(Edit(path, found, None if ours.rest == start else ours.rest))


def text(path: Path) -> str | None:
    """The text of a file, to the letter; None where there is none."""
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None


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
        forget(plan.git)


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
    hooks = plan.git.path("hooks")
    return tuple(
        plan.git.shown(edit.path)
        for edit in plan.edits
        if edit.after is not None and hooks not in edit.path.parents
    )
