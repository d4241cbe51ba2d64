"""
One revision: a point in the history of a schema.

Responsible for the facts that the top of a revision file states.  Does not know what the revision does, nor
what a file is: `source` is only a word to show to people.
"""

from __future__ import annotations

from typing import NamedTuple


class Revision(NamedTuple):
    """What the top of a revision file says about it; never what it does.

    A named tuple and not a dataclass because twenty thousand of them are made at each start, straight from
    the index of headers.

    `requires` and `labels` are as written in the file: `requires` may hold ids, unique prefixes or labels,
    which `History.requires` resolves.  `created` is the text of the "Create Date" line, `source` the path to
    show to people.
    """

    id: str
    parents: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    doc: str = ""
    created: str = ""
    source: str = ""

    @property
    def message(self) -> str:
        """The first line of the docstring."""
        return self.doc.partition("\n")[0]

    @property
    def is_merge(self) -> bool:
        """Whether it joins several parents."""
        return len(self.parents) > 1
