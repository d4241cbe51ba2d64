"""
The methods of `op` around tables: names, options, validation, filling, row security, policies and grants.

Responsible for their arguments.  Does not know SQL.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from limbeck import operations as ops
from limbeck.database import convert
from limbeck.dsl.shared import Shared
from limbeck.operations import UNCHANGED
from limbeck.schema import Grant, Options, Policy, TableName, options

if TYPE_CHECKING:
    from limbeck.operations import Change

ROW_SECURITY = "postgresql_row_security"


class Around(Shared):
    """What is done to tables beside their columns."""

    __slots__ = ()

    # Names

    def rename_index(
        self, old_name: str, new_name: str, table_name: str, *, schema: str | None = None
    ) -> None:
        """Give an index another name; where the database cannot do that it is dropped and made again."""
        self.invoke(ops.RenameIndex(TableName(table_name, schema), old_name, new_name))

    def rename_constraint(
        self, old_name: str, new_name: str, table_name: str, *, schema: str | None = None
    ) -> None:
        """Give a constraint another name; where the database cannot do that it is dropped and added again."""
        self.invoke(ops.RenameConstraint(TableName(table_name, schema), old_name, new_name))

    def set_constraint_comment(
        self,
        constraint_name: str,
        table_name: str,
        comment: str | None,
        *,
        existing_comment: str | None = None,
        schema: str | None = None,
    ) -> None:
        """Give a constraint a comment, or with None take it away (PostgreSQL)."""
        table = TableName(table_name, schema)
        self.invoke(ops.SetConstraintComment(table, constraint_name, comment, existing_comment))

    # Rows

    def validate_constraint(
        self, constraint_name: str, table_name: str, *, schema: str | None = None
    ) -> None:
        """Check the rows that were there before a constraint that was created with `postgresql_not_valid=True`."""
        self.invoke(ops.ValidateConstraint(TableName(table_name, schema), constraint_name))

    def fill_column(
        self, table_name: str, column_name: str, value: object, *, schema: str | None = None
    ) -> None:
        """Give a column a value in the rows in which it is NULL.

        A string is SQL, as for `server_default` in `sa.text`; other values, and SQL expressions, stand for
        themselves: `op.fill_column("users", "active", True)`, `op.fill_column("users", "name", "upper(login)")`.
        """
        sql = value if isinstance(value, str) else self._sql(value)
        self.invoke(ops.FillColumn(TableName(table_name, schema), column_name, sql))

    def _sql(self, value: object) -> str:
        element = value if isinstance(value, sa.ClauseElement) else sa.literal(value)
        return convert.sql(element, self._database.dialect)

    # Options

    def set_table_options(
        self,
        table_name: str,
        *,
        schema: str | None = None,
        existing: Mapping[str, Any] | None = None,
        unlogged: bool | None = None,
        **kw: Any,
    ) -> None:
        """Change options of a table: `kw` are dialect arguments as for `create_table`, None for what is usual.

        `existing` are those that it has, by the same names.  On PostgreSQL `postgresql_with`, `postgresql_tablespace`,
        `postgresql_inherits` and `unlogged` can be changed, on MySQL and MariaDB `mysql_engine`, `mysql_charset`,
        `mysql_collate`, `mysql_row_format` and others; on SQLite the table is built anew.
        Raises CannotCompile for what cannot be changed.
        """
        prefixes: Change[tuple[str, ...]] = UNCHANGED
        if unlogged is not None:
            prefixes = ("UNLOGGED",) if unlogged else ()
        gone = {name: None for name, value in kw.items() if value is None}
        before = _options({**gone, **(existing or {})})
        after = _options({name: value for name, value in kw.items() if value is not None})
        self.invoke(ops.SetTableOptions(TableName(table_name, schema), before, after, prefixes))

    # Row security

    def enable_row_level_security(
        self,
        table_name: str,
        *,
        force: bool = False,
        forced: bool = False,
        schema: str | None = None,
    ) -> None:
        """Let the policies of a table decide who sees and writes which rows (PostgreSQL); with `force` its owner, too.

        `forced` says that they hold for its owner now.
        """
        before: Options = ((ROW_SECURITY, "forced"),) if forced else ()
        after: Options = ((ROW_SECURITY, "forced" if force else "enabled"),)
        self.invoke(ops.SetTableOptions(TableName(table_name, schema), before, after))

    def disable_row_level_security(
        self, table_name: str, *, forced: bool = False, schema: str | None = None
    ) -> None:
        """Let the policies of a table rest (PostgreSQL); `forced` says that they hold for its owner, too."""
        before: Options = ((ROW_SECURITY, "forced" if forced else "enabled"),)
        self.invoke(ops.SetTableOptions(TableName(table_name, schema), before, ()))

    def create_policy(
        self,
        name: str,
        table_name: str,
        *,
        command: str = "ALL",
        permissive: bool = True,
        roles: Sequence[str] = ("public",),
        using: str | None = None,
        check: str | None = None,
        schema: str | None = None,
        comment: str | None = None,
        if_not_exists: bool | None = None,
    ) -> None:
        """Create a policy (PostgreSQL): `using` says which rows are seen, `check` which may be written."""
        made = Policy(
            name,
            TableName(table_name, schema),
            command,
            permissive,
            tuple(roles),
            using,
            check,
            comment,
        )
        self.invoke(ops.CreateObject(made, bool(if_not_exists)))

    def replace_policy(
        self,
        name: str,
        table_name: str,
        *,
        existing: Mapping[str, Any] | None = None,
        command: str = "ALL",
        permissive: bool = True,
        roles: Sequence[str] = ("public",),
        using: str | None = None,
        check: str | None = None,
        schema: str | None = None,
        comment: str | None = None,
    ) -> None:
        """Replace a policy (PostgreSQL); `existing` has the arguments that made the one that is there."""
        table = TableName(table_name, schema)
        after = Policy(name, table, command, permissive, tuple(roles), using, check, comment)
        before = None
        if existing is not None:
            old = {**existing, "roles": tuple(existing.get("roles", ("public",)))}
            before = Policy(name, table, **old)
        self.invoke(ops.ReplaceObject(before, after))

    def drop_policy(
        self,
        name: str,
        table_name: str,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
    ) -> None:
        """Drop a policy of a table (PostgreSQL)."""
        key = Policy(name, TableName(table_name, schema)).key
        self.invoke(ops.DropObject(key, if_exists=bool(if_exists)))

    # Grants

    def grant(
        self,
        privileges: str | Sequence[str],
        name: str,
        role: str,
        *,
        kind: str = "table",
        signature: str = "",
        grant_option: bool = False,
        schema: str | None = None,
    ) -> None:
        """Let a role do something with an object (PostgreSQL): `op.grant(["SELECT", "INSERT"], "orders", "app")`.

        `kind` is "table" (also for views), "sequence", "function" or "procedure" (with the `signature`), "type" or
        "schema".  With `grant_option` the role may hand it on.
        """
        granted = _grant(privileges, TableName(name, schema), role, kind, signature, grant_option)
        self.invoke(ops.CreateObject(granted))

    def revoke(
        self,
        privileges: str | Sequence[str],
        name: str,
        role: str,
        *,
        kind: str = "table",
        signature: str = "",
        schema: str | None = None,
    ) -> None:
        """Take from a role what it may do with an object (PostgreSQL); "ALL" is all that it may."""
        granted = _grant(privileges, TableName(name, schema), role, kind, signature, False)
        everything = granted.privileges == ("ALL",)
        self.invoke(ops.DropObject(granted.key, None if everything else granted))


def _grant(
    privileges: str | Sequence[str],
    name: TableName,
    role: str,
    kind: str,
    signature: str,
    grant_option: bool,
) -> Grant:
    listed = re.split(r",(?![^(]*\))", privileges) if isinstance(privileges, str) else privileges
    found = tuple(sorted(map(_privilege, listed)))
    return Grant(kind, name, role, found, found if grant_option else (), signature)


def _privilege(given: str) -> str:
    """The word in capitals; the columns that it may be limited to as they are."""
    word, bracket, columns = given.strip().partition("(")
    return f"{word.upper()}{bracket}{columns}"


def _options(given: Mapping[str, Any]) -> Options:
    return options(
        {
            name: tuple(sorted(value.items())) if isinstance(value, Mapping) else value
            for name, value in given.items()
        }
    )
