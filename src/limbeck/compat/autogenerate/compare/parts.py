"""
Constraints and indexes of one table.

Responsible for finding counterparts, for asking the filters, and for the operations that make and drop.  Does not know
which kinds there are, nor when two are the same.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from limbeck.compat.ddl._autogen import ComparisonResult
from limbeck.compat.operations import ops
from limbeck.database import convert

if TYPE_CHECKING:
    from limbeck.compat.autogenerate.context import AutogenContext

log = logging.getLogger("alembic.autogenerate.compare.constraints")

Part = sa.Index | sa.UniqueConstraint | sa.ForeignKeyConstraint | sa.CheckConstraint
_KINDS: dict[type, str] = {
    sa.Index: "index",
    sa.UniqueConstraint: "unique_constraint",
    sa.ForeignKeyConstraint: "foreign_key_constraint",
    sa.CheckConstraint: "check_constraint",
}


def kind_of(part: Part) -> str:
    """The kind in the words of `include_name` and `include_object`."""
    return next(word for kind, word in _KINDS.items() if isinstance(part, kind))


class Parts:
    """One table whose constraints and indexes are compared, and where operations on it go."""

    def __init__(
        self,
        autogen_context: AutogenContext,
        modify_ops: ops.ModifyTableOps,
        schema: str | None,
        tname: str,
    ) -> None:
        self.context = autogen_context
        self.found = modify_ops.ops
        self.schema = schema
        self.tname = tname

    def named(self, part: Part, kind: str) -> bool:
        """Whether `include_name` lets a part of the database take part."""
        names = {"table_name": self.tname, "schema_name": self.schema}
        name: Any = part.name  # Any: SQLAlchemy's mark for no name is a kind of name to its types
        return self.context.run_name_filters(name, kind, names)

    def added(self, part: Part, other: Part | None = None) -> None:
        """Make a part, if `include_object` lets it."""
        if not self._object(part, other, reflected=False):
            return
        if isinstance(part, sa.Index):
            self.found.append(ops.CreateIndexOp.from_index(part))
        else:
            self.found.append(ops.AddConstraintOp.from_constraint(part))
        log.info("Detected added %s %r on %r", _words(part), part.name, self.tname)

    def removed(self, part: Part, other: Part | None = None) -> None:
        """Drop a part, if `include_object` lets it."""
        if not self._object(part, other, reflected=True):
            return
        self._drop(part)
        log.info("Detected removed %s %r on %r", _words(part), part.name, self.tname)

    def altered(self, before: Part, after: Part, reason: str) -> None:
        """Drop a part and make it again, if `include_object` lets it."""
        if not self._object(after, before, reflected=False):
            return
        self._drop(before)
        if isinstance(after, sa.Index):
            self.found.append(ops.CreateIndexOp.from_index(after))
        else:
            self.found.append(ops.AddConstraintOp.from_constraint(after))
        log.info("Detected changed %s %r on %r: %s", _words(after), after.name, self.tname, reason)

    def _drop(self, part: Part) -> None:
        if isinstance(part, sa.Index):
            self.found.append(ops.DropIndexOp.from_index(part))
        else:
            self.found.append(ops.DropConstraintOp.from_constraint(part))

    def _object(self, part: Part, other: Part | None, *, reflected: bool) -> bool:
        name: Any = part.name  # Any: as above
        return self.context.run_object_filters(part, name, kind_of(part), reflected, other)


def _words(part: Part) -> str:
    return kind_of(part).replace("_", " ")


Pair = tuple["Part | None", "Part | None"]


def counterparts(
    found: Sequence[Part], wanted: Sequence[Part], dialect: sa.Dialect
) -> Iterator[Pair]:
    """Each part of both sides with the one of the other side: by name, or by columns where the model has no name.

    What is gone comes first, then what is on both sides, then what is new; each by name.
    """
    names = {_final(part, dialect): part for part in wanted if _final(part, dialect) is not None}
    nameless = [part for part in wanted if _final(part, dialect) is None]
    there = {str(part.name): part for part in found if part.name is not None}
    free = [part for part in found if part.name is None or str(part.name) not in names]
    known: list[Part] = []
    for part in sorted(nameless, key=_columns):
        twin = next(
            (one for one in free if _is_unique(one) and _columns(one) == _columns(part)), None
        )
        if twin is None:
            known.append(part)
        else:
            free.remove(twin)
    yield from ((part, None) for part in sorted(free, key=_text) if part.name is not None)
    yield from ((there[name], names[name]) for name in sorted(there.keys() & names.keys(), key=str))
    yield from ((None, names[name]) for name in sorted(names.keys() - there.keys(), key=str))
    yield from ((None, part) for part in known)


def changed(before: Part | None, after: Part | None, parts: Parts) -> None:
    """What becomes of a part with its counterpart."""
    if before is None or after is None:
        if before is not None:
            parts.removed(before)
        elif after is not None:
            parts.added(after)
        return
    result = compared(before, after, parts)
    if result.is_different:
        parts.altered(before, after, result.message)
    elif result.is_skip:
        log.info(
            "Cannot compare %s %r, assuming equal and skipping: %s",
            _words(after),
            after.name,
            result.message,
        )


def compared(before: Part, after: Part, parts: Parts) -> ComparisonResult:
    """What the dialect says of two that have one name."""
    impl = parts.context.migration_context.impl
    if isinstance(before, sa.Index) and isinstance(after, sa.Index):
        return impl.compare_indexes(after, before)
    if isinstance(before, sa.UniqueConstraint) and isinstance(after, sa.UniqueConstraint):
        return impl.compare_unique_constraint(after, before)
    if isinstance(before, sa.CheckConstraint) and isinstance(after, sa.CheckConstraint):
        return impl.compare_check_constraint(after, before)
    return ComparisonResult.Different(f"{_words(before)} to {_words(after)}")


def _final(part: Part, dialect: sa.Dialect) -> str | None:
    """The name that the database sees."""
    return convert.name(part, dialect)


def _is_unique(part: Part) -> bool:
    return isinstance(part, sa.UniqueConstraint) or (
        isinstance(part, sa.Index) and bool(part.unique)
    )


def _columns(part: Part) -> tuple[str, ...]:
    return tuple(sorted(column.name for column in part.columns))


def _text(part: Part) -> str:
    return str(part.name or "")
