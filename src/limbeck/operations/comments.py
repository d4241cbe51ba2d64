"""
Comments on constraints.

Responsible for a comment that changes while its constraint stays.  Comments of tables and columns belong to those.
"""

from __future__ import annotations

from dataclasses import replace

from limbeck.operations.base import Operation, Touches, within
from limbeck.operations.constraints import named_constraint
from limbeck.schema import Options, SchemaState, TableName, options
from limbeck.values import dataclass


@dataclass(frozen=True, slots=True)
class SetConstraintComment:
    """Give a constraint a comment, or with None take it away; `existing` is the one that it has."""

    table: TableName
    name: str
    comment: str | None
    existing: str | None = None

    def apply(self, state: SchemaState) -> SchemaState:
        """The state with the comment.  Raises SchemaError when there is no such constraint."""
        table = state[self.table]
        found = named_constraint(table, self.name)
        changed = replace(found, options=_with_comment(found.options, self.comment), origin=None)
        constraints = tuple(changed if c is found else c for c in table.constraints)
        return state.with_table(replace(table, constraints=constraints, origin=None))

    def inverse(self, state: SchemaState) -> Operation:
        """Give it back the comment that it has."""
        found = dict(named_constraint(state[self.table], self.name).options).get("comment")
        before = None if found is None else str(found)
        return SetConstraintComment(self.table, self.name, before, self.comment)

    @property
    def touches(self) -> Touches:
        """Writes the constraint."""
        return Touches(writes=frozenset({within(self.table, self.name)}))


def _with_comment(given: Options, comment: str | None) -> Options:
    found = {name: value for name, value in given if name != "comment"}
    return options(found if comment is None else {**found, "comment": comment})
