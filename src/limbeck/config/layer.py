"""
One source of settings.

Responsible for the shape that every reader hands over: values by field of Settings, each with its origin.  Does
not know the sources themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from limbeck.config.settings import NOTHING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Layer(NamedTuple):
    """What one source says.

    `values` and `origins` are by field of Settings.  `databases` are the names that can be chosen, `chosen` tells
    whether the asked-for name is one of them and is already applied.
    """

    file: Path | None = None
    values: Mapping[str, object] = NOTHING
    origins: Mapping[str, str] = NOTHING
    databases: tuple[str, ...] = ()
    chosen: bool = False

    def over(self, below: Layer) -> Layer:
        """Both together: what `self` says, and what `below` says beside that."""
        return Layer(
            file=self.file or below.file,
            values={**below.values, **self.values},
            origins={**below.origins, **self.origins},
            databases=tuple(dict.fromkeys((*self.databases, *below.databases))),
            chosen=self.chosen or below.chosen,
        )
