"""
Models and a database of which is known that they are in step.

Responsible for the answer without reading when neither has changed since it was found, and for when that may be
remembered.  Does not know how they are compared.

What counts is written out in `Memory`: all that a comparison depends on but the database itself, whose fingerprint is
what is remembered under it.  A comparison that depends on code of the project's own (hooks, statements compiled by its
functions) or on somebody's decisions is made each time.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from limbeck.actions.own import own_tables

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.config import Settings
    from limbeck.database.compare import Compared
    from limbeck.database.normalise import Facts
    from limbeck.diff import Diff
    from limbeck.models import Models
    from limbeck.project import Target
    from limbeck.schema import SchemaState

_HOOKS = ("include_name", "include_object", "compare_type", "compare_server_default")


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of one database; `terms` are values that the answer depends on beside the settings."""

    settings: Settings
    target: Target
    connection: sa.Connection
    terms: tuple[object, ...] = ()

    def last(self) -> str | None:
        """The fingerprint that it had when it was last in step with any models; None where it was with none.

        Then one is worth asking for.
        """
        from limbeck.database.compare_cache import FolderCache

        found = FolderCache().get(self._address)
        return found if isinstance(found, str) else None

    def about(self, models: Models, want: SchemaState, facts: Facts) -> Known | None:
        """The same for these models, `want` as a value; None where every comparison must be made."""
        from limbeck.database.compare_cache import key_of
        from limbeck.database.read.metadata import left_out
        from limbeck.schema.fingerprint import fingerprint

        if _compiles(models):
            return None
        skipped = left_out(models.metadata)
        key = key_of(
            self._address,
            fingerprint(want),
            sorted(map(repr, (*skipped.tables, *skipped.columns))),
            facts,
            self.settings.include_tables,
            self.settings.exclude_tables,
            sorted(map(repr, own_tables(self.target))),
        )
        return Known(key, self._address)

    @property
    def _address(self) -> str:
        import sqlalchemy as sa

        from limbeck.database.compare_cache import key_of
        from limbeck.version import __version__

        return key_of(
            "in step",
            self.connection.engine.url.render_as_string(hide_password=True),
            self.connection.dialect.driver,
            self.settings.schemas,
            *map(repr, self.terms),
            __version__,
            sa.__version__,
        )


@dataclass(frozen=True, slots=True)
class Known:
    """Under `key`, the fingerprint of a database in step with some models; under `address` the last one with any."""

    key: str
    address: str

    def in_step(self, now: str) -> bool:
        """Whether a database with the fingerprint `now` was in step."""
        from limbeck.database.compare_cache import FolderCache

        return bool(FolderCache().get(self.key) == now)

    def keep(self, compared: Compared, found: Diff, now: str | None) -> None:
        """Remember what was found of a database with the fingerprint `now`, where there is nothing to be done."""
        from limbeck.database.compare_cache import FolderCache
        from limbeck.diff.ownership import has_more

        told = found.operations or found.notes or found.undecided or found.refusal
        # Whether something may be dropped that the models do not have, depends on the revisions.
        if told or compared.not_compared or has_more(compared.have, compared.want):
            return
        if now is not None:
            cache = FolderCache()
            cache.put(self.key, now)
            cache.put(self.address, now)


def memory_of(
    settings: Settings, target: Target, connection: sa.Connection, terms: tuple[object, ...] = ()
) -> Memory | None:
    """What is known of a database; None where every comparison must be made."""
    from limbeck.database.read import has_fingerprint

    if not has_fingerprint(connection) or any(getattr(settings, name) for name in _HOOKS):
        return None
    return Memory(settings, target, connection, terms)


def _compiles(models: Models) -> bool:
    """Whether statements about the models are compiled by functions of the project's own (`@compiles(CreateTable)`).

    Such a function may make another table of the same values; one for a type is seen in the type's text.
    """
    if "sqlalchemy.ext.compiler" not in sys.modules:
        return False
    from sqlalchemy import schema

    # Dropping makes nothing, and other tools compile that their own way.
    kinds = {
        kind
        for name, kind in vars(schema).items()
        if isinstance(kind, type) and not name.startswith("Drop")
    }
    for one in models.metadata:
        for table in one.tables.values():
            kinds.update(map(type, (table, *table.columns, *table.constraints, *table.indexes)))
    return any("_compiler_dispatcher" in vars(base) for kind in kinds for base in kind.__mro__)
