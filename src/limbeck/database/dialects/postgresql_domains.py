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

    Values are assigned to the new domain, which looks at their length and makes its checks: what it cannot hold stops
    the statement.
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
    base = f"SELECT format_type(t.typbasetype, -1) FROM pg_catalog.pg_type t WHERE t.oid = {this}"
    declare = f"""    kept text[] := ARRAY({kept("TYPE", name)});
    old_base text := ({base});
    new_base text;
    columns text[] := '{{}}';
    arrays text[] := '{{}}';
    changes text[] := '{{}}';
    defaults text[] := '{{}}';
    place record;
    way text;
    statement text;"""
    body = f"""BEGIN
    FOR place IN
        SELECT format('ALTER TABLE %s ALTER COLUMN %I', a.attrelid::regclass, a.attname) AS alter,
            quote_ident(a.attname) AS value, CASE WHEN a.atttypid = {this} THEN '' ELSE '[]' END AS many,
            pg_get_expr(d.adbin, d.adrelid) AS usual
        FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f')
        LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.attgenerated = ''
        WHERE NOT a.attisdropped AND a.attinhcount = 0
            AND a.atttypid IN (SELECT unnest(ARRAY[t.oid, t.typarray]) FROM pg_catalog.pg_type t WHERE t.oid = {this})
        ORDER BY a.attrelid, a.attnum
    LOOP
        columns := columns || place.value;
        arrays := arrays || place.many;
        changes := changes || (place.alter || {literal(f" TYPE {name}")} || place.many);
        IF place.usual IS NOT NULL THEN
            EXECUTE place.alter || ' DROP DEFAULT';
            defaults := defaults || (place.alter || ' SET DEFAULT ' || place.usual);
        END IF;
    END LOOP;
    ALTER DOMAIN {name} RENAME TO {compiler.quote(old.name)};
    {created_domain(after, compiler)};
    new_base := ({base});
{_CONVERTED}
    DROP DOMAIN {compiler.table(old)};
    FOREACH statement IN ARRAY defaults || kept LOOP
        EXECUTE statement;
    END LOOP;
END"""
    return block(body, declare)


_CONVERTED = """    FOR n IN 1 .. cardinality(changes) LOOP
        FOREACH way IN ARRAY CASE WHEN 'boolean' IN (old_base, new_base)
            THEN '{plain,named,integer,text}'::text[] ELSE '{plain,named,text}' END
        LOOP
            BEGIN
                EXECUTE changes[n] || CASE way WHEN 'plain' THEN '' ELSE ' USING ' || columns[n]
                    || CASE way WHEN 'named' THEN '' ELSE '::' || way || arrays[n] END
                    || '::' || new_base || arrays[n] END;
                EXIT;
            EXCEPTION WHEN datatype_mismatch OR cannot_coerce THEN
                IF way = 'text' THEN
                    RAISE;
                END IF;
            END;
        END LOOP;
    END LOOP;"""
"""Each column by the first way that the server knows between the two types (as `limbeck.diff.casts` has them for columns
without a domain): by itself, by a cast that must be named, between truth values and numbers as integers, as text.

Which way there is does not depend on rows.  The type that is named has no length (what `format_type` says for -1), so
that it is the assignment to the new domain that looks at lengths: it refuses what is too long, a named cast would cut it.
"""
