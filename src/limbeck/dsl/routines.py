"""
The methods of `op` for functions, procedures and triggers.

Responsible for their arguments.  Does not know which of them a database has: what it has not is refused when it is
compiled.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from limbeck import operations as ops
from limbeck.dsl.shared import Shared
from limbeck.schema import Key, Routine, TableName, Trigger


class Routines(Shared):
    """Functions, procedures and triggers.

    `existing` says what there is now, with the names of the arguments that made it: where it is given, a change is
    made in place if the database can do that, and a downgrade knows what to put back.
    """

    __slots__ = ()

    def create_function(
        self,
        name: str,
        arguments: str,
        definition: str,
        *,
        signature: str | None = None,
        schema: str | None = None,
        comment: str | None = None,
        if_not_exists: bool | None = None,
    ) -> None:
        """Create a function: `arguments` stand between the parentheses, `definition` is all that follows them.

        `signature` are the types of the arguments, which are taken from `arguments` if not given.
        """
        made = _routine(name, schema, arguments, definition, signature, comment)
        self.invoke(ops.CreateObject(made, bool(if_not_exists)))

    def replace_function(
        self,
        name: str,
        arguments: str,
        definition: str,
        *,
        existing: Mapping[str, Any] | None = None,
        signature: str | None = None,
        schema: str | None = None,
        comment: str | None = None,
    ) -> None:
        """Replace a function; it is dropped and made again, with its owner and grants, where it cannot be replaced.

        `existing` has the `arguments`, `definition` and `comment` that it has.
        """
        self._replace_routine(
            False, name, schema, arguments, definition, signature, comment, existing
        )

    def drop_function(
        self,
        name: str,
        signature: str = "",
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
    ) -> None:
        """Drop a function; `signature` are the types of its arguments, where several share the name."""
        key = Key("function", TableName(name, schema), signature)
        self.invoke(ops.DropObject(key, if_exists=bool(if_exists)))

    def create_procedure(
        self,
        name: str,
        arguments: str,
        definition: str,
        *,
        signature: str | None = None,
        schema: str | None = None,
        comment: str | None = None,
        if_not_exists: bool | None = None,
    ) -> None:
        """Create a procedure; see `create_function`."""
        made = _routine(name, schema, arguments, definition, signature, comment, procedure=True)
        self.invoke(ops.CreateObject(made, bool(if_not_exists)))

    def replace_procedure(
        self,
        name: str,
        arguments: str,
        definition: str,
        *,
        existing: Mapping[str, Any] | None = None,
        signature: str | None = None,
        schema: str | None = None,
        comment: str | None = None,
    ) -> None:
        """Replace a procedure; see `replace_function`."""
        self._replace_routine(
            True, name, schema, arguments, definition, signature, comment, existing
        )

    def drop_procedure(
        self,
        name: str,
        signature: str = "",
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
    ) -> None:
        """Drop a procedure; `signature` are the types of its arguments, where several share the name."""
        key = Key("procedure", TableName(name, schema), signature)
        self.invoke(ops.DropObject(key, if_exists=bool(if_exists)))

    def _replace_routine(
        self,
        procedure: bool,
        name: str,
        schema: str | None,
        arguments: str,
        definition: str,
        signature: str | None,
        comment: str | None,
        existing: Mapping[str, Any] | None,
    ) -> None:
        after = _routine(name, schema, arguments, definition, signature, comment, procedure)
        before = None
        if existing is not None:
            before = Routine(
                after.name,
                existing.get("arguments", arguments),
                existing.get("definition", definition),
                procedure,
                after.signature,
                existing.get("comment"),
            )
        self.invoke(ops.ReplaceObject(before, after))

    # Triggers

    def create_trigger(
        self,
        name: str,
        table_name: str,
        definition: str,
        *,
        schema: str | None = None,
        enabled: str = "O",
        comment: str | None = None,
        if_not_exists: bool | None = None,
    ) -> None:
        """Create a trigger on a table or view: `definition` is all that stands behind CREATE TRIGGER name.

        `enabled` on PostgreSQL: "O" as usual, "D" disabled, "R" on replicas only, "A" always.
        """
        made = Trigger(name, TableName(table_name, schema), definition, enabled, comment)
        self.invoke(ops.CreateObject(made, bool(if_not_exists)))

    def replace_trigger(
        self,
        name: str,
        table_name: str,
        definition: str,
        *,
        existing: Mapping[str, Any] | None = None,
        schema: str | None = None,
        enabled: str = "O",
        comment: str | None = None,
    ) -> None:
        """Replace a trigger; `existing` has the `definition`, `enabled` and `comment` that it has."""
        table = TableName(table_name, schema)
        after = Trigger(name, table, definition, enabled, comment)
        before = None
        if existing is not None:
            before = Trigger(name, table, **{"definition": definition, **existing})
        self.invoke(ops.ReplaceObject(before, after))

    def drop_trigger(
        self,
        name: str,
        table_name: str,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
    ) -> None:
        """Drop a trigger of a table."""
        key = Trigger(name, TableName(table_name, schema), "").key
        self.invoke(ops.DropObject(key, if_exists=bool(if_exists)))


def _routine(
    name: str,
    schema: str | None,
    arguments: str,
    definition: str,
    signature: str | None,
    comment: str | None,
    procedure: bool = False,
) -> Routine:
    types = signature_of(arguments) if signature is None else signature
    return Routine(TableName(name, schema), arguments, definition, procedure, types, comment)


_MODE = re.compile(r"(?:IN\s+OUT|INOUT|IN|OUT|VARIADIC)\s+", re.IGNORECASE)
_USUAL = re.compile(r"\s+DEFAULT\s.*|\s*:?=.*", re.IGNORECASE | re.DOTALL)
_SEVERAL_WORDS = re.compile(
    r"(?:double|character|char|bit|national|timestamp|time|interval|numeric|varchar)\b",
    re.IGNORECASE,
)


def signature_of(arguments: str) -> str:
    """The types of arguments that are written as for CREATE FUNCTION: `a integer, b text DEFAULT 'x'`.

    >>> signature_of("a integer, OUT b text, numeric(10, 2), c double precision DEFAULT 0")
    'integer, numeric(10, 2), double precision'
    """
    types = []
    for argument in re.split(r",(?![^(]*\))", arguments):
        text = _USUAL.sub("", argument.strip())
        mode = _MODE.match(text)
        if not text or (mode and mode[0].split()[0].upper() == "OUT"):
            continue
        text = text[mode.end() :] if mode else text
        name, _, rest = text.partition(" ")
        types.append(rest.strip() if rest.strip() and not _SEVERAL_WORDS.match(name) else text)
    return ", ".join(types)
