"""
How to read the files beside this one: lines of revision files, and the SQL that they become.

    # What the file is about, in a line or two.

    given:
        op.create_table(...)                      what is there before each line, when it is executed

    >>> op.add_column("t", sa.Column("c", sa.Integer))
    postgresql, mysql, mariadb, sqlite:
        ALTER TABLE t ADD COLUMN c INTEGER;       a statement ends with a semicolon at the end of a line
    mssql, oracle:
        ALTER TABLE t ADD c INTEGER;
    mysql: cannot                                 it is refused: CannotCompile
    oracle: nothing                               no statement is needed

A dialect that is not named is not looked at.  `mysql` is only compiled, `mariadb` is executed, too.  A line with
`# elsewhere` is not executed: the text says that it needs something that a test's server does not have.
"""

from __future__ import annotations

import re
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql, sqlite

from limbeck.database.compile import Compiler
from limbeck.dsl import Op
from limbeck.errors import CannotCompile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from limbeck.operations import Operation

FOLDER = Path(__file__).parent
CONVENTION = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""The naming convention in effect for the lines in names.txt."""

CANNOT = ["cannot"]


@dataclass
class Pair:
    """A line, and the rows of SQL that each dialect makes of it; CANNOT where it must refuse."""

    file: str
    line: str
    given: str
    blocks: dict[str, list[str]] = field(default_factory=dict)

    def expected(self, dialect: str) -> list[str]:
        """The statements, without the semicolons at their ends; or CANNOT."""
        block = self.blocks[dialect]
        if block == CANNOT:
            return CANNOT
        return [text.rstrip(";") for text in re.split(r"(?<=;)\n", "\n".join(block)) if text]

    @property
    def convention(self) -> Mapping[str, str]:
        return CONVENTION if self.file == "names" else {}

    @property
    def elsewhere(self) -> bool:
        return self.line.endswith("# elsewhere")

    def __str__(self) -> str:
        return f"{self.file}: {self.line}"


def read(path: Path) -> list[Pair]:
    """The pairs in one file."""
    pairs: list[Pair] = []
    given: list[str] = []
    block: list[str] = []
    for row in path.read_text(encoding="utf-8").splitlines():
        if row.startswith(">>> "):
            pairs.append(Pair(path.stem, row[4:], "\n".join(given)))
        elif row == "given:":
            block = given
        elif heading := re.fullmatch(r"([a-z, ]+):(| cannot| nothing)", row):
            block = [*CANNOT] if heading[2] == " cannot" else []
            for dialect in heading[1].split(", "):
                pairs[-1].blocks[dialect] = block
        elif row.startswith("    "):
            block.append(row[4:])
        else:
            assert not row or row.startswith("#"), row
    return pairs


PAIRS = [pair for path in sorted(FOLDER.glob("*.txt")) for pair in read(path)]

NAMES: dict[str, Any] = {
    "sa": sa,
    "postgresql": postgresql,
    "mysql": mysql,
    "sqlite": sqlite,
    "mssql": mssql,
    "oracle": oracle,
}


class Paper:
    """A database that is only written for."""

    connection = None
    offline = True
    options: Mapping[str, Any] = {}

    def __init__(self, dialect: sa.Dialect, convention: Mapping[str, Any]) -> None:
        self.dialect = dialect
        self.naming_convention = convention

    def autocommit_block(self) -> AbstractContextManager[None]:
        return nullcontext()


def dialect_of(name: str) -> sa.Dialect:
    """The dialect as it is when nothing is connected."""
    return sa.make_url(f"{name}://").get_dialect()()


def compiled(line: str, dialect: sa.Dialect, convention: Mapping[str, Any]) -> list[str]:
    """The statements that a script for `dialect` has for `line`; CANNOT when it is refused."""
    compiler = Compiler(dialect, naming_convention=convention, literal=True)
    texts: list[str] = []

    def send(operation: Operation) -> None:
        texts.extend(statement.text for statement in compiler.statements(operation))

    try:
        exec(line, NAMES | {"op": Op(Paper(dialect, convention), send)})
    except CannotCompile:
        return CANNOT
    return texts
