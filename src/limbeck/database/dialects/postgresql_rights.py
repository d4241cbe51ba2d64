"""
PostgreSQL: policies of row-level security, and grants.

Responsible for their statements.  Does not know whether a table has its policies enforced: that is an option of the
table.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from limbeck.database.dialects.postgresql_replace import commented
from limbeck.errors import CannotCompile
from limbeck.schema import Grant, Key, Policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from limbeck.database.compile import Compiler

_ROLES = {"public", "current_user", "current_role", "session_user"}


def role(name: str, compiler: Compiler) -> str:
    """The name of a role; some words are not names."""
    return name.upper() if name.lower() in _ROLES else compiler.quote(name)


# Policies


def policy(item: Policy, compiler: Compiler) -> str:
    """CREATE POLICY."""
    text = f"CREATE POLICY {compiler.quote(item.policy)} ON {compiler.table(item.table)}"
    if not item.permissive:
        text += " AS RESTRICTIVE"
    if item.command.upper() != "ALL":
        text += f" FOR {item.command.upper()}"
    return text + f" TO {_roles(item, compiler)}{_conditions(item.using, item.check)}"


def _roles(item: Policy, compiler: Compiler) -> str:
    return ", ".join(role(name, compiler) for name in item.roles)


def _conditions(using: str | None, check: str | None) -> str:
    text = f" USING ({using})" if using is not None else ""
    return text + (f" WITH CHECK ({check})" if check is not None else "")


def altered_policy(before: Policy | None, after: Policy, compiler: Compiler) -> Iterator[str]:
    """ALTER POLICY, unless a condition goes, or the command or kind is another: then it is dropped and made again."""
    alter = f"{compiler.quote(after.policy)} ON {compiler.table(after.table)}"
    if before is None or _must_be_made_anew(before, after):
        yield f"DROP POLICY {alter}"
        yield policy(after, compiler)
        if before is not None and after.comment is not None and before.comment == after.comment:
            yield from commented(after, compiler)
        return
    to = f" TO {_roles(after, compiler)}" if before.roles != after.roles else ""
    changed = to + _conditions(
        after.using if before.using != after.using else None,
        after.check if before.check != after.check else None,
    )
    if changed:
        yield f"ALTER POLICY {alter}{changed}"


def _must_be_made_anew(before: Policy, after: Policy) -> bool:
    return (
        before.command.upper() != after.command.upper()
        or before.permissive != after.permissive
        or (before.using is not None and after.using is None)
        or (before.check is not None and after.check is None)
    )


# Grants


def granted(item: Grant, compiler: Compiler) -> list[str]:
    """GRANT: what may be handed on apart from what may not; REVOKE where nothing is left of what is usual."""
    if not item.privileges:
        return [*_revoke(item, ["ALL"], compiler)]
    plain = [privilege for privilege in item.privileges if privilege not in item.grantable]
    return [
        *_grant(item, plain, compiler),
        *_grant(item, item.grantable, compiler, " WITH GRANT OPTION"),
    ]


def _grant(
    item: Grant, privileges: Iterable[str], compiler: Compiler, behind: str = ""
) -> Iterator[str]:
    listed = ", ".join(privileges)
    if listed:
        yield f"GRANT {listed} ON {_on(item, compiler)} TO {role(item.role, compiler)}{behind}"


def _on(item: Grant, compiler: Compiler) -> str:
    kind = _WORDS.get(item.kind, item.kind).upper()
    name = compiler.table(item.name)
    if item.kind in {"function", "procedure", "routine"}:
        return f"{kind} {name}({item.signature})"
    return f"{kind} {name}"


_WORDS = {"view": "table", "materialized view": "table", "enum": "type", "composite": "type"}
_KEY = re.compile(r"(?P<kind>[^(]+)\((?P<signature>.*)\) (?P<role>.*)", re.DOTALL)


def revoked(key: Key, existing: Grant | None, compiler: Compiler) -> list[str]:
    """REVOKE: what `existing` says, else all."""
    if existing is not None and not existing.privileges:
        return [*_grant(existing, existing.usual, compiler)]
    if existing is not None:
        return [*_revoke(existing, existing.privileges, compiler)]
    found = _KEY.fullmatch(key.of)
    if found is None:
        raise CannotCompile(f"it cannot be told what is granted by {key}", hint="pass existing")
    item = Grant(found["kind"], key.name, found["role"], (), signature=found["signature"])
    return [*_revoke(item, ["ALL"], compiler)]


def _revoke(
    item: Grant, privileges: Iterable[str], compiler: Compiler, option: str = ""
) -> Iterator[str]:
    listed = ", ".join(privileges)
    if listed:
        yield f"REVOKE {option}{listed} ON {_on(item, compiler)} FROM {role(item.role, compiler)}"


def regranted(before: Grant | None, after: Grant, compiler: Compiler) -> Iterator[str]:
    """The difference: what goes is revoked, what comes is granted."""
    if before is None:
        yield from revoked(after.key, None, compiler)
        yield from granted(after, compiler)
        return
    gone = [privilege for privilege in before.privileges if privilege not in after.privileges]
    kept = [p for p in before.grantable if p not in after.grantable and p in after.privileges]
    yield from _revoke(after, gone, compiler)
    yield from _revoke(after, kept, compiler, "GRANT OPTION FOR ")
    new = tuple(p for p in after.privileges if p not in before.privileges)
    handed = tuple(p for p in after.grantable if p not in before.grantable)
    more = tuple(dict.fromkeys((*new, *handed)))
    yield from granted(replace(after, privileges=more, grantable=handed), compiler)
