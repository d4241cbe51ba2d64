"""
Two MetaData of which the second could have become of the first, for hypothesis.

Responsible for specifications of tables that are changed in part, and for making MetaData of them.  The types, names
and checks are those of `tests.models_strategy`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql

from tests import models_strategy as pools

Drawn = Any  # hypothesis gives `draw` no narrower type that is public

TABLES = ["users", "Order", "with space", "bestellung_ä", "select"]
NAMES = ["id_no", "Name", "select", "two words", "größe", "per%cent"]
VALUES = ["red", "dark red", "it's", "blue"]
CONVENTIONS: list[dict[str, str] | None] = [
    None,
    {
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "ix": "ix_%(column_0_label)s",
    },
]


@dataclass(frozen=True)
class ColumnSpec:
    """A column; `type` is the place in `types(dialect)`, -1 for an enum that tables share."""

    type: int
    default: int | None
    nullable: bool
    comment: str | None


@dataclass(frozen=True)
class TableSpec:
    """A table; checks, uniques and indexes are about `amount` and `id`, which every table has."""

    key: str = "id"
    identity: tuple[bool, int] | None = None
    columns: tuple[tuple[str, ColumnSpec], ...] = ()
    amount_nullable: bool = True
    computed: int | None = None
    checks: tuple[tuple[str | None, int], ...] = ()
    uniques: tuple[tuple[str | None, str], ...] = ()
    keys: tuple[tuple[str, str | None, str | None], ...] = ()
    indexes: tuple[tuple[str, int], ...] = ()
    comment: str | None = None


@dataclass(frozen=True)
class ModelSpec:
    """All tables, by name, and the values of the shared enum."""

    tables: tuple[tuple[str, TableSpec], ...]
    values: tuple[str, ...] = ("red", "it's")
    convention: int = 0
    names: tuple[str, ...] = field(default=())

    def metadata(self, dialect: str) -> sa.MetaData:
        """What an application would declare."""
        return build(self, dialect)


def types(dialect: str) -> list[Any]:
    """Makers of types, each with values that may stand behind DEFAULT."""
    return [*pools._COMMON, *pools._OWN[dialect]]


@st.composite
def pairs(draw: Drawn, dialect: str) -> tuple[ModelSpec, ModelSpec]:
    """Models, and models that differ from them in some parts."""
    first = draw(model_specs(dialect))
    second = draw(changed(first, dialect))
    return first, second


@st.composite
def model_specs(draw: Drawn, dialect: str) -> ModelSpec:
    names = draw(st.lists(st.sampled_from(TABLES), min_size=1, max_size=3, unique=True))
    tables = tuple((name, draw(table_specs(dialect, names))) for name in names)
    return ModelSpec(tables, draw(_values()), draw(st.integers(0, len(CONVENTIONS) - 1)))


@st.composite
def changed(draw: Drawn, model: ModelSpec, dialect: str) -> ModelSpec:
    kept = [name for name, _ in model.tables if draw(st.integers(0, 4))]
    free = [name for name in TABLES if name not in dict(model.tables)]
    new = (
        draw(st.lists(st.sampled_from(free), max_size=0 if kept and draw(st.booleans()) else 1))
        if free
        else []
    )
    names = [*kept, *new] or [TABLES[0]]
    old = dict(model.tables)
    tables = []
    for name in names:
        other = draw(table_specs(dialect, names))
        tables.append((name, _mixed(draw, old[name], other, names) if name in old else other))
    values = draw(st.one_of(st.just(model.values), _values()))
    # Names that are given no longer stay; SQLite would have to make tables anew for names alone.
    convention = (
        draw(st.sampled_from([model.convention] * 4 + [1]))
        if dialect != "sqlite"
        else model.convention
    )
    return ModelSpec(tuple(tables), values, convention)


def _mixed(draw: Drawn, old: TableSpec, new: TableSpec, tables: list[str]) -> TableSpec:
    """Some parts of one, some of the other."""
    parts = [
        "key",
        "identity",
        "amount_nullable",
        "computed",
        "checks",
        "uniques",
        "keys",
        "indexes",
        "comment",
    ]
    taken = draw(st.lists(st.sampled_from(parts), max_size=4, unique=True))
    found = replace(old, **{part: getattr(new, part) for part in taken})
    was, other = dict(old.columns), dict(new.columns)
    columns: dict[str, ColumnSpec] = {}
    for name in {**was, **other}:
        choice = draw(st.integers(0, 4))
        if name in was and (choice <= 2 or name not in other):
            columns[name] = (
                _column_changed(draw, was[name], other.get(name)) if choice else was[name]
            )
            if choice == 4:
                del columns[name]
        elif choice > 1:
            columns[name] = other[name]
    keys = tuple(key for key in found.keys if key[0] in tables)
    return replace(found, columns=tuple(columns.items()), keys=keys)


def _column_changed(draw: Drawn, old: ColumnSpec, other: ColumnSpec | None) -> ColumnSpec:
    if not draw(st.booleans()):
        return old
    if other is None:
        return replace(old, nullable=not old.nullable)
    return replace(other, type=old.type, default=None) if draw(st.booleans()) else other


def _values() -> Any:
    return st.lists(st.sampled_from(VALUES), min_size=2, unique=True).map(tuple)


@st.composite
def column_specs(draw: Drawn, dialect: str) -> ColumnSpec:
    low = -2 if dialect == "postgresql" else 0
    kind = draw(st.integers(low, len(types(dialect)) - 1))
    defaults = types(dialect)[kind][1] if kind >= 0 else ["red"]
    default = draw(st.one_of(st.none(), st.integers(0, len(defaults) - 1))) if defaults else None
    return ColumnSpec(kind, default, draw(st.booleans()), draw(st.sampled_from([None, "it's 5 %"])))


@st.composite
def table_specs(draw: Drawn, dialect: str, tables: list[str]) -> TableSpec:
    columns = draw(st.lists(st.sampled_from(NAMES), max_size=4, unique=True))
    actions = [None, "CASCADE", "SET NULL", "RESTRICT", "NO ACTION"]
    count = len(_index_forms(dialect))
    names = st.sampled_from([None, "first", "second"])
    kind = st.sampled_from(["id", "id", "big", "both"])
    identity = st.one_of(st.none(), st.tuples(st.booleans(), st.sampled_from([1, 5])))
    # One without a name at most: which of several gets which name depends on which was first.
    check = st.tuples(names, st.integers(0, len(pools._CHECKS) - 2))
    unique = st.tuples(names, st.sampled_from(["amount", "id,amount deferrable", "amount,id"]))
    key = st.tuples(st.sampled_from(tables), st.sampled_from(actions), names)
    return TableSpec(
        key=draw(kind),
        identity=draw(identity) if dialect == "postgresql" else None,
        columns=tuple((name, draw(column_specs(dialect))) for name in columns),
        amount_nullable=draw(st.booleans()),
        computed=draw(st.sampled_from([None, None, 2, 3])),
        checks=tuple(draw(st.lists(check, max_size=2, unique_by=lambda one: one[1]))),
        uniques=tuple(draw(st.lists(unique, max_size=2, unique_by=lambda one: one[1]))),
        keys=tuple(draw(st.lists(key, max_size=2, unique_by=lambda one: one[0]))),
        indexes=tuple(
            draw(
                st.lists(
                    st.tuples(st.sampled_from(["one", "two"]), st.integers(0, count - 1)),
                    max_size=2,
                    unique_by=lambda one: one[0],
                )
            )
        ),
        comment=draw(st.sampled_from([None, "a table, it's"])),
    )


def _index_forms(dialect: str) -> list[Any]:
    """Makers of the arguments of an index, of a table."""
    forms: list[Any] = [
        lambda t: ([t.c.amount], {}),
        lambda t: ([t.c.amount, t.c.id], {"unique": True}),
        lambda t: ([t.c.amount.desc()], {}),
    ]
    if dialect != "mariadb":
        forms += [
            lambda t: (
                [t.c.amount],
                {"postgresql_where": t.c.amount > 5, "sqlite_where": t.c.amount > 5},
            ),
            lambda t: ([t.c.amount + 1], {}),
            lambda t: ([sa.func.abs(t.c.amount)], {}),
        ]
    if dialect == "postgresql":
        forms += [
            lambda t: ([t.c.amount], {"postgresql_using": "hash"}),
            lambda t: ([t.c.amount], {"postgresql_include": ["id"]}),
            lambda t: ([t.c.amount], {"postgresql_with": {"fillfactor": 50}}),
        ]
    return forms


def build(model: ModelSpec, dialect: str) -> sa.MetaData:
    """The MetaData of a specification."""
    metadata = sa.MetaData(naming_convention=CONVENTIONS[model.convention])
    shared = sa.Enum(*model.values, name="hue", metadata=metadata)
    kinds = dict(model.tables)
    for name, spec in model.tables:
        _table(metadata, name, TABLES.index(name), spec, shared, kinds, dialect)
    return metadata


def _table(
    metadata: sa.MetaData,
    name: str,
    number: int,
    spec: TableSpec,
    shared: sa.Enum,
    kinds: dict[str, TableSpec],
    dialect: str,
) -> None:
    named = metadata.naming_convention.get("ck") is not None
    columns = [*_key(spec), sa.Column("amount", sa.Integer, nullable=spec.amount_nullable)]
    if spec.key == "both":
        columns[-1].nullable = False
        columns[-1].primary_key = True
    columns += [
        _column(one, column, shared, model_values=shared.enums, dialect=dialect)
        for one, column in spec.columns
    ]
    if spec.computed is not None:
        columns.append(
            sa.Column("more", sa.Integer, sa.Computed(f"amount * {spec.computed}", persisted=True))
        )
    extra: list[Any] = []
    for label, check in spec.checks:
        # Whether a part has a name depends on what it is: a name that is no longer given would stay as it was.
        has_name = named or check > 0
        name_ = f"ck_{number}_{label or ''}{check}" if has_name else None
        extra.append(sa.CheckConstraint(pools._CHECKS[check], name=name_))
    for label, form in spec.uniques:
        parts, _, deferrable = form.partition(" ")
        later = True if deferrable and dialect == "postgresql" else None
        extra.append(
            sa.UniqueConstraint(
                *parts.split(","),
                name=f"uq_{number}_{label}{len(form)}" if "id" in form else None,
                deferrable=later,
            )
        )
    for target, action, label in spec.keys:
        if kinds[target].key == "both":
            continue
        columns.append(sa.Column(f"to_{target}", _key_type(kinds[target])))
        extra.append(
            sa.ForeignKeyConstraint(
                [f"to_{target}"],
                [f"{target}.id"],
                ondelete=action,
                name=f"fk_{number}_{label or ''}{TABLES.index(target)}",
                use_alter=dialect != "sqlite",
            )
        )
    table = sa.Table(name, metadata, *columns, *extra, comment=spec.comment)
    for place, index_form in spec.indexes:
        elements, options = _index_forms(dialect)[index_form](table)
        sa.Index(f"ix_{number}_{place}", *elements, **options)


def _key(spec: TableSpec) -> list[sa.Column[Any]]:
    extra: list[Any] = []
    if spec.identity is not None:
        always, start = spec.identity
        extra = [sa.Identity(always=always, start=start)]
    return [sa.Column("id", _key_type(spec), *extra, primary_key=True)]


def _key_type(spec: TableSpec) -> Any:
    return sa.BigInteger() if spec.key == "big" else sa.Integer()


def _column(
    name: str, spec: ColumnSpec, shared: sa.Enum, *, model_values: list[str], dialect: str
) -> sa.Column[Any]:
    default: Any = None
    if spec.type >= 0:
        make, defaults = types(dialect)[spec.type]
        kind = make()
        default = defaults[spec.default] if spec.default is not None else None
    elif spec.type == -1:
        kind = shared
        default = model_values[0] if spec.default is not None else None
    else:
        kind = postgresql.ARRAY(shared)
        default = "{}" if spec.default is not None else None
    return sa.Column(
        name, kind, nullable=spec.nullable, server_default=default, comment=spec.comment
    )
