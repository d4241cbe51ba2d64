"""
Views, routines, triggers and policies: what PostgreSQL keeps as programs and prints as text.

Responsible for these texts without what a value says elsewhere (names, CREATE).  Does not know what they need.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from limbeck.database.read.postgresql.indexes import Indexes
from limbeck.database.read.postgresql.needs import Wants
from limbeck.database.read.postgresql.query import Answers, Part, comment_on, not_member
from limbeck.database.read.postgresql.relations import Names, storage_options
from limbeck.database.read.postgresql.spelling import one_spelling
from limbeck.schema import Policy, Routine, Trigger, View


class ViewRow(NamedTuple):
    """The query of a view or materialised view."""

    oid: str
    query: str


class RoutineRow(NamedTuple):
    """A function (kind f, or w for a window function) or procedure (p)."""

    oid: str
    schema: str
    name: str
    kind: str
    arguments: str
    signature: str
    definition: str
    comment: str | None


class TriggerRow(NamedTuple):
    """A trigger; `definition` is all of CREATE TRIGGER, `quoted` how its name stands there."""

    oid: str
    table: str
    name: str
    quoted: str
    definition: str
    enabled: str
    comment: str | None


class PolicyRow(NamedTuple):
    """A policy of row-level security."""

    oid: str
    table: str
    name: str
    command: str
    permissive: bool
    roles: list[str]
    using: str | None
    check: str | None
    comment: str | None


_VIEWS = Part(
    ViewRow, ("r.oid", "pg_get_viewdef(r.oid)"), "FROM rel r WHERE r.relkind IN ('v', 'm')"
)

_ROUTINES = Part(
    RoutineRow,
    (
        "p.oid", "s.name", "p.proname", "p.prokind", "pg_get_function_arguments(p.oid)",
        "oidvectortypes(p.proargtypes)",
        # Without its head: CREATE OR REPLACE FUNCTION schema.name(arguments)
        ("substr(pg_get_functiondef(p.oid), 1 + length(format('CREATE OR REPLACE %s %I.%I(%s)',"
        " CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, s.name, p.proname,"
        " pg_get_function_arguments(p.oid))))"),
        "note.description",
    ),
    f"""FROM pg_proc p JOIN schemas s ON s.oid = p.pronamespace {comment_on("pg_proc", "p.oid")}
    WHERE p.prokind IN ('f', 'p', 'w') AND {not_member("pg_proc", "p.oid")}""",
)  # fmt: skip


def parts(
    version: int,
) -> tuple[Part[ViewRow], Part[RoutineRow], Part[TriggerRow], Part[PolicyRow]]:
    """The questions to a server of that version."""
    # What a partition has from its parent; before version 13 these are internal.
    own = "AND t.tgparentid = 0" if version >= 13 else ""
    triggers = Part(
        TriggerRow,
        (
            "t.oid", "t.tgrelid", "t.tgname", "quote_ident(t.tgname)", "pg_get_triggerdef(t.oid, true)",
            "t.tgenabled", "note.description",
        ),
        f"""FROM rel r JOIN pg_trigger t ON t.tgrelid = r.oid {comment_on("pg_trigger", "t.oid")}
        WHERE NOT t.tgisinternal {own}""",
    )  # fmt: skip
    return (_VIEWS, _ROUTINES, triggers, _POLICIES)


_POLICIES = Part(
    PolicyRow,
    (
        "p.oid", "p.polrelid", "p.polname", "p.polcmd", "p.polpermissive",
        ("ARRAY(SELECT CASE u.oid WHEN 0 THEN 'public' ELSE pg_get_userbyid(u.oid)::text END"
        " FROM unnest(p.polroles) AS u (oid) ORDER BY 1)"),
        "pg_get_expr(p.polqual, p.polrelid)", "pg_get_expr(p.polwithcheck, p.polrelid)", "note.description",
    ),
    f"FROM rel r JOIN pg_policy p ON p.polrelid = r.oid {comment_on('pg_policy', 'p.oid')}",
)  # fmt: skip

_COMMANDS = {"*": "ALL", "r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE"}


def views(answers: Answers, names: Names, indexes: Indexes, wants: Wants) -> Iterator[View]:
    """The views and materialised views."""
    for row in answers.of(ViewRow):
        relation = names.relations[row.oid]
        yield View(
            names.of(row.oid),
            row.query.strip().removesuffix(";"),
            relation.kind == "m",
            indexes.indexes(row.oid, lambda _: False) if relation.kind == "m" else (),
            storage_options(relation),
            relation.comment,
            wants.of("view", row.oid),
        )


def routines(answers: Answers, names: Names, wants: Wants) -> Iterator[Routine]:
    """The functions and procedures; aggregates are not among them."""
    for row in answers.of(RoutineRow):
        yield Routine(
            names.name(row.schema, row.name),
            row.arguments,
            row.definition.strip(),
            row.kind == "p",
            row.signature,
            row.comment,
            wants.of("routine", row.oid),
        )


def triggers(answers: Answers, names: Names, wants: Wants) -> Iterator[Trigger]:
    """The triggers that people made; the definition of a constraint trigger begins with CONSTRAINT."""
    for row in answers.of(TriggerRow):
        head, _, rest = row.definition.partition("TRIGGER ")
        kind = "CONSTRAINT " if "CONSTRAINT" in head else ""
        definition = kind + rest.removeprefix(row.quoted).strip()
        needs = wants.of("trigger", row.oid)
        yield Trigger(row.name, names.of(row.table), definition, row.enabled, row.comment, needs)


def policies(answers: Answers, names: Names, wants: Wants) -> Iterator[Policy]:
    """The policies."""
    for row in answers.of(PolicyRow):
        yield Policy(
            row.name,
            names.of(row.table),
            _COMMANDS[row.command],
            row.permissive,
            tuple(row.roles),
            one_spelling(row.using) if row.using is not None else None,
            one_spelling(row.check) if row.check is not None else None,
            row.comment,
            wants.of("policy", row.oid),
        )
