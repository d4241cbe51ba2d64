"""
Run branches in every order, where nothing can be lost.

Responsible for the proof that the order of branches does not matter, or for what it does: the common ancestor is made
once, with rows in it, and copied for each order.  Does not know what the branches say that they do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import TYPE_CHECKING

from limbeck.actions.conflicts import first_target
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
from limbeck.errors import LimbeckError, NoScratch
from limbeck.history import plan_upgrade
from limbeck.runner import run
from limbeck.version import __version__

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.project import Project, Target
    from limbeck.schema import SchemaState, TableName

ALL_ORDERS = 4
"""So many heads are run in every order; of more, only neighbours change places."""

Path = tuple[str, ...]


def prove(project: Project, heads: Sequence[str], *, fresh: bool = False) -> Proof:
    """What running the branches of `heads` (full ids) in every order shows, for the first database.

    A proof is remembered by the content of all files up to `heads`, the seed and the server; `fresh` asks for a new
    one, and so does a seed that is a function.  Raises NoScratch when no database to throw away can be had,
    CannotConnect, ConfigError, and RunError when not even the common ancestor can be made.
    """
    from limbeck.actions.elsewhere import like
    from limbeck.database.engine import dialect_of

    target = first_target(project)
    settings = project.settings
    with like(settings, dialect_of(target.url), target.url) as found:
        if found is None:
            raise NoScratch(
                "No scratch database can be had: nothing answers at the address in the settings.",
                hint=f"start the server of {target.shown}, or set scratch to the address of another one",
            )
        source, server, beside = found
        cache = FolderCache(cache_folder() / "proofs", most=1_000)
        key = _key(project, heads, server)
        stays = not seeded_by_function(settings)  # what a function reads is not in the key
        known = remembered(cache, key) if stays and not fresh else None
        if known is not None:
            return known
        copies = Copies(source, settings.schemas or (None,), beside)
        shown = "sqlite" if server.startswith("sqlite") else server  # Python brings it along
        proof = _Proving(project, target, tuple(heads), copies, shown).proof()
        if stays:
            remember(cache, key, proof)
        return proof


def _key(project: Project, heads: Sequence[str], server: str) -> str:
    history = project.history
    files = (project.library.script(id).read() for id in history.ordered(history.closure(heads)))
    settings = (project.settings.schemas, project.settings.naming_convention)
    return key_of(
        "proof", __version__, server, tuple(heads), settings, seed_content(project.settings), *files
    )


@dataclass
class _Reached:
    """What the orders have led to, by the heads that were applied; `own` is what one branch breaks by itself."""

    snapshots: dict[Path, Snapshot] = field(default_factory=dict)
    errors: dict[Path, str] = field(default_factory=dict)
    own: frozenset[str] = frozenset()

    def error(self, path: Path) -> tuple[str, str]:
        """Why an order failed, and at which head; two empty texts when it did not."""
        for length in range(1, len(path) + 1):
            if path[:length] in self.errors:
                return self.errors[path[:length]], path[length - 1]
        return "", ""


class _Proving:
    """One proof."""

    def __init__(
        self, project: Project, target: Target, heads: Path, copies: Copies, server: str
    ) -> None:
        self.project = project
        self.target = target._replace(journal=None, join=False)
        self.heads = heads
        self.copies = copies
        self.server = server
        history = project.history
        self.ancestor = set.intersection(*(history.closure([head]) for head in heads))
        self.paths, self.pairs = _to_run(heads)
        self.rows = ""
        self.before: Snapshot | None = None

    def proof(self) -> Proof:
        """Rows that vary, if each branch by itself takes them; else plain ones; else none."""
        found = self._with_rows("varied")
        if not _all_failed(found, self.paths) or not found.errors.keys() & _alone(self.heads):
            return self._said(found)
        bare = self._with_rows("none")
        if _all_failed(bare, self.paths):
            return self._said(bare)
        said = self.rows
        plain = self._with_rows("plain")
        if not _all_failed(plain, self.paths):
            return self._said(plain)
        self.rows = said
        return self._said(bare)

    # Running

    def _with_rows(self, kind: str) -> _Reached:
        reached = _Reached()
        with self.copies.empty() as empty:
            start = do(self._build, empty)
            start = do(lambda connection: self._fill(connection, kind), start)
            self.before = look(start, self._snapshot)
            self._branch(start, (), reached)
        return reached

    def _build(self, connection: sa.Connection) -> None:
        self._upgrade(connection, self.project.history.tips(self.ancestor))

    def _upgrade(self, connection: sa.Connection, to: frozenset[str]) -> None:
        history = self.project.history
        connection.rollback()
        self.target._replace(address=connection).visit(
            lambda database: run(
                lambda applied: plan_upgrade(history, applied, to), self.project.library, database
            )
        )

    def _fill(self, connection: sa.Connection, kind: str) -> None:
        if kind == "none":
            self.rows = "without rows"
            return
        seeded = seed(self.project.settings, connection)
        schema = self._read(connection)
        empty = fill(connection, schema, varied=kind == "varied")
        filled = len(schema) - len(empty)
        words = f"with generated rows in {filled} of {len(schema)} tables"
        self.rows = f"{words}, and the project's seed" if seeded else words
        self.rows += "" if kind == "varied" else " (no NULL, and nothing twice)"

    def _branch(self, place: Place, path: Path, reached: _Reached) -> None:
        """Apply, on copies of `place`, each head that comes next in some order."""
        following = list(
            dict.fromkeys(
                p[len(path)] for p in self.paths if p[: len(path)] == path and len(p) > len(path)
            )
        )
        for number, head in enumerate(following, 1):
            here = (*path, head)
            if number == len(following):
                self._apply(place, head, here, reached)  # nobody needs the place any more
                continue
            with self.copies.copy(place) as copy:
                self._apply(copy, head, here, reached)

    def _apply(self, place: Place, head: str, path: Path, reached: _Reached) -> None:
        try:
            moved = do(lambda connection: self._upgrade(connection, frozenset({head})), place)
        except LimbeckError as error:
            reached.errors[path] = error.message
            return
        if any(path in pair for pair in self.pairs) or path in self.paths:
            reached.snapshots[path] = look(moved, self._snapshot)
        elif len(path) == 1:
            reached.own |= look(moved, self._broken_here)
        self._branch(moved, path, reached)

    # Looking

    def _read(self, connection: sa.Connection) -> SchemaState:
        schemas = self.project.settings.schemas or (None,)
        return read(connection, schemas=schemas, leave_out=own_tables(self.target))

    def _snapshot(self, connection: sa.Connection) -> Snapshot:
        schema = self._read(connection)
        rows = {
            name: Rows(columns, tuple(sorted(found)))
            for name, columns, found in rows_of(connection, schema)
        }
        return Snapshot(schema, rows, broken(connection, schema))

    def _broken_here(self, connection: sa.Connection) -> frozenset[str]:
        return broken(connection, self._read(connection))

    # Saying

    def _said(self, reached: _Reached) -> Proof:
        orders = tuple(Order(path, *reached.error(path)) for path in self.paths)
        given = (orders, self.copies.shown, self.server, self.rows)
        complete = len(self.heads) <= ALL_ORDERS
        if all(order.error for order in orders):
            return Proof(Outcome.FAILS, *given, complete=complete)
        failed = any(order.error for order in orders)
        structure, data, missing = self._compared(reached)
        broken = self._broken(reached)
        outcome = Outcome.EQUAL
        if structure:
            outcome = Outcome.DIFFERENT
        elif data:
            outcome = Outcome.DATA
        elif broken:
            outcome = Outcome.BROKEN
        elif failed:
            outcome = Outcome.ORDERED
        differences = (*structure, *data, *broken)
        return Proof(outcome, *given, differences, missing, complete)

    def _compared(
        self, reached: _Reached
    ) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """What is other in structure, and in rows; and what was not compared."""
        structure: dict[str, None] = {}
        data: dict[str, None] = {}
        unstable: dict[TableName, set[str]] = {}
        for one, other in self._comparable(reached):
            mine, theirs = reached.snapshots[one], reached.snapshots[other]
            structure.update(dict.fromkeys(structure_differences(mine, theirs)))
            found = list(row_differences(mine, theirs, unstable))
            if found:
                unstable = self._unstable(one, mine)
                found = list(row_differences(mine, theirs, unstable))
            data.update(dict.fromkeys(found))
        missing = tuple(
            f"{table}.{column} is another one in each run"
            for table, columns in sorted(unstable.items(), key=str)
            for column in sorted(columns)
        )
        return tuple(structure), tuple(data), missing

    def _comparable(self, reached: _Reached) -> Sequence[tuple[Path, Path]]:
        """The pairs that worked; of few heads, the first order that worked with each other one."""
        if len(self.heads) <= ALL_ORDERS:
            works = [path for path in self.paths if path in reached.snapshots]
            return [(works[0], other) for other in works[1:]]
        return [pair for pair in self.pairs if all(path in reached.snapshots for path in pair)]

    def _unstable(self, path: Path, first: Snapshot) -> dict[TableName, set[str]]:
        """The columns that differ when one order is run a second time."""
        kind = (
            "none"
            if self.rows == "without rows"
            else "plain"
            if "(no NULL" in self.rows
            else "varied"
        )
        with self.copies.empty() as empty:
            place = do(self._build, empty)
            place = do(lambda connection: self._fill(connection, kind), place)
            for head in path:
                place = do(self._to(head), place)
            return unstable_columns(first, look(place, self._snapshot))

    def _to(self, head: str) -> Callable[[sa.Connection], None]:
        return lambda connection: self._upgrade(connection, frozenset({head}))

    def _broken(self, reached: _Reached) -> tuple[str, ...]:
        """What does not work after any order, though the server took it."""
        assert self.before is not None
        found = [
            reached.snapshots[path].broken - self.before.broken - reached.own
            for path in self.paths
            if path in reached.snapshots
        ]
        return tuple(sorted(frozenset.intersection(*found))) if found else ()


def _alone(heads: Path) -> set[Path]:
    return {(head,) for head in heads}


def _all_failed(reached: _Reached, paths: Sequence[Path]) -> bool:
    return all(reached.error(path)[0] for path in paths)


def _to_run(heads: Path) -> tuple[tuple[Path, ...], tuple[tuple[Path, Path], ...]]:
    """The orders to run, and which of them are compared with which."""
    if len(heads) <= ALL_ORDERS:
        paths = tuple(permutations(heads))
        return paths, tuple((paths[0], other) for other in paths[1:])
    pairs = []
    for number in range(len(heads) - 1):
        one, other = heads[number : number + 2]
        start = heads[:number]
        pairs.append(((*start, one, other), (*start, other, one)))
    return (heads, *(other for _, other in pairs)), tuple(pairs)
