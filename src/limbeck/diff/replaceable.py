"""
Whether an object can be replaced where it stands.

Responsible for the rules of CREATE OR REPLACE and ALTER as PostgreSQL documents them.  Does not know SQL well enough to
be sure about a view: the same columns, or more behind them, are taken for the same when their texts are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from limbeck.schema import Composite, Domain, Routine, Standalone, View

if TYPE_CHECKING:
    from limbeck.diff.abilities import Abilities

_RETURNS = re.compile(r"\s*RETURNS\s+(.*?)(?=\s+(?:LANGUAGE|AS|IMMUTABLE|STABLE|VOLATILE|STRICT|SECURITY|"
                      r"PARALLEL|COST|ROWS|WINDOW|LEAKPROOF|NOT|CALLED|SET|RETURN|BEGIN|DETERMINISTIC|NO|"
                      r"CONTAINS|READS|MODIFIES|SQL|COMMENT|SUPPORT|TRANSFORM)\b|$)", re.IGNORECASE | re.DOTALL)  # fmt: skip


def replaceable(before: Standalone, after: Standalone, abilities: Abilities) -> bool:
    """Whether ReplaceObject will do; else the object is dropped and made again."""
    if isinstance(before, View) and isinstance(after, View):
        return _view(before, after, abilities)
    if isinstance(before, Routine) and isinstance(after, Routine):
        return before.arguments == after.arguments and _returns(before) == _returns(after)
    if isinstance(before, Domain) and isinstance(after, Domain):
        return before.type == after.type
    if isinstance(before, Composite) and isinstance(after, Composite):
        return _composite(before, after)
    # Others cannot be dropped while something has them; what ALTER cannot do is refused when it is compiled.
    return True


def _composite(before: Composite, after: Composite) -> bool:
    """Whether attributes keep their order, and new ones are the last."""
    old, new = [name for name, _ in before.attributes], [name for name, _ in after.attributes]
    kept = [name for name in old if name in new]
    return [*kept, *(name for name in new if name not in old)] == new


def _returns(routine: Routine) -> str:
    found = _RETURNS.match(routine.definition)
    return " ".join(found[1].split()).lower() if found is not None else ""


def _view(before: View, after: View, abilities: Abilities) -> bool:
    if before.materialized or after.materialized:
        return (
            before.sql == after.sql
            and before.options == after.options
            and (before.indexes == after.indexes)
        )
    if not abilities.views_keep_triggers:
        return False
    if abilities.replaces_any_view or before.sql == after.sql:
        return True
    old, new = selected(before.sql), selected(after.sql)
    return bool(old) and old == new[: len(old)]


def selected(sql: str) -> list[str]:
    """The texts between SELECT and FROM that a plain query selects; nothing when it is no plain query."""
    found = re.match(r"\s*SELECT\s+(?!DISTINCT\b|ALL\b)", sql, re.IGNORECASE)
    if found is None or "*" in sql:
        return []
    items: list[str] = []
    depth, start = 0, found.end()
    for token in re.finditer(
        r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|[(),]|\bFROM\b|;", sql[start:], re.IGNORECASE
    ):
        if token[0] in "()":
            depth += 1 if token[0] == "(" else -1
        elif depth == 0 and (token[0] in {",", ";"} or token[0].upper() == "FROM"):
            end = found.end() + token.start()
            items.append(" ".join(sql[start:end].split()))
            start = found.end() + token.end()
            if token[0] != ",":
                return items
    return [*items, " ".join(sql[start:].split())]
