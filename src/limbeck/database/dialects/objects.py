"""
What stands beside tables, on databases that have views, routines, triggers and sequences and little else.

Responsible for the words that these databases share, and for the tables of who has what and who can replace it.
Enums are nothing here: their values are written beside the column.  PostgreSQL has more, and files of its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from limbeck import operations as ops
from limbeck.database.compile import Compiled, Compiler, ViewSource, compiles
from limbeck.database.sqlite.tokens import literal
from limbeck.errors import CannotCompile
from limbeck.operations.rename import renamed
from limbeck.schema import Enum, Key, Routine, Sequence, Standalone, TableName, Trigger, View

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_HAS = {
    "sqlite": frozenset({"view", "trigger"}),
    "mysql": frozenset({"view", "trigger", "function", "procedure"}),
    "mariadb": frozenset({"view", "trigger", "function", "procedure", "sequence"}),
}
_MOST = frozenset({"view", "trigger", "function", "procedure", "sequence"})
"""The kinds of objects that a dialect has; the last set holds for all that are not listed."""

_REPLACE: dict[str, dict[str, str]] = {
    "mysql": {"view": "OR REPLACE "},
    "mariadb": dict.fromkeys(("view", "trigger", "function", "procedure"), "OR REPLACE "),
    "mssql": dict.fromkeys(("view", "trigger", "function", "procedure"), "OR ALTER "),
    "oracle": dict.fromkeys(("view", "trigger", "function", "procedure"), "OR REPLACE "),
}
"""The words behind CREATE that put a new object in the place of an old one, where there are some."""


def flavour(compiler: Compiler) -> str:
    """The dialect's name; "mariadb" also where SQLAlchemy says mysql to it."""
    return "mariadb" if getattr(compiler.dialect, "is_mariadb", False) else compiler.dialect.name


def check_kind(key: Key, compiler: Compiler) -> None:
    """Raises CannotCompile when the database has no objects of that kind."""
    name = flavour(compiler)
    if key.kind not in _HAS.get(name, _MOST):
        raise CannotCompile(
            f"{name} has no {'grant' if key.kind == 'grant' else key.kind} that limbeck could make or drop: {key}",
            hint=f'write it only where it is meant: if op.get_context().dialect.name != "{name}"',
        )


def table_of(key: Key) -> TableName:
    """The table that a trigger or policy is on."""
    schema = key.name.schema
    return TableName(key.of.removeprefix(f"{schema}.") if schema else key.of, schema)


# What makes them


def created(item: Standalone, compiler: Compiler, replace: str = "") -> str:
    """CREATE …, for the kinds that every database has."""
    if isinstance(item, View):
        return f"CREATE {replace}{_view_options(item)}VIEW {compiler.table(item.name)} AS {_view(item)}"
    if isinstance(item, Routine):
        kind = "PROCEDURE" if item.procedure else "FUNCTION"
        arguments = f"({item.arguments})" if item.arguments or _wants_parentheses(compiler) else ""
        return f"CREATE {replace}{kind} {compiler.table(item.name)}{arguments} {item.definition}"
    if isinstance(item, Trigger):
        name = compiler.table(item.key.name)
        return f"CREATE {replace}TRIGGER {name} {item.definition}"
    if isinstance(item, Sequence):
        return f"CREATE SEQUENCE {compiler.table(item.name)}{sequence_options(item, compiler)}"
    raise CannotCompile(f"{compiler.dialect.name} has no {item.key.kind}")


def _wants_parentheses(compiler: Compiler) -> bool:
    return compiler.dialect.name != "oracle"


_VIEW_OPTIONS = {
    "mysql_algorithm": "ALGORITHM = {} ",
    "mysql_definer": "DEFINER = {} ",
    "mysql_sql_security": "SQL SECURITY {} ",
}


def _view_options(view: View) -> str:
    given = {name.replace("mariadb_", "mysql_"): value for name, value in view.options}
    return "".join(
        text.format(given[name]) for name, text in _VIEW_OPTIONS.items() if name in given
    )


def _view(view: View) -> str:
    given = {name.replace("mariadb_", "mysql_"): value for name, value in view.options}
    check = given.get("mysql_check_option")
    return query(view) + (f" WITH {str(check).upper()} CHECK OPTION" if check else "")


def query(view: View) -> str:
    """The query, without a semicolon at its end."""
    return view.sql.strip().rstrip(";").rstrip()


def sequence_options(item: Sequence, compiler: Compiler) -> str:
    """What stands behind CREATE SEQUENCE name: what is given."""
    words = [
        f"AS {compiler.type(item.type)}" if item.type is not None else "",
        f"START WITH {item.start}" if item.start is not None else "",
        f"INCREMENT BY {item.increment}" if item.increment is not None else "",
        f"MINVALUE {item.minvalue}" if item.minvalue is not None else "",
        f"MAXVALUE {item.maxvalue}" if item.maxvalue is not None else "",
        f"CACHE {item.cache}" if item.cache is not None else "",
        "CYCLE" if item.cycle else "",
    ]
    return "".join(f" {word}" for word in words if word)


@compiles(ops.CreateObject)
def create_object(operation: ops.CreateObject, compiler: Compiler) -> Iterable[Compiled]:
    """CREATE, unless it is an enum."""
    item = operation.object
    if isinstance(item, Enum):
        return
    check_kind(item.key, compiler)
    if not operation.if_not_exists:
        yield created(item, compiler)
    elif flavour(compiler) in {"sqlite", "mariadb"}:
        yield re.sub(r"(CREATE .*?(?:VIEW|TRIGGER|FUNCTION|PROCEDURE|SEQUENCE) )", r"\1IF NOT EXISTS ", created(item, compiler), count=1)  # fmt: skip
    else:
        raise CannotCompile(
            f"{flavour(compiler)} cannot make {item.key} only if it does not exist",
            hint="leave out if_not_exists",
        )
    yield from _commented(item, compiler)


def _commented(item: Standalone, compiler: Compiler) -> Iterator[str]:
    """The comment of a routine, which MySQL and MariaDB keep and the definition does not say."""
    if isinstance(item, Routine) and item.comment and flavour(compiler) in {"mysql", "mariadb"}:
        name = f"{'PROCEDURE' if item.procedure else 'FUNCTION'} {compiler.table(item.name)}"
        yield f"ALTER {name} COMMENT {literal(item.comment)}"


@compiles(ops.DropObject)
def drop_object(operation: ops.DropObject, compiler: Compiler) -> Iterable[Compiled]:
    """DROP, unless it is an enum."""
    if operation.key.kind == "enum":
        return
    check_kind(operation.key, compiler)
    if operation.if_exists and compiler.dialect.name == "oracle":
        raise CannotCompile(
            f"oracle cannot drop {operation.key} only if it exists", hint="leave out if_exists"
        )
    exists = "IF EXISTS " if operation.if_exists else ""
    yield f"DROP {operation.key.kind.upper()} {exists}{compiler.table(operation.key.name)}"


@compiles(ops.ReplaceObject)
def replace_object(operation: ops.ReplaceObject, compiler: Compiler) -> Iterable[Compiled]:
    """CREATE OR REPLACE where there is such a thing, else DROP and CREATE."""
    before, after = operation.before, operation.after
    if isinstance(after, Enum) or before == after:
        return ()
    check_kind(after.key, compiler)
    if isinstance(after, Sequence):
        return _alter_sequence(before if isinstance(before, Sequence) else None, after, compiler)
    words = _REPLACE.get(flavour(compiler), {}).get(after.key.kind)
    if words is not None:
        return (created(after, compiler, words), *_commented(after, compiler))
    triggers = _triggers(after.key, compiler)
    drop = compiler.compiled(ops.DropObject(after.key))
    return (*drop, *compiler.compiled(ops.CreateObject(after)), *triggers)


def _triggers(key: Key, compiler: Compiler) -> tuple[str, ...]:
    """What makes the triggers again that go with a view, as far as they are known."""
    if key.kind != "view" or not isinstance(compiler.tables, ViewSource):
        return ()
    return compiler.tables.triggers_of(key.name)


def _alter_sequence(before: Sequence | None, after: Sequence, compiler: Compiler) -> Iterator[str]:
    old = before or Sequence(after.name)
    if old.type != after.type:
        raise CannotCompile(
            f"{compiler.dialect.name} cannot change the type of {after.key}",
            hint="drop the sequence and create it anew",
        )
    words = [
        f"{words} {new if new is not None else usual}"
        for words, was, new, usual in (
            ("INCREMENT BY", old.increment, after.increment, 1),
            ("MINVALUE", old.minvalue, after.minvalue, None),
            ("MAXVALUE", old.maxvalue, after.maxvalue, None),
            ("CACHE", old.cache, after.cache, 1000 if flavour(compiler) == "mariadb" else None),
        )
        if was != new and (new is not None or usual is not None)
    ]
    gone = (("MINVALUE", old.minvalue, after.minvalue), ("MAXVALUE", old.maxvalue, after.maxvalue))
    words += [
        _without(what, compiler) for what, was, new in gone if was is not None and new is None
    ]
    if old.cycle != after.cycle:
        words.append("CYCLE" if after.cycle else _without("CYCLE", compiler))
    start = after.start if after.start is not None else _usual_start(after)
    if old.start != after.start:
        words.append(f"{'RESTART' if compiler.dialect.name == 'mssql' else 'START'} WITH {start}")
    if words:
        yield f"ALTER SEQUENCE {compiler.table(after.name)} {' '.join(words)}"


def _usual_start(sequence: Sequence) -> int:
    if (sequence.increment or 1) < 0:
        return sequence.maxvalue if sequence.maxvalue is not None else -1
    return sequence.minvalue if sequence.minvalue is not None else 1


def _without(what: str, compiler: Compiler) -> str:
    joined = compiler.dialect.name == "oracle" or (
        what == "CYCLE" and flavour(compiler) == "mariadb"
    )
    return f"NO{what}" if joined else f"NO {what}"


@compiles(ops.RenameObject)
def rename_object(operation: ops.RenameObject, compiler: Compiler) -> Iterable[Compiled]:
    """A statement where there is one that renames; else the object is dropped and made again."""
    key = operation.key
    if key.kind == "enum":
        return ()
    check_kind(key, compiler)
    old, new = compiler.table(key.name), compiler.table(operation.renamed)
    if key.kind in {"view", "sequence"} and flavour(compiler) in {"mysql", "mariadb"}:
        return (f"RENAME TABLE {old} TO {new}",)
    if key.kind in {"view", "sequence"} and compiler.dialect.name == "oracle":
        return (f"RENAME {old} TO {compiler.quote(operation.new)}",)
    if operation.existing is None:
        raise CannotCompile(
            f"{flavour(compiler)} cannot rename {key}, and what it is like is not known",
            hint="drop it and create it under the new name",
        )
    drop = compiler.compiled(ops.DropObject(key, operation.existing))
    again = compiler.compiled(ops.CreateObject(renamed(operation.existing, operation.new)))
    return (*drop, *again)


# Enums: the values are written beside the columns, and are changed there


@compiles(ops.AddEnumValue)
def add_enum_value(operation: ops.AddEnumValue, compiler: Compiler) -> Iterable[Compiled]:
    """Nothing: the type is written beside the column."""
    return ()


@compiles(ops.RenameEnumValue)
def rename_enum_value(operation: ops.RenameEnumValue, compiler: Compiler) -> Iterable[Compiled]:
    """Nothing: the type is written beside the column."""
    return ()


@compiles(ops.ReplaceEnum)
def replace_enum(operation: ops.ReplaceEnum, compiler: Compiler) -> Iterable[Compiled]:
    """Nothing: the type is written beside the column."""
    return ()
