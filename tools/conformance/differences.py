"""
The tests that are known to differ, as docs/compatibility.md lists them.

Responsible for reading the list, so that what is written for people is what is checked.  A row names a test, or a class or
test with all its parameters, and perhaps the only database on which it differs:

    | `test_op.py::OpTest::test_x` | postgresql | why |

A test of another package has the package's name in front: `Flask-Migrate: test_x.py::test_y`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_PAGE = Path(__file__).parent.parent.parent / "docs" / "compatibility.md"
_ROW = re.compile(
    r"^\|\s*`((?:[\w-]+: )?test_\w+\.py(?:::[^`]+)?)`\s*\|\s*([a-z, ]*?)\s*\|(.+)\|\s*$",
    re.MULTILINE,
)


class Listed(NamedTuple):
    """Tests that may fail, each with the databases on which it does; none means all."""

    rows: dict[str, frozenset[str]]

    def has(self, test: str, database: str) -> bool:
        """Whether `test` is listed for `database`, itself or by what it is part of."""
        row = self.row_of(test)
        return row is not None and self._is_for(row, database)

    def row_of(self, test: str) -> str | None:
        """The row that is about `test`, by its own name or that of what it is part of."""
        name = test.removeprefix("tests/")
        candidates = (name, name.partition("[")[0], *_prefixes(name))
        return next((one for one in candidates if one in self.rows), None)

    def gone(self, tests: Iterable[str], database: str, *, package: str = "") -> list[str]:
        """Rows for `database` of which none of `tests`, which are all of Alembic's or of `package`, is a part."""
        found = {self.row_of(test) for test in tests}
        return [
            row
            for row in self.rows
            if row not in found and self._is_for(row, database) and _package(row) == package
        ]

    def _is_for(self, row: str, database: str) -> bool:
        return not self.rows[row] or database in self.rows[row]


def _prefixes(name: str) -> list[str]:
    parts = name.partition("[")[0].split("::")
    return ["::".join(parts[:length]) for length in range(len(parts) - 1, 0, -1)]


def _package(row: str) -> str:
    """The package of a row; "" for Alembic's own tests."""
    package, separator, _ = row.partition(": ")
    return package if separator else ""


def of_package(package: str, test: str) -> str:
    """The name of a test of `package` in the list."""
    return f"{package}: {test.removeprefix('tests/')}"


def read() -> Listed:
    """What the page lists."""
    text = _PAGE.read_text(encoding="utf-8") if _PAGE.exists() else ""
    rows = {
        match[1]: frozenset(re.split(r"[,\s]+", match[2])) - {""} for match in _ROW.finditer(text)
    }
    return Listed(rows)
