"""
One engine at work in a project.

Responsible for the order of its commands, each of which is run once, when somebody asks for what came of it.  Does not
compare.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from limbeck.actions.compat_check.engines import Process
from limbeck.actions.compat_check.places import Places
from limbeck.database.scratch.names import new_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from limbeck.actions.compat_check.engines import Asked, Engine, Ran
    from limbeck.actions.compat_check.places import Found

_MOST = 256
"""Databases of servers that an `env.py` may connect to."""


class Side:
    """What an engine makes of a project, in scratch databases of its own; files are kept in `folder`."""

    def __init__(
        self, engine: Engine, asked: Asked, folder: Path, server: Mapping[str, object] | None
    ) -> None:
        folder.mkdir()
        places = folder / "places.json"
        order = {
            "folder": str(folder),
            "places": str(places),
            "names": _names(),
            "server": server,
        }
        self.places = Places(places)
        self._process = Process(engine, asked, folder, order)

    def work(self) -> None:
        """Do everything, as far as it goes."""
        if not (self.facts.error or self.sql.refused or self.up.error or self.without_downgrade):
            _ = self.down.error or self.at_base

    @cached_property
    def facts(self) -> Ran:
        """What the revision files say."""
        return self._process.run()

    @property
    def without_downgrade(self) -> list[str]:
        """Revisions that cannot be undone."""
        known = self.facts.facts["revisions"]
        return sorted(id for id, revision in known.items() if not revision["downgrade"])

    @cached_property
    def sql(self) -> Ran:
        """The SQL of everything."""
        return self._process.run("upgrade", "heads", "--sql")

    @cached_property
    def up(self) -> Ran:
        """Everything is run."""
        return self._process.run("upgrade", "heads")

    @cached_property
    def at_heads(self) -> dict[str, Found]:
        """The databases then."""
        return self.places.look() if not self.up.error else {}

    @cached_property
    def down(self) -> Ran:
        """Everything is undone."""
        _ = self.at_heads
        return self._process.run("downgrade", "base")

    @cached_property
    def at_base(self) -> dict[str, Found]:
        """The databases then."""
        return self.places.look() if not self.down.error else {}


def _names() -> list[str]:
    """Names for as many scratch databases, each another one."""
    found: dict[str, None] = {}
    while len(found) < _MOST:
        found[new_name()] = None
    return list(found)
