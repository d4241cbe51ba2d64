"""
Rows that were seen, kept from one call to the next.

Responsible for the files in `benchmarks/results/`, for the page of all rows in the documentation, and for the short table in
the README.  A row is never mixed of two runs: it is replaced as a whole, and says when, and on what, it was seen.  Does not
know how anything was measured.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING

from benchmarks import rows
from benchmarks.rows import Row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    Kept = Mapping[str, Sequence[Row]]

_NUMBER = re.compile(r"\d[\d,]*(?= (?:revisions|tables|refs))")
_FLOOR = re.compile(r"the [\d.]+ m?s of ")
BEGIN, END = "<!-- benchmark begins -->", "<!-- benchmark ends -->"


def add(folder: Path, seen: Sequence[Row], machine: str) -> Kept:
    """Keep `seen` in `folder` beside what is there; returns all rows by the machine and day they were seen on."""
    file = folder / "rows.json"
    known = json.loads(file.read_text()) if file.exists() else []
    entries = {_key(row["what"], row["variant"]): (at, row) for at, row in known}
    entries |= {_key(row.what, row.variant): (machine, asdict(row)) for row in seen}
    kept: dict[str, list[Row]] = {}
    for at, row in entries.values():
        kept.setdefault(at, []).append(Row(**row))
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(list(entries.values()), indent=1))
    (folder / "table.md").write_text(_text(kept), encoding="utf-8")
    return kept


def _key(what: str, variant: str) -> tuple[str, str]:
    """What a row is about; the time of a floor belongs to what was seen."""
    return _FLOOR.sub("", what), variant


def publish(readme: Path, page: Path, kept: Kept) -> None:
    """Put all rows between the marks of `page`, and those that say most between the marks of `readme`."""
    _between_marks(page, _text(kept))
    _between_marks(readme, _text({at: in_short(seen) for at, seen in kept.items()}))


def in_short(seen: Sequence[Row]) -> list[Row]:
    """
    The times at the largest size of each workload, in the variant that is nearest to its bound, and what misses its bound.

    >>> in_short([heads_of_5000, heads_of_20000, memory_of_20000])
    [heads_of_20000]
    """
    largest: dict[str, Row] = {}
    for row in rows.worst(row for row in seen if row.unit == "s"):
        workload = _NUMBER.sub("", row.what)
        other = largest.get(workload)
        if other is None or _size(row) > _size(other):
            largest[workload] = row
    shown = list(largest.values())
    return [row for row in seen if row in shown or not row.kept]


def _size(row: Row) -> int:
    found = _NUMBER.search(row.what)
    return int(found[0].replace(",", "")) if found else 0


def _between_marks(file: Path, text: str) -> None:
    before, _, rest = file.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    file.write_text(f"{before}{BEGIN}\n{text}{END}{after}", encoding="utf-8")


def _text(kept: Kept) -> str:
    return "\n".join(f"{at}\n\n{rows.table(seen)}\n" for at, seen in kept.items())
