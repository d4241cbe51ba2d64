"""
limbeck's own comparison in the place of the walk.

Responsible for putting what limbeck finds where Alembic's operations would stand, so that functions that users have
registered find it there, and for the way back when they have added to it or changed it.  Does not compare, and does not
know what is asked of people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from limbeck.compat.autogenerate import compare, natively, render
from limbeck.compat.autogenerate.native_op import NativeOp, made_from
from limbeck.compat.autogenerate.trees import leaves, tree
from limbeck.compat.autogenerate.walk_wanted import foreign
from limbeck.compat.operations import ops
from limbeck.schema import Key, TableName

if TYPE_CHECKING:
    from limbeck.actions.comparison import Comparison
    from limbeck.compat.autogenerate.context import AutogenContext
    from limbeck.diff import Diff, Question

Compare = Callable[[], "Comparison"]


@dataclass
class Found:
    """What limbeck has found, as operations up and down, with what users' functions have made of it."""

    comparison: Comparison
    back: Diff
    up: list[ops.MigrateOperation]
    down: list[ops.MigrateOperation]
    claimed: frozenset[str]
    """Names of objects that a function of the user's takes care of."""
    context: AutogenContext

    @property
    def undecided(self) -> tuple[Question, ...]:
        """The questions, but for those about what somebody else takes care of."""
        asked = self.comparison.diff.undecided
        return tuple(one for one in asked if not _is_about(one, self.claimed))


def populate(
    context: AutogenContext, compared: Compare, *, watched: bool, asks_others: bool
) -> Found:
    """What differs; `watched` says that operations may be changed later on, too.

    With `asks_others` functions that users have registered take part.
    """
    ours: list[ops.MigrateOperation] = []
    found: list[Comparison] = []
    kinds = ("autogenerate", "schema") if asks_others else ()
    others = any(True for target in kinds for _ in foreign(context, target))

    def text(op: ops.MigrateOperation) -> str:
        return render.own_text(context, op)

    writes = text if others or watched else None

    def compare_tables(upgrade_ops: ops.UpgradeOps) -> None:
        found.append(compared())
        diff = found[0].diff
        context.objects = {**diff.before.objects, **diff.after.objects}
        made = tree(diff.operations, diff.before, context.dialect, writes)
        ours.extend(made)
        upgrade_ops.ops.extend(made)

    up = ops.UpgradeOps([])
    context.ours = compare_tables
    if asks_others:
        compare._produce_net_changes(context, up)
    if not found:
        compare_tables(up)
    comparison = found[0]
    back = comparison.diff.inverse()
    return _with_others(context, comparison, back, up, ours, writes)


def _with_others(
    context: AutogenContext,
    comparison: Comparison,
    back: Diff,
    up: ops.UpgradeOps,
    ours: list[ops.MigrateOperation],
    writes: Any,
) -> Found:
    """The way up with what others have added, and a way back that fits it."""
    before = [leaf for op in ours for leaf in leaves(op)]
    mine = {id(leaf) for leaf in before}
    added = [leaf for leaf in leaves(up) if id(leaf) not in mine]
    claimed = _claimed(added, [leaf for leaf in before if isinstance(leaf, NativeOp)])
    _take_out(up, claimed)
    before = [leaf for leaf in before if not _is_of(leaf, claimed)]
    down = tree(back.operations, back.before, context.dialect, writes)
    container = ops.OpContainer(down)
    _take_out(container, claimed)
    after = [leaf for leaf in leaves(up) if id(leaf) in mine]
    intact = [id(leaf) for leaf in before] == [id(leaf) for leaf in after] and not any(
        _is_changed(context, leaf) for leaf in after
    )
    apart = all(
        not any(id(leaf) in mine for leaf in leaves(op)) or _only(op, mine) for op in up.ops
    )
    if intact and apart:
        container.ops[:] = _around(up.ops, container.ops, mine)
    else:
        container.ops[:] = up.reverse().ops
    return Found(comparison, back, up.ops, container.ops, claimed, context)


def _only(op: ops.MigrateOperation, mine: set[int]) -> bool:
    return all(id(leaf) in mine for leaf in leaves(op))


def _around(
    up: list[ops.MigrateOperation], back: list[ops.MigrateOperation], mine: set[int]
) -> list[ops.MigrateOperation]:
    """What leads back from limbeck's own, with the reverse of what others have put before and behind its operations."""
    places = [number for number, op in enumerate(up) if any(id(one) in mine for one in leaves(op))]
    first = places[0] if places else len(up)
    before = [op for number, op in enumerate(up) if number < first]
    behind = [op for number, op in enumerate(up) if number > first and number not in places]
    return [
        *(op.reverse() for op in reversed(behind)),
        *back,
        *(op.reverse() for op in reversed(before)),
    ]


def _is_changed(context: AutogenContext, op: ops.MigrateOperation) -> bool:
    made = made_from(op)
    if made is None or made.text is None:
        return False
    return made.text != render.own_text(context, op)


# Objects that others take care of


def _claimed(added: Iterable[ops.MigrateOperation], own: Iterable[NativeOp]) -> frozenset[str]:
    """The names of objects that limbeck would work on, and an operation of somebody else's speaks of."""
    spoken = {text for op in added for text in _texts(op)}
    return frozenset(name for op in own if (name := _object(op)) is not None and name in spoken)


def _texts(op: object) -> set[str]:
    """The texts that an operation, or an object in it, has as its attributes."""
    values = list(getattr(op, "__dict__", {}).values())
    inner = [value for one in values for value in getattr(one, "__dict__", {}).values()]
    return {str(value) for value in (*values, *inner) if isinstance(value, str)}


def _object(op: ops.MigrateOperation) -> str | None:
    """The name of the object beside tables that an operation is about."""
    if not isinstance(op, NativeOp) or op.operation is None:
        return None
    operation: Any = op.operation  # Any: one of the kinds of operations, each with names of its own
    about = getattr(operation, "key", None) or getattr(operation, "name", None)
    if hasattr(operation, "object"):
        about = operation.object.key
    elif hasattr(operation, "after") and hasattr(operation.after, "key"):
        about = operation.after.key
    if isinstance(about, Key):
        return about.name.name
    return about.name if isinstance(about, TableName) else None


def _is_of(op: ops.MigrateOperation, claimed: frozenset[str]) -> bool:
    name = _object(op)
    return name is not None and name in claimed


def _take_out(container: ops.OpContainer, claimed: frozenset[str]) -> None:
    if claimed:
        container.ops[:] = [op for op in container.ops if not _is_of(op, claimed)]


def _is_about(question: Question, claimed: frozenset[str]) -> bool:
    return getattr(question, "kind", "") == "enum value" and question.table.name in claimed


# What is left in the end


def _shown(context: AutogenContext, op: ops.MigrateOperation) -> Any:
    """What is said of an operation that is left: limbeck's own, as it was found or as somebody has changed it; else itself."""
    made = made_from(op)
    if made is None:
        return op
    if not _is_changed(context, op):
        return made.operation
    try:
        return natively.operation(op, context)
    except KeyError:
        return op


def left(
    found: Found, own: Iterable[ops.OpContainer], others: Iterable[ops.OpContainer]
) -> Comparison:
    """The comparison with those operations that are to be written, whatever users' functions have made of them."""
    containers = [*own, *others]
    remaining = [leaf for container in containers for leaf in leaves(container)]
    kept = {id(made.operation) for leaf in remaining if (made := made_from(leaf)) is not None}
    comparison = found.comparison
    dropped = any(isinstance(leaf, ops.DropTableOp) for c in containers for leaf in leaves(c))
    diff = replace(
        comparison.diff,
        operations=tuple(_shown(found.context, leaf) for leaf in remaining),
        undecided=found.undecided,
        destructive=tuple(one for one in comparison.diff.destructive if id(one.operation) in kept),
        refusal=comparison.diff.refusal if dropped else None,
    )
    losses = tuple(one for one in comparison.losses if id(one.operation) in kept)
    return replace(comparison, diff=diff, losses=losses)
