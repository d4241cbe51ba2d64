"""
Reading a MariaDB or MySQL database: its catalog as a SchemaState.

Responsible for one statement however many tables there are (two where MariaDB has sequences), and for putting its
answers together.  Does not know what is to be done with the state.

The words are those of SHOW CREATE TABLE; what the database would give a table by itself is left out: engine and
collation that are its defaults, a column's collation that is its table's, and the index that a foreign key brings
along (`keys.implied`).  MariaDB's `longtext` with a check for valid JSON is the type `json`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from limbeck.database.read.mysql import columns, keys, programs, sequences, tables
from limbeck.database.read.mysql.assemble import Assembly
from limbeck.database.read.mysql.query import Answers, ask, hashed
from limbeck.schema import SchemaState, TableName

if TYPE_CHECKING:
    import sqlalchemy as sa

__all__ = ["fingerprint", "read", "read_known"]

PARTS = (
    tables.SCHEMAS,
    tables.TABLES,
    tables.PARTITIONS,
    columns.PART,
    keys.INDEXES,
    keys.REFERENCES,
    keys.RULES,
    keys.CHECKS,
    keys.MYSQL_CHECKS,
    programs.VIEWS,
    programs.TRIGGERS,
    programs.ROUTINES,
    programs.PARAMETERS,
)

Wanted = Callable[[TableName], bool]


def read(
    connection: sa.Connection,
    *,
    schemas: Sequence[str | None] = (None,),
    leave_out: Collection[TableName] = (),
    wanted: Wanted | None = None,
) -> SchemaState:
    """All that is in these schemas; None is the one that the connection is in.

    Left out are the tables of `leave_out` and those that are not `wanted`, with what hangs on them.
    """
    answers, is_wanted = ask(connection, PARTS, schemas), _among(leave_out, wanted)
    names = [name for name in _sequences(answers, schemas, tables.TableRow) if is_wanted(name)]
    found = sequences.found(connection, names)
    return _state(connection, answers, schemas, is_wanted, found)


def read_known(
    connection: sa.Connection,
    *,
    schemas: Sequence[str | None] = (None,),
    leave_out: Collection[TableName] = (),
    wanted: Wanted | None = None,
) -> tuple[SchemaState, str | None]:
    """What `read` gives, and its fingerprint, made of the very rows that were read."""
    answers, is_wanted = ask(connection, PARTS, schemas), _among(leave_out, wanted)
    found = sequences.found(connection, _sequences(answers, schemas, tables.TableRow))
    here = [(name, row) for name, row in found if is_wanted(name)]
    state = _state(connection, answers, schemas, is_wanted, here)
    return state, _hash(answers.sums(PARTS), found, _lacking(answers, schemas))


def fingerprint(
    connection: sa.Connection, *, schemas: Sequence[str | None] = (None,), like: str | None = None
) -> str:
    """A text that is another one whenever what `read` gives is; one statement, two where there are sequences.

    `like` is the fingerprint that it is likely to be: what was not there then, and of which the other parts would tell
    if it were there now, is not asked for.
    """
    _, _, without = (like or "").partition(_WITHOUT)
    lacking = without.split()
    parts = [part for part in PARTS if part.kind not in lacking]
    asked = () if tables.SEQUENCES.kind in lacking else (tables.SEQUENCES,)
    sums, answers = hashed(connection, parts, asked, schemas)
    names = _sequences(answers, schemas, tables.SequenceNameRow)
    return _hash(sums, sequences.found(connection, names), lacking)


_WITHOUT = " without "


def _lacking(answers: Answers, schemas: Sequence[str | None]) -> list[str]:
    """The parts that stay empty as long as others are what they are now: what they are about has a row there, too."""
    numbers = range(len(schemas))
    rows = [row for number in numbers for row in answers.of(tables.TableRow, number)]
    told = (
        (tables.SEQUENCES, any(row.is_sequence for row in rows)),
        (tables.PARTITIONS, any("partitioned" in (row.create_options or "") for row in rows)),
        (programs.VIEWS, any("VIEW" in row.table_type for row in rows)),
        (programs.PARAMETERS, any(answers.of(programs.RoutineRow, number) for number in numbers)),
    )
    return [
        part.kind
        for part, is_there in told
        if not is_there and not any(answers.of(part.row, number) for number in numbers)
    ]


def _hash(sums: str, found: Sequence[sequences.Found], lacking: Sequence[str]) -> str:
    text = sha256(f"{sums}{found}".encode()).hexdigest()
    return _WITHOUT.join([text, " ".join(lacking)]) if lacking else text


def _among(leave_out: Collection[TableName], wanted: Wanted | None) -> Wanted:
    gone = frozenset(leave_out)
    return lambda name: name not in gone and (wanted is None or wanted(name))


def _state(
    connection: sa.Connection,
    answers: Answers,
    schemas: Sequence[str | None],
    is_wanted: Wanted,
    found: Sequence[sequences.Found],
) -> SchemaState:
    assembly = Assembly(answers, schemas, connection.dialect, is_wanted)
    made = (sequences.sequence(name, row) for name, row in found)
    return SchemaState(assembly.every_table(), [*assembly.every_object(), *made])


def _sequences(
    answers: Answers,
    schemas: Sequence[str | None],
    row: type[tables.TableRow | tables.SequenceNameRow],
) -> list[TableName]:
    """The names of sequences, from rows that are among the answers."""
    return sorted(
        (
            TableName(found.table_name, schema)
            for number, schema in enumerate(schemas)
            for found in answers.of(row, number)
            if found.is_sequence
        ),
        key=str,
    )
