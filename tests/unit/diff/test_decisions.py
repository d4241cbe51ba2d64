"""What people decide on the command line, and what is asked of them."""

from __future__ import annotations

import pytest

from limbeck.diff import Fill, Hint, Rename, describe, diff, parse, parse_fill
from limbeck.diff.abilities import Abilities
from limbeck.diff.candidates import RenameQuestion
from limbeck.errors import UsageError
from limbeck.schema import Column, Enum, SchemaState, Table, TableName, Type
from tests.pairs.diff.pairs import state

BEFORE = state(
    [
        "table users",
        "    id integer",
        "    name text",
        "table billing.users",
        "    id integer",
        "    name text",
        "enum mood: sad, ok",
    ]
)
AFTER = state(
    [
        "table people",
        "    id integer",
        "    full_name text",
        "table billing.users",
        "    id integer",
        "    full_name text",
        "enum mood: sad, fine",
    ]
)
USERS, BILLING, PEOPLE = TableName("users"), TableName("users", "billing"), TableName("people")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("users=people", Rename("table", USERS, "users", "people")),
        ("users=", Rename("table", USERS, "users", None)),
        ('"users"="people"', Rename("table", USERS, "users", "people")),
        ("users.name=people.full_name", Rename("column", USERS, "name", "full_name")),
        ("users.name=full_name", Rename("column", USERS, "name", "full_name")),
        ("users.name=", Rename("column", USERS, "name", None)),
        ("people.name=full_name", Rename("column", PEOPLE, "name", "full_name")),
        ("billing.users.name=full_name", Rename("column", BILLING, "name", "full_name")),
        ("billing.users=billing.accounts", Rename("table", BILLING, "users", "accounts")),
        ("mood:ok=fine", Rename("enum value", TableName("mood"), "ok", "fine")),
        ("mood:ok=", Rename("enum value", TableName("mood"), "ok", None)),
    ],
)
def test_a_decision_is_understood(text: str, expected: Rename) -> None:
    assert parse(text, BEFORE, AFTER) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("users", "a name, = and what comes after it are expected"),
        ("=people", "a name is missing"),
        ("users.=people", "a name is missing"),
        ("ghosts.name=x", "there is no table ghosts.name, nor a table ghosts"),
        ("users=other.people", "nothing can get into another schema by a rename"),
        ("users=pe:ople", "is not a name"),
        ("temper:ok=fine", "there is no enum temper"),
    ],
)
def test_a_decision_that_cannot_be_understood(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse(text, BEFORE, AFTER)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["ghosts=people"], "there is no table ghosts in the database"),
        (["users=ghosts"], "there is no table ghosts in the models"),
        (["billing.users=billing.x"], "table billing.users is in the models still"),
        (["users=people", "users=people"], "it is decided already"),
        (["billing.users.age=full_name"], "there is no column billing.users.age in the database"),
        (["billing.users.id=full_name"], "column billing.users.id is in the models still"),
        (
            ["billing.users.name=last_name"],
            "there is no column billing.users.last_name in the models",
        ),
        (["billing.users.name=id"], "column billing.users.id is in the database already"),
        (["users.name=full_name"], "there is no table users in the models"),
        (["mood:happy=fine"], "enum mood has no value 'happy' in the database"),
        (["mood:sad=fine"], "enum mood has the value 'sad' in the models still"),
        (["mood:ok=great"], "enum mood has no value 'great' in the models"),
    ],
)
def test_a_decision_that_does_not_fit(texts: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        diff(BEFORE, AFTER, renames=[parse(text, BEFORE, AFTER) for text in texts])


def test_all_that_is_asked_can_be_answered_by_the_flags_that_are_named() -> None:
    found = diff(BEFORE, AFTER)
    questions = [q for q in found.undecided if isinstance(q, RenameQuestion)]
    assert {(q.kind, q.old) for q in questions} == {("column", "name"), ("table", "users")}
    for flags in ([q.flags[0] for q in questions], [q.drop_flag for q in questions]):
        texts = [flag.removeprefix("--rename ") for flag in flags]
        again = diff(BEFORE, AFTER, renames=[parse(text, BEFORE, AFTER) for text in texts])
        asked = {(q.table, q.old) for q in again.undecided if isinstance(q, RenameQuestion)}
        assert not asked & {(q.table, q.old) for q in questions}


def test_hints_hold_while_they_are_true() -> None:
    hints = [
        Hint(PEOPLE, "users"),
        Hint(PEOPLE, "name", "full_name"),
        Hint(BILLING, "name", "full_name"),
        Hint(BILLING, "identity", "id"),
    ]
    found = diff(BEFORE, AFTER, hints=hints)
    assert [
        q for q in found.undecided if isinstance(q, RenameQuestion) and q.kind != "enum value"
    ] == []
    assert not found.destructive[1:], found.destructive
    assert diff(found.after, AFTER, hints=hints).operations == ()


def test_people_know_better_than_hints() -> None:
    hints = [Hint(PEOPLE, "users")]
    found = diff(BEFORE, AFTER, hints=hints, renames=[parse("users=", BEFORE, AFTER)])
    assert "table users with all its rows" in [loss.what for loss in found.destructive]


def test_evidence_makes_a_pair_plausible() -> None:
    before = SchemaState([Table(USERS, (Column("born", Type("date")),))])
    after = SchemaState([Table(USERS, (Column("avatar", Type("bytea")),))])
    assert diff(before, after).undecided == ()
    found = diff(before, after, evidence=lambda kind, table, old, new: 0.5)
    question = found.undecided[0]
    assert isinstance(question, RenameQuestion)
    assert question.candidates[0].new == "avatar"
    assert 0.6 <= question.candidates[0].score <= 1.0


def test_candidates_come_with_the_likeliest_first() -> None:
    before = state(["table t", "    id integer", "    email text", "    note text"])
    after = state(["table t", "    id integer", "    remark text", "    email_address text"])
    found = {q.old: [c.new for c in q.candidates] for q in diff(before, after).undecided
             if isinstance(q, RenameQuestion)}  # fmt: skip
    assert found["email"][0] == "email_address"


def test_names_with_dots_are_quoted_in_flags_and_understood() -> None:
    odd = TableName("a.b", "s:t")
    before = SchemaState([Table(odd, (Column("x=y", Type("integer")),))])
    after = SchemaState([Table(odd, (Column("x=z", Type("integer")),))])
    question = diff(before, after).undecided[0]
    assert isinstance(question, RenameQuestion)
    assert question.flags == ('--rename \'"s:t"."a.b"."x=y"="s:t"."a.b"."x=z"\'',)
    text = question.flags[0].removeprefix("--rename ").strip("'")
    found = diff(before, after, renames=[parse(text, before, after)])
    assert (found.undecided, found.destructive) == ((), ())


def test_a_fill_is_understood() -> None:
    after = state(["table users", "    age integer", "table billing.users", "    age integer"])
    assert parse_fill("users.age=0", after) == Fill(USERS, "age", "0")
    assert parse_fill("billing.users.age= 1 + 1 ", after) == Fill(BILLING, "age", "1 + 1")
    assert parse_fill("users.age='a=b'", after).value_sql == "'a=b'"
    for text in ("users.age", "users.age=", "age=0", "users.size=0", "users:age=0"):
        with pytest.raises(UsageError):
            parse_fill(text, after)


def test_the_first_fill_for_a_column_counts() -> None:
    before = state(["table users", "    id integer"])
    after = state(["table users", "    id integer", "    age integer NOT NULL"])
    fills = [Fill(USERS, "age", "1"), Fill(USERS, "age", "2")]
    found = diff(before, after, fills=fills)
    assert found.undecided == ()
    assert "fill column users.age with 1" in " ".join(map(describe, found.operations))


def test_a_column_that_comes_back_not_null_is_noted() -> None:
    before = state(["table users", "    id integer", "    age integer NOT NULL"])
    after = state(["table users", "    id integer"])
    note = diff(before, after).inverse().notes[0]
    assert (note.kind, note.what) == ("value wanted", "users.age")
    assert not diff(before, after, fills=[Fill(USERS, "age", "0")]).inverse().notes


def test_enum_values_are_no_renames_of_each_other_unless_alike() -> None:
    before = SchemaState((), [Enum(TableName("mood"), ("red", "blue"))])
    after = SchemaState((), [Enum(TableName("mood"), ("blue", "xyz"))])
    assert diff(before, after).undecided == ()


@pytest.mark.parametrize("text", ["foo", "users", "=x"])
def test_a_rename_that_cannot_be_read_comes_with_an_example(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse(text, BEFORE, AFTER)
    assert "--rename users.name=users.full_name" in str(refused.value.hint)


@pytest.mark.parametrize("text", ["users.x", "age=0", "users.age="])
def test_a_value_that_cannot_be_read_comes_with_an_example(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_fill(text, AFTER)
    assert "--fill users.age=0" in str(refused.value.hint)


@pytest.mark.parametrize(
    ("kind", "flag"),
    [
        ("integer", "--fill t.c=0"),
        ("character varying(20)", "--fill \"t.c='unknown'\""),
        ("character varying(2)", "--fill \"t.c='-'\""),
        ("char", "--fill \"t.c='-'\""),
        ("character varying", "--fill \"t.c='unknown'\""),
        ("interval", "--fill \"t.c='0'\""),
        ("uuid", "--fill 't.c=gen_random_uuid()'"),
        ("mood", "--fill \"t.c='sad'\""),
        ("mood[]", "--fill \"t.c=ARRAY['sad']\""),
        ("enum('a','b')", "--fill \"t.c='a'\""),
        ("text[]", "--fill \"t.c='{}'\""),
    ],
)
def test_the_value_that_is_asked_for_comes_as_an_example(kind: str, flag: str) -> None:
    name, mood = TableName("t"), Enum(TableName("mood"), ("sad", "ok"))
    before = SchemaState([Table(name, (Column("id", Type("integer")),))], [mood])
    columns = (Column("id", Type("integer")), Column("c", Type(kind), nullable=False))
    (question,) = diff(before, SchemaState([Table(name, columns)], [mood])).undecided
    assert not isinstance(question, RenameQuestion)
    assert question.flag == flag


def test_a_uuid_is_made_as_the_server_makes_one() -> None:
    name, number = TableName("t"), Column("id", Type("integer"))
    after = SchemaState([Table(name, (number, Column("c", Type("uuid"), nullable=False)))])
    before = SchemaState([Table(name, (number,))])
    (question,) = diff(before, after, abilities=Abilities.of("mariadb")).undecided
    assert not isinstance(question, RenameQuestion)
    assert question.flag == "--fill 't.c=uuid()'"
