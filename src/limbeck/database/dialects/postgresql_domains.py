"""
PostgreSQL: domains that change.

Responsible for what ALTER DOMAIN can do, and for what it cannot: another type behind a domain takes a new domain, to
which all columns are converted.  Does not know which views and keys stand in the way: those that the server knows are
dropped and made again, others are whoever's who made the revision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.database.dialects.postgresql_replace import block, in_the_way, kept
from limbeck.database.sqlite.tokens import literal
from limbeck.diff.casts import cast
from limbeck.errors import CannotCompile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limbeck.database.compile import Compiler
    from limbeck.schema import Domain


def created_domain(item: Domain, compiler: Compiler) -> str:
    """CREATE DOMAIN."""
    text = f"CREATE DOMAIN {compiler.table(item.name)} AS {compiler.type(item.type)}"
    if item.default is not None:
        text += f" DEFAULT {item.default}"
    if not item.nullable:
        text += " NOT NULL"
    return text + "".join(f" {_check(check, compiler)}" for check in item.checks)


def _check(check: tuple[str | None, str], compiler: Compiler) -> str:
    name, sql = check
    return f"{f'CONSTRAINT {compiler.quote(name)} ' if name is not None else ''}CHECK ({sql})"


def altered_domain(before: Domain, after: Domain, compiler: Compiler) -> Iterator[str]:
    """ALTER DOMAIN; with another type behind it, a new domain in its place."""
    if before.type != after.type:
        yield from _made_anew(before, after, compiler)
        return
    alter = f"ALTER DOMAIN {compiler.table(after.name)}"
    for check in before.checks:
        if check not in after.checks:
            yield f"{alter} DROP CONSTRAINT {compiler.quote(_check_name(check, after))}"
    if before.default != after.default:
        default = f"SET DEFAULT {after.default}" if after.default is not None else "DROP DEFAULT"
        yield f"{alter} {default}"
    if before.nullable != after.nullable:
        yield f"{alter} {'DROP' if after.nullable else 'SET'} NOT NULL"
    for check in after.checks:
        if check not in before.checks:
            yield f"{alter} ADD {_check(check, compiler)}"


def _check_name(check: tuple[str | None, str], domain: Domain) -> str:
    if check[0] is None:
        raise CannotCompile(
            f"a check of {domain.key} without a name cannot be dropped: CHECK ({check[1]})",
            hint="give its name as the database has it",
        )
    return check[0]


def _made_anew(before: Domain, after: Domain, compiler: Compiler) -> Iterator[str]:
    """The old domain steps aside, a new one takes its name, columns are converted to it, and the old one is dropped.

    Values are looked at by the new domain's checks; what it cannot hold stops the statement.
    """
    blocking = in_the_way(after.name, compiler)
    yield from (item.drop for item in blocking)
    yield _conversion(before, after, compiler)
    for item in reversed(blocking):
        yield from item.make


def _conversion(before: Domain, after: Domain, compiler: Compiler) -> str:
    name = compiler.table(after.name)
    old = after.name._replace(name=f"_limbeck_old_{after.name.name}")
    this = f"{literal(name)}::regtype"
    declare = f"""    kept text[] := ARRAY({kept("TYPE", name)});
    changes text[] := '{{}}';
    defaults text[] := '{{}}';
    place record;
    statement text;"""
    body = f"""BEGIN
    FOR place IN
        SELECT format('ALTER TABLE %s ALTER COLUMN %I', a.attrelid::regclass, a.attname) AS alter,
            quote_ident(a.attname) AS value, a.atttypid <> {this} AS many, pg_get_expr(d.adbin, d.adrelid) AS usual
        FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f')
        LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.attgenerated = ''
        WHERE NOT a.attisdropped AND a.attinhcount = 0
            AND a.atttypid IN (SELECT unnest(ARRAY[t.oid, t.typarray]) FROM pg_catalog.pg_type t WHERE t.oid = {this})
        ORDER BY a.attrelid, a.attnum
    LOOP
        changes := changes || (place.alter || CASE WHEN place.many
            THEN {literal(f" TYPE {name}[] USING ")} || place.value || {literal(_cast(before, after, compiler, "[]"))}
            ELSE {literal(f" TYPE {name} USING ")} || place.value || {literal(_cast(before, after, compiler))} END);
        IF place.usual IS NOT NULL THEN
            EXECUTE place.alter || ' DROP DEFAULT';
            defaults := defaults || (place.alter || ' SET DEFAULT ' || place.usual);
        END IF;
    END LOOP;
    ALTER DOMAIN {name} RENAME TO {compiler.quote(old.name)};
    {created_domain(after, compiler)};
    FOREACH statement IN ARRAY changes LOOP
        EXECUTE statement;
    END LOOP;
    DROP DOMAIN {compiler.table(old)};
    FOREACH statement IN ARRAY defaults || kept LOOP
        EXECUTE statement;
    END LOOP;
END"""
    return block(body, declare)


def _cast(before: Domain, after: Domain, compiler: Compiler, array: str = "") -> str:
    """What stands behind a column's name to make values of the old type values of the new one."""
    old, new = compiler.type(before.type), compiler.type(after.type)
    between = {"through integer": f"::integer{array}", "plain": "", "named": ""}
    way = between.get(cast(before.type.sql, after.type.sql), f"::text{array}")
    return f"::{old}{array}{way}::{new}{array}"
