"""What is called disjoint, or ordered, is so: random branches, judged, then run on SQLite in both orders."""

from __future__ import annotations

import os
import random
import tempfile
from pathlib import Path

import pytest

from limbeck.actions.conflicts import chosen, conflicts
from limbeck.actions.prove import prove
from limbeck.conflicts import Kind
from tests.pairs.conflicts.pairs import Pair

ANCESTOR = """
op.create_table("users", sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.String(50)), sa.Column("name", sa.String(50)))
op.create_table("orders", sa.Column("id", sa.Integer, primary_key=True), sa.Column("user_id", sa.Integer), sa.Column("total", sa.Integer), sa.Column("note", sa.String(50)))
op.create_index("ix_total", "orders", ["total"])
op.create_view("named", "SELECT id, name FROM users")
"""
COLUMNS = {"users": ("email", "name"), "orders": ("total", "note")}
EXAMPLES = int(os.environ.get("LIMBECK_EXAMPLES", "25"))


def _deed(chance: random.Random) -> str:
    table = chance.choice(sorted(COLUMNS))
    column, other = chance.choice(COLUMNS[table]), chance.choice(COLUMNS[table])
    new = chance.choice(["p", "q"])
    number = chance.choice([1, 2, 1001, 1002])
    return chance.choice(
        [
            f'op.add_column("{table}", sa.Column("{new}", sa.Integer))',
            f'op.add_column("{table}", sa.Column("{new}", sa.String(9), server_default="d"))',
            f'op.drop_column("{table}", "{column}")',
            f'op.alter_column("{table}", "{column}", new_column_name="{new}")',
            f'op.create_index("ix_{new}", "{table}", ["{column}"])',
            'op.drop_index("ix_total", table_name="orders")',
            'op.drop_view("named")',
            f'op.create_view("v_{new}", "SELECT id, {column} FROM {table}")',
            f'op.rename_table("{table}", "{new}s")',
            f'op.drop_table("{table}")',
            f'op.create_table("{new}s", sa.Column("id", sa.Integer, primary_key=True), sa.Column("x", sa.Integer))',
            f"op.execute(\"UPDATE {table} SET {column} = '{new}'\")",
            f"op.execute(\"UPDATE {table} SET {column} = {other} || '{new}' WHERE id = {number}\")",
            f"op.execute(\"UPDATE {table} SET {column} = '{new}' WHERE {other} IS NULL\")",
            f'op.execute("DELETE FROM {table} WHERE id = {number}")',
            f"op.execute(\"INSERT INTO {table} (id, {column}) VALUES ({number}, '{new}')\")",
            'op.execute("UPDATE users SET name = (SELECT count(*) FROM orders WHERE user_id = users.id)")',
            'op.execute("INSERT INTO orders (user_id, total) SELECT id, 0 FROM users")',
            f'with op.batch_alter_table("{table}") as batch:\n    batch.alter_column("{column}", nullable=False)',
            f'with op.batch_alter_table("{table}") as batch:\n    batch.create_unique_constraint("uq_{new}", ["{column}"])',
        ]
    )


def _branch(chance: random.Random) -> str:
    return "\n".join(_deed(chance) for _ in range(chance.randint(1, 2)))


@pytest.mark.sqlite
@pytest.mark.parametrize("seed", range(4))
def test_what_is_claimed_holds(seed: int) -> None:
    chance = random.Random(seed if "LIMBECK_EXAMPLES" not in os.environ else None)
    for _ in range(EXAMPLES):
        bodies = {"ancestor": ANCESTOR, "left": _branch(chance), "right": _branch(chance)}
        pair = Pair("random", "sqlite", "", "", "", bodies)
        with tempfile.TemporaryDirectory() as folder:
            project = pair.project(Path(folder), "sqlite://")
            (judged,) = conflicts(project)
            kind = judged.verdict.kind
            if kind not in {Kind.DISJOINT, Kind.ORDERED}:
                continue
            proof = prove(project, chosen(project.history, ["heads"]))
        if any(order.failed == order.heads[0] for order in proof.orders):
            continue  # one branch does not work by itself
        shown = f"left:\n{bodies['left']}\nright:\n{bodies['right']}\n{judged.verdict}\n{proof}"
        if kind is Kind.DISJOINT:
            assert proof.outcome.value == "equal", shown
        else:
            assert proof.outcome.value in {"one order fails", "equal"}, shown
            assert judged.first in {order.heads[0] for order in proof.works}, shown
