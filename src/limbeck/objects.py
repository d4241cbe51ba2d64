"""
What SQLAlchemy cannot declare: views, functions, triggers, policies, extensions, grants, domains, composite types.

Responsible for small declarations that stand beside the tables of a MetaData and are compared, created, replaced and
dropped as tables are.  Does not know SQLAlchemy, nor any database: SQL is a text, or a query that SQLAlchemy will
turn into one.  In which order they are made follows from what needs what, so that the order here is of no account.

    >>> import sqlalchemy as sa
    >>> from sqlalchemy.orm import DeclarativeBase, mapped_column
    >>> class Base(DeclarativeBase):
    ...     pass
    >>> class User(Base):
    ...     __tablename__ = "users"
    ...     id = mapped_column(sa.Integer, primary_key=True)
    ...     active = mapped_column(sa.Boolean)
    >>> view = View("active_users", sa.select(User.id).where(User.active), metadata=Base.metadata)
    >>> touch = Function(
    ...     "touch", "", "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.active := true; RETURN NEW; END $$",
    ...     metadata=Base.metadata,
    ... )
    >>> trigger = Trigger(
    ...     "touch_users", "users", "BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch()",
    ...     metadata=Base.metadata,
    ... )
    >>> [type(item).__name__ for item in declared(Base.metadata)]
    ['View', 'Function', 'Trigger']
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, InitVar, dataclass, field
from typing import Any, Protocol, TypeVar, cast

INFO = "limbeck"
"""The key in `MetaData.info` under which the declarations are kept."""


class HasInfo(Protocol):
    """A `sqlalchemy.MetaData`, as far as it is needed here."""

    @property
    def info(self) -> Any:
        """A dictionary for whoever wants to keep something there."""
        ...


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What all declarations share.

    `metadata` is where it belongs; without it, hand it to `attach` later.  `schema` None is the schema of the
    MetaData, or the default one.
    """

    schema: str | None = None
    comment: str | None = None
    metadata: InitVar[HasInfo | None] = None

    def __post_init__(self, metadata: HasInfo | None) -> None:
        if metadata is not None:
            attach(metadata, self)


@dataclass(frozen=True, kw_only=True)
class Renameable(Declaration):
    """What can get another name: `renamed_from` is the old one, heeded as long as that is there and the new one is not."""

    renamed_from: str | None = None


@dataclass(frozen=True)
class View(Renameable):
    """A view: `query` is a `sqlalchemy.select(...)`, or its SQL.

    `options` stand behind WITH on PostgreSQL, as {"security_barrier": True}; a materialised view may have `indexes`.

        >>> View("adults", "SELECT id FROM people WHERE age >= 18").materialized
        False
    """

    name: str
    query: object
    _: KW_ONLY
    materialized: bool = False
    indexes: Sequence[ViewIndex] = ()
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class MaterializedView(View):
    """A view whose rows are kept, and refreshed on demand (PostgreSQL).

    >>> totals = MaterializedView(
    ...     "totals", "SELECT day, sum(amount) AS amount FROM sales GROUP BY day",
    ...     indexes=[ViewIndex("totals_day", ("day",), unique=True)],
    ... )
    >>> totals.materialized
    True
    """

    _: KW_ONLY
    materialized: bool = True


@dataclass(frozen=True)
class ViewIndex:
    """An index of a materialised view: columns, or expressions in parentheses; `using` is the method."""

    name: str
    columns: Sequence[str]
    _: KW_ONLY
    unique: bool = False
    using: str | None = None
    where: str | None = None


@dataclass(frozen=True)
class Function(Renameable):
    """A function: `arguments` as they stand between the parentheses, `definition` all that follows them.

    >>> Function("double", "n integer", "RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT n * 2 $$").name
    'double'
    """

    name: str
    arguments: str
    definition: str


@dataclass(frozen=True)
class Procedure(Renameable):
    """A procedure: as `Function`.

    >>> Procedure("tidy", "", "LANGUAGE sql AS $$ DELETE FROM sessions WHERE ended $$").arguments
    ''
    """

    name: str
    arguments: str
    definition: str


@dataclass(frozen=True)
class Trigger(Declaration):
    """A trigger on `table`: `definition` is all that stands behind CREATE TRIGGER name.

    `schema` is that of the table.
    """

    name: str
    table: str
    definition: str


@dataclass(frozen=True)
class Policy(Declaration):
    """A policy of PostgreSQL's row-level security on `table`, which `RowSecurity` switches on.

    `using` says which rows are seen, `check` which may be written; `command` is ALL, SELECT, INSERT, UPDATE or DELETE.

        >>> Policy("own_rows", "documents", using="owner = current_user", roles=["app"]).command
        'ALL'
    """

    name: str
    table: str
    _: KW_ONLY
    command: str = "ALL"
    permissive: bool = True
    roles: Sequence[str] = ("public",)
    using: str | None = None
    check: str | None = None


@dataclass(frozen=True)
class RowSecurity(Declaration):
    """Row-level security is enabled on `table`; with `forced` for its owner, too.

    >>> RowSecurity("documents", forced=True).table
    'documents'
    """

    table: str
    _: KW_ONLY
    forced: bool = False


@dataclass(frozen=True)
class Extension(Declaration):
    """An extension of PostgreSQL; `schema` is where its objects go, `version` None whatever the server offers.

    >>> Extension("pg_trgm").version is None
    True
    """

    name: str
    _: KW_ONLY
    version: str | None = None


@dataclass(frozen=True)
class Grant(Declaration):
    """What `role` may do with `name`; `kind` is table, sequence, function, procedure, type or schema.

    `arguments` are the argument types of a function; `grantable` are privileges that the role may hand on.

        >>> Grant(["SELECT", "INSERT"], "orders", "app").kind
        'table'
    """

    privileges: Sequence[str]
    name: str
    role: str
    _: KW_ONLY
    kind: str = "table"
    grantable: Sequence[str] = ()
    arguments: str = ""


@dataclass(frozen=True)
class Domain(Renameable):
    """A type with a condition; `type` is SQL or a type of SQLAlchemy, `checks` pairs of name and condition.

    A type of a column that is a `sqlalchemy.dialects.postgresql.DOMAIN` need not be declared again.

        >>> Domain("positive", "integer", checks=[("positive_check", "VALUE > 0")]).nullable
        True
    """

    name: str
    type: object
    _: KW_ONLY
    nullable: bool = True
    default: str | None = None
    checks: Sequence[tuple[str | None, str]] = ()


@dataclass(frozen=True)
class Composite(Renameable):
    """A type made of attributes: pairs of name and type, which is SQL or a type of SQLAlchemy.

    >>> Composite("money", [("amount", "numeric"), ("currency", "char(3)")]).name
    'money'
    """

    name: str
    attributes: Sequence[tuple[str, object]]


@dataclass(frozen=True)
class Renamed(Declaration):
    """That an enum, a sequence or another type that SQLAlchemy declares had another name, or values of an enum had.

    `values` are the names that values have now, by those that they had.

        >>> Renamed("state", "status", values={"draft": "open"}).renamed_from
        'status'
    """

    name: str
    renamed_from: str | None = None
    _: KW_ONLY
    values: Mapping[str, str] = field(default_factory=dict)


Declared = (
    View
    | Function
    | Procedure
    | Trigger
    | Policy
    | RowSecurity
    | Extension
    | Grant
    | Domain
    | Composite
    | Renamed
)
"""Anything that can be declared here."""

D = TypeVar("D", bound=Declaration)


def attach(metadata: HasInfo, item: D) -> D:
    """Make a declaration a part of `metadata`, and give it back.

    >>> import sqlalchemy as sa
    >>> metadata = sa.MetaData()
    >>> attach(metadata, Extension("citext")).name
    'citext'
    """
    metadata.info.setdefault(INFO, []).append(item)
    return item


def declared(metadata: HasInfo) -> tuple[Declared, ...]:
    """The declarations of a MetaData, in the order in which they were made."""
    return tuple(cast("list[Declared]", metadata.info.get(INFO, ())))
