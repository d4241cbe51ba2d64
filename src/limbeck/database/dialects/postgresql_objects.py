"""
PostgreSQL: types, sequences, extensions, triggers, and which function makes which kind of object.

Responsible for what is said once for all kinds: their words in DROP, COMMENT and RENAME.  Views and routines, which
may have to be dropped to be replaced, are in `postgresql_replace`; policies and grants in `postgresql_rights`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from limbeck import operations as ops
from limbeck.database.compile import Compiled, Compiler, compiles
from limbeck.database.dialects import postgresql_replace as replacing
from limbeck.database.dialects import postgresql_rights as rights
from limbeck.database.dialects.objects import sequence_options
from limbeck.database.dialects.postgresql_domains import altered_domain, created_domain
from limbeck.database.dialects.postgresql_replace import commented, words
from limbeck.database.sqlite.tokens import literal
from limbeck.diff.extensions import is_older
from limbeck.errors import CannotCompile
from limbeck.schema import (
    Composite,
    Domain,
    Enum,
    Extension,
    Grant,
    Key,
    Policy,
    Routine,
    Sequence,
    Standalone,
    Trigger,
    View,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar(
    "T", Enum, Domain, Composite, Sequence, Extension, View, Routine, Trigger, Policy, Grant
)

_MEMOS = {"enum": "pg_enum", "domain": "pg_DOMAIN"}
"""Under which name SQLAlchemy keeps the types that it has made, so that a table does not make them again."""


def remember(key: Key, compiler: Compiler, *, there: bool) -> None:
    """Tell SQLAlchemy that a type is there, or not so any more."""
    if key.kind not in _MEMOS:
        return
    usual = getattr(compiler.dialect, "default_schema_name", None) or "public"
    schemas = {None, usual} if key.name.schema in {None, usual} else {key.name.schema}
    names = {(schema, key.name.name) for schema in schemas}
    known = compiler.memo.setdefault(_MEMOS[key.kind], set())
    if there:
        known |= names
    else:
        known -= names


@compiles(ops.CreateObject, "postgresql")
def create_object(operation: ops.CreateObject, compiler: Compiler) -> Iterable[Compiled]:
    """CREATE or GRANT, the comment, and the indexes of a materialised view."""
    item = operation.object
    made = created(item, compiler)
    if operation.if_not_exists and not isinstance(item, (Grant, Extension)):
        made = _unless_there(item, made, compiler)
    yield from made
    remember(item.key, compiler, there=True)
    yield from commented(item, compiler)
    if isinstance(item, View):
        yield from replacing.indexes(item, compiler)


def created(item: Standalone, compiler: Compiler) -> list[str]:
    """The statements that make an object, without its comment and indexes."""
    if isinstance(item, View):
        return [replacing.view(item, compiler)]
    if isinstance(item, Routine):
        return [replacing.routine(item, compiler)]
    if isinstance(item, Grant):
        return rights.granted(item, compiler)
    if isinstance(item, Policy):
        return [rights.policy(item, compiler)]
    if isinstance(item, Trigger):
        return [_trigger(item, compiler), *_enabled(item, compiler, before="O")]
    if isinstance(item, Extension):
        return [_extension(item, compiler)]
    return [_type_or_sequence(item, compiler)]


def _type_or_sequence(item: Enum | Domain | Composite | Sequence, compiler: Compiler) -> str:
    name = compiler.table(item.name)
    if isinstance(item, Enum):
        return f"CREATE TYPE {name} AS ENUM ({', '.join(map(literal, item.values))})"
    if isinstance(item, Composite):
        parts = (
            f"{compiler.quote(part)} {compiler.type(type_)}" for part, type_ in item.attributes
        )
        return f"CREATE TYPE {name} AS ({', '.join(parts)})"
    if isinstance(item, Sequence):
        return f"CREATE SEQUENCE {name}{sequence_options(item, compiler)}"
    return created_domain(item, compiler)


def _extension(item: Extension, compiler: Compiler) -> str:
    text = f"CREATE EXTENSION IF NOT EXISTS {compiler.quote(item.extension)}"
    if item.schema is not None:
        text += f" SCHEMA {compiler.quote(item.schema)}"
    return text + (f" VERSION {literal(item.version)}" if item.version is not None else "")


def _trigger(item: Trigger, compiler: Compiler, replace: str = "") -> str:
    """A definition that begins with CONSTRAINT is that of a constraint trigger."""
    definition = item.definition.strip()
    constraint = re.match(r"CONSTRAINT\s+(?!TRIGGER\b)", definition, re.IGNORECASE)
    kind = "CONSTRAINT TRIGGER" if constraint else f"{replace}TRIGGER"
    if constraint:
        definition = definition[constraint.end() :]
    return f"CREATE {kind} {compiler.quote(item.trigger)} {definition}"


_ENABLED = {"O": "ENABLE", "D": "DISABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}


def _enabled(item: Trigger, compiler: Compiler, before: str) -> Iterator[str]:
    if item.enabled != before:
        yield (
            f"ALTER TABLE {compiler.table(item.table)} "
            f"{_ENABLED[item.enabled]} TRIGGER {compiler.quote(item.trigger)}"
        )


def _unless_there(item: Standalone, made: list[str], compiler: Compiler) -> list[str]:
    """IF NOT EXISTS where PostgreSQL has it, and where not, a block that does without."""
    if isinstance(item, Sequence) or (isinstance(item, View) and item.materialized):
        first = re.sub(r"(SEQUENCE|VIEW) ", r"\1 IF NOT EXISTS ", made[0], count=1)
        return [first, *made[1:]]
    body = ";\n    ".join(made)
    return [
        replacing.block(
            f"BEGIN\n    {body};\nEXCEPTION WHEN duplicate_object OR duplicate_table OR duplicate_function THEN\n"
            "    NULL;\nEND"
        )
    ]


@compiles(ops.DropObject, "postgresql")
def drop_object(operation: ops.DropObject, compiler: Compiler) -> Iterable[Compiled]:
    """DROP or REVOKE."""
    key = operation.key
    if key.kind == "grant":
        existing = operation.existing
        return rights.revoked(key, existing if isinstance(existing, Grant) else None, compiler)
    remember(key, compiler, there=False)
    kind, name = words(key, compiler, operation.existing)
    return (f"DROP {kind} {'IF EXISTS ' if operation.if_exists else ''}{name}",)


@compiles(ops.RenameObject, "postgresql")
def rename_object(operation: ops.RenameObject, compiler: Compiler) -> Iterable[Compiled]:
    """ALTER … RENAME TO."""
    key = operation.key
    if key.kind in {"grant", "extension"}:
        raise CannotCompile(f"{key} cannot get another name")
    remember(key, compiler, there=False)
    remember(key._replace(name=operation.renamed), compiler, there=True)
    named = " ".join(words(key, compiler, operation.existing))
    yield f"ALTER {named} RENAME TO {compiler.quote(operation.new)}"


@compiles(ops.ReplaceObject, "postgresql")
def replace_object(operation: ops.ReplaceObject, compiler: Compiler) -> Iterable[Compiled]:
    """ALTER or CREATE OR REPLACE where that leads there, else the object is dropped and made again."""
    before, after = operation.before, operation.after
    if before == after:
        return
    if isinstance(after, View):
        yield from replacing.replaced_view(_like(before, after), after, compiler)
    elif isinstance(after, Routine):
        yield from replacing.replaced_routine(_like(before, after), after, compiler)
    elif isinstance(after, Grant):
        yield from rights.regranted(_like(before, after), after, compiler)
    elif isinstance(after, Policy):
        yield from rights.altered_policy(_like(before, after), after, compiler)
    elif isinstance(after, Trigger):
        yield from _replaced_trigger(_like(before, after), after, compiler)
    else:
        yield from _altered(_known(before, after.key), after, compiler)
    if not isinstance(after, (Grant, Extension)):
        old = before.comment if before is not None and not isinstance(before, (Grant, Extension)) else None  # fmt: skip
        yield from commented(after, compiler, old)


def _like(before: Standalone | None, after: T) -> T | None:
    return before if isinstance(before, type(after)) else None


def _known(before: Standalone | None, key: Key) -> Standalone:
    if before is None:
        raise CannotCompile(
            f"how to change {key} can only be known when it is known what it is like now",
            hint="pass existing",
        )
    return before


def _replaced_trigger(before: Trigger | None, after: Trigger, compiler: Compiler) -> Iterator[str]:
    if before is None or before.definition != after.definition:
        version = getattr(compiler.dialect, "server_version_info", None)
        constraint = any(
            one is not None and one.definition.lstrip().upper().startswith("CONSTRAINT")
            for one in (before, after)
        )
        if version is not None and version >= (14,) and not constraint:
            yield _trigger(after, compiler, "OR REPLACE ")
        else:
            yield f"DROP TRIGGER {compiler.quote(after.trigger)} ON {compiler.table(after.table)}"
            yield _trigger(after, compiler)
            yield from _enabled(after, compiler, before="O")
            if after.comment is not None and before is not None and before.comment == after.comment:
                yield from commented(after, compiler)
            return
    yield from _enabled(after, compiler, before="O" if before is None else before.enabled)


# What is altered in place


def _altered(before: Standalone, after: Standalone, compiler: Compiler) -> Iterator[str]:
    if isinstance(before, Domain) and isinstance(after, Domain):
        yield from altered_domain(before, after, compiler)
    elif isinstance(before, Composite) and isinstance(after, Composite):
        yield from _altered_composite(before, after, compiler)
    elif isinstance(before, Sequence) and isinstance(after, Sequence):
        yield from _altered_sequence(before, after, compiler)
    elif isinstance(before, Extension) and isinstance(after, Extension):
        name = compiler.quote(after.extension)
        if after.schema is not None and before.schema != after.schema:
            yield f"ALTER EXTENSION {name} SET SCHEMA {compiler.quote(after.schema)}"
        if after.version is not None and before.version != after.version:
            yield _version(before, after, compiler)
    elif isinstance(before, Enum) and isinstance(after, Enum) and before.values != after.values:
        raise CannotCompile(
            f"the values of {after.key} are not changed by replacing it: its columns must be known",
            hint="op.replace_enum, op.add_enum_value or op.rename_enum_value",
        )


def _version(before: Extension, after: Extension, compiler: Compiler) -> str:
    """Another version; of extensions hardly one knows a way back to an older one.

    Then it is dropped and created anew where that loses nothing: where nothing depends on it, which the server looks
    after, and it has no tables of its own.
    """
    name, version = compiler.quote(after.extension), literal(str(after.version))
    update = f"ALTER EXTENSION {name} UPDATE TO {version}"
    if not is_older(after.version, before.version):
        return update
    extension, where = (
        literal(after.extension),
        f" SCHEMA {compiler.quote(after.schema)}" if after.schema else "",
    )
    return replacing.block(
        f"""BEGIN
    SELECT e.extversion INTO STRICT now FROM pg_catalog.pg_extension e WHERE e.extname = {extension};
    IF now = {version} THEN
        RETURN;
    END IF;
    IF EXISTS (
        SELECT FROM pg_catalog.pg_extension_update_paths({extension})
        WHERE source = now AND target = {version} AND path IS NOT NULL
    ) THEN
        {update};
        RETURN;
    END IF;
    IF EXISTS (
        SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
        WHERE d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass AND c.relkind IN ('r', 'p', 'S')
            AND d.refobjid = (SELECT oid FROM pg_catalog.pg_extension WHERE extname = {extension})
    ) THEN
        RAISE EXCEPTION 'extension % has no way from version % to %, and tables that would be lost', {extension}, now, {version}
            USING ERRCODE = 'feature_not_supported', HINT = 'Save its rows, drop it and create it anew by hand.';
    END IF;
    DROP EXTENSION {name};
    CREATE EXTENSION {name}{where} VERSION {version};
END""",
        "    now text;",
    )


def _altered_composite(before: Composite, after: Composite, compiler: Compiler) -> Iterator[str]:
    """Attributes go, change their type, and come at the end; another order needs another type."""
    old, new = dict(before.attributes), dict(after.attributes)
    kept = [name for name in old if name in new]
    if [*kept, *(name for name in new if name not in old)] != list(new):
        raise CannotCompile(
            f"PostgreSQL adds attributes to {after.key} at the end and keeps their order",
            hint="put new attributes at the end; or drop the type and create it anew",
        )
    changes = [f"DROP ATTRIBUTE {compiler.quote(name)}" for name in old if name not in new]
    changes += [
        f"ALTER ATTRIBUTE {compiler.quote(name)} TYPE {compiler.type(new[name])}"
        for name in kept
        if old[name] != new[name]
    ]
    changes += [
        f"ADD ATTRIBUTE {compiler.quote(name)} {compiler.type(type_)}"
        for name, type_ in new.items()
        if name not in old
    ]
    if changes:
        yield f"ALTER TYPE {compiler.table(after.name)} {', '.join(changes)}"


def _altered_sequence(before: Sequence, after: Sequence, compiler: Compiler) -> Iterator[str]:
    turned = ((before.increment or 1) < 0) != ((after.increment or 1) < 0)
    said = [
        *([f"AS {'bigint' if after.type is None else compiler.type(after.type)}"] if before.type != after.type else []),
        *_changed("INCREMENT BY", before.increment, after.increment, "INCREMENT BY 1"),
        *_changed("MINVALUE", before.minvalue, after.minvalue, "NO MINVALUE", turned),
        *_changed("MAXVALUE", before.maxvalue, after.maxvalue, "NO MAXVALUE", turned),
        *_changed("START WITH", before.start, after.start, f"START WITH {_usual_start(after)}", turned),
        *_changed("CACHE", before.cache, after.cache, "CACHE 1"),
    ]  # fmt: skip
    if before.cycle != after.cycle:
        said.append("CYCLE" if after.cycle else "NO CYCLE")
    if turned or not _fits(_usual_start(before), after):
        said.append("RESTART")  # where it stands is beyond its limits
    if said:
        yield f"ALTER SEQUENCE {compiler.table(after.name)} {' '.join(said)}"


def _usual_start(sequence: Sequence) -> int:
    """Where a sequence begins: if nothing is said at its lowest number, or highest when it falls."""
    if sequence.start is not None:
        return sequence.start
    if (sequence.increment or 1) < 0:
        return sequence.maxvalue if sequence.maxvalue is not None else -1
    return sequence.minvalue if sequence.minvalue is not None else 1


def _fits(number: int, sequence: Sequence) -> bool:
    """Whether a number is within the limits of a sequence; those of its type are left to the server."""
    falls = (sequence.increment or 1) < 0
    low = sequence.minvalue if sequence.minvalue is not None else None if falls else 1
    high = sequence.maxvalue if sequence.maxvalue is not None else -1 if falls else None
    return (low is None or low <= number) and (high is None or number <= high)


def _changed(
    words: str, before: int | None, after: int | None, usual: str, turned: bool = False
) -> list[str]:
    """What is to be said; when a sequence has `turned` round, its limits are said although they are not given."""
    if before == after and not turned:
        return []
    return [usual if after is None else f"{words} {after}"]
