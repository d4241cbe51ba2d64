"""
The methods of `op` for views.

Responsible for their arguments.  Does not know which of them a database has: what it has not is refused when it is
compiled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from limbeck import operations as ops
from limbeck.database.render import render, script_dialect
from limbeck.dsl.shared import Shared
from limbeck.schema import Index, Key, TableName, View, options
from limbeck.schema.layout import dedented

Query = str | sa.SelectBase
"""The query of a view: SQL, or a SELECT of SQLAlchemy's."""

IndexGiven = Sequence[str] | Mapping[str, Any]
"""The columns of an index, or a dictionary of them and of its options."""


class Views(Shared):
    """Views, and materialised ones.

    `existing` says what there is now, with the names of the arguments that made it: where it is given, a change is
    made in place if the database can do that, and a downgrade knows what to put back.
    """

    __slots__ = ()

    def create_view(
        self,
        name: str,
        query: Query,
        *,
        schema: str | None = None,
        comment: str | None = None,
        if_not_exists: bool | None = None,
        **options: Any,
    ) -> None:
        """Create a view from a query: SQL, or a SELECT of SQLAlchemy's.

        SQL that begins in a line of its own loses the indentation that all of its lines have.
        `options`: `postgresql_with={"security_barrier": True}`, `mysql_algorithm`, `mysql_sql_security`,
        `mysql_definer`, `mysql_check_option`.
        """
        view = self._view(name, schema, query, comment, options)
        self.invoke(ops.CreateObject(view, bool(if_not_exists)))

    def replace_view(
        self,
        name: str,
        query: Query,
        *,
        existing: Query | None = None,
        schema: str | None = None,
        comment: str | None = None,
        existing_comment: str | None = None,
        **options: Any,
    ) -> None:
        """Put another query into a view; `existing` is the one that it has.

        PostgreSQL can only append columns to a view.  For anything else the view is dropped and made again, with its
        owner, grants, comment and triggers; the server refuses that while other views depend on it.
        """
        after = self._view(name, schema, query, comment, options)
        before = (
            None
            if existing is None
            else self._view(name, schema, existing, existing_comment, options)
        )
        self.invoke(ops.ReplaceObject(before, after))

    def drop_view(
        self, name: str, *, schema: str | None = None, if_exists: bool | None = None
    ) -> None:
        """Drop a view."""
        key = Key("view", TableName(name, schema))
        self.invoke(ops.DropObject(key, if_exists=bool(if_exists)))

    def create_materialized_view(
        self,
        name: str,
        query: Query,
        *,
        indexes: Mapping[str, IndexGiven] | None = None,
        unique_indexes: Mapping[str, IndexGiven] | None = None,
        schema: str | None = None,
        comment: str | None = None,
        if_not_exists: bool | None = None,
        **options: Any,
    ) -> None:
        """Create a materialised view (PostgreSQL) and its indexes, given as name and columns.

        An index that needs more words is given as `{"columns": [...], "postgresql_using": "hash"}`, with the arguments of
        `sqlalchemy.Index`.
        `options`: `postgresql_with`, `postgresql_tablespace`, `postgresql_using`.
        """
        made = _indexes(indexes, unique_indexes)
        view = self._view(name, schema, query, comment, options, made, materialized=True)
        self.invoke(ops.CreateObject(view, bool(if_not_exists)))

    def replace_materialized_view(
        self,
        name: str,
        query: Query,
        *,
        indexes: Mapping[str, IndexGiven] | None = None,
        unique_indexes: Mapping[str, IndexGiven] | None = None,
        schema: str | None = None,
        comment: str | None = None,
        existing: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> None:
        """Put another query into a materialised view, or give it other indexes; it is made anew if the query differs."""
        made = _indexes(indexes, unique_indexes)
        after = self._view(name, schema, query, comment, options, made, materialized=True)
        before = None
        if existing is not None:
            old = dict(existing)
            had = _indexes(old.pop("indexes", None), old.pop("unique_indexes", None))
            said = old.pop("query"), old.pop("comment", None)
            before = self._view(name, schema, *said, old, had, materialized=True)
        self.invoke(ops.ReplaceObject(before, after))

    def drop_materialized_view(
        self, name: str, *, schema: str | None = None, if_exists: bool | None = None
    ) -> None:
        """Drop a materialised view, with its indexes."""
        key = Key("materialized view", TableName(name, schema))
        self.invoke(ops.DropObject(key, if_exists=bool(if_exists)))

    def _view(
        self,
        name: str,
        schema: str | None,
        query: Query,
        comment: str | None,
        given: Mapping[str, Any],
        indexes: tuple[Index, ...] = (),
        *,
        materialized: bool = False,
    ) -> View:
        if not isinstance(query, str):
            query = render(query, None, script_dialect(self._database.dialect))
        else:
            query = dedented(query)
        frozen = {
            key: tuple(sorted(value.items())) if isinstance(value, Mapping) else value
            for key, value in given.items()
            if value is not None
        }
        where = TableName(name, schema)
        return View(where, query, materialized, indexes, options(frozen), comment)


def _indexes(
    plain: Mapping[str, IndexGiven] | None, unique: Mapping[str, IndexGiven] | None
) -> tuple[Index, ...]:
    made = [_index(name, given, unique=False) for name, given in (plain or {}).items()]
    made += [_index(name, given, unique=True) for name, given in (unique or {}).items()]
    return tuple(made)


def _index(name: str, given: IndexGiven, *, unique: bool) -> Index:
    if not isinstance(given, Mapping):
        return Index(name, tuple(given), unique)
    said = {
        key: tuple(sorted(value.items())) if isinstance(value, Mapping) else value
        for key, value in given.items()
        if key != "columns"
    }
    return Index(name, tuple(given["columns"]), unique, options(said))
