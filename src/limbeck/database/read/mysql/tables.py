"""
Tables as information_schema has them: what they are, and their options.

Responsible for engine, character set, storage options and partitions, as far as they are not what the database gives
a table by itself.  Does not know columns and keys.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from limbeck.database.read.mysql.columns import charset_of
from limbeck.database.read.mysql.query import HERE, Part, Since
from limbeck.database.sqlite.tokens import literal
from limbeck.schema import Options, options


class SchemaRow(NamedTuple):
    """A schema, and what it gives a table of which nothing is said; `here` is the connection's own."""

    schema_name: str
    default_collation_name: str
    engine: str
    here: str | None


SCHEMAS = Part(
    SchemaRow,
    "schemata",
    "schema_name",
    written={"engine": "@@default_storage_engine", "here": HERE},
)


class TableRow(NamedTuple):
    """A table, view or sequence; a view has no engine and no collation."""

    table_name: str
    table_type: str
    engine: str | None
    table_collation: str | None
    create_options: str | None
    table_comment: str

    @property
    def is_table(self) -> bool:
        """Whether it has rows of its own, and lasts."""
        return self.table_type in ("BASE TABLE", "SYSTEM VERSIONED")

    @property
    def is_sequence(self) -> bool:
        """Whether it is a sequence of MariaDB, which is a table to the server."""
        return self.table_type == "SEQUENCE"


TABLES = Part(TableRow, "tables")


class SequenceNameRow(NamedTuple):
    """A sequence of MariaDB."""

    table_name: str
    is_sequence: bool


SEQUENCES = Part(
    SequenceNameRow,
    "tables",
    where="table_type = 'SEQUENCE'",
    written={"is_sequence": "1"},
    since=Since((10, 3, 0), None),
)


class PartitionRow(NamedTuple):
    """A partition, or a part of one; what its table is divided by stands in each."""

    table_name: str
    partition_name: str
    subpartition_name: str | None
    partition_ordinal_position: int
    subpartition_ordinal_position: int | None
    partition_method: str
    subpartition_method: str | None
    partition_expression: str | None
    subpartition_expression: str | None
    partition_description: str | None
    partition_comment: str


PARTITIONS = Part(PartitionRow, "partitions", where="partition_name IS NOT NULL")


def table_options(
    row: TableRow, schema: SchemaRow, partitions: Sequence[PartitionRow], prefix: str
) -> Options:
    """The options that SQLAlchemy takes as `mysql_engine=` and so on; `prefix` is "mysql" or "mariadb"."""
    found: dict[str, object] = {
        f"{prefix}_{name}": value for name, value in _create_options(row.create_options or "")
    }
    if row.engine and row.engine.lower() != schema.engine.lower():
        found[f"{prefix}_engine"] = row.engine
    if row.table_collation and row.table_collation != schema.default_collation_name:
        found[f"{prefix}_charset"] = charset_of(row.table_collation)
        found[f"{prefix}_collate"] = row.table_collation
    if row.table_type == "SYSTEM VERSIONED":
        found[f"{prefix}_system_versioning"] = True
    if partitions:
        found.update((f"{prefix}_{name}", text) for name, text in _partitioned(partitions))
    return options(found)


_OPTION = re.compile(r"""[`"]?(\w+)[`"]?=('(?:[^']|'')*'|"[^"]*"|\S+)""")


def _create_options(text: str) -> list[tuple[str, str]]:
    """What information_schema joins as `row_format=COMPRESSED key_block_size=8 partitioned`."""
    return [(name.lower(), value) for name, value in _OPTION.findall(text)]


def _partitioned(rows: Sequence[PartitionRow]) -> list[tuple[str, str]]:
    """PARTITION BY in the words of SHOW CREATE TABLE; partitions that the server numbers are only counted."""
    ordered = sorted(rows, key=attrgetter("partition_ordinal_position"))
    groups = [
        list(group) for _, group in groupby(ordered, attrgetter("partition_ordinal_position"))
    ]
    first = ordered[0]
    by = _by(first.partition_method, first.partition_expression)
    names = [group[0].partition_name for group in groups]
    if first.partition_description is None and names == [f"p{at}" for at in range(len(names))]:
        return [("partition_by", by), ("partitions", str(len(names)))]
    if first.subpartition_method is not None:
        below = _by(first.subpartition_method, first.subpartition_expression)
        by += f" SUBPARTITION BY {below} SUBPARTITIONS {len(groups[0])}"
    return [("partition_by", f"{by} ({', '.join(_partition(group[0]) for group in groups)})")]


def _by(method: str, expression: str | None) -> str:
    return f"{method} ({expression or ''})"


def _partition(row: PartitionRow) -> str:
    name = row.partition_name.replace("`", "``")
    values = row.partition_description
    text = f"PARTITION `{name}`"
    if values is not None and row.partition_method.startswith("RANGE"):
        bound = values if values == "MAXVALUE" else f"({values})"
        text += f" VALUES LESS THAN {bound}"
    elif values is not None:
        text += f" VALUES IN ({values})"
    if row.partition_comment:
        text += f" COMMENT = {literal(row.partition_comment)}"
    return text
