"""
The difference between two schemas, as operations.

Responsible for the order in which questions are settled: names, then what is to be reached, then the way there.  Does
not know where the schemas came from, nor who answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from limbeck.diff.abilities import Abilities
from limbeck.diff.candidates import Evidence, RenameQuestion, no_evidence, questions
from limbeck.diff.destructive import losses
from limbeck.diff.equality import Equality
from limbeck.diff.include import Include, visible
from limbeck.diff.notes import Loss, Note
from limbeck.diff.notnull import Fill, FillQuestion
from limbeck.diff.ownership import MassDrop, Owned, mass_drop
from limbeck.diff.plan import described, enum_questions, fill_questions, notes, operations
from limbeck.diff.renames import Decided, Hint, Rename, decide
from limbeck.diff.shaken import Shaken, shaken_by
from limbeck.diff.target import Aim, Target
from limbeck.diff.way import Way, no_example
from limbeck.operations import Operation, apply

if TYPE_CHECKING:
    from limbeck.schema import SchemaState, TableName

Question = RenameQuestion | FillQuestion


def _has_rows(table: TableName) -> bool:
    """Nobody has looked: there may be rows."""
    return True


@dataclass(frozen=True, slots=True)
class Terms:
    """What a difference was found under, and is inverted under."""

    abilities: Abilities = field(default_factory=Abilities)
    positions: bool = False
    fills: tuple[Fill, ...] = ()
    filled: Callable[[TableName], bool] = _has_rows
    evidence: Evidence = no_evidence
    example: Callable[[TableName, str], str | None] = no_example


@dataclass(frozen=True, slots=True)
class Diff:
    """What leads from `before` to `after`.

    `before` is what was compared, without what a filter of names left out.  `after` is what `operations` lead to,
    exactly: where filters, owners or hooks had a say that is not all that was wanted.  `undecided` are questions
    whose answers would change the operations, which are those that follow when nothing is a rename and no value is
    filled in.  `destructive` are the operations that lose data.  With a `refusal` nobody should carry it out unasked.
    """

    before: SchemaState
    after: SchemaState
    operations: tuple[Operation, ...] = ()
    notes: tuple[Note, ...] = ()
    undecided: tuple[Question, ...] = ()
    destructive: tuple[Loss, ...] = ()
    refusal: MassDrop | None = None
    renames: Decided = field(default_factory=Decided, repr=False)
    terms: Terms = field(default_factory=Terms, repr=False)

    def __bool__(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.operations)

    def inverse(self) -> Diff:
        """What leads back: not the operations undone one by one, but what is needed and no more.

        Values that were dropped do not come back; a column that comes back NOT NULL, and has no default and no fill,
        is noted, since it can be added to an empty table only.  Nobody knows which tables have rows by then: all are
        taken to have some.
        """
        back = self.renames.inverse()
        terms = replace(self.terms, filled=_has_rows)
        renames = _described(back.operations(), self.after)
        moved = apply(renames, self.after)
        shaken = shaken_by(moved, self.before, terms.abilities, back.values)
        positions = Equality(terms.abilities.moves_columns)
        aim = Aim(positions, Include(), terms.abilities, shaken=shaken)
        target = aim.target(moved, self.before)
        way = _way(moved, target, back, terms, shaken)
        found = (*renames, *operations(way))
        wanted = (
            Note(
                "value wanted",
                f"{question.table}.{question.column}",
                f"{question.table}.{question.column} comes back NOT NULL, and rows would need a value",
            )
            for question in fill_questions(way)
        )
        return Diff(
            self.after,
            target.state,
            found,
            notes=(*target.notes, *notes(way, found), *wanted),
            destructive=tuple(losses(found, self.after)),
            renames=back,
            terms=self.terms,
        )


def diff(
    before: SchemaState,
    after: SchemaState,
    *,
    equality: Equality | None = None,
    include: Include | None = None,
    abilities: Abilities | None = None,
    renames: Iterable[Rename] = (),
    hints: Iterable[Hint] = (),
    evidence: Evidence = no_evidence,
    fills: Iterable[Fill] = (),
    filled: Callable[[TableName], bool] = _has_rows,
    owned: Owned | None = None,
    example: Callable[[TableName, str], str | None] = no_example,
) -> Diff:
    """What leads from `before` to `after`, both in the server's own words.

    `renames` are decisions, `hints` what models say, `evidence` what else is known about possible renames; `fills`
    values for columns that become NOT NULL, the first one for a column counts, and `filled` tells whether a table
    has rows; `example` knows values that columns could have, where their types do not say so.  Without `owned` everything may be dropped.  Raises UsageError for a decision that does not fit.
    """
    equality, include = equality or Equality(), include or Include()
    abilities = abilities or Abilities(moves_columns=equality.positions)
    terms = Terms(abilities, equality.positions, tuple(fills), filled, evidence, example)
    before = visible(before, include.name)
    decided = decide(before, after, renames, hints)
    renaming = _described(decided.operations(), before)
    moved = apply(renaming, before)
    shaken = shaken_by(moved, after, abilities, decided.values)
    aim = Aim(equality, include, abilities, _moved_owned(owned, decided), shaken)
    target = aim.target(moved, after)
    way = _way(moved, target, decided, terms, shaken)
    found = (*renaming, *operations(way))
    renamed = questions(moved, target.state, decided, evidence, abilities)
    return Diff(
        before,
        target.state,
        found,
        notes=(*target.notes, *notes(way, found)),
        undecided=(
            *renamed,
            *enum_questions(way, evidence),
            *fill_questions(way, renamed),
        ),
        destructive=tuple(losses(found, before)),
        refusal=mass_drop(moved, target.state, _moved_owned(owned, decided)),
        renames=decided,
        terms=terms,
    )


def _described(found: Iterable[Operation], state: SchemaState) -> tuple[Operation, ...]:
    """The operations, each saying what a column is like before it."""
    result: list[Operation] = []
    for operation in found:
        result.append(described(operation, state))
        state = operation.apply(state)
    return tuple(result)


def _moved_owned(owned: Owned | None, decided: Decided) -> Owned | None:
    """What is owned, by the new names."""
    if owned is None or not decided.tables:
        return owned
    return replace(owned, tables=frozenset(decided.tables.get(n, n) for n in owned.tables))


def _way(moved: SchemaState, target: Target, decided: Decided, terms: Terms, shaken: Shaken) -> Way:
    old = {new: name for name, new in decided.tables.items()}
    return Way(
        moved,
        target.state,
        terms.abilities,
        forced=target.forced,
        fills={(fill.table, fill.column): fill.value_sql for fill in reversed(terms.fills)},
        filled=lambda table: terms.filled(old.get(table, table)),  # it is asked before the rename
        values=decided.values,
        dropped_values=frozenset(
            (name, value) for kind, name, value in decided.dropped if kind == "enum value"
        ),
        shaken=shaken,
        example=terms.example,
    )
