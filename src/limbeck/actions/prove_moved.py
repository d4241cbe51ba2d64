"""
Run one side of a fork before it is put behind the other, and as its files would be then.

Responsible for the proof that revisions whose generated parts are written anew lead to what the old ones led to, and back
down to where the other side ends.  Where the old files work in no order, both sides are run by themselves, and what
each of them changes must be there in the end.  Does not know how the new texts came to be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from limbeck.actions.own import own_tables
from limbeck.actions.proof import Order, Outcome, Proof, remember, remembered
from limbeck.actions.seed import seed, seed_content, seeded_by_function
from limbeck.actions.snapshot import (
    Rows,
    Snapshot,
    row_differences,
    structure_differences,
    unstable_columns,
)
from limbeck.database.compare_cache import FolderCache, cache_folder, key_of
from limbeck.database.read import read
from limbeck.database.scratch.copies import Copies, Place, do, look
from limbeck.database.scratch.rows import broken, fill, rows_of
from limbeck.diff.aspects import aspects, shown, went_along
from limbeck.diff.moved import Ground
from limbeck.errors import LimbeckError, NoScratch
from limbeck.history import Downgrade, plan_downgrade, plan_upgrade
from limbeck.project import ARGUMENTS
from limbeck.runner import run
from limbeck.version import __version__

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.history import Plan
    from limbeck.operations import Operation
    from limbeck.project import Project, Target
    from limbeck.schema import SchemaState, TableName


@dataclass(frozen=True)
class Move:
    """The revisions `ids`, in order, are put behind `onto`: in `before` they are not, in `after` they are.

    `renamed` is what the other side gives other names.
    """

    before: Project
    after: Project
    ids: tuple[str, ...]
    onto: str
    renamed: tuple[Operation, ...] = ()

    @property
    def tips(self) -> tuple[str, ...]:
        """The heads of what is moved."""
        history = self.before.history
        return tuple(history.ordered(history.tips(self.ids)))


def prove_moved(move: Move, target: Target) -> Proof:
    """What running the old files and the new ones shows: the order with the moved side first is of the old ones.

    It is remembered as `prove` remembers a proof.  Raises NoScratch when no database to throw away can be had,
    CannotConnect, and RunError when not even the common ancestor can be made.
    """
    from limbeck.actions.elsewhere import like
    from limbeck.database.engine import dialect_of

    settings = move.before.settings
    with like(settings, dialect_of(target.url), target.url) as found:
        if found is None:
            raise NoScratch(
                "No scratch database can be had: nothing answers at the address in the settings.",
                hint=f"start the server of {target.shown}, or set scratch to the address of another one",
            )
        source, server, beside = found
        cache = FolderCache(cache_folder() / "proofs", most=1_000)
        stays = not seeded_by_function(settings)
        key = _key(move, target, server)
        known = remembered(cache, key) if stays else None
        if known is not None:
            return known
        copies = Copies(source, settings.schemas or (None,), beside)
        kind = "sqlite" if server.startswith("sqlite") else server
        proof = _Proving(move, target._replace(journal=None, join=False), copies, kind).proof()
        if stays:
            remember(cache, key, proof)
        return proof


def _key(move: Move, target: Target, server: str) -> str:
    settings = move.before.settings
    return key_of(
        "moved",
        __version__,
        server,
        move.ids,
        move.onto,
        (settings.schemas, settings.naming_convention, target.options.get(ARGUMENTS)),
        seed_content(settings),
        *_files(move.before, (*move.tips, move.onto)),
        *_files(move.after, move.tips),
    )


def _files(project: Project, heads: Sequence[str]) -> Iterator[bytes]:
    for id in project.history.ordered(project.history.closure(heads)):
        yield project.library.script(id).read()


@dataclass
class _Found:
    """What was come to: `old` by the old files, in `order`; the sides by themselves; `new` by the new files.

    `back` are differences on the way down, `error` why the new files failed, `old_error` why the old ones did.
    """

    order: tuple[str, ...]
    before: Snapshot
    old: Snapshot | None = None
    old_error: tuple[str, str] = ("", "")
    mine: Snapshot | None = None
    theirs: Snapshot | None = None
    new: Snapshot | None = None
    error: tuple[str, str] = ("", "")
    back: list[str] = field(default_factory=list)


class _Proving:
    """One proof."""

    def __init__(self, move: Move, target: Target, copies: Copies, server: str) -> None:
        self.move = move
        self.target = target
        self.copies = copies
        self.server = server
        self.rows = ""
        history = move.before.history
        self.shared = history.tips(history.closure(move.ids) - set(move.ids))

    def proof(self) -> Proof:
        """With rows that vary, if the files take them; else with plain ones; else with none.

        Rows that the old files take are no excuse for the new ones.
        """
        for kind in ("varied", "plain", "none"):
            found = self._run(kind)
            if found.old is not None or not found.error[0]:
                break
        if found.back and kind != "none":
            found.back = self._back_without_rows()
        return self._said(found, kind)

    # Running

    def _run(self, kind: str) -> _Found:
        move = self.move
        with self.copies.empty() as empty:
            start = self._start(empty, kind)
            found = _Found((*move.tips, move.onto), look(start, self._snapshot))
            with self.copies.copy(start) as place:
                self._old(place, found)
            if found.old is None:
                with self.copies.copy(start) as place:
                    self._other_order(place, found)
            self._new(start, found)
        return found

    def _back_without_rows(self) -> list[str]:
        """What is other on the way down where there is no row that something could fail for: NULL where it may not be again."""
        with self.copies.empty() as empty:
            start = do(self._to_start, empty)
            found = _Found((), look(start, self._snapshot))
            self._new(start, found)
        return found.back

    def _to_start(self, connection: sa.Connection) -> None:
        self._up(self.move.before, connection, self.shared)

    def _start(self, empty: Place, kind: str) -> Place:
        start = do(self._to_start, empty)
        return do(lambda connection: self._fill(connection, kind), start)

    def _old(self, place: Place, found: _Found) -> None:
        """The moved side first, by the old files."""
        head = ", ".join(self.move.tips)
        try:
            place = self._go(place, self.move.before, self.move.tips)
            found.mine = look(place, self._snapshot)
            head = self.move.onto
            found.old = look(self._go(place, self.move.before, (head,)), self._snapshot)
        except LimbeckError as error:
            found.old_error = error.message, head

    def _other_order(self, place: Place, found: _Found) -> None:
        """The other side first, by the old files; what is compared with where the first order fails."""
        try:
            place = self._go(place, self.move.before, (self.move.onto,))
            found.old = look(self._go(place, self.move.before, self.move.tips), self._snapshot)
        except LimbeckError:
            return

    def _new(self, place: Place, found: _Found) -> None:
        """The other side, and behind it the moved one by the new files; then down again, one by one."""
        move = self.move
        head = move.onto
        seen: list[Snapshot] = []
        try:
            place = self._go(place, move.before, (head,))
            seen.append(look(place, self._snapshot))
            found.theirs = seen[0]
            for head in move.ids:
                place = self._go(place, move.after, (head,))
                seen.append(look(place, self._snapshot))
        except LimbeckError as error:
            found.error = error.message, head
            return
        found.new = seen.pop()
        self._down(place, seen, found)

    def _down(self, place: Place, seen: list[Snapshot], found: _Found) -> None:
        """Compare what each downgrade leads back to with what was there."""
        for id in reversed(self.move.ids):
            before = seen.pop()
            try:
                place = do(self._undoing(self.move.after, id), place)
            except LimbeckError as error:
                wrong = [f"down from {id}: {error.message.partition(chr(10))[0]}"]
                found.back += [] if self._never_led_back(id) else wrong
                return
            lines = structure_differences(look(place, self._snapshot), before)
            if lines and not self._never_led_back(id):
                found.back += [f"down from {id} it is not as before: {line}" for line in lines]

    def _never_led_back(self, id: str) -> bool:
        """Whether the old file does not lead back to where it starts, either."""
        project = self.move.before
        below = frozenset((*project.history[id].parents, *project.history[id].requires))
        with self.copies.empty() as place:
            here = self._go(place, project, tuple(below))
            before = look(here, self._snapshot)
            try:
                here = do(self._undoing(project, id), self._go(here, project, (id,)))
            except LimbeckError:
                return True
            return bool(structure_differences(look(here, self._snapshot), before))

    def _go(self, place: Place, project: Project, to: Sequence[str]) -> Place:
        return do(lambda connection: self._up(project, connection, frozenset(to)), place)

    def _up(self, project: Project, connection: sa.Connection, to: frozenset[str]) -> None:
        history = project.history
        self._carry_out(project, connection, lambda applied: plan_upgrade(history, applied, to))

    def _undoing(self, project: Project, id: str) -> Callable[[sa.Connection], None]:
        history = project.history
        below = frozenset((*history[id].parents, *history[id].requires))
        down = Downgrade(below, frozenset({id}))
        return lambda connection: self._carry_out(
            project, connection, lambda applied: plan_downgrade(history, applied, down)
        )

    def _carry_out(
        self,
        project: Project,
        connection: sa.Connection,
        plan: Callable[[frozenset[str]], Plan],
    ) -> None:
        connection.rollback()
        self.target._replace(address=connection).visit(
            lambda database: run(plan, project.library, database)
        )

    def _fill(self, connection: sa.Connection, kind: str) -> None:
        if kind == "none":
            self.rows = "without rows"
            return
        seeded = seed(self.move.before.settings, connection)
        schema = self._read(connection)
        filled = len(schema) - len(fill(connection, schema, varied=kind == "varied"))
        self.rows = f"with generated rows in {filled} of {len(schema)} tables"
        self.rows += ", and the project's seed" if seeded else ""
        self.rows += "" if kind == "varied" else " (no NULL, and nothing twice)"

    # Looking

    def _read(self, connection: sa.Connection) -> SchemaState:
        schemas = self.move.before.settings.schemas or (None,)
        return read(connection, schemas=schemas, leave_out=own_tables(self.target))

    def _snapshot(self, connection: sa.Connection) -> Snapshot:
        schema = self._read(connection)
        rows = {
            name: Rows(columns, tuple(sorted(found)))
            for name, columns, found in rows_of(connection, schema)
        }
        return Snapshot(schema, rows, broken(connection, schema))

    # Saying

    def _said(self, found: _Found, kind: str) -> Proof:
        move = self.move
        new = Order((move.onto, *move.tips), *found.error)
        orders = (Order(found.order, *found.old_error), new)
        given = (orders, self.copies.shown, self.server, self.rows)
        if found.new is None:
            return Proof(Outcome.FAILS if orders[0].error else Outcome.ORDERED, *given)
        structure, data, missing = self._compared(found, kind)
        known = found.before.broken | (found.mine.broken if found.mine else frozenset())
        known |= found.theirs.broken if found.theirs else frozenset()
        lacking = tuple(sorted(found.new.broken - known))
        outcome = Outcome.ORDERED if orders[0].error else Outcome.EQUAL
        if structure or found.back:
            outcome = Outcome.DIFFERENT
        elif data:
            outcome = Outcome.DATA
        elif lacking:
            outcome = Outcome.BROKEN
        return Proof(outcome, *given, (*structure, *found.back, *data, *lacking), missing)

    def _compared(
        self, found: _Found, kind: str
    ) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """What is other in structure, and in rows; and what was not compared."""
        assert found.new is not None
        if found.old is None:
            return tuple(self._apart(found)), (), ("rows: the old files work in no order",)
        structure = tuple(structure_differences(found.old, found.new))
        data = tuple(row_differences(found.old, found.new, {}))
        if not data:
            return structure, data, ()
        unstable = self._unstable(found, kind)
        data = tuple(row_differences(found.old, found.new, unstable))
        missing = tuple(
            f"{table}.{column} is another one in each run"
            for table, columns in sorted(unstable.items(), key=str)
            for column in sorted(columns)
        )
        return structure, data, missing

    def _unstable(self, found: _Found, kind: str) -> dict[TableName, set[str]]:
        """The columns that differ when the new files are run a second time."""
        assert found.new is not None
        with self.copies.empty() as empty:
            place = self._go(self._start(empty, kind), self.move.before, (self.move.onto,))
            place = self._go(place, self.move.after, self.move.tips)
            return unstable_columns(found.new, look(place, self._snapshot))

    def _apart(self, found: _Found) -> Iterator[str]:
        """What is not as both sides by themselves want it."""
        assert found.new is not None
        if found.mine is None or found.theirs is None:
            yield f"the moved side does not work by itself: {found.old_error[0]}"
            return
        here = Ground(found.before.schema, found.theirs.schema, self.move.renamed)
        base, mine = (aspects(here.called(one.schema)) for one in (found.before, found.mine))
        theirs, new = aspects(found.theirs.schema), aspects(found.new.schema)
        for aspect in {**base, **mine, **theirs, **new}:
            was, ours, other = (one.get(aspect) for one in (base, mine, theirs))
            wanted = other if ours in (was, other) else ours
            if went_along(aspect, other, base, mine):
                wanted = None
            if ours not in (was, other, None) and other != was:
                yield f"both sides change the {shown(aspect)}"
            elif new.get(aspect) != wanted:
                yield f"the {shown(aspect)} is not as the two sides by themselves want it"
