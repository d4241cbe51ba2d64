"""Filters, hooks and owners: where a project has a say in what is compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from limbeck.diff import (
    Abilities,
    ColumnPair,
    Equality,
    Include,
    MassDrop,
    Owned,
    describe,
    diff,
    parse,
)
from limbeck.diff.include import Part
from limbeck.schema import SchemaState, TableName
from tests.pairs.diff.pairs import state

POSTGRESQL = Abilities.of("postgresql")
BEFORE = state(
    [
        "table users",
        "    id integer NOT NULL",
        "    name character varying(20) DEFAULT 'a'",
        "    secret text",
        "    index ix_secret (secret)",
        "    primary key users_pkey (id)",
        "table legacy",
        "    id integer",
        "table audit.log",
        "    id integer",
        "view v: SELECT 1",
    ]
)
AFTER = state(
    [
        "table users",
        "    id integer NOT NULL",
        "    name text DEFAULT 'b'",
        "    extra text",
        "    primary key users_pkey (id)",
        "    unique constraint uq_name (name)",
        "table fresh",
        "    id integer",
    ]
)


def lines(before: SchemaState, after: SchemaState, include: Include) -> list[str]:
    found = diff(before, after, include=include, abilities=POSTGRESQL)
    return [describe(operation) for operation in found.operations]


def test_objects_that_are_left_out_are_neither_made_nor_changed_nor_dropped() -> None:
    asked: list[tuple[str | None, str, bool, bool]] = []

    def include(
        part: Part, name: str | None, kind: str, reflected: bool, other: Part | None
    ) -> bool:
        asked.append((name, kind, reflected, other is not None))
        return name in {"users", "extra", "id", "v"}

    found = lines(BEFORE, AFTER, Include(object=include))
    assert found == ["drop view v", "add column users.extra text"]
    assert set(asked) >= {
        ("users", "table", False, True),
        ("fresh", "table", False, False),
        ("legacy", "table", True, False),
        ("name", "column", False, True),
        ("extra", "column", False, False),
        ("secret", "column", True, False),
        ("ix_secret", "index", True, False),
        ("uq_name", "unique_constraint", False, False),
        ("users_pkey", "primary_key_constraint", False, True),
        ("v", "view", True, False),
    }


def test_names_that_are_left_out_are_as_if_they_were_not_there() -> None:
    asked: dict[tuple[str | None, str], Mapping[str, str | None]] = {}

    def include(name: str | None, kind: str, parents: Mapping[str, str | None]) -> bool:
        asked[name, kind] = parents
        return name not in {"audit", "legacy", "secret", "ix_secret", "v"}

    found = diff(BEFORE, AFTER, include=Include(name=include), abilities=POSTGRESQL)
    assert TableName("legacy") not in found.before
    assert [describe(operation) for operation in found.operations] == [
        "create table fresh (id)",
        "add column users.extra text",
        "alter column users.name: type text, DEFAULT 'b'",
        "add unique constraint uq_name (name) to users",
    ]
    assert asked[None, "schema"] == {}
    assert asked["users", "table"] == {
        "schema_name": None,
        "schema_qualified_table_name": "users",
    }
    assert asked["secret", "column"]["table_name"] == "users"
    assert ("log", "table") not in asked


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (None, ["alter column users.name: type text, DEFAULT 'b'"]),
        (False, []),
        (True, ["alter column users.id: type integer, no default",
                "alter column users.name: type text, DEFAULT 'b'"]),
    ],
)  # fmt: skip
def test_hooks_say_what_differs(verdict: bool | None, expected: list[str]) -> None:
    before = state(["table users", "    id integer", "    name character varying(20) DEFAULT 'a'"])
    after = state(["table users", "    id integer", "    name text DEFAULT 'b'"])
    pairs: list[ColumnPair] = []

    def hook(pair: ColumnPair) -> bool | None:
        pairs.append(pair)
        return verdict

    found = diff(before, after, equality=Equality(types=hook, defaults=hook), abilities=POSTGRESQL)
    assert [describe(operation) for operation in found.operations] == expected
    assert {(pair.table.name, pair.before.name, pair.after.name) for pair in pairs} == {
        ("users", "id", "id"),
        ("users", "name", "name"),
    }


def test_positions_count_where_they_are_asked_for() -> None:
    before = state(["table t", "    a int", "    b int"])
    after = state(["table t", "    b int", "    a int"])
    assert not diff(before, after)
    found = diff(before, after, equality=Equality(positions=True))
    assert [describe(operation) for operation in found.operations] == [
        "alter column t.b: before a"
    ] or [describe(operation) for operation in found.operations] == ["alter column t.a: after b"]
    assert found.after == after


def test_more_than_half_of_the_tables_is_refused_and_half_is_not() -> None:
    four = state([line for name in "abcd" for line in (f"table {name}", "    id integer")])
    two, one = SchemaState(list(four)[:2]), SchemaState(list(four)[:1])
    assert diff(four, two).refusal is None
    names = tuple(map(TableName, "bcd"))
    assert diff(four, one).refusal == MassDrop(names, 4)
    owned = Owned(frozenset(map(TableName, "ab")))
    found = diff(four, one, owned=owned)
    assert found.refusal is None
    assert [note.what for note in found.notes] == ["c", "d"]


def test_objects_of_others_stay() -> None:
    view = next(iter(BEFORE.objects.values()))
    owned = Owned(frozenset(table.name for table in BEFORE), frozenset())
    found = diff(BEFORE, SchemaState(BEFORE), owned=owned)
    assert (found.operations, [note.what for note in found.notes]) == ((), ["view v"])
    owned = replace(owned, objects=frozenset({view.key}))
    found = diff(BEFORE, SchemaState(BEFORE), owned=owned)
    assert [describe(operation) for operation in found.operations] == ["drop view v"]


def test_what_is_owned_is_followed_through_a_rename() -> None:
    before = state(["table users", "    id integer", "    name text"])
    after = state(["table people", "    id integer"])
    owned = Owned(frozenset({TableName("users")}))
    found = diff(before, after, owned=owned, renames=[parse("users=people", before, after)])
    assert [describe(operation) for operation in found.operations] == [
        "rename table users to people",
        "drop column people.name",
    ]
    assert found.refusal is None
