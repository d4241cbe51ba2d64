"""
When two things are the same, as the dialects of users may override it.

Responsible for the methods of `DefaultImpl` that autogenerate asks, one pair at a time.  What a server would call a
type, a default or an expression is known to `limbeck.database.normalise`; here are only the rules that Alembic
documents beyond that.  Does not know which pairs there are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa

from limbeck.compat import util
from limbeck.compat.ddl._autogen import ComparisonResult
from limbeck.compat.ddl.default_words import plain_default
from limbeck.compat.ddl.expression_words import bare_expression
from limbeck.compat.ddl.type_words import alike, parsed
from limbeck.compat.util.later import later

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

    from limbeck import schema
    from limbeck.compat.autogenerate.context import AutogenContext
    from limbeck.compat.ddl import words
    from limbeck.database import convert
    from limbeck.schema import ForeignKey, Index
else:
    schema = later("limbeck.schema")
    words = later("limbeck.compat.ddl.words")
    convert = later("limbeck.database.convert")

Text = str | None
_IDENTITY = frozenset(
    ("start", "increment", "minvalue", "maxvalue", "nominvalue", "nomaxvalue", "cycle", "cache")
)
"""What every dialect says of an identity; other options begin with the name of one."""


class Comparing:
    """What a dialect says when models and a database are compared.

    `type_synonyms` are sets of names for one type; `type_arg_extract` are patterns, each with one group, for arguments
    of types that are said by words; `identity_attrs_ignore` are what is not compared of an identity, `compared_options`
    what is compared of an index or unique constraint beside its columns.
    """

    dialect: sa.Dialect
    connection: sa.Connection | None

    type_synonyms: tuple[set[str], ...] = ({"NUMERIC", "DECIMAL"},)
    type_arg_extract: Sequence[str] = ()
    identity_attrs_ignore: tuple[str, ...] = ("order", "on_null")
    compared_options: tuple[str, ...] = ()

    @cached_property
    def _words(self) -> words.Words:
        return words.Words(self.dialect, self.connection)

    # Types

    def compare_type(
        self, inspector_column: sa.Column[Any], metadata_column: sa.Column[Any]
    ) -> bool:
        """Whether the types of two columns differ."""
        one, other = (
            parsed(convert.type_(column.type, self.dialect).sql, self.type_arg_extract)
            for column in (inspector_column, metadata_column)
        )
        if alike(one, other, self.type_synonyms):
            return False
        return self._words.type(inspector_column) != self._words.type(metadata_column)

    def render_type(
        self, type_obj: TypeEngine[Any], autogen_context: AutogenContext
    ) -> str | Literal[False]:
        """Python for a type, for dialects that know better; False leaves it to limbeck."""
        return False

    # Defaults

    def compare_server_default(
        self,
        inspector_column: sa.Column[Any] | None,
        metadata_column: sa.Column[Any],
        rendered_metadata_default: Text,
        rendered_inspector_default: Text,
    ) -> bool:
        """Whether two defaults, given as SQL, differ."""
        one, other = rendered_metadata_default, rendered_inspector_default
        numeric = isinstance(metadata_column.type, (sa.Integer, sa.Numeric, sa.Float, sa.Boolean))
        if plain_default(one, numeric) == plain_default(other, numeric):
            return False
        return self._default_words(metadata_column, one) != self._default_words(
            metadata_column, other
        )

    def _default_words(self, column: sa.Column[Any], sql: Text) -> object:
        given = sa.Column(
            column.name, column.type, server_default=None if sql is None else sa.text(sql)
        )
        return self._words.column(given).default

    def compare_computed(
        self, inspector_column: sa.Column[Any], metadata_column: sa.Column[Any]
    ) -> bool:
        """Whether two columns are computed in different ways."""
        one, other = (
            self._words.column(column).default for column in (inspector_column, metadata_column)
        )
        if not isinstance(one, schema.Computed) or not isinstance(other, schema.Computed):
            return one != other
        return self._normalize_computed_default(one.sql) != self._normalize_computed_default(
            other.sql
        )

    def _normalize_computed_default(self, sqltext: str) -> str:
        """What is compared of the expression of a computed column."""
        return bare_expression(sqltext)

    def compare_identity(
        self, inspector_column: sa.Column[Any], metadata_column: sa.Column[Any]
    ) -> bool:
        """Whether the identities of two columns differ, but for `identity_attrs_ignore`."""
        one, other = (self._identity(column) for column in (inspector_column, metadata_column))
        return one != other

    def _identity(self, column: sa.Column[Any]) -> object:
        made = self._words.column(column).default
        if not isinstance(made, schema.Identity):
            return made
        said = (
            option
            for option in made.options
            if option[0] not in self.identity_attrs_ignore
            and (option[0] in _IDENTITY or option[0].startswith(f"{self.dialect.name}_"))
        )
        return replace(made, options=tuple(said))

    def render_ddl_sql_expr(
        self, expr: Any, is_server_default: bool = False, is_index: bool = False, **kw: Any
    ) -> str:
        """An expression as it stands in DDL."""
        if isinstance(expr, str):
            return expr
        compile_kw: dict[str, Any] = {"literal_binds": True, "include_table": False}
        return str(expr.compile(dialect=self.dialect, compile_kwargs=compile_kw))

    # Indexes and constraints

    def compare_indexes(
        self, metadata_index: sa.Index, reflected_index: sa.Index
    ) -> ComparisonResult:
        """Whether two indexes of one name are the same."""
        found = convert.index(reflected_index, self.dialect)
        wanted = convert.index(metadata_index, self.dialect)
        reasons = [*_uniqueness(found, wanted), *self._elements(found, wanted)]
        return _result([*reasons, *self._options(reflected_index, metadata_index)])

    def _elements(self, found: Index, wanted: Index) -> list[str]:
        """In which elements two indexes differ; how they are sorted is not told by every dialect."""
        one, other = (
            tuple(_SORTING.sub("", element) for element in index.elements)
            for index in (found, wanted)
        )
        return [f"columns {', '.join(one)} to {', '.join(other)}"] if one != other else []

    def _options(
        self, found: sa.Index | sa.UniqueConstraint, wanted: sa.Index | sa.UniqueConstraint
    ) -> list[str]:
        """Which of `compared_options` differ."""
        one, other = (
            {name: item.dialect_kwargs.get(name) or None for name in self.compared_options}
            for item in (found, wanted)
        )
        return [
            f"{name}={one[name]!r} to {name}={other[name]!r}"
            for name in self.compared_options
            if one[name] != other[name]
        ]

    def compare_unique_constraint(
        self, metadata_constraint: sa.UniqueConstraint, reflected_constraint: sa.UniqueConstraint
    ) -> ComparisonResult:
        """Whether two unique constraints of one name are the same."""
        one, other = (
            sorted(column.name for column in item.columns)
            for item in (reflected_constraint, metadata_constraint)
        )
        reasons = [f"columns {', '.join(one)} to {', '.join(other)}"] if one != other else []
        return _result([*reasons, *self._options(reflected_constraint, metadata_constraint)])

    def compare_check_constraint(
        self, metadata_constraint: sa.CheckConstraint, reflected_constraint: sa.CheckConstraint
    ) -> ComparisonResult:
        """Two checks of one name count as the same, whatever they say."""
        return ComparisonResult.Equal()

    def correct_for_autogen_constraints(
        self,
        conn_uniques: set[sa.UniqueConstraint],
        conn_indexes: set[sa.Index],
        metadata_unique_constraints: set[sa.UniqueConstraint],
        metadata_indexes: set[sa.Index],
    ) -> None:
        """Take out of the sets, which are those of one table, what a dialect makes of itself."""

    def _skip_functional_indexes(
        self, metadata_indexes: set[sa.Index], conn_indexes: set[sa.Index]
    ) -> None:
        """Leave out indexes with expressions, for dialects of which SQLAlchemy cannot read such.

        Where there is one of the same name it could be read, and is another one.
        """
        known = {index.name for index in conn_indexes}
        for index in [one for one in metadata_indexes if _has_expressions(one)]:
            if index.name in known:
                continue
            util.warn(
                f"autogenerate skipping metadata-specified expression-based index {index.name!r}; dialect"
                f" {self.dialect.name!r} under SQLAlchemy {sa.__version__} can't reflect these indexes so they"
                " can't be compared"
            )
            metadata_indexes.discard(index)

    def foreign_key_words(self, key: sa.ForeignKeyConstraint) -> ForeignKey:
        """A foreign key as a server would say it."""
        return self._words.foreign_key(key)

    def correct_for_autogen_foreignkeys(
        self,
        conn_fks: set[sa.ForeignKeyConstraint],
        metadata_fks: set[sa.ForeignKeyConstraint],
    ) -> None:
        """The same for foreign keys."""

    # Reflection

    def autogen_column_reflect(
        self, inspector: sa.Inspector, table: sa.Table, column_info: dict[str, Any]
    ) -> None:
        """Change what was read of a column before it becomes one."""

    def _compat_autogen_column_reflect(
        self, inspector: sa.Inspector
    ) -> Callable[[sa.Inspector, sa.Table, dict[str, Any]], None]:
        """The listener that asks `autogen_column_reflect`."""

        def reflect(_: sa.Inspector, table: sa.Table, column_info: dict[str, Any]) -> None:
            self.autogen_column_reflect(inspector, table, column_info)

        return reflect

    def adjust_reflected_dialect_options(self, reflected_object: Any, kind: str) -> dict[str, Any]:
        """The dialect's options of what was read; `kind` is "index", "unique_constraint" and so on."""
        found: dict[str, Any] = reflected_object.get("dialect_options") or {}
        return found


def _has_expressions(index: sa.Index) -> bool:
    return any(_is_expression(element) for element in index.expressions)


def _is_expression(element: Any) -> bool:
    while isinstance(element, sa.UnaryExpression):  # DESC and the like
        element = element.element
    return not isinstance(element, sa.ColumnClause) or element.is_literal


def _result(reasons: Sequence[str]) -> ComparisonResult:
    return ComparisonResult.Different(reasons) if reasons else ComparisonResult.Equal()


def _uniqueness(found: Index, wanted: Index) -> list[str]:
    if found.unique == wanted.unique:
        return []
    return [f"unique={found.unique} to unique={wanted.unique}"]


_SORTING = re.compile(r"\s+(?:asc|desc)?(?:\s*nulls\s+(?:first|last))?$", re.IGNORECASE)
