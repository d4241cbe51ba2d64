"""
PostgreSQL: views and routines, which may have to be dropped to be replaced.

Responsible for telling when CREATE OR REPLACE will do, when it will not, and when only the server can tell; and for
what would go with an object that is dropped: its owner, grants, triggers.  What else depends on it is not dropped: the
server refuses and says what that is.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from limbeck import operations as ops
from limbeck.database.compile import TypeSource
from limbeck.database.dialects.objects import query, table_of
from limbeck.database.sqlite.tokens import literal
from limbeck.schema import Extension, Grant, Index, Key, Routine, Standalone, View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limbeck.database.compile import Compiled, Compiler, InTheWay
    from limbeck.schema import TableName

_KINDS = {"enum": "TYPE", "composite": "TYPE"}


def words(key: Key, compiler: Compiler, item: Standalone | None = None) -> tuple[str, str]:
    """What an object is called behind DROP, ALTER and COMMENT ON: its kind, and its name with what it is on."""
    kind = _KINDS.get(key.kind, key.kind.upper())
    if key.kind in {"trigger", "policy"}:
        return kind, f"{compiler.quote(key.name.name)} ON {compiler.table(table_of(key))}"
    if key.kind == "extension":
        return kind, compiler.quote(key.name.name)
    if key.kind in {"function", "procedure"}:
        return kind, compiler.table(key.name) + _arguments(key, item)
    return kind, compiler.table(key.name)


def _arguments(key: Key, item: Standalone | None) -> str:
    """The types of a routine's arguments; nothing when they are not known, which will do unless it is overloaded."""
    without = isinstance(item, Routine) and not item.arguments.strip()
    return f"({key.of})" if key.of or without else ""


def commented(item: Standalone, compiler: Compiler, before: str | None = None) -> Iterator[str]:
    """COMMENT ON, when it is another one than before."""
    comment = None if isinstance(item, (Grant, Extension)) else item.comment
    if comment != before:
        text = literal(comment) if comment is not None else "NULL"
        yield f"COMMENT ON {' '.join(words(item.key, compiler, item))} IS {text}"


def block(body: str, declare: str = "") -> str:
    """A DO block, in dollar quotes that its text does not have."""
    tag = "$limbeck$"
    while tag in body + declare:
        tag = tag.replace("$limbeck", "$limbeck_")
    declared = f"DECLARE\n{declare}\n" if declare else ""
    return f"DO {tag}\n{declared}{body}\n{tag}"


# What makes them


def view(item: View, compiler: Compiler, replace: str = "") -> str:
    """CREATE VIEW; options stand behind WITH."""
    kind = "MATERIALIZED VIEW" if item.materialized else "VIEW"
    given = {name.removeprefix("postgresql_"): value for name, value in item.options}
    using = f" USING {given.pop('using')}" if "using" in given else ""
    space = f" TABLESPACE {given.pop('tablespace')}" if "tablespace" in given else ""
    within = given.pop("with", ())
    given.update(within if isinstance(within, tuple) else ())
    options = ", ".join(f"{name}={_option(value)}" for name, value in sorted(given.items()))
    behind = f" WITH ({options})" if options else ""
    name = compiler.table(item.name)
    return f"CREATE {replace}{kind} {name}{using}{behind}{space} AS {query(item)}"


def _option(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def indexes(item: View, compiler: Compiler) -> Iterator[Compiled]:
    """The indexes of a materialised view."""
    for index in item.indexes:
        yield from compiler.compiled(ops.CreateIndex(item.name, index))


def routine(item: Routine, compiler: Compiler, replace: str = "") -> str:
    """CREATE FUNCTION or PROCEDURE."""
    kind = "PROCEDURE" if item.procedure else "FUNCTION"
    return f"CREATE {replace}{kind} {compiler.table(item.name)}({item.arguments}) {item.definition.strip()}"


# Replacing


def replaced_view(before: View | None, after: View, compiler: Compiler) -> Iterator[Compiled]:
    """CREATE OR REPLACE while no column goes or changes its name or type; a materialised view is always made anew."""
    same = before is not None and (before.sql, before.options) == (after.sql, after.options)
    if same and before is not None:
        yield from _other_indexes(before, after, compiler)
        return
    again = [*_comment(before, after, compiler)]
    drop = f"DROP {' '.join(words(after.key, compiler))}"
    if after.materialized:
        yield swap(after.key, drop, [view(after, compiler), *again], compiler)
        yield from indexes(after, compiler)
        return
    fits = _columns_fit(before, after)
    if fits is True:
        yield view(after, compiler, "OR REPLACE ")
        return
    attempt = view(after, compiler, "OR REPLACE ") if fits is None else ""
    made = [view(after, compiler), *again]
    yield swap(after.key, drop, made, compiler, attempt, "invalid_table_definition")


def _comment(before: View | Routine | None, after: View | Routine, compiler: Compiler) -> list[str]:
    """The comment, where it stays, so that nothing will be said of it but that the object was dropped."""
    if before is None or after.comment is None or before.comment != after.comment:
        return []
    named = " ".join(words(after.key, compiler, after))
    return [f"COMMENT ON {named} IS {literal(after.comment)}"]


def _other_indexes(before: View, after: View, compiler: Compiler) -> Iterator[Compiled]:
    for index in before.indexes:
        if index not in after.indexes and index.name is not None:
            drop = ops.DropIndex(index.name, after.name, after.name.schema)
            yield from compiler.compiled(drop)
    for index in after.indexes:
        if index not in before.indexes:
            yield from compiler.compiled(ops.CreateIndex(after.name, _bare(index)))


def _bare(index: Index) -> Index:
    return replace(index, origin=None)


def _columns_fit(before: View | None, after: View) -> bool | None:
    """Whether `after` has the columns of `before`, and perhaps more behind them; None when only the server knows.

    It is certain when the expressions are the same, and certainly not so when names differ.
    """
    if before is None:
        return None
    old, source = select_list(before.sql)
    new, new_source = select_list(after.sql)
    if not old or not new:
        return None
    old_names, new_names = ([_column_name(part) for part in parts] for parts in (old, new))
    if None not in old_names and None not in new_names and new_names[: len(old_names)] != old_names:
        return False
    return True if new[: len(old)] == old and source == new_source else None


_TOKEN = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/ | [^\W\d]\w* | \d[\w.]* | \s+ | .""",
    re.VERBOSE | re.DOTALL,
)


def select_list(sql: str) -> tuple[list[str], str]:
    """The expressions behind SELECT, with their names, and what is behind FROM, up to WHERE and the like.

    No expressions where they do not say which columns there are.
    """
    tokens = [word for word in _TOKEN.findall(sql) if not word.startswith(("--", "/*"))]
    clauses, depth = {"SELECT": [""]}, 0
    current = ""
    for word in tokens:
        depth += (word in "([") - (word in ")]")
        if depth == 0 and word.upper() in _CLAUSES:
            current = word.upper()
            clauses.setdefault(current, [""])
        elif depth == 0 and word == ",":
            clauses.setdefault(current, [""]).append("")
        else:
            clauses.setdefault(current, [""])[-1] += " " if word.isspace() else word
    parts = [" ".join(part.split()) for part in clauses["SELECT"]]
    source = ", ".join(" ".join(part.split()) for part in clauses.get("FROM", []))
    plain = not clauses.get("", [""])[0].strip() and not clauses.keys() & _SEVERAL
    known = plain and all(part and not part.endswith("*") for part in parts)
    return (parts if known else [], source)


_SEVERAL = {"UNION", "EXCEPT", "INTERSECT", "WITH"}
_CLAUSES = {
    "SELECT",
    "FROM",
    "WHERE",
    "GROUP",
    "HAVING",
    "ORDER",
    "LIMIT",
    "OFFSET",
    "WINDOW",
    "FETCH",
    "FOR",
    *_SEVERAL,
}


def _column_name(part: str) -> str | None:
    """The name of a column: behind AS, or that of the column that it is; None when the server makes one up."""
    alias = re.fullmatch(r'.*\sAS\s+([^\W\d]\w*|"(?:[^"]|"")*")', part, re.IGNORECASE | re.DOTALL)
    plain = re.fullmatch(r'(?:[\w"]+\.)*([^\W\d]\w*|"(?:[^"]|"")*")', part)
    found = alias or plain
    return found[1].strip('"') if found else None


def replaced_routine(
    before: Routine | None, after: Routine, compiler: Compiler
) -> Iterator[Compiled]:
    """CREATE OR REPLACE while arguments and what is returned stay; else it is dropped and made again."""
    if before is not None and (before.arguments, before.definition) == (
        after.arguments,
        after.definition,
    ):
        return
    attempt = routine(after, compiler, "OR REPLACE ")
    if before is not None and before.arguments == after.arguments:
        if _returns(before) == _returns(after):
            yield attempt
            return
        attempt = ""
    drop = f"DROP {' '.join(words(after.key, compiler, after))}"
    made = [routine(after, compiler), *_comment(before, after, compiler)]
    yield swap(after.key, drop, made, compiler, attempt, "invalid_function_definition", item=after)


_CLAUSE = re.compile(
    r"\b(?:LANGUAGE|AS|IMMUTABLE|STABLE|VOLATILE|STRICT|CALLED|SECURITY|EXTERNAL|PARALLEL|COST|ROWS|SET|LEAKPROOF|NOT"
    r"|WINDOW|TRANSFORM|SUPPORT|BEGIN|RETURN)\b",
    re.IGNORECASE,
)


def _returns(item: Routine) -> str:
    """The RETURNS clause, as far as it stands at the beginning; procedures have none."""
    text = " ".join(item.definition.split())
    end = _CLAUSE.search(text)
    return text[: end.start()].strip().lower() if end else text.lower()


# Dropping and making again what is in the way


def swap(
    key: Key,
    drop: str,
    made: list[str],
    compiler: Compiler,
    attempt: str = "",
    refused: str = "",
    item: Standalone | None = None,
) -> str:
    """A block that drops an object and makes it again, with the owner, grants and triggers that it has.

    With `attempt` that is tried first, and the object dropped only if it fails with the condition `refused`.
    """
    kind, name = words(key, compiler, item)
    steps = ";\n    ".join([drop, *made])
    loop = "FOREACH statement IN ARRAY kept LOOP\n        EXECUTE statement;\n    END LOOP"
    again = f"{steps};\n    {loop};"
    before = f"{attempt};\nEXCEPTION WHEN {refused} THEN\n    " if attempt else ""
    body = f"BEGIN\n    {before}{again}\nEND"
    return block(body, f"    kept text[] := ARRAY({kept(kind, name)});\n    statement text;")


def in_the_way(name: TableName, compiler: Compiler) -> tuple[InTheWay, ...]:
    """What must be dropped before columns of a type can get another one, in this order, as far as it is known."""
    if not isinstance(compiler.tables, TypeSource):
        return ()
    return compiler.tables.in_the_way_of(name)


def kept(kind: str, name: str) -> str:
    """A query for the statements that give an object back what goes when it is dropped: owner, grants, triggers."""
    if kind in {"FUNCTION", "PROCEDURE"}:
        cast, catalog, prefix = "regprocedure" if "(" in name else "regproc", "pg_proc", "pro"
    elif kind == "TYPE":
        cast, catalog, prefix = "regtype", "pg_type", "typ"
    else:
        cast, catalog, prefix = "regclass", "pg_class", "rel"
    this = f"{literal(name)}::{cast}"
    label = "oid::regprocedure" if prefix == "pro" else f"oid::{cast}"
    on = "TABLE" if prefix == "rel" else kind
    parts = [
        f"""SELECT 1 AS step, format('ALTER {kind} %s OWNER TO %I', {label}, pg_get_userbyid({prefix}owner))
            FROM pg_catalog.{catalog} WHERE oid = {this} AND pg_get_userbyid({prefix}owner) <> current_user""",
        f"""SELECT 3, format('GRANT %s ON {on} %s TO %s%s', privilege_type, {label},
                CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END,
                CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
            FROM pg_catalog.{catalog}, aclexplode({prefix}acl)
            WHERE oid = {this} AND grantee <> {prefix}owner""",
    ]
    if prefix == "rel":
        parts.append(
            f"SELECT 4, pg_get_triggerdef(oid) FROM pg_catalog.pg_trigger\n"
            f"            WHERE tgrelid = {this} AND NOT tgisinternal"
        )
    else:
        parts.append(
            f"SELECT 2, format('REVOKE ALL ON {on} %s FROM PUBLIC', {label})\n"
            f"            FROM pg_catalog.{catalog} WHERE oid = {this} AND {prefix}acl IS NOT NULL"
        )
    if kind == "TYPE":
        parts.append(
            f"SELECT 4, format('COMMENT ON TYPE %s IS %L', {label}, obj_description(oid, 'pg_type'))\n"
            f"            FROM pg_catalog.pg_type WHERE oid = {this} AND obj_description(oid, 'pg_type') IS NOT NULL"
        )
    united = "\n        UNION ALL ".join(parts)
    return f"\n        SELECT made FROM (\n        {united}) AS found (step, made) ORDER BY step"
