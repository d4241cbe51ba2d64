"""
Columns, defaults, constraints and names as Python.

Responsible for the arguments of `create_table` and `add_column`.  Does not know operations.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from limbeck.database import convert
from limbeck.files.render.renderer import call
from limbeck.files.render.sql import sql_text
from limbeck.files.render.types import type_text
from limbeck.schema import (
    Check,
    Column,
    Computed,
    Constraint,
    Default,
    Exclude,
    ForeignKey,
    Identity,
    Index,
    Options,
    PrimaryKey,
    Table,
    TableName,
    Unique,
    is_column,
    options,
)

if TYPE_CHECKING:
    from limbeck.files.render.renderer import Renderer
    from limbeck.schema import Generated

_IDENTITY = (
    "on_null", "start", "increment", "minvalue", "maxvalue", "nominvalue", "nomaxvalue", "cycle", "cache", "order",
)  # fmt: skip


def name_text(name: str | None, origin: object, renderer: Renderer) -> str:
    """A name as Python; `op.f(…)` unless its author has written it, so that no convention is applied to it again."""
    if name is None:
        return "None"
    if not renderer.op:
        return repr(str(name))  # no operation: there is no convention that could be applied to it
    own = getattr(origin, "name", None)
    if origin is not None and type(own) in {str, sa.sql.elements.quoted_name} and own == name:
        return repr(str(name))
    return f"{renderer.op}f({str(name)!r})"


def options_of(options: Options, renderer: Renderer) -> list[str]:
    """Dialect arguments as keywords."""
    return [f"{name}={_option(name, value, renderer)}" for name, value in options]


def _option(name: str, value: object, renderer: Renderer) -> str:
    if name.endswith("_where"):
        return sql_text(value, renderer)
    if name.endswith(("_ops", "_with", "_length")) and isinstance(value, tuple):
        return repr(dict(value))
    return repr(list(value)) if isinstance(value, tuple) else repr(value)


def default_text(default: Generated | None, renderer: Renderer) -> str | None:
    """What is given as `server_default=`, or stands in its place."""
    if isinstance(default, Identity):
        return _identity(default, renderer)
    if isinstance(default, Computed):
        persisted = f"persisted={default.persisted}" if default.persisted is not None else ""
        given = default.sql if default.origin is None else default.origin
        sql = convert.sql(given, renderer.dialect)
        return f"{renderer.style.sqlalchemy}Computed({sql!r}, {persisted})"
    if default is None:
        return None
    if isinstance(default.origin, str):
        return repr(str(default.origin))
    if isinstance(default.origin, sa.ClauseElement):
        return sql_text(_behind_default(default.origin, renderer), renderer)
    return sql_text(default.sql, renderer)


def _behind_default(given: sa.ClauseElement, renderer: Renderer) -> object:
    """An expression as it stands behind DEFAULT: SQLite wants all but literals in parentheses."""
    if renderer.dialect.name == "sqlite" and isinstance(given, sa.sql.functions.FunctionElement):
        return f"({convert.sql(given, renderer.dialect)})"
    return given


def _identity(given: Identity, renderer: Renderer) -> str:
    options = dict(given.options)
    always: bool | None = given.always
    if isinstance(given.origin, sa.Identity):
        always = given.origin.always  # None is a value of its own there
    named = [f"{name}={options.pop(name)!r}" for name in _IDENTITY if options.get(name) is not None]
    rest = [f"{name}={value!r}" for name, value in sorted(options.items()) if value is not None]
    return call(f"{renderer.style.sqlalchemy}Identity", [f"always={always!r}", *named, *rest])


def reset(before: Identity, after: Identity) -> Identity:
    """The identity with what it says no more and `before` did: what ALTER does not name stays as it was."""
    old, new = dict(before.options), dict(after.options)
    falls = str(new.get("increment", 1)).startswith("-")
    limit = new.get("maxvalue", -1) if falls else new.get("minvalue", 1)
    usual: dict[str, tuple[str, object]] = {
        "increment": ("increment", 1),
        "minvalue": ("nominvalue", True),
        "maxvalue": ("nomaxvalue", True),
        "start": ("start", limit),
        "cache": ("cache", 1),
        "cycle": ("cycle", False),
    }
    turned = falls != str(old.get("increment", 1)).startswith("-")
    said = {*old, *(("minvalue", "maxvalue", "start") if turned else ())}
    gone = [usual[name] for name in usual if name in said and name not in new]
    return replace(after, options=options({**new, **dict(gone)}))


def column_text(column: Column, renderer: Renderer, table: Table | None = None) -> str | None:
    """The expression for a column; None when the user's own function leaves it out.

    `table` is the one that is created with it: an author need not say of its key what SQLAlchemy supposes by itself.
    """
    if column.origin is not None:
        custom = renderer.item("column", column.origin)
        if custom is not False:
            return custom
    arguments = [repr(str(column.name)), _type_with_name(column, renderer)]
    arguments += _generated(column, renderer)
    arguments += _autoincrement(column, table)
    arguments.append(f"nullable={column.nullable!r}")
    if getattr(column.origin, "system", False):
        arguments.append("system=True")
    if column.comment is not None:
        arguments.append(f"comment={column.comment!r}")
    arguments += options_of(column.options, renderer)
    return call(f"{renderer.style.sqlalchemy}Column", arguments)


def _type_with_name(column: Column, renderer: Renderer) -> str:
    """The type of a column; its check, where it brings one along, named as the models' naming convention says.

    In a revision no convention is known, so that the type alone would give its check the plain name.
    """
    text, origin = type_text(column.type, renderer), column.type.origin
    name = _name_of_check(column) if renderer.op else None
    if name is None or not isinstance(origin, (sa.Boolean, sa.Enum)) or not text.endswith(")"):
        return text
    if isinstance(origin, sa.Enum) and origin.native_enum and renderer.dialect.supports_native_enum:
        return text  # the name is the type's own, and there is no check
    if origin.name is not None:
        return text.replace(f"name={origin.name!r}", f"name={renderer.op}f({name!r})", 1)
    return text.replace(
        "create_constraint=True", f"create_constraint=True, name={renderer.op}f({name!r})", 1
    )


def _name_of_check(column: Column) -> str | None:
    """What the convention makes of the name of a check that comes with a type; None without a convention."""
    made = getattr(column.origin, "table", None)
    if not isinstance(made, sa.Table) or not getattr(
        column.type.origin, "create_constraint", False
    ):
        return None
    for check in made.constraints:
        if not isinstance(check, sa.CheckConstraint) or not getattr(check, "_type_bound", False):
            continue
        if list(check.columns) == [column.origin] and isinstance(check.name, sa.sql.elements.conv):
            return str(check.name)
    return None


def _generated(column: Column, renderer: Renderer) -> list[str]:
    given = getattr(column.origin, "server_default", None)
    custom = renderer.item("server_default", given) if given is not None else False
    if custom is not False:
        return [f"server_default={custom}"] if custom else []
    text = default_text(column.default, renderer)
    if text is None:
        fetched = isinstance(given, sa.FetchedValue) and column.default is None
        plain = fetched and type(given) is sa.FetchedValue
        return [f"server_default={renderer.style.sqlalchemy}FetchedValue()"] if plain else []
    return [f"server_default={text}" if isinstance(column.default, Default) else text]


def _autoincrement(column: Column, table: Table | None) -> list[str]:
    given = getattr(column.origin, "autoincrement", column.autoincrement)
    if not isinstance(given, bool):
        return []
    if isinstance(column.origin, sa.Column) or table is None:
        return [f"autoincrement={given}"] if isinstance(column.origin, sa.Column) else []
    return [f"autoincrement={given}"] if given != _supposed(column, table) else []


def _supposed(column: Column, table: Table) -> bool:
    """What SQLAlchemy takes `autoincrement="auto"` for."""
    key = table.primary_key
    if key is None or key.columns != (column.name,) or column.default is not None:
        return False
    refers = any(column.name in other.columns for other in table.foreign_keys)
    return "int" in column.type.sql.lower() and not refers


def constraint_text(constraint: Constraint, renderer: Renderer, table: TableName) -> str | None:
    """The expression for a constraint within `create_table`; None when the user's own function leaves it out."""
    if constraint.origin is not None:
        custom = renderer.item(_ITEMS[type(constraint)], constraint.origin)
        if custom is not False:
            return custom
    made = _constraint_call(constraint, renderer)
    if isinstance(constraint, Exclude):
        return exclude_text(constraint, renderer)
    return call(f"{renderer.style.sqlalchemy}{made[0]}", made[1])


_ITEMS = {
    PrimaryKey: "primary_key",
    Unique: "unique",
    ForeignKey: "foreign_key",
    Check: "check",
    Exclude: "exclude",
}


def _constraint_call(constraint: Constraint, renderer: Renderer) -> tuple[str, list[str]]:
    name = (
        [f"name={name_text(constraint.name, constraint.origin, renderer)}"]
        if constraint.name is not None
        else []
    )
    options = options_of(constraint.options, renderer)
    when = when_text(constraint)
    if isinstance(constraint, ForeignKey):
        targets = [f"{constraint.target}.{column}" for column in constraint.target_columns]
        # `use_alter` would keep SQLAlchemy from making the key at all: the table is not created by a MetaData.
        said = [text for text in foreign_key_keywords(constraint) if text != "use_alter=True"]
        keywords = [*name, *said, *options]
        # An empty argument where Alembic has one: the text of a file is compared by people and by tests.
        return "ForeignKeyConstraint", [
            repr(list(constraint.columns)), repr(targets), *(keywords or [""])
        ]  # fmt: skip
    if isinstance(constraint, Check):
        return "CheckConstraint", [repr(condition(constraint, renderer)), *name, *when, *options]
    if isinstance(constraint, (PrimaryKey, Unique)):
        columns = [repr(str(column)) for column in constraint.columns]
        kind = "PrimaryKeyConstraint" if isinstance(constraint, PrimaryKey) else "UniqueConstraint"
        return kind, [*columns, *when, *name, *options]
    return "", []


def condition(constraint: Check, renderer: Renderer) -> str:
    """The condition of a check, in the author's words where they are known."""
    origin = constraint.origin
    given = origin.sqltext if isinstance(origin, sa.CheckConstraint) else constraint.sql
    return convert.sql(given, renderer.dialect)


def when_text(constraint: Constraint) -> list[str]:
    """Keywords for when a constraint is checked."""
    when = {"deferrable": constraint.deferrable, "initially": constraint.initially}
    return [f"{name}={value!r}" for name, value in when.items() if value is not None]


def foreign_key_keywords(key: ForeignKey) -> list[str]:
    """What is said of a foreign key beside its columns."""
    given = {
        "onupdate": key.onupdate,
        "ondelete": key.ondelete,
        "initially": key.initially,
        "deferrable": key.deferrable,
        "use_alter": getattr(key.origin, "use_alter", None) or None,
        "match": key.match,
    }
    return [f"{name}={value!r}" for name, value in given.items() if value is not None]


def exclude_text(constraint: Exclude, renderer: Renderer) -> str:
    """The expression for an EXCLUDE constraint within `create_table`."""
    renderer.imports.add("from sqlalchemy.dialects import postgresql")
    name = (
        [f"name={name_text(constraint.name, constraint.origin, renderer)}"]
        if constraint.name is not None
        else []
    )
    return call("postgresql.ExcludeConstraint", [*exclude_arguments(constraint, renderer), *name])


def exclude_arguments(constraint: Exclude, renderer: Renderer) -> list[str]:
    """Elements and keywords of an EXCLUDE constraint."""
    given = [element for element, _, _ in getattr(constraint.origin, "_render_exprs", ())]
    arguments = []
    for number, (text, operator) in enumerate(constraint.elements):
        element = _excluded(text, given[number] if given else None, renderer)
        arguments.append(f"({element}, {operator!r})")
    if constraint.where is not None:
        arguments.append(f"where={sql_text(constraint.where, renderer)}")
    if constraint.using:
        arguments.append(f"using={constraint.using!r}")
    options = [(name.removeprefix("postgresql_"), value) for name, value in constraint.options]
    return [*arguments, *when_text(constraint), *options_of(tuple(options), renderer)]


def _excluded(text: str, given: Any, renderer: Renderer) -> str:
    prefix = renderer.style.sqlalchemy
    if isinstance(given, sa.ColumnClause) and given.is_literal:
        return f"{prefix}literal_column({text!r})"
    if isinstance(given, sa.ColumnClause) or (given is None and is_column(text)):
        return f"{prefix}column({text!r})"
    return sql_text(text, renderer)


def elements_text(index: Index, renderer: Renderer) -> str:
    """The list of columns and expressions of an index."""
    origin = index.origin if isinstance(index.origin, sa.Index) else None
    given: list[object] = list(origin.expressions) if origin is not None else list(index.elements)
    return f"[{', '.join(_element(one, renderer) for one in given)}]"


def _element(given: object, renderer: Renderer) -> str:
    prefix = renderer.style.sqlalchemy
    if isinstance(given, str):
        return repr(str(given)) if is_column(given) else f"{prefix}literal_column({str(given)!r})"
    if isinstance(given, sa.Column):
        return repr(str(given.name))
    if isinstance(given, sa.Label):
        inner = convert.sql(given.element, renderer.dialect)
        return f"{prefix}literal_column({inner!r}).label({given.name!r})"
    text = str(convert.index_element(given, renderer.dialect))
    if renderer.dialect.name in {"mysql", "mariadb"} and _wants_parentheses(given):
        text = f"({text})"
    return f"{prefix}literal_column({text!r})"


def _wants_parentheses(given: object) -> bool:
    """Whether MySQL wants an expression in parentheses, which SQLAlchemy would put around this one."""
    if isinstance(given, sa.UnaryExpression):
        return given.modifier is None  # not so around DESC
    return isinstance(given, (sa.BinaryExpression, sa.sql.functions.FunctionElement))
