"""
A step for CI that runs `limbeck guard check`.

Responsible for its text and its file, for each kind of CI.  Does not know what is checked.
"""

from __future__ import annotations

import re
import shlex
from importlib.resources import files
from typing import TYPE_CHECKING

from limbeck.actions.guard.blocks import find
from limbeck.actions.guard.plan import text

if TYPE_CHECKING:
    from pathlib import Path

    from limbeck.actions.guard.plan import Draft

CI = ("github", "gitlab", "plain")
_PLACES = {
    "github": ".github/workflows/limbeck{}.yml",
    "gitlab": ".gitlab/limbeck{}.gitlab-ci.yml",
    "plain": "ci/limbeck-guard{}.sh",
}
_START = {"plain": "#!/bin/sh\n"}


def put(draft: Draft, kind: str, config: str) -> None:
    """The step of `kind`, in a file of its own, for the project whose configuration is `config`, from the top."""
    place = _place(draft, kind, config)
    found = text(place)
    if found is not None and find(found) is None:
        draft.left.append(f"{draft.git.shown(place)} is there already, and is not limbeck's")
        return
    draft.block(place, step(kind, config), start=_START.get(kind, ""), executable=kind in _START)


def take(draft: Draft, config: str) -> None:
    """The steps of all kinds go."""
    for kind in CI:
        draft.take(_place(draft, kind, config), start=_START.get(kind, ""))


def step(kind: str, config: str) -> str:
    """The text of a step."""
    named = "" if "/" not in config else f" -c {shlex.quote(config)}"
    suffix = "sh" if kind == "plain" else "yml"
    return template(f"{kind}.{suffix}").replace("@CONFIG@", named)


def template(name: str) -> str:
    """A text that comes with limbeck."""
    return (files("limbeck.actions.guard") / "templates" / name).read_text(encoding="utf-8")


def _place(draft: Draft, kind: str, config: str) -> Path:
    folder, slash, _ = config.rpartition("/")
    suffix = "-" + re.sub(r"\W+", "-", folder).strip("-") if slash else ""
    return draft.git.top / _PLACES[kind].format(suffix)
