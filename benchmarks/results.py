"""
Rows that were seen, kept from one call to the next.

Responsible for the files in `benchmarks/results/` and for the table in the README.  A row is never mixed of two runs: it
is replaced as a whole, and says when, and on what, it was seen.  Does not know how anything was measured.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from benchmarks import rows
from benchmarks.rows import Row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    Kept = Mapping[str, Sequence[Row]]

BEGIN, END = "<!-- benchmark begins -->", "<!-- benchmark ends -->"


def add(folder: Path, seen: Sequence[Row], machine: str) -> Kept:
    """Keep `seen` in `folder` beside what is there; returns all rows by the machine and day they were seen on."""
    file = folder / "rows.json"
    known = json.loads(file.read_text()) if file.exists() else []
    entries = {(row["what"], row["variant"]): (at, row) for at, row in known}
    entries |= {(row.what, row.variant): (machine, asdict(row)) for row in seen}
    kept: dict[str, list[Row]] = {}
    for at, row in entries.values():
        kept.setdefault(at, []).append(Row(**row))
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(list(entries.values()), indent=1))
    (folder / "table.md").write_text(_text(kept), encoding="utf-8")
    return kept


def into_readme(readme: Path, kept: Kept) -> None:
    """Put the table between its marks: of each workload the variant that is nearest to its bound, or misses it most."""
    before, _, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    worst = {at: rows.worst(seen) for at, seen in kept.items()}
    readme.write_text(f"{before}{BEGIN}\n{_text(worst)}{END}{after}", encoding="utf-8")


def _text(kept: Kept) -> str:
    return "\n".join(f"{at}\n\n{rows.table(seen)}\n" for at, seen in kept.items())
