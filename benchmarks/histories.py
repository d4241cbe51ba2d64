"""
Projects with long histories, the same for both tools.

Responsible for graphs (linear; a team's, with branches and merges; modules that depend on each other) and for bodies
that evolve one consistent schema, so that the whole history really runs.  The same seed gives the same files but for
the line that imports `op`.  Does not know how anything is timed.
"""

from __future__ import annotations

import random
import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

Shape = Literal["linear", "dag", "deps"]
SHAPES: tuple[Shape, ...] = ("linear", "dag", "deps")

_TYPES = (
    "sa.Integer()",
    "sa.String(length=50)",
    "sa.String(length=200)",
    "sa.Boolean()",
    "sa.Numeric(precision=12, scale=2)",
    "sa.DateTime()",
    "sa.BigInteger()",
)
_WORDS = [
    "account",
    "order",
    "invoice",
    "user",
    "item",
    "price",
    "stock",
    "audit",
    "event",
    "token",
    "region",
    "batch",
    "ledger",
]

_FILE = '''"""{message}

Revision ID: {id}
Revises: {revises}
Create Date: {date}

"""
from typing import Sequence, Union

from {package} import op
import sqlalchemy as sa


revision: str = {id!r}
down_revision: Union[str, Sequence[str], None] = {down!r}
branch_labels: Union[str, Sequence[str], None] = {label!r}
depends_on: Union[str, Sequence[str], None] = {depends!r}


def upgrade() -> None:
{up}


def downgrade() -> None:
{down_body}
'''


@dataclass
class Node:
    """A revision to be: indexes of its parents and dependencies, and the lane that it belongs to."""

    parents: list[int]
    lane: int
    label: str | None = None
    depends: list[int] = field(default_factory=list)


def graph(shape: Shape, count: int, chance: random.Random) -> list[Node]:
    """`count` nodes, parents before children."""
    if shape == "linear":
        return [Node([number - 1] if number else [], 0) for number in range(count)]
    return _team(count, chance) if shape == "dag" else _modules(count, chance)


def _team(count: int, chance: random.Random) -> list[Node]:
    """Every twenty revisions or so, two or three people work at once, and their branches are merged."""
    nodes = [Node([], 0)]
    tip, lane = 0, 0

    def add(parents: list[int], lane: int) -> int:
        nodes.append(Node(parents, lane))
        return len(nodes) - 1

    while len(nodes) < count - 30:
        for _ in range(chance.randint(1, 3)):
            tip = add([tip], 0)
        tips = []
        for _ in range(chance.choice([2, 2, 3])):
            lane += 1
            branch = tip
            for _ in range(chance.randint(4, 8)):
                branch = add([branch], lane)
            tips.append(branch)
        tip = add(tips, 0)
    while len(nodes) < count:
        tip = add([tip], 0)
    return nodes[:count]


def _modules(count: int, chance: random.Random) -> list[Node]:
    """Ten labelled bases; one revision in ten depends on a recent one of another base."""
    modules = 10
    nodes = [Node([], number, f"mod{number}") for number in range(min(modules, count))]
    tips = list(range(len(nodes)))
    while len(nodes) < count:
        module = chance.randrange(modules)
        depends = []
        if chance.random() < 0.10:
            depends = [tips[chance.choice([other for other in range(modules) if other != module])]]
        nodes.append(Node([tips[module]], module, None, depends))
        tips[module] = len(nodes) - 1
    return nodes


class _Bodies:
    """Valid in any order of parallel branches: a lane touches only tables that it has made itself."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._tables: dict[int, list[str]] = {}

    def next(self, number: int, lane: int) -> tuple[str, str]:
        """What goes into upgrade() and downgrade()."""
        chance = self._chance
        mine = self._tables.setdefault(lane, [])
        kind = chance.random()
        if not mine or kind < 0.25:
            return self._create(number, mine)
        table = chance.choice(mine[-40:])
        if kind < 0.60:
            column = f"x{number}"
            return (
                f"op.add_column({table!r}, sa.Column({column!r}, {chance.choice(_TYPES)}, nullable=True))",
                f"op.drop_column({table!r}, {column!r})",
            )
        if kind < 0.80:
            index = f"ix_{table}_{number}"
            return (
                f"op.create_index({index!r}, {table!r}, ['c0'], unique=False)",
                f"op.drop_index({index!r}, table_name={table!r})",
            )
        return f'op.execute("UPDATE {table} SET id = id WHERE id = 0")', "pass"

    def _create(self, number: int, mine: list[str]) -> tuple[str, str]:
        table = f"{self._chance.choice(_WORDS)}_{number:05}"
        mine.append(table)
        columns = [
            f"    sa.Column('c{at}', {self._chance.choice(_TYPES)}, nullable=True),"
            for at in range(self._chance.randint(3, 6))
        ]
        lines = [
            "op.create_table(",
            f"    {table!r},",
            "    sa.Column('id', sa.Integer(), nullable=False),",
            *columns,
            "    sa.PrimaryKeyConstraint('id'),",
            ")",
        ]
        return "\n".join(lines), f"op.drop_table({table!r})"


class Heads(NamedTuple):
    """Ids, sorted: those that `heads` shows, and those that the version table holds at the end."""

    shown: list[str]
    rows: list[str]


def write(folder: Path, package: str, shape: Shape, count: int, seed: int = 1) -> Heads:
    """Write `count` revision files into `folder`/versions, and return the heads."""
    chance = random.Random(f"{shape}-{count}-{seed}")
    nodes = graph(shape, count, chance)
    ids = [f"{number:04x}{chance.getrandbits(32):08x}" for number in range(len(nodes))]
    chance.shuffle(ids)  # file names do not sort by age
    bodies = _Bodies(chance)
    versions = folder / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    for number, node in enumerate(nodes):
        merge = len(node.parents) > 1
        up, down = ("pass", "pass") if merge else bodies.next(number, node.lane)
        parents = [ids[parent] for parent in node.parents]
        message = f"{'merge' if merge else 'change'} {chance.choice(_WORDS)} {number}"
        text = _FILE.format(
            package=package,
            message=message,
            id=ids[number],
            revises=", ".join(parents),
            date=f"20{15 + number * 10 // count:02}-{1 + number % 12:02}-{1 + number % 28:02} 10:00:00",
            down=_as_header(parents),
            label=node.label,
            depends=_as_header([ids[other] for other in node.depends]),
            up=textwrap.indent(up, "    "),
            down_body=textwrap.indent(down, "    "),
        )
        (versions / f"{ids[number]}_{message.replace(' ', '_')}.py").write_text(text)
    return _heads(nodes, ids)


def _as_header(ids: list[str]) -> str | tuple[str, ...] | None:
    if len(ids) > 1:
        return tuple(ids)
    return ids[0] if ids else None


def _heads(nodes: list[Node], ids: list[str]) -> Heads:
    parents = {parent for node in nodes for parent in node.parents}
    needed = {other for node in nodes for other in node.depends}
    numbers = [number for number in range(len(nodes)) if number not in parents]
    return Heads(
        shown=sorted(ids[number] for number in numbers),
        rows=sorted(ids[number] for number in numbers if number not in needed),
    )
