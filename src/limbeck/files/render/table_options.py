"""
Options of tables as Python.

Responsible for the calls that give a table others.  Does not know what the options mean.
"""

from __future__ import annotations

from typing import Any

from limbeck.files.render.renderer import Renderer, call, keywords
from limbeck.files.render.statements import as_sql
from limbeck.operations import (
    UNCHANGED,
    SetTableOptions,
)

_ROW_SECURITY = "postgresql_row_security"


def table_options(operation: SetTableOptions, renderer: Renderer) -> list[str]:
    """The calls that give a table other options."""
    if renderer.style.alembic:
        return as_sql(operation, renderer)
    before, after = dict(operation.before), dict(operation.after)
    schema = keywords({"schema": operation.table.schema})
    own = repr(operation.table.name)
    found: list[str] = []
    security = (before.pop(_ROW_SECURITY, None), after.pop(_ROW_SECURITY, None))
    if security[0] != security[1]:
        forced = ["force=True"] if security[1] == "forced" else []
        verb = "enable_row_level_security" if security[1] else "disable_row_level_security"
        if security[0] == "forced":
            forced = ["forced=True"]
        found.append(call(f"{renderer.op}{verb}", [own, *forced, *schema]))
    changed = {n: v for n, v in after.items() if before.get(n) != v}
    gone = {name: None for name in before if name not in after}
    given = [f"{name}={_plain(value)!r}" for name, value in {**changed, **gone}.items()]
    if operation.prefixes is not UNCHANGED:
        given.append(f"unlogged={'UNLOGGED' in operation.prefixes}")
    if given:
        old = {name: _plain(value) for name, value in before.items() if after.get(name) != value}
        existing = [f"existing={old!r}"] if old else []
        found.append(call(f"{renderer.op}set_table_options", [own, *schema, *existing, *given]))
    return found


def _plain(value: Any) -> object:
    """An option as the caller would write it."""
    pairs = isinstance(value, tuple) and all(isinstance(v, tuple) and len(v) == 2 for v in value)
    return dict(value) if pairs else list(value) if isinstance(value, tuple) else value
