"""
Models against a database, or against the history itself.

Responsible for putting reading, comparing and the settings of a project together.  Does not know what is done about
what is found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from limbeck.actions import held, hooks
from limbeck.actions.elsewhere import beside, without_database
from limbeck.actions.evidence import from_git
from limbeck.actions.hints import declared_hints, hints
from limbeck.actions.meanwhile import meanwhile
from limbeck.actions.outcome import Place
from limbeck.actions.own import own_tables
from limbeck.actions.owned import owned_by
from limbeck.actions.replay import schema_at
from limbeck.actions.rules import rules_of
from limbeck.actions.standing import at_head
from limbeck.actions.unchanged import memory_of
from limbeck.actions.uncollected import uncollected
from limbeck.diff import Abilities, Diff, diff, parse, parse_fill
from limbeck.diff.ownership import has_more
from limbeck.errors import ModelsFailed
from limbeck.models import load
from limbeck.schema import TableName

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.actions.replay import Replayed
    from limbeck.actions.rules import Rules
    from limbeck.config import Settings
    from limbeck.database.compare import Compared, NotCompared
    from limbeck.database.live import LiveDatabase
    from limbeck.diff import Fill, Loss, Owned, Rename
    from limbeck.models import Models
    from limbeck.project import Project, Target
    from limbeck.schema import SchemaState


@dataclass(frozen=True, slots=True)
class Decisions:
    """What somebody has decided beforehand, as it is typed: `users.name=users.full_name`, `users.age=0`.

    With `drop_unowned` tables may be dropped that no revision has made.
    """

    renames: tuple[str, ...] = ()
    fills: tuple[str, ...] = ()
    drop_unowned: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of comparing the models with one database, or with the history.

    `losses` are the operations of `diff` that would lose data which is there.  `scratch` is the database to throw away
    that was asked, "" when none was.
    """

    place: Place
    models: Models
    diff: Diff
    losses: tuple[Loss, ...] = ()
    not_compared: tuple[NotCompared, ...] = ()
    scratch: str = ""
    replayed: Replayed | None = field(default=None, repr=False)

    @property
    def in_step(self) -> bool:
        """Whether there is nothing to do."""
        return not self.diff


def compare_models(
    project: Project,
    decisions: Decisions | None = None,
    *,
    offline: bool = False,
    models: Models | None = None,
) -> tuple[Comparison, ...]:
    """The models against each database, which must stand at the heads; `offline`, against what the revisions lead to.

    Without `models` they are those that the settings name.  Raises ModelsFailed, NotAtHead, UsageError for a decision
    that does not fit, HistoryError and RunError.
    """
    models = models or models_of(project.settings)
    rules = rules_of(project.settings, models)
    decided = decisions or Decisions()
    if not offline:
        return tuple(
            project.visit(
                lambda target, database: with_database(project, target, database, rules, decided)
            )
        )
    found: list[Comparison] = []
    project.targets.each(lambda target: found.append(with_history(project, target, rules, decided)))
    return tuple(found)


def models_of(settings: Settings) -> Models:
    """The models that the settings name.  Raises ModelsFailed when there are none, or they cannot be imported."""
    if not settings.metadata:
        raise ModelsFailed(
            "the settings do not say where the models are",
            hint=f'add metadata = "app.db:Base.metadata" to {settings.file or "limbeck.toml"}',
        )
    return load(settings.metadata, settings.imports, paths=settings.prepend_sys_path)


def with_database(
    project: Project, target: Target, database: LiveDatabase, rules: Rules, decided: Decisions
) -> Comparison:
    """The models against a database, which must stand at the heads.  Raises as `compare_models`."""
    with uncollected():
        return _with_database(project, target, database, rules, decided)


def _with_database(
    project: Project, target: Target, database: LiveDatabase, rules: Rules, decided: Decisions
) -> Comparison:
    from limbeck.database.compare import compare
    from limbeck.database.compare_cache import FolderCache
    from limbeck.database.normalise import facts, words
    from limbeck.database.read import fingerprint, read_known
    from limbeck.database.read.metadata import metadata

    at_head(target, database, project.history)
    settings, connection, models = project.settings, database.connection, rules.models
    _release(target, connection)
    place, server = Place(target.name, target.shown), facts(connection)

    def of_now() -> str | tuple[SchemaState, str | None]:
        return fingerprint(connection, schemas=rules.schemas, like=last)

    def read_all() -> tuple[SchemaState, str | None]:
        return read_known(
            connection, schemas=rules.schemas, leave_out=own_tables(target), wanted=rules.wanted
        )

    # A decision that does not fit is to be refused, even where nothing is to be done.
    remembers = rules.remembers and not decided.renames and not decided.fills
    memory = memory_of(settings, target, connection, rules.terms) if remembers else None
    last = memory.last() if memory is not None else None
    ask = of_now if last is not None else read_all
    with meanwhile(connection, ask) as answer:
        want = metadata(models.metadata, connection.dialect, wanted=rules.wanted)
        known = memory.about(models, want, server) if memory is not None else None
        said = words(want, connection.dialect, server) if ask is read_all else None
        told = answer()
    if isinstance(told, str):  # only the fingerprint was asked for
        if known is not None and known.in_step(told):
            _release(target, connection)
            return Comparison(place, models, Diff(want, want))
        told = read_all()
    have, now = told
    compared = compare(
        _without(have, models),
        want,
        connection.dialect,
        facts=server,
        scratch=beside(connection, settings, have),
        cache=FolderCache(),
        said=said,
    )
    rows = _rows_in(connection)
    found = _difference(project, target, compared, decided, rows, rules)
    losses = held.losses(connection, found, rows)
    if known is not None:
        known.keep(compared, found, now)
    _release(target, connection)
    return Comparison(
        place, models, found, losses, compared.not_compared, compared.scratch_name or ""
    )


def _release(target: Target, connection: sa.Connection) -> None:
    """End a transaction in which was only read, unless it is the caller's."""
    if not target.join:
        connection.rollback()


def _without(have: SchemaState, models: Models) -> SchemaState:
    """A database without what the models ask not to be compared."""
    from limbeck.database.read.metadata import left_out
    from limbeck.schema import SchemaState

    skipped = left_out(models.metadata)
    if not skipped.tables and not skipped.columns:
        return have
    tables = [skipped.table(table) for table in have if table.name not in skipped.tables]
    return SchemaState(tables, have.objects.values())


def with_history(project: Project, target: Target, rules: Rules, decided: Decisions) -> Comparison:
    """The models against what the revisions lead to, as they would on the target.  Raises as `compare_models`."""
    with uncollected():
        return _with_history(project, target, rules, decided)


def _with_history(project: Project, target: Target, rules: Rules, decided: Decisions) -> Comparison:
    from limbeck.database.compare import compare
    from limbeck.database.engine import dialect_of
    from limbeck.database.normalise import Facts
    from limbeck.database.read.metadata import metadata

    dialect, models = dialect_of(target.url), rules.models
    with without_database(project.settings, dialect) as scratch:
        replayed = schema_at(project, target, frozenset(project.history.real_heads), scratch)
        compared = compare(
            _without(replayed.schema, models),
            metadata(models.metadata, dialect, wanted=rules.wanted),
            dialect,
            facts=Facts.default(dialect),
            scratch=scratch,
            from_server=bool(replayed.scratch),
        )
    found = _difference(project, target, compared, decided, lambda table: True, rules)
    return Comparison(
        Place(target.name, "the revisions"),
        models,
        found,
        found.destructive,
        compared.not_compared,
        compared.scratch_name or replayed.scratch,
        replayed,
    )


def _difference(
    project: Project,
    target: Target,
    compared: Compared,
    decided: Decisions,
    filled: Callable[[TableName], bool],
    rules: Rules,
) -> Diff:
    from limbeck.database.engine import dialect_of

    have, want = compared.have, compared.want
    dialect = dialect_of(target.url)
    fills: list[Fill] = [parse_fill(text, want) for text in decided.fills]
    owned: Owned | None = None
    if not decided.drop_unowned and has_more(have, want):
        owned = owned_by(project, target, have)
    equality, include = rules.hooks(have, want)
    return diff(
        have,
        want,
        equality=equality,
        include=include,
        abilities=Abilities.of(dialect.name),
        renames=renames(decided, have, want),
        hints=[*hints(want), *declared_hints(want, rules.models.metadata, dialect)],
        fills=[*fills, *hooks.scalar_defaults(want, dialect)],
        filled=filled,
        evidence=from_git(rules.models),
        owned=owned,
        example=hooks.member_of(want),
    )


def renames(decided: Decisions, have: SchemaState, want: SchemaState) -> list[Rename]:
    """The renames that somebody has typed.  Raises UsageError for one that does not fit."""
    return [parse(text, have, want) for text in decided.renames]


def _rows_in(connection: sa.Connection) -> Callable[[TableName], bool]:
    """Whether a table has rows, asked once for each that matters."""
    import sqlalchemy as sa

    @cache
    def filled(name: TableName) -> bool:
        table = sa.table(name.name, schema=name.schema)
        query: sa.Select[Any] = sa.select(sa.literal_column("1")).select_from(table).limit(1)
        return connection.execute(query).first() is not None

    return filled
