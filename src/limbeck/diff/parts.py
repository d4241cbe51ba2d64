"""
Constraints and indexes: what is added, dropped, renamed, and made again around something else.

Responsible for the changes of parts of tables that are on both sides.  Does not know columns, but for what goes with
them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from limbeck.diff.casts import cast
from limbeck.diff.change import (
    NOTHING,
    Change,
    Rank,
    Resource,
    Resources,
    a_key,
    a_slot,
    a_step,
    a_support,
    a_table,
    columns,
)
from limbeck.diff.narrowing import family
from limbeck.diff.pairs import Pair, without
from limbeck.diff.shaken import texts_of
from limbeck.diff.way import involves, keys_of
from limbeck.operations import (
    AddConstraint,
    AlterColumn,
    CreateIndex,
    DropConstraint,
    DropIndex,
    Operation,
    RenameConstraint,
    RenameIndex,
    SetConstraintComment,
    ValidateConstraint,
    kind_of,
)
from limbeck.operations.constraints import NOT_VALID, columns_of
from limbeck.schema import Check, Constraint, ForeignKey, Index, PrimaryKey, Table, Unique

if TYPE_CHECKING:
    from limbeck.diff.way import Altered, Way

ALTER = 40
"""The phase in which tables that stay are changed."""
DROP_KEY, DROP_PART, DROP_INDEX, COLUMN, ADD_PART, ADD_INDEX, DROP_COLUMN, TABLE = range(8)
_LATER = 1000
"""Added to the phase of what must wait for columns."""


def part_changes(altered: Altered, way: Way) -> Iterator[Change]:
    """The changes of the constraints and indexes of a table that is on both sides."""
    parts = Parts(altered, way)
    for pair in altered.constraints:
        yield from parts.constraint(pair)
    for index in altered.indexes:
        yield from parts.index(index)


class Parts:
    """The parts of one table."""

    def __init__(self, altered: Altered, way: Way) -> None:
        self.altered = altered
        self.way = way

    # -- constraints -------------------------------------------------------------------------------------------------

    def constraint(self, pair: Pair[Constraint]) -> Iterator[Change]:
        """What happens to a constraint."""
        old, new, table = pair.before, pair.after, self.altered.name
        if old is not None and new is not None and not self._disturbed(old):
            if old == new:
                return
            if pair.alike and (pair.same or self._renameable(old)):
                yield from self._as_called(old, new)
                return
            if old.name is not None and is_validated(old, new):
                rank: Rank = (ALTER, str(table), ADD_PART, old.name)
                uses = _own_columns(self.altered.new, new)
                yield Change(ValidateConstraint(table, old.name), rank, uses=uses)
                return
        if old is not None and not taken_along(old, self.altered, self.way):
            yield dropped(self.altered.old, old, self.way)
            if isinstance(old, ForeignKey) and (new is None or new.name != old.name):
                yield from self._index_behind(old, new)
        if new is not None:
            yield from added(self.altered.new, new, self.way)

    def _index_behind(self, key: ForeignKey, new: Constraint | None) -> Iterator[Change]:
        """The index that MySQL made for a foreign key, and that stays behind when the key goes for good.

        With `new` the key comes back by another name, which its index is to have as well.
        """
        name, table = key.index or key.name, self.altered.name
        needed = (*self.altered.old.constraints, *self.altered.old.indexes)
        if (
            not self.way.abilities.keys_need_indexes
            or name is None
            or not self.altered.lost.isdisjoint(key.columns)
            or any(key.columns in keys_of(part, self.way.abilities) for part in needed)
            or any(
                key.columns[: len(o.columns)] == o.columns
                for o in self.altered.new.foreign_keys
                if o is not new
            )
        ):
            return
        operation = DropIndex(name, table, table.schema, if_exists=True)
        rank: Rank = (ALTER, str(table), DROP_INDEX, name)
        removes = frozenset({a_support(table, key.columns), a_slot("relation", table.schema, name)})
        yield Change(operation, rank, removes=removes)

    def _as_called(self, old: Constraint, new: Constraint) -> Iterator[Change]:
        """Another name, another comment, or both, for a constraint that stays."""
        table = self.altered.new
        name = new.name or old.name
        uses = NOTHING
        if old.name != name:
            yield renamed(table, old, new)
            uses = slots(table, new)
        comments = [dict(part.options).get("comment") for part in (old, new)]
        if comments[0] != comments[1] and name is not None:
            before, after = (None if text is None else str(text) for text in comments)
            operation = SetConstraintComment(table.name, name, after, before)
            rank: Rank = (ALTER, str(table.name), ADD_PART, name)
            yield Change(operation, rank, uses=uses)

    def _renameable(self, old: Constraint) -> bool:
        return kind_of(old) in self.way.abilities.renames

    def _disturbed(self, old: Constraint) -> bool:
        """Whether it must be dropped, and made again if it is to stay."""
        if self.altered.gives_way(old):
            return True
        return isinstance(old, ForeignKey) and key_disturbed(self.altered, old, self.way)

    # -- indexes -----------------------------------------------------------------------------------------------------

    def index(self, pair: Pair[Index]) -> Iterator[Change]:
        """What happens to an index."""
        old, new = pair.before, pair.after
        if old is not None and new is not None and not self.altered.gives_way(old):
            if old == new:
                return
            if pair.renamed:
                yield renamed(self.altered.new, old, new)
                return
        if old is not None and not taken_along(old, self.altered, self.way):
            yield dropped(self.altered.old, old, self.way, replaced_support(self.altered, self.way))
        if new is not None:
            yield from added(self.altered.new, new, self.way)


def is_validated(old: Constraint, new: Constraint) -> bool:
    """Whether the only difference is that the rows have not been looked at yet."""
    if not dict(old.options).get(NOT_VALID) or dict(new.options).get(NOT_VALID):
        return False
    return replace(old, options=without(old.options, NOT_VALID)) == new


def taken_along(part: Constraint | Index, altered: Altered, way: Way) -> bool:
    """Whether a part goes with a column that is dropped, so that it need not be dropped by itself."""
    if not altered.loses(part):
        return False
    if isinstance(part, ForeignKey) and part.target == altered.name:
        return False  # what it refers to goes as well, and would be kept by it
    if way.abilities.columns_take_constraints:
        return True
    if isinstance(part, Index):
        return all(element in altered.lost for element in part.elements)
    return isinstance(part, Unique) and all(name in altered.lost for name in part.columns)


# -- foreign keys that cannot stay as they are while something else changes ----------------------------------------------


def key_disturbed(altered: Altered, key: ForeignKey, way: Way) -> bool:
    """Whether a foreign key that stays must be dropped for a while."""
    target = way.altered.get(key.target)
    if a_key(key.target, key.target_columns) in way.lost_keys:
        return True
    if target is not None and any(name in target.lost for name in key.target_columns):
        return True
    if _retyped(altered, key.columns, way) or (
        target is not None and _retyped(target, key.target_columns, way)
    ):
        return True
    return way.abilities.keys_need_indexes and _loses_support(altered, key, way)


def _retyped(altered: Altered, names: tuple[str, ...], way: Way) -> bool:
    """Whether a column gets a type that the foreign key on it would not bear."""
    for name in names:
        if name not in altered.retyped:
            continue
        if way.abilities.keys_block_types:
            return True
        before, after = altered.shaken.base(altered.old[name]) or (
            altered.old[name].type.sql,
            altered.new[name].type.sql,
        )
        if way.abilities.casts and (
            cast(before, after) != "plain" or family(before) != family(after)
        ):
            return True
    return False


def _loses_support(altered: Altered, key: ForeignKey, way: Way) -> bool:
    """Whether the index that a foreign key needs is replaced by one of the same name, so that neither is there."""
    lost, new = _supports(altered, key.columns, way)
    if lost is None:
        return False
    names = {old.name for old in lost}
    # There cannot be two primary keys for a while.
    return all(part.name in names or isinstance(part, PrimaryKey) for part in new)


def _supports(
    altered: Altered, names: tuple[str, ...], way: Way
) -> tuple[list[Constraint | Index] | None, list[Constraint | Index]]:
    """What served a foreign key on these columns and is dropped, None if something stays; and what is new and serves."""
    lost: list[Constraint | Index] = []
    new: list[Constraint | Index] = []
    for pair in altered.parts:
        old = pair.before
        if old is not None and names in keys_of(old, way.abilities):
            if altered.stays(pair, way.abilities):
                return None, []
            lost.append(old)
        if pair.after is not None and names in keys_of(pair.after, way.abilities):
            new.append(pair.after)
    return (lost or None), new


def replaced_support(altered: Altered, way: Way) -> Resources:
    """The support of foreign keys that stay all the time: new indexes must be there before old ones go."""
    if not way.abilities.keys_need_indexes:
        return NOTHING
    return frozenset(
        resource
        for key in altered.new.foreign_keys
        if key in altered.old.foreign_keys
        and _supports(altered, key.columns, way)[0] is not None
        and not key_disturbed(altered, key, way)
        for resource in (a_support(altered.name, key.columns), a_key(altered.name, key.columns))
    )


# -- the changes themselves ----------------------------------------------------------------------------------------------


def _own_columns(table: Table, part: Constraint | Index) -> Resources:
    """The columns of its table that a part is about, those that an index merely includes as well."""
    included = dict(part.options).get("postgresql_include")
    names = [c.name for c in table.columns if involves(part, c.name, table.name)]
    if isinstance(included, (tuple, list)):
        names += [str(name) for name in included]
    return columns(table.name, names)


def _about(table: Table, part: Constraint | Index, way: Way) -> Resources:
    """All that a part cannot be without."""
    found = _own_columns(table, part) | way.mentioned(*texts_of(part))
    if isinstance(part, ForeignKey):
        found |= {a_support(table.name, part.columns)}
        if part.target != table.name:
            found |= target_of(part)
        else:
            found |= {a_key(part.target, part.target_columns)}
    return found | {a_table(table.name)}


def target_of(key: ForeignKey) -> Resources:
    """What a foreign key refers to."""
    return columns(key.target, key.target_columns) | {
        a_table(key.target),
        a_key(key.target, key.target_columns),
    }


def slots(table: Table, part: Constraint | Index) -> Resources:
    """The names that a part has to itself."""
    if part.name is None:
        return NOTHING
    schema = table.name.schema
    if isinstance(part, Index):
        return frozenset({a_slot("relation", schema, part.name)})
    own = a_slot("constraint", table.name, part.name)
    if isinstance(part, (ForeignKey, Check)):
        return frozenset({own, a_slot(kind_of(part), schema, part.name)})
    return frozenset({own, a_slot("relation", schema, part.name)})


def provides(table: Table, part: Constraint | Index, way: Way) -> Resources:
    """The keys, and support for foreign keys, that a part gives its table."""
    found: set[Resource] = set()
    for names in keys_of(part, way.abilities):
        found.add(a_key(table.name, names))
        if way.abilities.keys_need_indexes:
            found.add(a_support(table.name, names))
    return frozenset(found)


def added(table: Table, part: Constraint | Index, way: Way, phase: int = ALTER) -> Iterator[Change]:
    """A part is made."""
    makes = provides(table, part, way) | slots(table, part)
    uses = _about(table, part, way)
    name = part.name or ""
    if isinstance(part, Index):
        rank: Rank = (phase, str(table.name), ADD_INDEX, name)
        yield Change(CreateIndex(table.name, part), rank, makes=makes, uses=uses)
        return
    if isinstance(part, PrimaryKey):
        makes |= {a_step("primary key", table.name)}
    rank = (phase, str(table.name), ADD_PART, f"{_order(part)} {name}")
    yield Change(AddConstraint(table.name, part), rank, makes=makes, uses=uses)
    if isinstance(part, PrimaryKey):
        yield from _nullable_again(table, part)


def _order(part: Constraint) -> int:
    """Keys come before what refers to them."""
    return {"primary": 0, "unique": 1, "foreignkey": 3}.get(kind_of(part) or "", 2)


def _nullable_again(table: Table, key: PrimaryKey) -> Iterator[Change]:
    """A primary key makes its columns NOT NULL, SQLite's need not."""
    for name in key.columns:
        if table[name].nullable:
            rank: Rank = (ALTER, str(table.name), ADD_PART, f"0 {name}")
            again = AlterColumn(table.name, name, nullable=True)
            yield Change(again, rank, uses=frozenset({a_step("primary key", table.name)}))


def dropped(table: Table, part: Constraint | Index, way: Way, kept: Resources = NOTHING) -> Change:
    """A part is dropped; of what it provides `kept` must be provided by something else by then."""
    provided = provides(table, part, way)
    removes = (provided - kept) | slots(table, part)
    used = _about(table, part, way) - {a_table(table.name)} | {a_table(table.name)}
    uses = provided & kept
    rank: Rank
    if isinstance(part, Index):
        rank = (ALTER, str(table.name), DROP_INDEX, part.name or "")
        operation: Operation = drop_index(table, part)
        return Change(operation, rank, removes=removes, used=used, uses=uses)
    sub = DROP_KEY if isinstance(part, ForeignKey) else DROP_PART
    rank = (ALTER, str(table.name), sub, part.name or "")
    if isinstance(part, PrimaryKey):
        uses |= {a_step("numbers off", table.name)}
    return Change(drop_constraint(table, part), rank, removes=removes, used=used, uses=uses)


def drop_constraint(table: Table, part: Constraint) -> DropConstraint:
    """The operation that drops a constraint, which it describes."""
    return DropConstraint(
        table.name,
        part.name,
        kind_of(part),
        columns=columns_of(part),
        existing=part,
        origin=part.origin,
    )


def drop_index(table: Table, part: Index) -> DropIndex:
    """The operation that drops an index."""
    return DropIndex(part.name or "", table.name, table.name.schema, origin=part.origin)


def renamed(table: Table, old: Constraint | Index, new: Constraint | Index) -> Change:
    """A part gets another name; both have one."""
    before, after = old.name or "", new.name or ""
    operation: Operation
    if isinstance(old, Index):
        operation = RenameIndex(table.name, before, after, existing=old)
    else:
        operation = RenameConstraint(table.name, before, after, existing=old)
    rank: Rank = (ALTER, str(table.name), DROP_PART, after)
    return Change(operation, rank, makes=slots(table, new), removes=slots(table, old))


def taken_with(altered: Altered, column: str, way: Way) -> tuple[Resources, Resources]:
    """What goes with a column, and what that was about: of all parts that are not dropped by themselves."""
    removes: set[Resource] = set()
    used: set[Resource] = {a_table(altered.name)}
    for part in (*altered.old.constraints, *altered.old.indexes):
        if involves(part, column, altered.name) and taken_along(part, altered, way):
            removes |= provides(altered.old, part, way) | slots(altered.old, part)
            used |= _about(altered.old, part, way)
    # Columns that go as well do not wait for each other.
    return frozenset(removes), frozenset(used) - columns(altered.name, altered.lost)
