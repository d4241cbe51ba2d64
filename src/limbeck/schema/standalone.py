"""
What stands beside tables: types, sequences, views, routines, triggers, policies, grants, extensions.

Responsible for the form in which they are compared, printed and carried, and for the key under which a state has
them.  Does not know SQL: a body is a text that only the server understands, and is equal when the text is.
"""

from __future__ import annotations

from typing import NamedTuple

from limbeck.schema.objects import Index, Options, TableName, Type
from limbeck.values import dataclass, field

Name = TableName
"""The name of something that lives in a schema, as tables do."""


class Key(NamedTuple):
    """What identifies an object in a state: its kind, its name, and what tells it from others of that name.

    `of` is the table of a trigger or policy, the argument types of a routine, who is granted what; mostly empty.
    """

    kind: str
    name: Name
    of: str = ""

    def __str__(self) -> str:
        if self.kind in {"trigger", "policy"}:
            return f"{self.kind} {self.name.name} on {self.of}"
        if self.kind in {"function", "procedure"}:
            return f"{self.kind} {self.name}({self.of})"
        return f"{self.kind} {self.name}"


class Need(NamedTuple):
    """Something that an object cannot be without: a table, one of its columns, or another object."""

    kind: str
    name: Name
    column: str | None = None


Needs = frozenset[Need]


@dataclass(frozen=True, slots=True)
class Enum:
    """A named type whose values are listed, in order."""

    name: Name
    values: tuple[str, ...]
    comment: str | None = None
    origin: object = field(default=None, compare=False, repr=False)

    @property
    def key(self) -> Key:
        """What identifies it."""
        return Key("enum", self.name)


@dataclass(frozen=True, slots=True)
class Domain:
    """A type with a condition; `checks` are pairs of name and condition, sorted."""

    name: Name
    type: Type
    nullable: bool = True
    default: str | None = None
    checks: tuple[tuple[str | None, str], ...] = ()
    comment: str | None = None
    origin: object = field(default=None, compare=False, repr=False)

    @property
    def key(self) -> Key:
        """What identifies it."""
        return Key("domain", self.name)


@dataclass(frozen=True, slots=True)
class Composite:
    """A type made of named attributes."""

    name: Name
    attributes: tuple[tuple[str, Type], ...]
    comment: str | None = None
    origin: object = field(default=None, compare=False, repr=False)

    @property
    def key(self) -> Key:
        """What identifies it."""
        return Key("composite", self.name)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A sequence of its own: not one that a serial or identity column brings along.

    None stands for what the server takes if nothing is said.
    """

    name: Name
    type: Type | None = None
    start: int | None = None
    increment: int | None = None
    minvalue: int | None = None
    maxvalue: int | None = None
    cache: int | None = None
    cycle: bool = False
    comment: str | None = None
    origin: object = field(default=None, compare=False, repr=False)

    @property
    def key(self) -> Key:
        """What identifies it."""
        return Key("sequence", self.name)


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension of PostgreSQL; it belongs to the database, and `schema` is where its objects go.

    `version` None is whatever the server offers.
    """

    extension: str
    schema: str | None = None
    version: str | None = None

    @property
    def key(self) -> Key:
        """What identifies it."""
        return Key("extension", Name(self.extension))


@dataclass(frozen=True, slots=True)
class View:
    """A view, or a materialised one with its indexes; `sql` is the query."""

    name: Name
    sql: str
    materialized: bool = False
    indexes: tuple[Index, ...] = ()
    options: Options = ()
    comment: str | None = None
    needs: Needs = field(default=frozenset(), compare=False, repr=False)
    origin: object = field(default=None, compare=False, repr=False)

    @property
    def key(self) -> Key:
        """What identifies it; a view and a materialised one cannot share a name, but are told apart."""
        return Key("materialized view" if self.materialized else "view", self.name)


@dataclass(frozen=True, slots=True)
class Routine:
    """A function, or a procedure; `definition` is all that stands behind CREATE FUNCTION name(arguments).

    `arguments` is the text between the parentheses, `signature` the argument types alone, which identify it where
    several may share a name.
    """

    name: Name
    arguments: str
    definition: str
    procedure: bool = False
    signature: str = ""
    comment: str | None = None
    needs: Needs = field(default=frozenset(), compare=False, repr=False)

    @property
    def key(self) -> Key:
        """What identifies it."""
        return Key("procedure" if self.procedure else "function", self.name, self.signature)


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger; `definition` is all that stands behind CREATE TRIGGER name: when, on what, what to do."""

    trigger: str
    table: Name
    definition: str
    enabled: str = "O"
    comment: str | None = None
    needs: Needs = field(default=frozenset(), compare=False, repr=False)

    @property
    def key(self) -> Key:
        """What identifies it."""
        return Key("trigger", Name(self.trigger, self.table.schema), str(self.table))


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy of row-level security.  That a table has it enabled is an option of the table."""

    policy: str
    table: Name
    command: str = "ALL"
    permissive: bool = True
    roles: tuple[str, ...] = ("public",)
    using: str | None = None
    check: str | None = None
    comment: str | None = None
    needs: Needs = field(default=frozenset(), compare=False, repr=False)

    @property
    def key(self) -> Key:
        """What identifies it."""
        return Key("policy", Name(self.policy, self.table.schema), str(self.table))


@dataclass(frozen=True, slots=True)
class Grant:
    """What `role` may do with an object; `kind` is "table", "sequence", "function", "schema" …; privileges sorted.

    `grantable` are those that the role may hand on.
    """

    kind: str
    name: Name
    role: str
    privileges: tuple[str, ...]
    grantable: tuple[str, ...] = ()
    signature: str = ""

    @property
    def key(self) -> Key:
        """What identifies it: the object and the role."""
        return Key("grant", self.name, f"{self.kind}({self.signature}) {self.role}")

    @property
    def usual(self) -> tuple[str, ...]:
        """What the role may do with such an object if nothing is said: PostgreSQL lets everybody use routines and types.

        A grant without privileges says that this was taken away.
        """
        return _USUAL.get(self.kind, ()) if self.role.lower() == "public" else ()

    @property
    def says_nothing(self) -> bool:
        """Whether it grants what is granted anyway."""
        return bool(self.usual) and self.privileges == self.usual and not self.grantable


_USUAL = {
    "function": ("EXECUTE",),
    "procedure": ("EXECUTE",),
    "routine": ("EXECUTE",),
    "type": ("USAGE",),
}

Standalone = (
    Enum | Domain | Composite | Sequence | Extension | View | Routine | Trigger | Policy | Grant
)
"""Anything that a state has beside its tables."""
