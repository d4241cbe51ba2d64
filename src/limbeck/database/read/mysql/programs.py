"""
Views, functions, procedures and triggers as information_schema has them.

Responsible for their texts, in which the name of the connection's own schema is left out, so that they are the same
in a database of another name.  Does not know tables, and not who defined something.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import NamedTuple

from limbeck.database.read.mysql.columns import charset_of
from limbeck.database.read.mysql.query import Part, Since
from limbeck.schema import Need, Routine, TableName, Trigger, View, options


class ViewRow(NamedTuple):
    """A view; `check_option` is NONE, LOCAL or CASCADED, `algorithm` only known to MariaDB."""

    table_name: str
    view_definition: str
    check_option: str
    security_type: str
    algorithm: str | None


VIEWS = Part(ViewRow, "views", only={"algorithm": Since((10, 1, 0), None)})


class TriggerRow(NamedTuple):
    """A trigger; `action_order` counts those of the same table, time and event."""

    trigger_name: str
    event_object_table: str
    action_timing: str
    event_manipulation: str
    action_statement: str
    action_order: int


TRIGGERS = Part(
    TriggerRow,
    "triggers",
    "trigger_schema",
    only={"action_order": Since((10, 2, 3), (5, 7, 2))},
)


class RoutineRow(NamedTuple):
    """A function or procedure; `dtd_identifier` is the type that a function returns."""

    specific_name: str
    routine_type: str
    routine_definition: str | None
    dtd_identifier: str | None
    collation_name: str | None
    database_collation: str
    is_deterministic: str
    sql_data_access: str
    security_type: str
    routine_comment: str


ROUTINES = Part(
    RoutineRow,
    "routines",
    "routine_schema",
    where="routine_type IN ('FUNCTION', 'PROCEDURE')",
)


class ParameterRow(NamedTuple):
    """A parameter of a routine; the result of a function is not one."""

    specific_name: str
    routine_type: str
    ordinal_position: int
    parameter_mode: str | None
    parameter_name: str
    dtd_identifier: str
    collation_name: str | None


PARAMETERS = Part(ParameterRow, "parameters", "specific_schema", where="ordinal_position > 0")

_NAME = r"`(?:[^`]|``)+`"
_PIECE = re.compile(
    rf"""(?P<string> '(?:[^'\\]|\\.|'')*' ) | (?P<names> {_NAME}(?:\.{_NAME})* )""",
    re.VERBOSE | re.DOTALL,
)


def backticked(name: str) -> str:
    """A name in backticks, as the server prints it."""
    return f"`{name.replace('`', '``')}`"


def view(row: ViewRow, name: TableName, here: str | None, known: Mapping[TableName, str]) -> View:
    """A view.  `here` is the connection's own schema, `known` the kinds of what it could need."""
    needs: set[Need] = set()
    text = _PIECE.sub(_without_schema(here, known, needs), row.view_definition)
    given: dict[str, object] = {
        "mysql_check_option": row.check_option if row.check_option != "NONE" else None,
        "mysql_sql_security": row.security_type if row.security_type != "DEFINER" else None,
        "mysql_algorithm": row.algorithm if row.algorithm != "UNDEFINED" else None,
    }
    return View(
        name,
        text,
        options=options({option: value for option, value in given.items() if value}),
        needs=frozenset(need for need in needs if need.name != name),
    )


def _without_schema(
    here: str | None, known: Mapping[TableName, str], needs: set[Need]
) -> Callable[[re.Match[str]], str]:
    """A replacement for names such as `here`.`table`.`column`, which also collects the tables among them."""

    def replaced(found: re.Match[str]) -> str:
        if found["names"] is None:
            return found[0]
        parts = re.findall(_NAME, found["names"])
        if len(parts) == 1:
            return found[0]
        schema, table, *_ = (part[1:-1].replace("``", "`") for part in parts)
        name = TableName(table, None if schema == here else schema)
        if name in known:
            needs.add(Need(known[name], name))
        return ".".join(parts[1:]) if schema == here else found[0]

    return replaced


def routine(row: RoutineRow, parameters: Iterable[ParameterRow], schema: str | None) -> Routine:
    """A function or procedure from its row and those of its parameters, in any order."""
    procedure = row.routine_type == "PROCEDURE"
    ordered = sorted(parameters, key=attrgetter("ordinal_position"))
    arguments = (_argument(one, row.database_collation, procedure=procedure) for one in ordered)
    lines = []
    if not procedure:
        type_ = _typed(row.dtd_identifier or "", row.collation_name, row.database_collation)
        lines.append(f"RETURNS {type_}")
    if row.is_deterministic == "YES":
        lines.append("DETERMINISTIC")
    if row.sql_data_access != "CONTAINS SQL":
        lines.append(row.sql_data_access)
    if row.security_type != "DEFINER":
        lines.append(f"SQL SECURITY {row.security_type}")
    return Routine(
        TableName(row.specific_name, schema),
        ", ".join(arguments),
        "\n".join((*lines, row.routine_definition or "")),
        procedure=procedure,
        comment=row.routine_comment or None,
    )


def _argument(row: ParameterRow, collation: str, *, procedure: bool) -> str:
    words = [
        backticked(row.parameter_name),
        _typed(row.dtd_identifier, row.collation_name, collation),
    ]
    if procedure:
        words.insert(0, row.parameter_mode or "IN")
    return " ".join(words)


def _typed(type_: str, own: str | None, collation: str) -> str:
    if own is None or own == collation:
        return type_
    return f"{type_} CHARACTER SET {charset_of(own)} COLLATE {own}"


def triggers(rows: Iterable[TriggerRow], schema: str | None) -> list[Trigger]:
    """The triggers of a schema; one that fires behind another of the same time and event says so."""
    ordered = sorted(rows, key=lambda row: (*_moment(row), row.action_order or 0))
    found = []
    for at, row in enumerate(ordered):
        before = ordered[at - 1] if at and _moment(ordered[at - 1]) == _moment(row) else None
        found.append(_trigger(row, before, schema))
    return found


def _moment(row: TriggerRow) -> tuple[str, str, str]:
    return row.event_object_table, row.action_timing, row.event_manipulation


def _trigger(row: TriggerRow, before: TriggerRow | None, schema: str | None) -> Trigger:
    table = TableName(row.event_object_table, schema)
    on = ".".join(backticked(part) for part in (schema, row.event_object_table) if part)
    words = f"{row.action_timing} {row.event_manipulation} ON {on} FOR EACH ROW"
    needs = {Need("table", table)}
    if before is not None:
        words += f" FOLLOWS {backticked(before.trigger_name)}"
        earlier = _trigger(before, None, schema)
        needs.add(Need("trigger", earlier.key.name))
    return Trigger(
        row.trigger_name, table, f"{words}\n{row.action_statement}", needs=frozenset(needs)
    )
