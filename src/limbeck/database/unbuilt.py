"""
Tables of plain columns, of which a `sa.Table` is put together only when somebody looks at it.

Responsible for telling which tables are that plain, for the object that stands in for the `sa.Table` of one, and for
its CREATE TABLE, a text that SQLAlchemy makes once for each form (see `patterns`).  Most revisions that create a table
do nothing else with it.  Does not know what is to be done with the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy import schema as ddl
from sqlalchemy.sql.elements import conv

from limbeck.database import convert, patterns
from limbeck.schema import Column, PrimaryKey, Table, TableName

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from typing_extensions import Self

    from limbeck import operations as ops
    from limbeck.database.compile import Compiled, Compiler


class _Cell(NamedTuple):
    """A column, as far as its text follows from it: `type` is what `plain_type` says."""

    name: str
    type: tuple[object, ...]
    nullable: bool


class _Recipe(NamedTuple):
    """What a table is made of.

    `key` has the places of the columns of the primary key.  `behind` says that it stands behind them; its name is
    "" where it has none.
    """

    name: str
    items: tuple[sa.schema.SchemaItem, ...]
    cells: tuple[_Cell, ...]
    key: tuple[int, ...]
    behind: bool
    key_name: str


class Unbuilt(sa.Table):
    """A `sa.Table` that becomes one as soon as anything of it is looked at or set."""

    def __new__(cls, recipe: _Recipe) -> Self:
        """Note what it is made of."""
        made: Self = object.__new__(cls)
        object.__setattr__(made, "recipe", recipe)
        return made

    def __init__(self, recipe: _Recipe) -> None:
        """Nothing more; `sa.Table` would put itself together."""

    def __getattribute__(self, name: str) -> Any:
        """Of the table that this is from now on; what it is an instance of can be told without."""
        if name == "__class__":
            return sa.Table
        build(self)
        return getattr(self, name)

    def __setattr__(self, name: str, value: object) -> None:
        """As `__getattribute__`."""
        build(self)
        setattr(self, name, value)


def _recipe(table: Unbuilt) -> _Recipe:
    own: dict[str, _Recipe] = object.__getattribute__(table, "__dict__")
    return own["recipe"]


def build(table: Unbuilt) -> None:
    """Put the table together: what calling `sa.Table` does, for an object that is there."""
    recipe = _recipe(table)
    metadata: Any = sa.MetaData()
    made: Any = table
    object.__setattr__(made, "__class__", sa.Table)
    del made.__dict__["recipe"]
    made.dispatch.before_parent_attach(made, metadata)
    metadata._add_table(recipe.name, None, made)  # noqa: SLF001 - as below
    made.__init__(recipe.name, metadata, *recipe.items, _no_init=False)  # there is no public way
    made.dispatch.after_parent_attach(made, metadata)


def table(name: str, items: Sequence[sa.schema.SchemaItem], dialect: sa.Dialect) -> Table | None:
    """The table as a value, with an `Unbuilt` as its origin; None where it is not plain.

    It is that with columns that are a name, a type of SQLAlchemy's, and NULL, NOT NULL or part of the primary key,
    which may stand behind them.  The items belong to it afterwards, as they do to a `sa.Table`.
    """
    if not items or not _plain_name(name) or patterns.heard():
        return None
    # SQLAlchemy refuses a key that stands before its columns.
    key = items[-1] if type(items[-1]) is sa.PrimaryKeyConstraint else None
    columns = cast("Sequence[sa.Column[Any]]", items if key is None else items[:-1])
    cells = []
    for column in columns:
        plain = _plain_column(column)
        if plain is None:
            return None
        cells.append(_Cell(column.name, plain, bool(column.nullable)))
    places = {cell.name: place for place, cell in enumerate(cells)}
    keyed = _keyed(key, columns, places, dialect)
    if keyed is None or len(places) != len(columns):
        return None
    key_name = str(key.name or "") if key is not None else ""
    recipe = _Recipe(name, tuple(items), tuple(cells), tuple(keyed), key is not None, key_name)
    return _value(recipe, columns, key, dialect)


def _plain_column(column: sa.Column[Any]) -> tuple[object, ...] | None:
    """As `patterns.plain_in_table`."""
    if type(column) is not sa.Column or not _plain_name(column.name):
        return None
    return patterns.plain_in_table(column)


def _keyed(
    key: sa.PrimaryKeyConstraint | None,
    columns: Sequence[sa.Column[Any]],
    places: Mapping[str, int],
    dialect: sa.Dialect,
) -> list[int] | None:
    """The places of the columns of the primary key; None where that is not plain."""
    beside = [place for place, column in enumerate(columns) if column.primary_key]
    if key is None:
        return beside
    named = None if beside else _named(key, dialect)
    if named is None or len(set(named)) != len(named) or not all(each in places for each in named):
        return None
    behind = [places[each] for each in named]
    return None if any(columns[place].nullable for place in behind) else behind


def _value(
    recipe: _Recipe,
    columns: Sequence[sa.Column[Any]],
    key: sa.PrimaryKeyConstraint | None,
    dialect: sa.Dialect,
) -> Table:
    origin = Unbuilt(recipe)
    values = []
    for cell, column in zip(recipe.cells, columns, strict=True):
        column.table = origin
        type_ = convert.type_(column.type, dialect, plain=cell.type)
        values.append(Column(cell.name, type_, cell.nullable, origin=column))
    if key is not None:
        key.parent = origin
    named = tuple([recipe.cells[place].name for place in recipe.key])
    primary = (PrimaryKey(named, recipe.key_name or None, origin=key),) if named else ()
    return Table(TableName(recipe.name), tuple(values), primary, origin=origin)


def _plain_name(name: object) -> bool:
    """Whether a name is quoted as any other, and means nothing to those who change the text afterwards."""
    marked = type(name) is not str and getattr(name, "quote", None) is not None
    if marked or not isinstance(name, str):
        return False
    return name != "" and "'" not in name and name.isprintable()


# What a primary key may say beside its columns and its name.
_MORE = (
    "parent", "deferrable", "initially", "comment", "_create_rule", "_ddl_if", "dialect_options", "dispatch",
)  # fmt: skip


def _named(key: sa.PrimaryKeyConstraint, dialect: sa.Dialect) -> list[str] | None:
    """The columns that a primary key names; None where it says more than that and its own name."""
    own = vars(key)
    name: Any = key.name  # SQLAlchemy has a mark of its own for names that a convention is to make
    longest = min(dialect.max_constraint_name_length or 9999, dialect.max_identifier_length)
    if any(own.get(each) is not None for each in _MORE) or (
        name is not None
        and (type(name) not in {str, conv} or len(name) > longest or not _plain_name(name))
    ):
        return None
    columns: list[Any] = own["_pending_colargs"]  # columns are there, too, not only names
    return columns if columns and all(type(column) is str for column in columns) else None


Slowly = Callable[[sa.Table, bool, "Compiler"], "Sequence[Compiled]"]
"""The statements for any table, whether only if it is not there, from SQLAlchemy."""


def text(operation: ops.CreateTable, compiler: Compiler, slowly: Slowly) -> str | None:
    """CREATE TABLE; None where the table is not plain, or was looked at since."""
    origin = operation.table.origin
    if type(origin) is not Unbuilt or not patterns.renders_plainly(compiler, *_CONSTRUCTS):
        return None
    recipe = _recipe(origin)
    frame = _frame(recipe, operation.if_not_exists, compiler, slowly)
    if not frame:
        return None
    quote = compiler.quote
    lines = []
    for place, (cell, item) in enumerate(zip(recipe.cells, recipe.items)):  # noqa: B905 - the key is left out
        line = "{name}" if place in recipe.key else _line(cell, item, compiler, slowly)
        if not line:
            return None
        lines.append(line.format(name=quote(cell.name)))
    key_name = quote(recipe.key_name) if recipe.key_name else ""
    return frame.format(*lines, table=quote(recipe.name), name=key_name)


_CONSTRUCTS: tuple[Any, ...] = (ddl.CreateTable, ddl.CreateColumn, sa.PrimaryKeyConstraint)


def _line(cell: _Cell, column: Any, compiler: Compiler, slowly: Slowly) -> str:
    """What CREATE TABLE says of a column beside the primary key, as a pattern; "" where that is not one line.

    That it says the same in any table is so in all dialects of SQLAlchemy's: only a column of the key may be numbered.
    """
    key = ("line", cell.type, cell.nullable)
    known = compiler.patterns.get(key)
    if known is None:
        made = sa.Column(patterns.NAME, column.type, nullable=cell.nullable)
        text = _alone(sa.Table(patterns.TABLE, sa.MetaData(), made), False, compiler, slowly)
        found = _ONE_LINE.fullmatch(text)
        known = compiler.patterns[key] = patterns.pattern(found[1], 0) if found else ""
    return known


_ONE_LINE = re.compile(rf"CREATE TABLE {patterns.TABLE} \(\n\s+({patterns.NAME} [^\n]+)\n\)")


def _frame(recipe: _Recipe, if_not_exists: bool, compiler: Compiler, slowly: Slowly) -> str:
    """CREATE TABLE as a pattern: a name for each column of the primary key, a line for each other one; "" for none."""
    cells = recipe.cells
    keyed = tuple([(place, cells[place]) for place in recipe.key])
    form = tuple([(place, cell.type, cell.nullable) for place, cell in keyed])
    key = ("table", len(cells), form, recipe.behind, bool(recipe.key_name), if_not_exists)
    known = compiler.patterns.get(key)
    if known is None:
        text = _alone(_sample(recipe), if_not_exists, compiler, slowly)
        filler = _line(_FILLER, sa.Column(_FILLER.name, sa.Integer()), compiler, slowly)
        for place in set(range(len(cells))).difference(recipe.key):
            name = patterns.COLUMN.format(place)
            before, line, after = text.partition(filler.format(name=name) or "-")
            text = f"{before}{name}{after}" if line and name not in before + after else ""
        known = compiler.patterns[key] = patterns.pattern(text, len(cells))
    return known


_FILLER = _Cell("filler", convert.plain_type(sa.Integer()) or (), nullable=True)


def _alone(made: sa.Table, if_not_exists: bool, compiler: Compiler, slowly: Slowly) -> str:
    """The statement that makes a table, or "" where that takes more than one."""
    statements = slowly(made, if_not_exists, compiler)
    return compiler.statement(statements[0]).text if len(statements) == 1 else ""


def _sample(recipe: _Recipe) -> sa.Table:
    """A table of the same form, with placeholders for names, and numbers where there is no key."""
    names = [patterns.COLUMN.format(place) for place in range(len(recipe.cells))]
    columns: list[Any] = []
    for place, (cell, item) in enumerate(zip(recipe.cells, recipe.items)):  # noqa: B905 - as above
        given: Any = item
        if place in recipe.key:
            beside = not recipe.behind
            made = sa.Column(names[place], given.type, nullable=cell.nullable, primary_key=beside)
        else:
            made = sa.Column(names[place], sa.Integer())
        columns.append(made)
    if recipe.behind:
        keyed = [names[place] for place in recipe.key]
        name = patterns.NAME if recipe.key_name else None
        columns.append(sa.PrimaryKeyConstraint(*keyed, name=name))
    return sa.Table(patterns.TABLE, sa.MetaData(), *columns)
