"""
SQLAlchemy's objects in the words of a server.

Responsible for one column or foreign key at a time, as `limbeck.database.normalise` says whole schemas: two that
are equal here are equal on the server.  Does not know which of two is the model's.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from limbeck.database import convert
from limbeck.database.normalise import Facts, facts, words
from limbeck.database.normalise.shared import action, here
from limbeck.schema import Column, ForeignKey, SchemaState, Table, TableName

if TYPE_CHECKING:
    from limbeck.schema import Type

_SOME_TABLE = TableName("t")


class Words:
    """What a server would call things; without a connection, what one of its kind usually does."""

    def __init__(self, dialect: sa.Dialect, connection: sa.Connection | None) -> None:
        self.dialect = dialect
        self._connection = connection

    @cached_property
    def facts(self) -> Facts:
        """What must be known of the server, asked once."""
        if self._connection is None or self._connection.dialect.name != self.dialect.name:
            return Facts.default(self.dialect)
        return facts(self._connection)

    def type(self, given: sa.Column[Any]) -> Type:
        """The type of a column."""
        return self.column(sa.Column(given.name, given.type)).type

    def column(self, given: sa.Column[Any]) -> Column:
        """A column with its default."""
        return self._table(Table(_SOME_TABLE, (convert.column(given, self.dialect),))).columns[0]

    def foreign_key(self, given: sa.ForeignKeyConstraint) -> ForeignKey:
        """A foreign key, to a table without its schema where that is the default one."""
        made = convert.constraint(given, self.dialect)
        assert isinstance(made, ForeignKey)
        assert isinstance(given.parent, sa.Table)
        # What holds for every server; dialects that are not known have no words beyond that.
        made = replace(
            made,
            target=here(made.target, self.facts),
            onupdate=action(made.onupdate),
            ondelete=action(made.ondelete),
        )
        found = self._table(Table(here(convert.table_name(given.parent), self.facts), (), (made,)))
        return next(iter(found.foreign_keys), made)

    def _table(self, given: Table) -> Table:
        return next(iter(words(SchemaState([given]), self.dialect, self.facts)))
