"""
MetaData of every kind, for hypothesis.

`models(dialect)` draws tables with the types, defaults, keys, checks, indexes, comments and names that the dialect
takes; each can be made by `create_all` in an empty database.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st
from sqlalchemy.dialects import mysql, postgresql

Drawn = Any  # hypothesis gives `draw` no narrower type that is public

NAMES = ["id_no", "Name", "select", "two words", "größe", "a_b", "per%cent", "x1", "order", "kind"]
TABLES = ["users", "Order", "t_1", "with space", "bestellung_ä", "select", "x" * 50]
WORDS = ["", "x", "it's", "a b", "ä", "5", "{}"]
NUMBERS = ["0", "5", "-7"]

_COMMON = [
    (sa.Integer, NUMBERS), (sa.BigInteger, NUMBERS), (sa.SmallInteger, NUMBERS), (lambda: sa.String(20), WORDS),
    (lambda: sa.CHAR(3), ["x", ""]), (sa.Text, []), (sa.Boolean, [sa.true(), sa.false()]), (sa.Date, ["2020-02-03"]),
    (sa.DateTime, [sa.func.now(), sa.text("CURRENT_TIMESTAMP")]), (sa.Time, []), (sa.Float, ["0", "1.5"]),
    (lambda: sa.Numeric(10, 2), ["0", "1.50", "-1", sa.text("2")]), (lambda: sa.Numeric(5), ["0"]), (sa.Uuid, []),
    (sa.JSON, []), (sa.LargeBinary, []), (lambda: sa.Enum("a", "b b", "it's", name="plain", native_enum=False), ["a"]),
]  # fmt: skip
_OWN: dict[str, list[Any]] = {
    "postgresql": [
        (lambda: sa.Enum("red", "dark red", "it's", name="colour"), ["red", "it's"]),
        (lambda: postgresql.ARRAY(sa.Integer), ["{}"]), (lambda: postgresql.ARRAY(sa.String(5)), []),
        (postgresql.JSONB, ["{}", "[]"]), (lambda: postgresql.TIMESTAMP(timezone=True, precision=3), [sa.func.now()]),
        (postgresql.INET, ["127.0.0.1"]), (postgresql.INTERVAL, ["1 day"]), (postgresql.TSVECTOR, []),
        (postgresql.INT4RANGE, []), (lambda: postgresql.BIT(4), []), (lambda: sa.String(9, collation="C"), ["x"]),
        (sa.Uuid, [sa.text("gen_random_uuid()")]), (lambda: sa.DateTime(timezone=True), [sa.func.now()]),
        (lambda: postgresql.DOMAIN("positive", sa.Integer(), check="VALUE > 0"), []),
    ],
    "mariadb": [
        (lambda: mysql.ENUM("red", "it's"), ["red"]), (lambda: mysql.SET("a", "b"), []),
        (lambda: mysql.INTEGER(unsigned=True), ["5"]), (mysql.TINYINT, ["1"]), (mysql.LONGTEXT, []),
        (lambda: mysql.DATETIME(fsp=6), []), (mysql.YEAR, []), (lambda: mysql.VARCHAR(9, collation="utf8mb4_bin"), []),
        (mysql.DOUBLE, ["0"]),
    ],
    "sqlite": [(lambda: sa.String(9, collation="NOCASE"), ["x"])],
}  # fmt: skip


@st.composite
def models(draw: Drawn, dialect: str) -> sa.MetaData:
    """MetaData of one to three tables for postgresql, mariadb or sqlite."""
    convention = draw(
        st.sampled_from(
            [
                None,
                {
                    "uq": "uq_%(table_name)s_%(column_0_name)s",
                    "pk": "pk_%(table_name)s",
                    "ck": "ck_%(constraint_name)s",
                },
            ]
        )
    )
    metadata = sa.MetaData(naming_convention=convention)
    names = draw(st.lists(st.sampled_from(TABLES), min_size=1, max_size=3, unique=True))
    earlier: list[sa.Table] = []
    for number, name in enumerate(names):
        earlier.append(draw(_tables(metadata, name, number, earlier, dialect)))
    return metadata


@st.composite
def _tables(
    draw: Drawn,
    metadata: sa.MetaData,
    name: str,
    number: int,
    earlier: list[sa.Table],
    dialect: str,
) -> sa.Table:
    columns = [_key(draw, dialect)]
    chosen = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5, unique=True))
    columns += [draw(_columns(column, dialect)) for column in chosen]
    extra: list[Any] = []
    if earlier and draw(st.booleans()):
        extra += _foreign_key(draw, draw(st.sampled_from(earlier)))
    columns.append(sa.Column("amount", sa.Integer, nullable=draw(st.booleans())))
    extra += draw(
        st.lists(st.sampled_from(_CHECKS), max_size=2, unique=True).map(
            lambda c: [sa.CheckConstraint(t, name=f"ck{number}{i}") for i, t in enumerate(c)]
        )
    )
    if draw(st.booleans()):
        extra.append(
            sa.CheckConstraint(
                draw(st.sampled_from(_CHECKS)),
                name=None if not metadata.naming_convention.get("ck") else "some",
            )
        )
    if draw(st.booleans()):
        extra.append(sa.UniqueConstraint("amount", "id"))
    if draw(st.booleans()):
        columns.append(sa.Column("doubled", sa.Integer, sa.Computed("amount * 2", persisted=True)))
    comment = draw(st.sampled_from([None, "a table, it's"]))
    table = sa.Table(name, metadata, *columns, *extra, comment=comment)
    _indexes(draw, table, number, dialect)
    return table


_CHECKS = [
    "amount > 0", "amount >= 0 AND amount < 100", "amount IS NOT NULL", "amount IN (1, 2, 3)", "amount BETWEEN 1 AND 5",
    "amount * 2 > 3", "amount > 0 OR amount IS NULL", "amount != 7", "(amount > 1)", "amount NOT IN (4, 5)",
]  # fmt: skip


def _key(draw: Drawn, dialect: str) -> sa.Column[Any]:
    kind = draw(st.sampled_from([sa.Integer, sa.BigInteger]))
    identity: list[Any] = []
    if dialect == "postgresql" and draw(st.booleans()):
        identity = [sa.Identity(always=draw(st.booleans()), start=draw(st.sampled_from([1, 5])))]
    return sa.Column("id", kind, *identity, primary_key=True)


@st.composite
def _columns(draw: Drawn, name: str, dialect: str) -> sa.Column[Any]:
    make, defaults = draw(st.sampled_from([*_COMMON, *_OWN[dialect]]))
    default = draw(st.sampled_from([None, *defaults]))
    return sa.Column(
        name,
        make(),
        nullable=draw(st.booleans()),
        server_default=default,
        comment=draw(st.sampled_from([None, "it's 5 %"])),
    )


def _foreign_key(draw: Drawn, target: sa.Table) -> list[Any]:
    key = sa.Column("target_id", target.c.id.type, nullable=True)
    action = draw(st.sampled_from([None, "CASCADE", "SET NULL", "RESTRICT", "NO ACTION"]))
    name = draw(st.sampled_from([None, f"fk_{len(target.metadata.tables)}"]))
    return [key, sa.ForeignKeyConstraint(["target_id"], [target.c.id], ondelete=action, name=name)]


def _indexes(draw: Drawn, table: sa.Table, number: int, dialect: str) -> None:
    amount = table.c.amount
    options: list[tuple[list[Any], dict[str, Any]]] = [
        ([amount], {}),
        ([amount, table.c.id], {"unique": True}),
        ([amount.desc()], {}),
    ]
    if dialect != "mariadb":
        where = {"postgresql_where": amount > 5, "sqlite_where": amount > 5}
        options += [([amount], where), ([amount + 1], {}), ([sa.func.abs(amount)], {})]
    if dialect == "postgresql":
        options += [
            ([amount], {"postgresql_using": "hash"}),
            ([amount], {"postgresql_include": ["id"]}),
        ]
    for at, (elements, given) in enumerate(draw(st.lists(st.sampled_from(options), max_size=2))):
        sa.Index(f"ix_{number}_{at}", *elements, **given)
