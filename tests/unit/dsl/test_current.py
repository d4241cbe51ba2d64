"""`from limbeck import op` is the op of the revision that runs here and now."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

import limbeck
from limbeck import operations as ops
from limbeck.dsl import current_op, op
from limbeck.dsl.current import use
from limbeck.errors import UsageError
from limbeck.schema import TableName
from tests.unit.dsl.recorder import Recorder


def test_op_is_found_in_its_scope_only() -> None:
    database = Recorder()
    with use(database.op()) as own:
        op.drop_table("users")
        assert current_op() is own
    assert database.sent == [ops.DropTable(TableName("users"))]
    with pytest.raises(UsageError, match="only while a revision runs"):
        op.drop_table("users")


def test_the_public_names_are_the_same_objects() -> None:
    assert limbeck.op is op
    assert issubclass(limbeck.Op, object)
    assert repr(op) == "<op of the running revision>"
    assert not hasattr(op, "__wrapped__")


def test_scopes_may_be_nested() -> None:
    outer, inner = Recorder(), Recorder()
    with use(outer.op()):
        with use(inner.op()):
            op.execute("inner")
        op.execute("outer")
    assert (outer.sent, inner.sent) == ([ops.Execute("outer")], [ops.Execute("inner")])


def _migrate(number: int, together: threading.Barrier) -> tuple[int, list[str]]:
    database = Recorder()
    with use(database.op()):
        for _ in range(50):
            together.wait(30)
            op.add_column(f"t{number}", sa.Column("age", sa.Integer()))
    tables = [str(sent.table) for sent in database.sent if isinstance(sent, ops.AddColumn)]
    return number, tables


def test_four_threads_have_four_ops() -> None:
    together = threading.Barrier(4)
    with ThreadPoolExecutor(4) as pool:
        for number, tables in pool.map(lambda number: _migrate(number, together), range(4)):
            assert tables == [f"t{number}"] * 50


def test_tasks_have_ops_of_their_own() -> None:
    async def migrate(name: str) -> list[object]:
        database = Recorder()
        with use(database.op()):
            for _ in range(3):
                await asyncio.sleep(0)
                op.execute(name)
        return [sent.statement for sent in database.sent if isinstance(sent, ops.Execute)]

    async def all_of_them() -> list[list[object]]:
        return list(await asyncio.gather(migrate("one"), migrate("two")))

    assert asyncio.run(all_of_them()) == [["one"] * 3, ["two"] * 3]


def test_a_misspelt_operation_is_answered() -> None:
    with (
        use(Recorder().op()),
        pytest.raises(AttributeError, match="Op has no 'create_tabel'; did you mean create_table"),
    ):
        op.create_tabel("users")  # type: ignore[attr-defined]
