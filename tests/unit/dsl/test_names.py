"""Lists of names: what is refused before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from limbeck.errors import SchemaError
from tests.unit.dsl.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable

    from limbeck.dsl import Op

CALLS: list[tuple[str, Callable[[Op, Any], object]]] = [
    ("columns", lambda op, given: op.create_index("ix", "t", given)),
    ("columns", lambda op, given: op.create_unique_constraint("uq", "t", given)),
    ("columns", lambda op, given: op.create_primary_key("pk", "t", given)),
    ("local_cols", lambda op, given: op.create_foreign_key("fk", "t", "u", given, ["id"])),
    ("remote_cols", lambda op, given: op.create_foreign_key("fk", "t", "u", ["id"], given)),
    (
        "postgresql_include",
        lambda op, given: op.create_index("ix", "t", ["a"], postgresql_include=given),
    ),
    (
        "partial_reordering",
        lambda op, given: op.batch_alter_table("t", partial_reordering=given).__enter__(),
    ),
    (
        "each part of partial_reordering",
        lambda op, given: op.batch_alter_table("t", partial_reordering=[given]).__enter__(),
    ),
]


@pytest.mark.parametrize(
    ("given", "message", "hint"),
    [
        ("ab", "the string 'ab', whose letters would be taken for names", "['ab']"),
        ({"b", "a"}, "a set, which has no order", "['a', 'b']"),
        (7, "and got 7", "=[…]"),
    ],
)
@pytest.mark.parametrize(("argument", "call"), CALLS)
def test_what_is_no_list_of_names(
    argument: str, call: Callable[[Op, Any], object], given: Any, message: str, hint: str
) -> None:
    database = Recorder()
    with pytest.raises(SchemaError) as caught:
        call(database.op(), given)
    assert message in caught.value.message
    assert f"takes a list as {argument}" in caught.value.message or "list of names" in message
    assert hint in (caught.value.hint or "")
    assert database.sent == []


def test_a_batch_refuses_likewise() -> None:
    database = Recorder()
    with (
        pytest.raises(SchemaError, match="the string 'ab'"),
        database.op().batch_alter_table("t") as batch,
    ):
        batch.create_unique_constraint("uq", "ab")
    assert database.sent == []


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda op: op.create_unique_constraint("uq", "t", []), "got an empty one"),
        (
            lambda op: op.create_unique_constraint("uq", "t", [sa.column("a")]),
            "list of names as columns",
        ),
        (
            lambda op: op.create_foreign_key("fk", "t", "u", ["a", "b"], ["id"]),
            "from t to u has 2 local and 1 remote columns",
        ),
        (lambda op: op.create_exclude_constraint("ex", "t", "ab"), "takes pairs of a column"),
    ],
)
def test_what_no_database_would_understand(call: Callable[[Op], object], message: str) -> None:
    database = Recorder()
    with pytest.raises(SchemaError, match=message):
        call(database.op())
    assert database.sent == []


def test_any_ordered_collection_of_names_is_one() -> None:
    database = Recorder()
    op = database.op()
    op.create_unique_constraint("uq", "t", ("a", "b"))
    op.create_unique_constraint("uq", "t", {"a": 1, "b": 2}.keys())  # type: ignore[arg-type]
    op.create_unique_constraint("uq", "t", (name for name in "ab"))  # type: ignore[arg-type]
    assert database.sent[0] == database.sent[1] == database.sent[2]
