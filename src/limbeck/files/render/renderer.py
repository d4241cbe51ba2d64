"""
What the functions that write Python have in common.

Responsible for the style, for the imports that were needed so far, and for the seam at which a kind of operation gets
its function.  Does not know any operation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

from limbeck.errors import CannotRender

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.schema import Key, Standalone, TableName

Kind = TypeVar("Kind")
Render = Callable[[Kind, "Renderer"], "str | Iterable[str]"]

ItemRenderer = Callable[[str, object, "Renderer"], "str | Literal[False] | None"]
"""(kind, object, renderer) → its text; None leaves it out, False leaves it to limbeck.

`kind` is "type", "column", "server_default", "check", "foreign_key", "primary_key", "unique" or "exclude", and the
object is SQLAlchemy's.
"""

_registered: dict[type, Render[Any]] = {}


class Style(NamedTuple):
    """How the text is to look.

    `sqlalchemy` and `op` are the prefixes of names; `user_module`, if given, is that of types of users, which is then
    not imported.  With `types` "impl" a type of a user is written as the type of SQLAlchemy that it stands for, so that
    the revision does not need the application.  `as_batch` puts the changes of a table into `batch_alter_table`.
    With `alembic` only operations that Alembic has are used, SQL standing for the others.
    """

    sqlalchemy: str = "sa."
    op: str = "op."
    user_module: str | None = None
    types: Literal["own", "impl"] = "own"
    as_batch: bool = False
    alembic: bool = False
    item: ItemRenderer | None = None


class Renderer:
    """Writes operations as Python for one revision; `imports` are the lines that what was written needs.

    `objects` are those of the schema: a named type that is one of them is made by an operation of its own, and not by
    the table that uses it.
    """

    def __init__(
        self,
        dialect: sa.Dialect,
        style: Style | None = None,
        objects: Mapping[Key, Standalone] | None = None,
    ) -> None:
        self.dialect = dialect
        self.style = style or Style()
        self.objects: Mapping[Key, Standalone] = objects or {}
        self.imports: set[str] = set()
        self.in_batch = False
        self.most_arguments = 255
        """Of a call; a table with more columns than that gets them in a list."""
        self.added: set[tuple[TableName, str]] = set()
        """The columns whose type has been written with the check that comes with it."""

    @property
    def op(self) -> str:
        """What stands before the name of an operation."""
        return "batch_op." if self.in_batch else self.style.op

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Inside, operations are those of one table, which they need not name."""
        self.in_batch = True
        try:
            yield
        finally:
            self.in_batch = False

    def item(self, kind: str, given: object) -> str | Literal[False] | None:
        """What the user's own function says about a part; False when it says nothing."""
        return self.style.item(kind, given, self) if self.style.item is not None else False

    def operation(self, operation: object) -> list[str]:
        """The calls that carry out `operation`; each may have several lines.

        Raises CannotRender when nothing is registered for its class or those that it is derived from.
        """
        import_module("limbeck.files.render.operations")
        for kind in type(operation).__mro__:
            if kind in _registered:
                text = _registered[kind](operation, self)
                return [text] if isinstance(text, str) else list(text)
        raise CannotRender(f"there is no way to write {type(operation).__name__} as Python")


def renders(kind: type[Kind]) -> Callable[[Render[Kind]], Render[Kind]]:
    """Register the function that writes operations of one class; it replaces the one before it."""

    def register(function: Render[Kind]) -> Render[Kind]:
        _registered[kind] = function
        return function

    return register


def call(name: str, arguments: Iterable[str]) -> str:
    """A call in one line."""
    return f"{name}({', '.join(arguments)})"


def keywords(given: Mapping[str, object]) -> list[str]:
    """`name=value` for each that is not None."""
    return [f"{name}={value!r}" for name, value in given.items() if value is not None]


def table_argument(name: TableName, renderer: Renderer) -> list[str]:
    """The table of an operation, which is not said within a batch."""
    return [] if renderer.in_batch else [repr(str(name.name))]


def schema_argument(name: TableName, renderer: Renderer) -> list[str]:
    """The schema of the table of an operation, likewise."""
    if name.schema is None or renderer.in_batch:
        return []
    return [f"schema={name.schema!r}"]
