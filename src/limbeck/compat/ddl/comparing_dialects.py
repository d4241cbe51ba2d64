"""
What PostgreSQL, MySQL and SQLite make of a declaration by themselves.

Responsible for taking that out of a comparison, so that it is not reported as a difference.  Does not know when two
things are the same otherwise: that is `comparing`.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from limbeck.compat import util
from limbeck.compat.ddl.comparing import Comparing, Text
from limbeck.compat.ddl.expression_words import (
    bare_expression,
    names_operators,
    sorted_element,
)
from limbeck.compat.util.later import later

if TYPE_CHECKING:
    from limbeck.database import convert
    from limbeck.database.read.sqlite import words as sqlite_words
    from limbeck.schema import Index
else:
    convert = later("limbeck.database.convert")
    sqlite_words = later("limbeck.database.read.sqlite.words")

log = logging.getLogger("alembic.ddl.postgresql")

_NEXT_VALUE = re.compile(r"nextval\('(.+?)'(?:::regclass)?\)")


class PostgresqlComparing(Comparing):
    """PostgreSQL: sequences that belong to a column, and texts that only look different."""

    compared_options = ("postgresql_nulls_not_distinct", "postgresql_include")

    def autogen_column_reflect(
        self, inspector: sa.Inspector, table: sa.Table, column_info: dict[str, Any]
    ) -> None:
        """Leave out the default of a SERIAL column: the sequence is the column's own."""
        default = column_info.get("default")
        if not default or not isinstance(column_info["type"], (sa.Integer, sa.BigInteger)):
            return
        found = _NEXT_VALUE.match(default)
        if found is None:
            return
        owned = _owned_sequences(inspector)
        if owned.get((table.schema, table.name, column_info["name"])):
            log.info(
                "Detected sequence named '%s' as owned by integer column '%s(%s)', assuming SERIAL and omitting",
                found[1],
                table.name,
                column_info["name"],
            )
            del column_info["default"]

    def compare_server_default(
        self,
        inspector_column: sa.Column[Any] | None,
        metadata_column: sa.Column[Any],
        rendered_metadata_default: Text,
        rendered_inspector_default: Text,
    ) -> bool:
        """Whether two defaults differ; where only their texts do, the server is asked whether their values do."""
        if metadata_column.primary_key and _counts(metadata_column):
            return False
        differs = super().compare_server_default(
            inspector_column, metadata_column, rendered_metadata_default, rendered_inspector_default
        )
        if not differs or None in (rendered_metadata_default, rendered_inspector_default):
            return differs
        return not self._same_value(
            metadata_column, str(rendered_metadata_default), str(rendered_inspector_default)
        )

    def _same_value(self, column: sa.Column[Any], one: str, other: str) -> bool:
        connection = self.connection
        if "nextval" in f"{one}{other}".lower():
            return bare_expression(one) == bare_expression(other)  # asking would draw a number
        if connection is None:
            return False
        try:
            with connection.begin_nested():
                type_ = self._words.type(column).sql
                query = f"SELECT CAST({one} AS {type_}) = CAST({other} AS {type_})"
                return bool(connection.exec_driver_sql(query.replace("%", "%%")).scalar())
        except sa.exc.DBAPIError:
            return False  # a type without =, or a default that only makes sense in a row

    def _elements(self, found: Index, wanted: Index) -> list[str]:
        """In which elements two indexes differ, as far as can be told from their texts."""
        before, after = found.elements, wanted.elements
        if len(before) != len(after):
            return [f"expression number {len(before)} to {len(after)}"]
        reasons = []
        for number, (one, other) in enumerate(zip(before, after, strict=True), 1):
            if names_operators(other):
                self._warn_of_operators(number, other, wanted.name)
            elif sorted_element(one) != sorted_element(other):
                reasons.append(f"expression #{number} {one!r} to {other!r}")
        return reasons

    def _warn_of_operators(self, number: int, text: str, name: str | None) -> None:
        util.warn(
            f"Expression #{number} {text!r} in index {name!r} detected to include an operator clause. Expression"
            " compare cannot proceed. Please move the operator clause to the ``postgresql_ops`` dict to enable"
            " proper compare of the index expressions"
        )

    def adjust_reflected_dialect_options(self, reflected_object: Any, kind: str) -> dict[str, Any]:
        """Options without those that say nothing."""
        found = dict(reflected_object.get("dialect_options") or {})
        return {name: value for name, value in found.items() if value not in ([], None, False)}


def _counts(column: sa.Column[Any]) -> bool:
    table: sa.Table | None = getattr(column, "table", None)
    return table is not None and table._autoincrement_column is column


def _owned_sequences(inspector: sa.Inspector) -> dict[tuple[str | None, str, str], bool]:
    """Columns that own a sequence, by schema (None for the default one), table and name; asked once."""
    known = inspector.info_cache.get("limbeck owned sequences")
    if known is None:
        default = inspector.default_schema_name
        rows = inspector.bind.connect() if isinstance(inspector.bind, sa.Engine) else None
        connection = rows if rows is not None else inspector.bind
        assert isinstance(connection, sa.Connection)
        known = {
            (None if schema == default else schema, table, column): True
            for schema, table, column in connection.exec_driver_sql(_OWNED)
        }
        if rows is not None:
            rows.close()
        inspector.info_cache["limbeck owned sequences"] = known
    found: dict[tuple[str | None, str, str], bool] = known
    return found


_OWNED = """
SELECT n.nspname, c.relname, a.attname
FROM pg_depend d
JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
JOIN pg_class c ON c.oid = d.refobjid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a'
"""


class MySQLComparing(Comparing):
    """MySQL and MariaDB: indexes that a foreign key has brought along, unique constraints that are indexes."""

    def correct_for_autogen_constraints(
        self,
        conn_uniques: set[sa.UniqueConstraint],
        conn_indexes: set[sa.Index],
        metadata_unique_constraints: set[sa.UniqueConstraint],
        metadata_indexes: set[sa.Index],
    ) -> None:
        """Leave out the index behind a foreign key, unless the models have one of its name."""
        self._skip_functional_indexes(metadata_indexes, conn_indexes)
        self._as_constraints(conn_uniques, conn_indexes, metadata_unique_constraints)
        parts: list[sa.Index | sa.UniqueConstraint] = [
            *metadata_indexes,
            *metadata_unique_constraints,
        ]
        wanted = {item.name for item in parts}
        for index in list(conn_indexes):
            if index.unique or index.name in wanted or index.table is None:
                continue
            names = tuple(column.name for column in index.columns)
            if any(
                names == tuple(column.name for column in key.columns)
                for key in index.table.foreign_key_constraints
            ):
                conn_indexes.discard(index)

    def _as_constraints(
        self,
        conn_uniques: set[sa.UniqueConstraint],
        conn_indexes: set[sa.Index],
        metadata_unique_constraints: set[sa.UniqueConstraint],
    ) -> None:
        """A unique index is the unique constraint of its name that the models have."""
        names = {convert.name(one, self.dialect) for one in metadata_unique_constraints}
        for index in [one for one in conn_indexes if one.unique and one.name in names]:
            conn_indexes.discard(index)
            made = sa.UniqueConstraint(*index.columns, name=index.name)
            conn_uniques.add(made)


class SQLiteComparing(Comparing):
    """SQLite: expressions behind DEFAULT, which its catalog gives without parentheses."""

    def autogen_column_reflect(
        self, inspector: sa.Inspector, table: sa.Table, column_info: dict[str, Any]
    ) -> None:
        """Put an expression into the parentheses that it was declared with."""
        default = column_info.get("default")
        if default and _is_expression(default):
            column_info["default"] = f"({default})"

    def correct_for_autogen_constraints(
        self,
        conn_uniques: set[sa.UniqueConstraint],
        conn_indexes: set[sa.Index],
        metadata_unique_constraints: set[sa.UniqueConstraint],
        metadata_indexes: set[sa.Index],
    ) -> None:
        """Leave out indexes with expressions."""
        self._skip_functional_indexes(metadata_indexes, conn_indexes)


def _is_expression(text: str) -> bool:
    made = sqlite_words.canonical_default(f"({text})")
    return made is not None and made.sql.startswith("(") and not text.startswith("(")
