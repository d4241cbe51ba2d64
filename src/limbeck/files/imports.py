"""
The imports of a new revision, in the order in which tools that sort imports would put them.

Responsible for sections (the standard library, what is installed, the project's own) and for the order within each, so
that a generated file passes the project's own checks.  Does not know what the imports are for.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib.util import find_spec

OWN = (
    "from collections.abc import Sequence",
    "import sqlalchemy as sa",
    "from limbeck import op",
)
"""What every revision imports."""


def import_block(given: str) -> str:
    """All imports of a revision that needs those `given` beside `OWN`, one in each line."""
    lines = {line.strip() for line in (*OWN, *given.splitlines()) if line.strip()}
    if not all(line.startswith(("import ", "from ")) for line in lines):
        return "\n".join([*OWN, given])  # somebody's own text, whose order may matter
    sections: list[list[str]] = [[], [], []]
    for line in lines:
        sections[_section(_module(line))].append(line)
    return "\n\n".join(in_order(section) for section in sections if section)


def in_order(lines: Iterable[str]) -> str:
    """The lines of one section."""
    return "\n".join(sorted(lines, key=_place))


def _module(line: str) -> str:
    return line.split()[1]


def _place(line: str) -> tuple[bool, str]:
    """`import x` before `from x import y`, each by the name of the module."""
    return line.startswith("from "), _module(line).lower()


def _section(module: str) -> int:
    """0 for the standard library, 1 for what is installed, 2 for the project's own."""
    top = module.partition(".")[0]
    if top in {"sqlalchemy", "limbeck"}:
        return 1
    if top in sys.stdlib_module_names:
        return 0
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        return 2  # nothing is known of it
    places = [spec.origin or "", *(spec.submodule_search_locations or ())] if spec else []
    installed = any("site-packages" in place or "dist-packages" in place for place in places)
    return 1 if installed else 2
