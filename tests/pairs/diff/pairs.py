"""
How to read the files beside this one: two schemas, and what leads from one to the other.

    # What the file is about, in a line or two.

    >>> A column is added                     what the case shows
    on postgresql                             what the database can do; postgresql when nothing is said
    rename users.name=users.full_name         a decision
    fill users.age=0                          a value for rows
    empty users                               tables without rows; all others have some
    owned users, posts                        the tables that this history made
    before:
        table users                           tables, with columns, constraints and indexes as `describe` has them
            id integer NOT NULL
            name text DEFAULT ''
            primary key users_pkey (id)
        enum mood: sad, happy
        view v needs users.name: SELECT users.name FROM users
    after:
        ...
    forward:                                  what is done, in this order
        add column users.age integer
    back:                                     what leads back, where that is of interest
    asks, loses, notes:                       what is undecided, destructive, or worth saying; nothing if not named
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from limbeck.diff import Abilities, Diff, Equality, Owned, describe, diff, parse, parse_fill
from limbeck.diff.candidates import RenameQuestion
from limbeck.schema import (
    Check,
    Column,
    Computed,
    Constraint,
    Default,
    Enum,
    Extension,
    ForeignKey,
    Generated,
    Grant,
    Index,
    Options,
    Policy,
    PrimaryKey,
    Routine,
    SchemaState,
    Sequence,
    Standalone,
    Table,
    TableName,
    Trigger,
    Type,
    Unique,
    View,
)
from limbeck.schema.standalone import Need

FOLDER = Path(__file__).parent
_COLUMN = re.compile(
    r"(?P<name>\w+) (?P<type>.+?)(?P<null> NOT NULL)?(?: DEFAULT (?P<default>.+?)| COMPUTED (?P<computed>.+?))?"
    r"(?P<number> autoincrement)?"
)
_PART = re.compile(
    r"(primary key|unique constraint|foreign key|check|unique index|index)(?: (\w+))? \((.*?)\)"
    r"(?: -> ([\w.]+)\(([^)]*)\)(?: ON DELETE (\w+))?)?(?: \[(.*)\])?"
)


@dataclass
class Case:
    """A pair of schemas and what is expected of their difference."""

    file: str
    title: str
    settings: list[tuple[str, str]] = field(default_factory=list)
    blocks: dict[str, list[str]] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.file}: {self.title}"

    def _set(self, word: str) -> list[str]:
        return [value for name, value in self.settings if name == word]

    def diff(self) -> Diff:
        """The difference that the case is about."""
        before, after = state(self.blocks["before"]), state(self.blocks["after"])
        dialect = (self._set("on") or ["postgresql"])[0]
        empty = {name for given in self._set("empty") for name in given.split(", ")}
        owned = {_name(name) for given in self._set("owned") for name in given.split(", ")}
        abilities = Abilities.of(dialect)
        return diff(
            before,
            after,
            equality=Equality(positions=abilities.moves_columns),
            abilities=abilities,
            renames=[parse(text, before, after) for text in self._set("rename")],
            fills=[parse_fill(text, after) for text in self._set("fill")],
            filled=lambda table: str(table) not in empty,
            owned=Owned(frozenset(owned)) if owned else None,
        )

    def found(self) -> dict[str, list[str]]:
        """What the difference says, under the headings of the file; `back` only where the file has it."""
        found = self.diff()
        result = {
            "forward": [describe(operation) for operation in found.operations],
            "asks": [_asked(question) for question in found.undecided],
            "loses": [loss.what for loss in found.destructive],
            "notes": [note.text for note in found.notes],
        }
        if "back" in self.blocks:
            result["back"] = [describe(operation) for operation in found.inverse().operations]
        if found.refusal is not None:
            result["refuses"] = [
                f"{len(found.refusal.dropped)} of {found.refusal.total} tables would be dropped"
            ]
        return {heading: lines for heading, lines in result.items() if lines}

    def expected(self) -> dict[str, list[str]]:
        """What the file says."""
        inputs = {"before", "after"}
        return {
            heading: lines
            for heading, lines in self.blocks.items()
            if heading not in inputs and lines
        }


def _asked(question: object) -> str:
    if isinstance(question, RenameQuestion):
        return f"{' or '.join(question.flags)} or {question.drop_flag}"
    return str(getattr(question, "flag", question))


def state(lines: list[str]) -> SchemaState:
    """The schema that some lines describe."""
    tables: list[Table] = []
    objects: list[Standalone] = []
    for line in lines:
        if line.startswith("table "):
            name, _, rest = line[6:].partition(" ")
            tables.append(_with_words(Table(_name(name)), rest))
        elif line.startswith("    "):
            tables[-1] = _with_part(tables[-1], line.strip())
        else:
            objects.append(_object(line))
    return SchemaState(tables, objects)


def _name(text: str) -> TableName:
    schema, _, name = text.rpartition(".")
    return TableName(name, schema or None)


def _with_words(table: Table, rest: str) -> Table:
    """The table with what stands behind its name: PARTITION OF parent, UNLOGGED, or a comment."""
    if rest.startswith("PARTITION OF "):
        parent, _, bound = rest.removeprefix("PARTITION OF ").partition(" ")
        return replace(table, options=(("postgresql_partition_of", (_name(parent), bound)),))
    if rest == "UNLOGGED":
        return replace(table, prefixes=("UNLOGGED",))
    return replace(table, comment=rest.removeprefix("-- ")) if rest else table


def _with_part(table: Table, line: str) -> Table:
    found = _PART.fullmatch(line)
    if found is None:
        return table.with_columns([*table.columns, _column(line)])
    kind, name, inner, target, target_columns, action, options = found.groups()
    columns = tuple(inner.split(", "))
    given = _options(options)
    if kind.endswith("index"):
        index = Index(name, columns, kind.startswith("unique"), given)
        return replace(table, indexes=(*table.indexes, index))
    part: Constraint
    if kind == "foreign key":
        part = ForeignKey(
            columns,
            _name(target),
            tuple(target_columns.split(", ")),
            name,
            ondelete=action,
            options=given,
        )
    elif kind == "check":
        part = Check(inner, name, options=given)
    else:
        part = (PrimaryKey if kind == "primary key" else Unique)(columns, name, options=given)
    return replace(table, constraints=(*table.constraints, part))


def _options(text: str | None) -> Options:
    return tuple((word, True) for word in text.split(", ")) if text else ()


def _column(line: str) -> Column:
    found = _COLUMN.fullmatch(line)
    assert found is not None, line
    default: Generated | None = Default(found["default"]) if found["default"] else None
    if found["computed"]:
        default = Computed(found["computed"], persisted=True)
    return Column(
        found["name"],
        Type(found["type"]),
        nullable=found["null"] is None,
        default=default,
        autoincrement=found["number"] is not None,
    )


def _object(line: str) -> Standalone:
    head, _, text = line.partition(": ")
    kind, _, rest = head.partition(" ")
    rest, _, needs = rest.partition(" needs ")
    if kind == "materialized":
        return View(_name(rest.removeprefix("view ")), text, materialized=True, needs=_needs(needs))
    if kind == "view":
        return View(_name(rest), text, needs=_needs(needs))
    if kind == "enum":
        return Enum(_name(rest), tuple(text.split(", ")))
    if kind == "function":
        name, _, arguments = rest.removesuffix(")").partition("(")
        return Routine(_name(name), arguments, text, signature=arguments, needs=_needs(needs))
    if kind == "sequence":
        return Sequence(_name(rest))
    if kind == "extension":
        return Extension(rest)
    name, _, where = rest.partition(" on ")
    if kind == "trigger":
        return Trigger(name, _name(where), text, needs=_needs(needs))
    if kind == "policy":
        return Policy(name, _name(where), using=text, needs=_needs(needs))
    assert kind == "grant", line
    privileges = tuple(sorted(name.split(", ")))
    where, _, role = where.partition(" to ")
    return Grant("table", _name(where), role, privileges)


def _needs(text: str) -> frozenset[Need]:
    """`users`, `users.name`, `view v`, `function f`."""
    found = []
    for word in text.split(", ") if text else ():
        kind, space, name = word.rpartition(" ")
        if space:
            found.append(Need(kind, _name(name)))
        else:
            table, _, column = word.partition(".")
            found.append(Need("table", TableName(table), column or None))
    return frozenset(found)


def read(path: Path) -> list[Case]:
    """The cases in one file."""
    cases: list[Case] = []
    block: list[str] = []
    for row in path.read_text(encoding="utf-8").splitlines():
        if row.startswith(">>> "):
            cases.append(Case(path.stem, row[4:]))
        elif heading := re.fullmatch(r"(before|after|forward|back|asks|loses|notes|refuses):", row):
            block = cases[-1].blocks.setdefault(heading[1], [])
        elif row.startswith("    "):
            block.append(row[4:])
        elif setting := re.fullmatch(r"(on|rename|fill|empty|owned) (.*)", row):
            cases[-1].settings.append((setting[1], setting[2]))
        else:
            assert not row or row.startswith("#"), row
    return cases


CASES = [case for path in sorted(FOLDER.glob("*.txt")) for case in read(path)]
