"""
What an `env.py` says about comparing, for limbeck's own comparison.

Responsible for `include_name`, `include_object`, `include_schemas`, `compare_type` and `compare_server_default` of
`configure()`, and for dialects of users that decide about types and defaults: each is given the objects that Alembic documents.
Does not compare.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.types import NullType

from limbeck.actions.rules import Rules, wanted
from limbeck.compat.autogenerate.compare.schema import _schemas
from limbeck.compat.autogenerate.compare.server_defaults import (
    _render_server_default_for_compare as rendered,
)
from limbeck.compat.autogenerate.sides import Sides
from limbeck.diff import Equality, Include
from limbeck.diff.narrowing import listed_values
from limbeck.models import Models
from limbeck.schema import Check, Computed
from limbeck.schema.edit import constraint_involves

if TYPE_CHECKING:
    from limbeck.compat.autogenerate.context import AutogenContext
    from limbeck.config import Settings
    from limbeck.diff import Asked, ColumnPair
    from limbeck.schema import SchemaState

_FILTERED = frozenset(
    (
        "table", "column", "index", "unique_constraint", "foreign_key_constraint", "check_constraint",
    )
)  # fmt: skip
"""The kinds that Alembic documents for the filters; of others they were never asked."""
_OF_TABLES = frozenset(("enum", "domain", "sequence"))
"""Objects that columns bring along, so that any models declare them."""
_OURS = "limbeck."


def rules_of(context: AutogenContext, settings: Settings, *, offline: bool = False) -> Rules:
    """The rules of the database that an `env.py` has configured; `offline`, where it cannot be asked for its schemas."""
    found: set[str | None] = {None} if offline else _schemas(context)
    schemas = tuple(sorted(found, key=lambda name: name or ""))
    asked = _Asked(context)
    models = models_of(context)
    return Rules(
        models,
        schemas,
        wanted(settings),
        asked.hooks,
        remembers=not asked.asks_users,
        terms=("env.py", schemas, *asked.flags),
    )


def models_of(context: AutogenContext) -> Models:
    """The models that an `env.py` has named."""
    return Models(tuple(context._several), tuple(sorted(_modules(context))))


def _modules(context: AutogenContext) -> set[str]:
    """The modules that have the tables of the models, as variables or behind classes."""
    tables = {id(table) for table in context.table_key_to_table.values()}
    found: set[str] = set()
    for name, module in list(sys.modules.items()):
        for value in list(getattr(module, "__dict__", {}).values()):
            mapped = vars(value).get("__table__") if isinstance(value, type) else value
            own = not isinstance(value, type) or value.__module__ == name
            if own and isinstance(mapped, sa.Table) and id(mapped) in tables:
                found.add(name)
    return found


def overridden(impl: object, method: str) -> bool:
    """Whether a dialect of somebody else's has a method of its own."""
    owner = next(kind for kind in type(impl).__mro__ if method in vars(kind))
    return not owner.__module__.startswith(_OURS)


class _Asked:
    """The functions of `configure()`, and the objects that they are given."""

    def __init__(self, context: AutogenContext) -> None:
        self.context = context
        self.migration = context.migration_context
        self.impl = context.migration_context.impl
        self._sides: Sides | None = None
        self._undeclared: frozenset[str] = frozenset()
        """Kinds of objects of which the models declare none."""

    @property
    def flags(self) -> tuple[object, object]:
        """`compare_type` and `compare_server_default`."""
        return self.migration._user_compare_type, self.migration._user_compare_server_default

    @property
    def asks_users(self) -> bool:
        """Whether a function of somebody else's has a say, so that nobody can know the answer beforehand."""
        return bool(
            self.context._name_filters
            or self.context._object_filters
            or any(map(callable, self.flags))
            or any(overridden(self.impl, f"compare_{what}") for what in ("type", "server_default"))
        )

    @property
    def sides(self) -> Sides:
        assert self._sides is not None
        return self._sides

    def hooks(self, have: SchemaState, want: SchemaState) -> tuple[Equality, Include]:
        """What is asked about the parts of two states."""
        self._sides = Sides(self.context.dialect, have, self.context.table_key_to_table.values())
        there = {key.kind for key in have.objects} - _OF_TABLES
        self._undeclared = frozenset(there - {key.kind for key in want.objects})
        names = self.name if self.context._name_filters else None
        objects = self.part if self.context._object_filters else self.known
        return Equality(types=self.type, defaults=self.default), Include(names, within=objects)

    # Filters

    def name(self, name: str | None, kind: str, parents: Mapping[str, str | None]) -> bool:
        """`include_name`."""
        if kind not in _FILTERED and kind != "schema":
            return True
        return self.context.run_name_filters(name, kind, dict(parents))

    def known(self, asked: Asked) -> bool:
        """What only the database has stays where Alembic never looked at such a thing: a CHECK with its columns, a view."""
        check, (before, after) = asked.part, asked.tables
        if asked.reflected and asked.kind in self._undeclared:
            return False
        if not isinstance(check, Check) or not asked.reflected or before is None or after is None:
            return True
        left = {column.name for column in after.columns}
        gone = (column.name for column in before.columns if column.name not in left)
        return any(constraint_involves(check, name, before.name) for name in gone)

    def part(self, asked: Asked) -> bool:
        """`include_object`."""
        if not self.known(asked):
            return False
        if asked.kind not in _FILTERED:
            return True
        before, after = asked.tables
        part: Any = asked.part
        if asked.reflected:
            found, other = self.sides.there(part, before), None
        else:
            found = self.sides.wanted(part, after)
            other = self.sides.there(asked.other, before) if asked.other is not None else None
        name = part.name if isinstance(part.name, str) or part.name is None else part.name.name
        return self.context.run_object_filters(found, name, asked.kind, asked.reflected, other)

    # Columns

    def columns(self, pair: ColumnPair) -> tuple[Any, Any]:
        """Both columns of a pair."""
        before, after = pair.tables
        return self.sides.there(pair.before, before), self.sides.wanted(pair.after, after)

    def type(self, pair: ColumnPair) -> bool | None:
        """Whether types differ: the user's function first, then the dialect's, then limbeck's."""
        given = self.migration._user_compare_type
        if given is False:
            return False
        own = overridden(self.impl, "compare_type")
        same = pair.before.type == pair.after.type
        if same and not own and not callable(given):
            return None
        there, model = self.columns(pair)
        if isinstance(there.type, NullType) or isinstance(model.type, NullType):
            return False
        if callable(given):
            verdict = given(self.migration, there, model, there.type, model.type)
            if verdict is not None:
                return bool(verdict)
        if own:
            return bool(self.impl.compare_type(there, model))
        if same or any(listed_values(one.type.sql) for one in (pair.before, pair.after)):
            return None
        # Equal but for what the models leave open is equal, as Alembic documents.
        return self.impl.compare_type(there, model)

    def default(self, pair: ColumnPair) -> bool | None:
        """Whether defaults differ; without `compare_server_default` none does."""
        given = self.migration._user_compare_server_default
        if given is False:
            return False
        if isinstance(pair.before.default, Computed) or isinstance(pair.after.default, Computed):
            return None
        own = overridden(self.impl, "compare_server_default")
        if not callable(given) and not own:
            return None
        there, model = self.columns(pair)
        before, after = there.server_default, model.server_default
        if before is None and after is None:
            return None
        texts = rendered(before, self.context), rendered(after, self.context)
        if callable(given):
            verdict = given(self.migration, there, model, texts[0], after, texts[1])
            if verdict is not None:
                return bool(verdict)
        return (
            bool(self.impl.compare_server_default(there, model, texts[1], texts[0]))
            if own
            else None
        )
