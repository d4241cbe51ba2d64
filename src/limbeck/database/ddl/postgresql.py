"""The text of ALTER TABLE on PostgreSQL, where it says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeEngine, to_instance

from limbeck.database.ddl.base import (
    AlterColumn,
    ColumnComment,
    IdentityColumnDefault,
    RenameTable,
    altering,
    format_server_default,
    format_type,
    rename_in_place,
)
from limbeck.database.ddl.base import visit_column_comment as default_column_comment

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import DDLCompiler


class PostgresqlColumnType(AlterColumn):
    """The type of a column, and how the values become of that type."""

    def __init__(
        self, name: str, column_name: str, type_: TypeEngine[Any] | type[TypeEngine[Any]], **kw: Any
    ) -> None:
        using = kw.pop("using", None)
        super().__init__(name, column_name, **kw)
        self.type_ = to_instance(type_)
        self.using: str | None = using


@compiles(RenameTable, "postgresql")
def visit_rename_table(element: RenameTable, compiler: DDLCompiler, **kw: Any) -> str:
    """RENAME TO, without the schema: a table stays in it."""
    return rename_in_place(element, compiler, **kw)


@compiles(PostgresqlColumnType)
def visit_column_type(element: PostgresqlColumnType, compiler: DDLCompiler, **kw: Any) -> str:
    """TYPE, and USING where the author says how."""
    using = f" USING {element.using}" if element.using else ""
    return f"{altering(element, compiler)} TYPE {format_type(compiler, element.type_)}{using}"


@compiles(ColumnComment, "postgresql")
def visit_column_comment(element: ColumnComment, compiler: DDLCompiler, **kw: Any) -> str:
    """COMMENT ON COLUMN; NULL for none."""
    return default_column_comment(element, compiler, **kw)


@compiles(IdentityColumnDefault, "postgresql")
def visit_identity_column(element: IdentityColumnDefault, compiler: DDLCompiler, **kw: Any) -> str:
    """DROP IDENTITY, ADD GENERATED …, or SET whatever is given and is not as it was."""
    alter = altering(element, compiler)
    old, new = element.existing_server_default, element.default
    if new is None:
        return f"{alter} DROP IDENTITY"
    if not isinstance(old, sa.Identity):
        return f"{alter} ADD {_identity(new, compiler)}"
    return " ".join((alter, *identity_changes(old, new, compiler)))


def _identity(identity: sa.Identity, compiler: Any) -> str:
    """GENERATED … AS IDENTITY, by SQLAlchemy's compiler, whose methods have no public types."""
    return str(compiler.process(identity))


def identity_changes(old: sa.Identity, new: sa.Identity, compiler: Any) -> list[str]:
    """SET …, for each option that is given and not as it was; what is not given any more stays."""
    changes = []
    if bool(old.always) != bool(new.always):
        changes.append(f"SET GENERATED {'ALWAYS' if new.always else 'BY DEFAULT'}")
    before = vars(old)  # not getattr: SQLAlchemy 2.1 warns about some of the names
    for name in sorted(_OPTIONS):
        value = vars(new).get(name)
        if value is not None and value != before.get(name):
            option = compiler.get_identity_options(sa.Identity(**{name: value}))
            changes.append(f"SET {option}")
    if (vars(old).get("increment") or 1) * (vars(new).get("increment") or 1) < 0:
        changes.append("RESTART")  # where it stands is beyond its limits
    return changes


_OPTIONS = (
    "start", "increment", "minvalue", "maxvalue", "nominvalue", "nomaxvalue", "cycle", "cache",
)  # fmt: skip

__all__ = [
    "PostgresqlColumnType",
    "format_server_default",
    "identity_changes",
    "visit_column_comment",
    "visit_column_type",
    "visit_identity_column",
    "visit_rename_table",
]
