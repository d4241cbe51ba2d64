"""
Models of many tables, the same for both tools.

Responsible for MetaData of N tables of ten to fifteen columns, with keys, indexes, unique constraints, checks,
comments, defaults and enums, and for a share of tables that differ.  The same numbers give the same models.  Imports
nothing of ours: both tools run it in their own environments.  Does not know how anything is timed.
"""

from __future__ import annotations

import copy
import random
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

_WORDS = ["order", "item", "acct", "event", "audit", "user", "price", "stock"]
_DEFAULTS = {"int": "0", "bigint": "0", "str": "'new'", "bool": "false", "num": "0.00"}
_ENUMS = 20


@dataclass
class _Column:
    """A column to be: `kind` and `size` make its type."""

    name: str
    kind: str
    size: int = 0
    nullable: bool = True
    key: bool = False
    default: str | None = None
    comment: str | None = None


@dataclass
class _Table:
    """A table to be; indexes and unique constraints list columns."""

    name: str
    comment: str
    columns: list[_Column]
    foreign_keys: list[tuple[str, str, str]] = field(default_factory=list)
    indexes: list[tuple[str, list[str]]] = field(default_factory=list)
    unique: list[str] = field(default_factory=list)
    check: str | None = None

    def used(self) -> set[str]:
        """The columns that something is built on."""
        return {
            *self.unique,
            self.check or "",
            *(name for _, names in self.indexes for name in names),
        }


def build(tables: int, share: float = 0.0, seed: int = 1) -> sa.MetaData:
    """The models; with `share` that part of the tables is not as it was."""
    chance = random.Random(f"schema-{tables}-{seed}")
    made: list[_Table] = []
    for number in range(tables):
        made.append(_table(number, made, chance))
    if share:
        made = _changed(made, share, seed)
    return _metadata(made)


def _table(number: int, before: list[_Table], chance: random.Random) -> _Table:
    name = f"t{number:04}_{chance.choice(_WORDS)}"
    serial = chance.random() < 0.8
    key = _Column("id", "int" if serial else "str", 0 if serial else 36, nullable=False, key=True)
    columns = [key, *(_column(at, name, chance) for at in range(chance.randint(9, 14)))]
    table = _Table(name, f"table {name} of module {number % 7}", columns)
    plain = [
        column.name
        for column in columns[1:]
        if column.kind in ("int", "bigint", "str", "dt", "date", "num") and column.size < 200
    ]
    for at in range(chance.choice([0, 1, 1, 2]) if before else 0):
        other = chance.choice(before)
        refers = f"fk{at}_id"
        columns.append(_Column(refers, other.columns[0].kind, other.columns[0].size))
        table.foreign_keys.append((f"fk_{name}_{at}", refers, other.name))
        table.indexes.append((f"ix_{name}_{refers}", [refers]))
    for at in range(2 if plain else 0):
        few = min(len(plain), chance.choice([1, 1, 2]))
        table.indexes.append((f"ix_{name}_{at}", chance.sample(plain, few)))
    if len(plain) > 1:
        table.unique = sorted(chance.sample(plain, 2))
    table.check = next((column.name for column in columns[1:] if column.kind == "int"), None)
    return table


def _column(at: int, table: str, chance: random.Random) -> _Column:
    kind, size = chance.choice(
        [("int", 0), ("bigint", 0), ("str", chance.choice([20, 50, 100, 255])), ("str", 100), ("text", 0), ("bool", 0),
         ("num", 12), ("dt", 0), ("date", 0), ("enum", chance.randrange(_ENUMS)), ("json", 0), ("float", 0)]
    )  # fmt: skip
    nullable = chance.random() < 0.6
    default = _DEFAULTS.get(kind) if chance.random() < 0.25 else None
    comment = f"column {at} of {table}" if chance.random() < 0.3 else None
    return _Column(f"c{at:02}", kind, size, nullable, default=default, comment=comment)


def _changed(tables: list[_Table], share: float, seed: int) -> list[_Table]:
    chance = random.Random(f"changes-{seed}")
    tables = copy.deepcopy(tables)
    for table in chance.sample(tables, max(1, int(len(tables) * share))):
        for change in chance.sample(sorted(_CHANGES), chance.randint(1, 3)):
            _CHANGES[change](table, chance)
    return tables


def _drop_column(table: _Table, chance: random.Random) -> None:
    used = table.used()
    free = [c for c in table.columns if c.name.startswith("c") and c.name not in used]
    if free:
        table.columns.remove(chance.choice(free))


def _another_type(table: _Table, chance: random.Random) -> None:
    texts = [c for c in table.columns if c.kind == "str" and c.name.startswith("c")]
    if texts:
        chance.choice(texts).size = 120


def _another_null(table: _Table, chance: random.Random) -> None:
    column = chance.choice([c for c in table.columns if c.name.startswith("c")])
    column.nullable = not column.nullable


def _drop_index(table: _Table, chance: random.Random) -> None:
    own = [index for index in table.indexes if not index[1][0].startswith("fk")]
    if own:
        table.indexes.remove(own[-1])


def _comment(table: _Table, chance: random.Random) -> None:
    table.comment += " changed"


_CHANGES = {
    "add column": lambda table, chance: table.columns.append(_Column("c_new", "str", 40)),
    "add index": lambda table, chance: table.indexes.append((f"ix_{table.name}_new", ["id"])),
    "comment": _comment,
    "drop column": _drop_column,
    "drop index": _drop_index,
    "null": _another_null,
    "type": _another_type,
}


def _metadata(tables: list[_Table]) -> sa.MetaData:
    made = sa.MetaData()
    enums = [
        sa.Enum(*(f"v{number}_{at}" for at in range(4)), name=f"enum_{number}", metadata=made)
        for number in range(_ENUMS)
    ]
    plain: dict[str, type[sa.types.TypeEngine[Any]]] = {
        "int": sa.Integer, "bigint": sa.BigInteger, "text": sa.Text, "bool": sa.Boolean, "dt": sa.DateTime,
        "date": sa.Date, "json": sa.JSON, "float": sa.Double,
    }  # fmt: skip

    def type_of(column: _Column) -> sa.types.TypeEngine[Any]:
        if column.kind == "enum":
            return enums[column.size]
        if column.kind == "str":
            return sa.String(column.size)
        return sa.Numeric(column.size, 2) if column.kind == "num" else plain[column.kind]()

    for table in tables:
        sa.Table(
            table.name,
            made,
            *(
                sa.Column(
                    column.name, type_of(column), primary_key=column.key, nullable=column.nullable,
                    comment=column.comment, server_default=sa.text(column.default) if column.default else None,
                )
                for column in table.columns
            ),
            *(
                sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name)
                for name, column, target in table.foreign_keys
            ),
            *([sa.UniqueConstraint(*table.unique, name=f"uq_{table.name}")] if table.unique else []),
            *([sa.CheckConstraint(f"{table.check} >= 0", name=f"ck_{table.name}")] if table.check else []),
            *(sa.Index(name, *columns) for name, columns in table.indexes),
            comment=table.comment,
        )  # fmt: skip
    return made


def create(address: str, models: sa.MetaData) -> None:
    """Make everything in an empty database, some tables at a time: a server has locks for so many."""
    engine = sa.create_engine(address)
    types = models.tables.values() if engine.dialect.name == "postgresql" else ()
    named = {c.type.name: c.type for table in types for c in table.c if isinstance(c.type, sa.Enum)}
    with engine.begin() as connection:
        for one in named.values():
            one.create(connection)
    ordered = models.sorted_tables
    for at in range(0, len(ordered), 50):
        with engine.begin() as connection:
            models.create_all(connection, tables=ordered[at : at + 50], checkfirst=bool(named))
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()
