"""
Run branches in every order, where nothing can be lost.

Responsible for the proof that the order of branches does not matter, or for what it does: the common ancestor is made
once, with rows in it, and copied for each order.  Does not know what the branches say that they do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from limbeck.actions.alike import alike
from limbeck.actions.own import own_tables
from limbeck.actions.proof import GRAVEST, Order, Outcome, Proof, remember, remembered
from limbeck.actions.seed import seed, seed_content, seeded_by_function
from limbeck.actions.snapshot import (
    Rows,
    Snapshot,
    row_differences,
    structure_differences,
    unstable_columns,
)
from limbeck.actions.ways import Path, ways
from limbeck.database.compare_cache import FolderCache, cache_folder, key_of
from limbeck.database.read import read
from limbeck.database.scratch.copies import Copies, Place, do, look
from limbeck.database.scratch.rows import broken, fill, rows_of
from limbeck.errors import LimbeckError, NoScratch
from limbeck.history import plan_upgrade
from limbeck.project import ARGUMENTS
from limbeck.runner import run
from limbeck.version import __version__

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.actions.alike import Alike
    from limbeck.actions.ways import Met, Ways
    from limbeck.project import Project, Target
    from limbeck.schema import SchemaState, TableName


class Proven(NamedTuple):
    """The proofs for a project, the gravest first; `unproven` says for which databases there is none, and why."""

    proofs: tuple[Proof, ...]
    unproven: str = ""


def prove(project: Project, heads: Sequence[str], *, fresh: bool = False) -> Proof:
    """The gravest proof for any database of `project`.  Raises as `proofs`."""
    return proofs(project, heads, fresh=fresh).proofs[0]


def proofs(project: Project, heads: Sequence[str], *, fresh: bool = False) -> Proven:
    """What running the branches of `heads` (full ids) in every order shows, for each kind of database.

    A proof is remembered by the content of all files up to `heads`, the seed and the server; `fresh` asks for a new
    one, and so does a seed that is a function.  Where there is no proof at all, raises NoScratch when no database to throw
    away can be had, CannotConnect, ConfigError, and RunError when not even the common ancestor can be made.
    """
    found: list[Proof] = []
    errors: list[tuple[Alike, LimbeckError]] = []
    for kind in alike(project):
        try:
            found.append(prove_for(kind, heads, fresh=fresh))
        except LimbeckError as error:  # noqa: PERF203 - the other kinds are asked all the same
            errors.append((kind, error))
    if not found:
        raise errors[0][1]
    found.sort(key=lambda proof: GRAVEST.index(proof.outcome))
    said = (f"for {', '.join(kind.names)}: {error.message}" for kind, error in errors)
    return Proven(tuple(found), "; ".join(said))


def prove_for(kind: Alike, heads: Sequence[str], *, fresh: bool = False) -> Proof:
    """The same for databases that are alike.  Raises what `proofs` raises."""
    from limbeck.actions.elsewhere import like
    from limbeck.database.engine import dialect_of

    project, target, names = kind
    settings = project.settings
    with like(settings, dialect_of(target.url), target.url) as found:
        if found is None:
            raise NoScratch(
                "No scratch database can be had: nothing answers at the address in the settings.",
                hint=f"start the server of {target.shown}, or set scratch to the address of another one",
            )
        source, server, beside = found
        cache = FolderCache(cache_folder() / "proofs", most=1_000)
        key = _key(kind, heads, server)
        stays = not seeded_by_function(settings)  # what a function reads is not in the key
        known = remembered(cache, key) if stays and not fresh else None
        if known is not None:
            return replace(known, databases=names)
        copies = Copies(source, settings.schemas or (None,), beside)
        shown = "sqlite" if server.startswith("sqlite") else server  # Python brings it along
        proof = _Proving(project, target, tuple(heads), copies, shown).proof()
        if stays:
            remember(cache, key, proof)
        return replace(proof, databases=names)


def _key(kind: Alike, heads: Sequence[str], server: str) -> str:
    project = kind.project
    history, settings = project.history, project.settings
    files = (project.library.script(id).read() for id in history.ordered(history.closure(heads)))
    given = (settings.schemas, settings.naming_convention, kind.target.options.get(ARGUMENTS))
    return key_of(
        "proof of states", __version__, server, tuple(heads), given, seed_content(settings), *files
    )


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
        self.rows = ""
        self.before: Snapshot | None = None

    def proof(self) -> Proof:
        """Rows that vary, if each branch by itself takes them; else plain ones; else none."""
        found = self._with_rows("varied")
        if not found.all_fail or not found.fails_alone:
            return self._said(found)
        bare = self._with_rows("none")
        if bare.all_fail:
            return self._said(bare)
        said = self.rows
        plain = self._with_rows("plain")
        if not plain.all_fail:
            return self._said(plain)
        self.rows = said
        return self._said(bare)

    # Running

    def _with_rows(self, kind: str) -> Ways:
        found = ways(self.heads, self.copies, self)
        with self.copies.empty() as empty:
            start = do(self._build, empty)
            start = do(lambda connection: self._fill(connection, kind), start)
            self.before = self.look(start)
            found.walk(start)
        return found

    def apply(self, place: Place, head: str) -> Place | str:
        """The place behind `head`, or why there is none."""
        try:
            return do(self._to(head), place)
        except LimbeckError as error:
            return error.message

    def look(self, place: Place) -> Snapshot:
        """All that is there."""
        found: Snapshot = look(place, self._snapshot)
        return found

    def broken(self, place: Place) -> frozenset[str]:
        """What is referred to there and missing."""
        found: frozenset[str] = look(place, lambda at: broken(at, self._read(at)))
        return found

    def differ(self, one: Snapshot, other: Snapshot) -> bool:
        """Whether there may be anything that one has and the other has not."""
        return bool(structure_differences(one, other)) or any(row_differences(one, other, {}))

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

    # Saying

    def _said(self, found: Ways) -> Proof:
        orders = tuple(Order(path, *found.error(path)) for path in found.orders)
        given = (orders, self.copies.shown, self.server, self.rows)
        if found.all_fail:
            return Proof(Outcome.FAILS, *given, complete=found.complete)
        failed = any(order.error for order in orders)
        structure, data, missing = self._compared(found.met)
        broken = self._broken(found)
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
        return Proof(outcome, *given, differences, missing, found.complete)

    def _compared(
        self, met: Sequence[Met]
    ) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """What is other in structure, and in rows; and what was not compared."""
        structure: dict[str, None] = {}
        data: dict[str, None] = {}
        unstable: dict[TableName, set[str]] = {}
        for path, mine, theirs in met:
            structure.update(dict.fromkeys(structure_differences(mine, theirs)))
            found = list(row_differences(mine, theirs, unstable))
            if found and not data:  # else it is certain that not all of it is chance
                _together(unstable, self._unstable(path, mine))
                found = list(row_differences(mine, theirs, unstable))
            data.update(dict.fromkeys(found))
        missing = tuple(
            f"{table}.{column} is another one in each run"
            for table, columns in sorted(unstable.items(), key=str)
            for column in sorted(columns)
        )
        return tuple(structure), tuple(data), missing

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

    def _broken(self, found: Ways) -> tuple[str, ...]:
        """What does not work after any order, though the server took it."""
        assert self.before is not None
        new = [end.broken - self.before.broken - found.own for end in found.ends]
        return tuple(sorted(frozenset.intersection(*new))) if new else ()


def _together(found: dict[TableName, set[str]], more: dict[TableName, set[str]]) -> None:
    for name, columns in more.items():
        found.setdefault(name, set()).update(columns)
