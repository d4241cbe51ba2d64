"""
A SQLite table on its way to another form: its columns and constraints, and what they are called.

Responsible for finding, placing and renaming the parts of a definition.  Does not know what operations do to them
(`draft` does), nor where rows come from.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from limbeck.database.sqlite.columns import is_values_check
from limbeck.database.sqlite.constraints import Found, conventional
from limbeck.database.sqlite.definition import ColumnItem, ConstraintItem, Definition, Item
from limbeck.database.sqlite.tokens import folded, renamed, same
from limbeck.errors import SchemaError
from limbeck.schema import Check, Constraint, ForeignKey, PrimaryKey, TableName, Unique

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


class Outline:
    """The parts of one table.

    `items` are those of the new definition.  A column that is renamed keeps its old name in them: once the
    new table stands in the old one's place SQLite itself renames it (`final`: name now → name in the end), and
    with it what triggers, views, indexes and other tables' foreign keys say.
    """

    def __init__(self, definition: Definition, name: TableName) -> None:
        self.name = name
        self.before = definition
        self.definition = definition
        self.items: list[Item] = list(definition.items)
        self.final: dict[str, str] = {}

    def result(self) -> Definition:
        """The new definition."""
        return replace(self.definition, items=tuple(self.items))

    def set_option(self, word: str, wanted: bool) -> None:
        """STRICT or WITHOUT ROWID, on or off."""
        kept = [
            part.strip()
            for part in self.definition.options.split(",")
            if part.strip() and word not in " ".join(part.upper().split())
        ]
        text = ", ".join([*kept, word] if wanted else kept)
        self.definition = replace(self.definition, options=f" {text}" if text else "")

    def reorder(self, groups: Iterable[tuple[str, ...]]) -> None:
        """Bring columns into an order in which each group is as it stands there, changing as little as possible."""
        columns = list(self.result().columns)
        place = {folded(self._final(c.name)): at for at, c in enumerate(columns)}
        before: dict[int, set[int]] = {at: set() for at in range(len(columns))}
        for group in groups:
            places = [place[folded(self._final(self._column(name).name))] for name in group]
            for first, second in pairwise(places):
                before[second].add(first)
        order: list[int] = []
        while len(order) < len(columns):
            free = [at for at in before if at not in order and before[at] <= set(order)]
            if not free:
                raise SchemaError(f"partial_reordering of {self.name} contradicts itself")
            order.append(free[0])
        # Each place keeps its white space, so that the text still looks like a list.
        moved = [
            replace(columns[at], lead=slot.lead) for at, slot in zip(order, columns, strict=True)
        ]
        self.items = [*moved, *self.result().constraints]

    # Names

    def _final(self, name: str) -> str:
        return self.final.get(name, name)

    def _finals(self) -> dict[str, str]:
        return {c.name: self._final(c.name) for c in self.result().columns}

    def outward(self, name: str) -> str:
        """The name in the end of a column that an author calls `name`, which may be the old or the new one."""
        try:
            return self._final(self._column(name).name)
        except SchemaError:
            return name

    def _at(self, name: str) -> int:
        """Where a column stands, by its new name, else by the one that it has in the text."""
        columns = [(at, i.name) for at, i in enumerate(self.items) if isinstance(i, ColumnItem)]
        for at, now in columns:
            if same(self._final(now), name):
                return at
        for at, now in columns:
            if same(now, name):
                return at
        raise SchemaError(
            f"table {self.name} has no column {name!r}",
            hint="its columns: " + ", ".join(self._final(now) for _, now in columns),
        )

    def _column(self, name: str) -> ColumnItem:
        item = self.items[self._at(name)]
        assert isinstance(item, ColumnItem)
        return item

    def _rename(self, name: str, new: str) -> None:
        others = [c.name for c in self.result().columns if c.name != name]
        if any(same(self._final(other), new) for other in others):
            raise SchemaError(f"table {self.name} has a column {new!r} already")
        self.final[name] = new
        if name == new:
            del self.final[name]

    def _inward_names(self) -> dict[str, str]:
        return {new: now for now, new in self.final.items()}

    def _inward(self, item: ColumnItem) -> ColumnItem:
        """A new column whose expressions name columns as the text does."""
        clauses = tuple(
            replace(c, text=renamed(c.text, self._inward_names()))
            if c.kind in ("check", "generated")
            else c
            for c in item.clauses
        )
        return replace(item, clauses=clauses)

    def _is_itself(self, table: TableName) -> bool:
        return table.schema == self.name.schema and same(table.name, self.name.name)

    def _named_inward(self, constraint: Constraint) -> Constraint:
        """`constraint` with columns named as in the text."""
        if not self.final:
            return constraint
        inward = self._inward_names()
        if isinstance(constraint, Check):
            return replace(constraint, sql=renamed(constraint.sql, inward), origin=None)
        if isinstance(constraint, (PrimaryKey, Unique, ForeignKey)):
            columns = tuple(self._column(c).name for c in constraint.columns)
            constraint = replace(constraint, columns=columns, origin=None)
        if isinstance(constraint, ForeignKey) and self._is_itself(constraint.target):
            targets = tuple(self._column(c).name for c in constraint.target_columns)
            constraint = replace(constraint, target_columns=targets)
        return constraint

    # Parts

    def _insert(self, item: ColumnItem, before: str | None, after: str | None) -> None:
        columns = sum(isinstance(i, ColumnItem) for i in self.items)
        if after is not None:
            at = self._at(after) + 1
        elif before is not None:
            at = self._at(before)
        else:
            at = columns
        like = self.items[max(min(at, columns) - 1, 0)]
        lead = like.lead if like.lead.isspace() else " "
        self.items.insert(at, replace(item, lead=lead, tail="", note=""))

    def _append(self, item: ConstraintItem) -> None:
        last = self.items[-1].lead
        self.items.append(replace(item, lead=last if last.isspace() else " "))

    def _remove(self, found: Found) -> None:
        item = self.items[found.at]
        if found.clause is None:
            del self.items[found.at]
            return
        assert isinstance(item, ColumnItem)
        kept = tuple(c for at, c in enumerate(item.clauses) if at != found.clause)
        self.items[found.at] = replace(item, clauses=kept)

    def name_constraints(self, convention: Mapping[str, Any], quote: Callable[[str], str]) -> None:
        """Give constraints without a name the one that `convention` makes, as if they had been made with it."""
        for found in Found.all(self.result()):
            names = conventional(found, self.result(), self.name, convention)
            if found.name is None and len(names) == 1:
                name = names.pop()
                self._give_name(found, name, quote(name))

    def _give_name(self, found: Found, name: str, written: str) -> None:
        item, prefix = self.items[found.at], f"CONSTRAINT {written} "
        if isinstance(item, ConstraintItem):
            self.items[found.at] = replace(item, text=prefix + item.text, name=name)
        else:
            clauses = tuple(
                replace(clause, text=prefix + clause.text, name=name)
                if at == found.clause
                else clause
                for at, clause in enumerate(item.clauses)
            )
            self.items[found.at] = replace(item, clauses=clauses)

    def _drop_values_check(self, column: str) -> None:
        """Remove the check without a name that a Boolean or an Enum once made: it would refuse the new values."""
        self.items = [
            i
            for i in self.items
            if not (isinstance(i, ConstraintItem) and i.name is None and is_values_check(i, column))
        ]

    def _primary_name(self) -> str | None:
        return next((f.name for f in Found.all(self.result()) if f.kind == "primary"), None)
