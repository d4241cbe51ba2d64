"""
The methods of `op` for sequences, domains, composite types and extensions.

Responsible for their arguments.  Does not know which of them a database has: what it has not is refused when it is
compiled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.types import TypeEngine

from limbeck import operations as ops
from limbeck.database import convert
from limbeck.dsl.shared import Shared
from limbeck.schema import Composite, Domain, Extension, Key, Sequence, TableName, Type

TypeGiven = str | TypeEngine[Any] | type[TypeEngine[Any]]
"""A type: SQL, or one of SQLAlchemy's."""


class Objects(Shared):
    """Sequences, types and extensions, and other names for what stands beside tables.

    `existing` says what there is now, with the names of the arguments that made it: where it is given, a change is
    made in place if the database can do that, and a downgrade knows what to put back.
    """

    __slots__ = ()

    def _drop(self, kind: str, name: str, schema: str | None, if_exists: bool | None) -> None:
        key = Key(kind, TableName(name, schema))
        self.invoke(ops.DropObject(key, if_exists=bool(if_exists)))

    # Sequences

    def create_sequence(
        self,
        name: str,
        *,
        type_: TypeGiven | None = None,
        start: int | None = None,
        increment: int | None = None,
        minvalue: int | None = None,
        maxvalue: int | None = None,
        cache: int | None = None,
        cycle: bool = False,
        schema: str | None = None,
        comment: str | None = None,
        if_not_exists: bool | None = None,
    ) -> None:
        """Create a sequence; what is not given is as the server likes it."""
        kind = self._type(type_) if type_ is not None else None
        made = Sequence(
            TableName(name, schema),
            kind,
            start,
            increment,
            minvalue,
            maxvalue,
            cache,
            cycle,
            comment,
        )
        self.invoke(ops.CreateObject(made, bool(if_not_exists)))

    def replace_sequence(
        self,
        name: str,
        *,
        existing: Mapping[str, Any],
        type_: TypeGiven | None = None,
        start: int | None = None,
        increment: int | None = None,
        minvalue: int | None = None,
        maxvalue: int | None = None,
        cache: int | None = None,
        cycle: bool = False,
        schema: str | None = None,
        comment: str | None = None,
    ) -> None:
        """Alter a sequence to what `create_sequence` would make; where it stands, it stays."""
        kind = self._type(type_) if type_ is not None else None
        sequence = TableName(name, schema)
        after = Sequence(
            sequence, kind, start, increment, minvalue, maxvalue, cache, cycle, comment
        )
        old = dict(existing)
        was = old.pop("type_", None)
        before = Sequence(sequence, self._type(was) if was is not None else None, **old)
        self.invoke(ops.ReplaceObject(before, after))

    def drop_sequence(
        self, name: str, *, schema: str | None = None, if_exists: bool | None = None
    ) -> None:
        """Drop a sequence."""
        self._drop("sequence", name, schema, if_exists)

    # Types of PostgreSQL

    def create_domain(
        self,
        name: str,
        type_: TypeGiven,
        *,
        nullable: bool = True,
        default: str | None = None,
        checks: Mapping[str, str] | None = None,
        schema: str | None = None,
        comment: str | None = None,
        if_not_exists: bool | None = None,
    ) -> None:
        """Create a domain (PostgreSQL): `checks` are conditions on VALUE by name, `default` is SQL."""
        made = self._domain(
            name,
            schema,
            type_=type_,
            nullable=nullable,
            default=default,
            checks=checks,
            comment=comment,
        )
        self.invoke(ops.CreateObject(made, bool(if_not_exists)))

    def replace_domain(
        self,
        name: str,
        type_: TypeGiven,
        *,
        existing: Mapping[str, Any],
        nullable: bool = True,
        default: str | None = None,
        checks: Mapping[str, str] | None = None,
        schema: str | None = None,
        comment: str | None = None,
    ) -> None:
        """Alter a domain (PostgreSQL): its type, default, whether it may be NULL, its checks and comment.

        With another type a new domain takes its place, to which all columns of the old one are converted.
        """
        after = self._domain(
            name,
            schema,
            type_=type_,
            nullable=nullable,
            default=default,
            checks=checks,
            comment=comment,
        )
        before = self._domain(name, schema, **{"type_": type_, **existing})
        self.invoke(ops.ReplaceObject(before, after))

    def drop_domain(
        self, name: str, *, schema: str | None = None, if_exists: bool | None = None
    ) -> None:
        """Drop a domain (PostgreSQL)."""
        self._drop("domain", name, schema, if_exists)

    def create_composite_type(
        self,
        name: str,
        attributes: Mapping[str, TypeGiven],
        *,
        schema: str | None = None,
        comment: str | None = None,
        if_not_exists: bool | None = None,
    ) -> None:
        """Create a type made of named attributes (PostgreSQL)."""
        made = self._composite(name, schema, attributes, comment)
        self.invoke(ops.CreateObject(made, bool(if_not_exists)))

    def replace_composite_type(
        self,
        name: str,
        attributes: Mapping[str, TypeGiven],
        *,
        existing: Mapping[str, TypeGiven],
        schema: str | None = None,
        comment: str | None = None,
        existing_comment: str | None = None,
    ) -> None:
        """Add attributes to a composite type at its end, drop some, or change their types (PostgreSQL)."""
        before = self._composite(name, schema, existing, existing_comment)
        self.invoke(ops.ReplaceObject(before, self._composite(name, schema, attributes, comment)))

    def drop_composite_type(
        self, name: str, *, schema: str | None = None, if_exists: bool | None = None
    ) -> None:
        """Drop a composite type (PostgreSQL)."""
        self._drop("composite", name, schema, if_exists)

    def _type(self, given: TypeGiven) -> Type:
        if isinstance(given, str):
            return Type(given)
        return convert.type_(given, self._database.dialect)

    def _domain(
        self,
        name: str,
        schema: str | None,
        *,
        type_: TypeGiven,
        nullable: bool = True,
        default: str | None = None,
        checks: Mapping[str, str] | None = None,
        comment: str | None = None,
    ) -> Domain:
        pairs: tuple[tuple[str | None, str], ...] = tuple(sorted((checks or {}).items()))
        kind = self._type(type_)
        return Domain(TableName(name, schema), kind, nullable, default, pairs, comment)

    def _composite(
        self,
        name: str,
        schema: str | None,
        attributes: Mapping[str, TypeGiven],
        comment: str | None,
    ) -> Composite:
        pairs = tuple((part, self._type(type_)) for part, type_ in attributes.items())
        return Composite(TableName(name, schema), pairs, comment)

    # Extensions

    def create_extension(
        self, name: str, *, schema: str | None = None, version: str | None = None
    ) -> None:
        """Install an extension (PostgreSQL), unless it is there; its objects go into `schema`."""
        self.invoke(ops.CreateObject(Extension(name, schema, version), if_not_exists=True))

    def update_extension(
        self,
        name: str,
        version: str,
        *,
        existing_version: str | None = None,
        schema: str | None = None,
    ) -> None:
        """Bring an extension to another version (PostgreSQL)."""
        before = Extension(name, schema, existing_version)
        self.invoke(ops.ReplaceObject(before, Extension(name, schema, version)))

    def drop_extension(self, name: str, *, if_exists: bool | None = None) -> None:
        """Remove an extension (PostgreSQL)."""
        self._drop("extension", name, None, if_exists)

    # Names

    def rename_object(
        self,
        kind: str,
        old_name: str,
        new_name: str,
        *,
        table_name: str | None = None,
        signature: str = "",
        schema: str | None = None,
    ) -> None:
        """Give an object another name; it stays in its schema.

        `kind` is "view", "materialized view", "sequence", "function", "procedure", "enum", "domain", "composite", or
        with a `table_name` "trigger" or "policy".
        """
        of = signature if table_name is None else str(TableName(table_name, schema))
        self.invoke(ops.RenameObject(Key(kind, TableName(old_name, schema), of), new_name))
