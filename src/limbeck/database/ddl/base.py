"""
ALTER TABLE as SQLAlchemy constructs, and their text where a dialect has nothing to say against it.

Responsible for the constructs and for the words that they are put together from, which are functions of a DDL compiler
of SQLAlchemy's.  Does not know operations, nor in which order statements are executed.

Names and arguments are those of `alembic.ddl.base`, since packages that bring a dialect register their own text for
them: `@compiles(ColumnType, "mydialect")`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateColumn, ExecutableDDLElement
from sqlalchemy.sql.elements import quoted_name
from sqlalchemy.types import TypeEngine, to_instance

from limbeck.errors import CannotCompile

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import DDLCompiler

    Compiling = Any
    """A DDL compiler of SQLAlchemy's: its most useful methods have no public types."""

ServerDefault = Any
"""What `Column(server_default=...)` takes; SQLAlchemy has no public name for all of it."""


class Impossible(CannotCompile, sa.exc.CompileError):  # type: ignore[misc]  # both have a `code`
    """The database has no such statement.  Also an error of SQLAlchemy's, where its constructs are compiled."""

    def __str__(self) -> str:
        return str(self.args[0])


# Constructs


class Verbatim(ExecutableDDLElement):
    """SQL as it is, in which neither a colon nor a per cent sign means anything."""

    def __init__(self, sql: str) -> None:
        self.sql = sql


class AlterTable(ExecutableDDLElement):
    """A statement that begins with ALTER TABLE."""

    def __init__(self, table_name: str, schema: str | None = None) -> None:
        self.table_name = table_name
        self.schema = schema


class RenameTable(AlterTable):
    """The table gets another name."""

    def __init__(self, old_table_name: str, new_table_name: str, schema: str | None = None) -> None:
        super().__init__(old_table_name, schema)
        self.new_table_name = new_table_name


class AlterColumn(AlterTable):
    """One attribute of a column changes; `existing_…` is what the column is like, as far as it is known."""

    def __init__(
        self,
        name: str,
        column_name: str,
        schema: str | None = None,
        existing_type: TypeEngine[Any] | type[TypeEngine[Any]] | None = None,
        existing_nullable: bool | None = None,
        existing_server_default: ServerDefault = None,
        existing_comment: str | None = None,
    ) -> None:
        super().__init__(name, schema)
        self.column_name = column_name
        self.existing_type = None if existing_type is None else to_instance(existing_type)
        self.existing_nullable = existing_nullable
        self.existing_server_default = existing_server_default
        self.existing_comment = existing_comment


class ColumnNullable(AlterColumn):
    """Whether it may be NULL."""

    def __init__(self, name: str, column_name: str, nullable: bool, **kw: Any) -> None:
        super().__init__(name, column_name, **kw)
        self.nullable = nullable


class ColumnType(AlterColumn):
    """Its type."""

    def __init__(
        self, name: str, column_name: str, type_: TypeEngine[Any] | type[TypeEngine[Any]], **kw: Any
    ) -> None:
        super().__init__(name, column_name, **kw)
        self.type_ = to_instance(type_)


class ColumnName(AlterColumn):
    """Its name."""

    def __init__(self, name: str, column_name: str, newname: str, **kw: Any) -> None:
        super().__init__(name, column_name, **kw)
        self.newname = newname


class ColumnDefault(AlterColumn):
    """What the server puts into it; None for nothing."""

    def __init__(self, name: str, column_name: str, default: ServerDefault, **kw: Any) -> None:
        super().__init__(name, column_name, **kw)
        self.default = default


class ComputedColumnDefault(ColumnDefault):
    """It becomes a computed column, or is one no longer."""


class IdentityColumnDefault(ColumnDefault):
    """It becomes an identity column, or is one no longer; `impl` is for dialects that ask it what differs."""

    def __init__(
        self, name: str, column_name: str, default: ServerDefault, impl: Any = None, **kw: Any
    ) -> None:
        super().__init__(name, column_name, default, **kw)
        self.impl = impl


class ColumnComment(AlterColumn):
    """Its comment; None for none."""

    def __init__(self, name: str, column_name: str, comment: str | None, **kw: Any) -> None:
        super().__init__(name, column_name, **kw)
        self.comment = comment


class AddColumn(AlterTable):
    """A column more."""

    def __init__(
        self,
        name: str,
        column: sa.Column[Any],
        schema: str | None = None,
        if_not_exists: bool | None = None,
        inline_references: bool | None = None,
        inline_primary_key: bool | None = None,
    ) -> None:
        super().__init__(name, schema)
        self.column = column
        self.if_not_exists = if_not_exists
        self.inline_references = inline_references
        self.inline_primary_key = inline_primary_key


class DropColumn(AlterTable):
    """A column less."""

    def __init__(
        self,
        name: str,
        column: sa.Column[Any],
        schema: str | None = None,
        if_exists: bool | None = None,
    ) -> None:
        super().__init__(name, schema)
        self.column = column
        self.if_exists = if_exists


def is_ours(kind: type[AlterTable], dialect: str) -> bool:
    """Whether the text of a construct is limbeck's own, and not one that somebody has registered."""
    # private: SQLAlchemy says in no other way who was registered
    texts: dict[str, Any] = kind._compiler_dispatcher.specs  # type: ignore[attr-defined]  # noqa: SLF001
    visit = texts.get(dialect, texts.get("default"))
    return str(visit.__module__).startswith("limbeck.")


# Words


def quote_dotted(name: str, quote: Any) -> str:
    """The parts of a name, each in quotes where it needs them, unless the whole is marked as one name."""
    if isinstance(name, quoted_name):
        return str(quote(name))
    return ".".join(str(quote(part)) for part in name.split("."))


def format_table_name(compiler: Compiling, name: str, schema: str | None) -> str:
    """The name of a table, with its schema, quoted."""
    translated = getattr(compiler, "schema_translate_map", None) or {}
    schema = translated.get(schema, schema)
    quote = compiler.preparer.quote
    if not schema:
        return str(quote(name))
    # Elsewhere a dot may stand between a database and a schema.
    whole = compiler.dialect.name in {"postgresql", "mysql", "mariadb", "sqlite"}
    return f"{quote(schema) if whole else quote_dotted(schema, quote)}.{quote(name)}"


def format_column_name(compiler: Compiling, name: str | None) -> str:
    """The name of a column, quoted where it needs it."""
    return str(compiler.preparer.quote(name))


def format_server_default(compiler: Compiling, default: ServerDefault) -> str:
    """What stands behind DEFAULT."""
    column: sa.Column[Any] = sa.Column("x", sa.Integer(), server_default=default)
    return str(compiler.get_column_default_string(column))


def format_type(compiler: Compiling, type_: TypeEngine[Any]) -> str:
    """A type in the words of the dialect."""
    return str(compiler.dialect.type_compiler_instance.process(type_))


def alter_table(compiler: Compiling, name: str, schema: str | None) -> str:
    """ALTER TABLE and the name."""
    return f"ALTER TABLE {format_table_name(compiler, name, schema)}"


def alter_column(compiler: Compiling, name: str) -> str:
    """ALTER COLUMN and the name."""
    return f"ALTER COLUMN {format_column_name(compiler, name)}"


def drop_column(compiler: Compiling, name: str, if_exists: bool | None = None, **kw: Any) -> str:
    """DROP COLUMN and the name."""
    return f"DROP COLUMN {'IF EXISTS ' if if_exists else ''}{format_column_name(compiler, name)}"


def add_column(
    compiler: Compiling,
    column: sa.Column[Any],
    if_not_exists: bool | None = None,
    inline_references: bool | None = None,
    inline_primary_key: bool | None = None,
    *,
    verb: str = "ADD COLUMN",
    **kw: Any,
) -> str:
    """ADD COLUMN and all that CREATE TABLE would say of the column, its checks included."""
    parts = [
        verb,
        "IF NOT EXISTS" if if_not_exists else "",
        str(compiler.process(CreateColumn(column), **kw)).strip(),
        "PRIMARY KEY" if inline_primary_key and column.primary_key else "",
        references(compiler, column) if inline_references else "",
    ]
    return " ".join(part for part in parts if part)


def references(compiler: Compiling, column: sa.Column[Any]) -> str:
    """The REFERENCES clause of a column with one foreign key; nothing for any other."""
    if len(column.foreign_keys) != 1:
        return ""
    (key,) = column.foreign_keys
    constraint = key.constraint
    if constraint is None or len(constraint.columns) != 1:
        return ""
    # Later: it knows all of a schema, which takes its time to import.
    from limbeck.database.construct import split_target

    name, target = split_target(key.target_fullname)
    quoted = f" ({format_column_name(compiler, target)})" if target is not None else ""
    return (
        f"REFERENCES {format_table_name(compiler, name.name, name.schema)}{quoted}"
        f"{compiler.define_constraint_match(constraint)}"
        f"{compiler.define_constraint_cascades(constraint)}"
        f"{compiler.define_constraint_deferrability(constraint)}"
    )


# Texts


@compiles(Verbatim)
def visit_verbatim(element: Verbatim, compiler: Compiling, **kw: Any) -> str:
    """The text, with per cent signs as the driver wants them."""
    doubled = compiler.preparer._double_percents  # noqa: SLF001 - no public way
    return element.sql.replace("%", "%%") if doubled else element.sql


@compiles(RenameTable)
def visit_rename_table(element: RenameTable, compiler: DDLCompiler, **kw: Any) -> str:
    """RENAME TO, with the schema on both sides (MySQL would move the table to the current one)."""
    return (
        f"{alter_table(compiler, element.table_name, element.schema)} RENAME TO "
        f"{format_table_name(compiler, element.new_table_name, element.schema)}"
    )


def rename_in_place(element: RenameTable, compiler: DDLCompiler, **kw: Any) -> str:
    """RENAME TO, for databases in which a table stays in its schema anyway and the new name has none."""
    return (
        f"{alter_table(compiler, element.table_name, element.schema)} RENAME TO "
        f"{format_table_name(compiler, element.new_table_name, None)}"
    )


@compiles(AddColumn)
def visit_add_column(element: AddColumn, compiler: DDLCompiler, **kw: Any) -> str:
    """ALTER TABLE … ADD COLUMN."""
    added = add_column(
        compiler,
        element.column,
        if_not_exists=element.if_not_exists,
        inline_references=element.inline_references,
        inline_primary_key=element.inline_primary_key,
        **kw,
    )
    return f"{alter_table(compiler, element.table_name, element.schema)} {added}"


@compiles(DropColumn)
def visit_drop_column(element: DropColumn, compiler: DDLCompiler, **kw: Any) -> str:
    """ALTER TABLE … DROP COLUMN."""
    dropped = drop_column(compiler, element.column.name, if_exists=element.if_exists, **kw)
    return f"{alter_table(compiler, element.table_name, element.schema)} {dropped}"


def altering(element: AlterColumn, compiler: DDLCompiler) -> str:
    """How a statement begins that alters a column."""
    table = alter_table(compiler, element.table_name, element.schema)
    return f"{table} {alter_column(compiler, element.column_name)}"


@compiles(ColumnNullable)
def visit_column_nullable(element: ColumnNullable, compiler: DDLCompiler, **kw: Any) -> str:
    """SET NOT NULL, or DROP it."""
    return f"{altering(element, compiler)} {'DROP' if element.nullable else 'SET'} NOT NULL"


@compiles(ColumnType)
def visit_column_type(element: ColumnType, compiler: DDLCompiler, **kw: Any) -> str:
    """TYPE."""
    return f"{altering(element, compiler)} TYPE {format_type(compiler, element.type_)}"


@compiles(ColumnName)
def visit_column_name(element: ColumnName, compiler: DDLCompiler, **kw: Any) -> str:
    """RENAME … TO."""
    return (
        f"{alter_table(compiler, element.table_name, element.schema)} RENAME "
        f"{format_column_name(compiler, element.column_name)} TO "
        f"{format_column_name(compiler, element.newname)}"
    )


@compiles(ColumnDefault)
def visit_column_default(element: ColumnDefault, compiler: DDLCompiler, **kw: Any) -> str:
    """SET DEFAULT, or DROP it."""
    if element.default is None:
        return f"{altering(element, compiler)} DROP DEFAULT"
    default = format_server_default(compiler, element.default)
    return f"{altering(element, compiler)} SET DEFAULT {default}"


@compiles(ColumnComment)
def visit_column_comment(element: ColumnComment, compiler: DDLCompiler, **kw: Any) -> str:
    """COMMENT ON COLUMN; NULL for none."""
    return comment_on_column(element, compiler, nothing="NULL")


def comment_on_column(element: ColumnComment, compiler: Compiling, nothing: str) -> str:
    """COMMENT ON COLUMN; `nothing` is what the database wants to hear when there is to be none."""
    text = nothing
    if element.comment is not None:
        text = compiler.sql_compiler.render_literal_value(element.comment, sa.String())
    table = format_table_name(compiler, element.table_name, element.schema)
    column = format_column_name(compiler, element.column_name)
    return f"COMMENT ON COLUMN {table}.{column} IS {text}"


@compiles(ComputedColumnDefault)
def visit_computed_column(element: ComputedColumnDefault, compiler: DDLCompiler, **kw: Any) -> str:
    """Refused: no database that we know can do that."""
    raise Impossible(
        f'{element.table_name}.{element.column_name}: Adding or removing a "computed" construct, e.g. '
        "GENERATED ALWAYS AS, to or from an existing column is not supported.",
        hint="drop the column, and add it anew",
    )


@compiles(IdentityColumnDefault)
def visit_identity_column(element: IdentityColumnDefault, compiler: DDLCompiler, **kw: Any) -> str:
    """Refused, except by those dialects that say otherwise."""
    raise Impossible(
        f'{element.table_name}.{element.column_name}: Adding, removing or modifying an "identity" construct, '
        "e.g. GENERATED AS IDENTITY, to or from an existing column is not supported in this dialect.",
        hint="add a new column, copy the values, and drop the old one",
    )
