"""
Which rows a statement of an author's own reads and writes.

Responsible for the tables, columns and conditions in the tree of a statement, each as far as it is certain; what may
be of several tables counts for all of them.  What calls a program of the user's is not understood.  Reads sqlglot's
trees: Any, see `parsing`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from limbeck.conflicts import EVERY, Cell, RowUse
from limbeck.conflicts.values import pinned
from limbeck.database.replay.functions import HARMLESS
from limbeck.database.replay.parsing import NotUnderstood, identifier, parsed
from limbeck.schema import TableName

if TYPE_CHECKING:
    import sqlalchemy as sa

_SILENT = (
    exp.Set, exp.Transaction, exp.Commit, exp.Rollback, exp.Pragma, exp.Analyze, exp.Use, exp.Describe,
)  # fmt: skip
_QUIET = frozenset({"set", "reset", "analyze", "vacuum", "show", "flush", "optimize", "notify", "listen", "savepoint", "release", "lock", "unlock"})  # fmt: skip


def row_uses(text: str, dialect: sa.Dialect) -> tuple[RowUse, ...]:
    """What the statements in `text` do to rows; nothing for those about structure or the session.

    Raises NotUnderstood for a statement, or a function in it, whose effect cannot be told.
    """
    first = text.strip().split(None, 1)[:1]
    if first and first[0].lower().rstrip(";") in _QUIET:
        return ()
    return tuple(use for tree in parsed(text, dialect) for use in _uses(tree, dialect))


def _uses(tree: Any, dialect: sa.Dialect) -> Iterator[RowUse]:
    if isinstance(tree, _SILENT) or _makes_schema(tree):
        return
    if isinstance(tree, exp.Command):
        raise NotUnderstood(f"what {str(tree.this).upper()} does is not known")
    _refuse_programs(tree)
    statement = _Statement(tree, dialect)
    if isinstance(tree, exp.Insert):
        yield statement.insert()
    elif isinstance(tree, exp.Update):
        yield statement.update()
    elif isinstance(tree, exp.Delete):
        yield statement.delete()
    elif isinstance(tree, exp.TruncateTable):
        for target in tree.expressions:
            yield statement.all_gone(target)
    elif isinstance(tree, (exp.Select, exp.SetOperation)) and not tree.args.get("into"):
        yield from statement.read()
    else:
        raise NotUnderstood(f"what {type(tree).__name__.upper()} does to rows is not known")
    if any(
        isinstance(inner, (exp.Insert, exp.Update, exp.Delete)) and inner is not tree
        for inner in tree.walk()
    ):
        raise NotUnderstood("a statement within a statement is not understood")


def _makes_schema(tree: Any) -> bool:
    """Whether it is CREATE SCHEMA IF NOT EXISTS, which does no harm when it is said twice."""
    return (
        isinstance(tree, exp.Create)
        and str(tree.args.get("kind")).upper() == "SCHEMA"
        and bool(tree.args.get("exists"))
    )


def _refuse_programs(tree: Any) -> None:
    for call in tree.find_all(exp.Anonymous):
        name = str(call.this).lower()
        if name not in HARMLESS:
            raise NotUnderstood(f"what the function {name} does is not known")


class _Statement:
    """One statement, and the tables and columns in it."""

    def __init__(self, tree: Any, dialect: sa.Dialect) -> None:
        self.tree = tree
        self.dialect = dialect
        made = {cte.alias for cte in tree.find_all(exp.CTE)}
        self.aliases: dict[str, TableName] = {}
        self.tables: list[TableName] = []
        for table in tree.find_all(exp.Table):
            name = self._name(table)
            if name.schema is None and name.name in made:
                continue
            self.tables.append(name)
            self.aliases[table.alias or name.name] = name
        self.derived = made | {sub.alias for sub in tree.find_all(exp.Subquery) if sub.alias}

    def _name(self, table: Any) -> TableName:
        schema = table.args.get("db")
        where = identifier(schema, self.dialect) if schema is not None else None
        return TableName(identifier(table.this, self.dialect), where)

    # Kinds

    def insert(self) -> RowUse:
        target = self.tree.this
        table = self._name(target.this if isinstance(target, exp.Schema) else target)
        names = (
            frozenset(identifier(column, self.dialect) for column in target.expressions)
            if isinstance(target, exp.Schema)
            else None
        )
        source = self.tree.expression
        writes = frozenset(Cell(table, name) for name in names or (EVERY,))
        needs = writes if names is not None else frozenset[Cell]()
        pins = self._values(source, target) if isinstance(source, exp.Values) else ()
        reads = frozenset[Cell]()
        if source is not None and not isinstance(source, exp.Values):
            reads = self._reads(source)
        if self.tree.args.get("conflict") is not None:
            reads |= writes | {Cell(table, EVERY)}
        more = [name for name in self.tables if name != table]
        again = self.tables.count(table) > 1
        others = frozenset([*more, *([table] if again else [])])
        copies = source is not None and not isinstance(source, exp.Values)
        return RowUse("insert", table, reads, writes, needs, pins, names, others, copies)

    def _values(self, source: Any, target: Any) -> tuple[tuple[str, frozenset[str]], ...]:
        if not isinstance(target, exp.Schema):
            return ()
        names = [identifier(column, self.dialect) for column in target.expressions]
        rows = [row.expressions for row in source.expressions if isinstance(row, exp.Tuple)]
        found = []
        for number, name in enumerate(names):
            values = [_plain(row[number]) for row in rows if number < len(row)]
            if len(values) == len(rows) and None not in values:
                found.append((name, frozenset(str(value) for value in values)))
        return tuple(found)

    def update(self) -> RowUse:
        target = self.tree.this
        if not isinstance(target, exp.Table):
            raise NotUnderstood("an UPDATE of several tables is not understood")
        table = self._name(target)
        writes: set[Cell] = set()
        sides: list[Any] = []
        for one in self.tree.expressions:
            if not isinstance(one, exp.EQ):
                raise NotUnderstood("this SET is not understood")
            columns = one.this.expressions if isinstance(one.this, exp.Tuple) else [one.this]
            writes |= {Cell(table, identifier(column, self.dialect)) for column in columns}
            sides.append(one.expression)
        others = [self.tree.args.get(name) for name in ("from_", "from", "where", "joins")]
        reads = self._reads(*sides, *others)
        return RowUse(
            "update", table, reads, frozenset(writes), self._certain(table, writes, reads),
            self._pins(table), None, self._others(table),
        )  # fmt: skip

    def delete(self) -> RowUse:
        target = self.tree.this
        if not isinstance(target, exp.Table):
            raise NotUnderstood("a DELETE from several tables is not understood")
        table = self._name(target)
        reads = self._reads(self.tree.args.get("where"), self.tree.args.get("using"))
        return RowUse(
            "delete", table, reads, frozenset(),
            self._certain(table, (), reads), self._pins(table), None, self._others(table),
        )  # fmt: skip

    def all_gone(self, target: Any) -> RowUse:
        table = self._name(target)
        return RowUse("delete", table)

    def read(self) -> Iterator[RowUse]:
        reads = self._reads(self.tree)
        for table in dict.fromkeys(self.tables):
            mine = frozenset(cell for cell in reads if cell.table == table)
            yield RowUse("read", table, mine, needs=self._certain(table, (), mine))

    # Parts

    def _others(self, table: TableName) -> frozenset[TableName]:
        """The tables beside the target; the target itself when it is read once more."""
        more = [name for name in self.tables if name != table]
        again = [table] if self.tables.count(table) > 1 else []
        return frozenset([*more, *again])

    def _certain(self, table: TableName, writes: Any, reads: frozenset[Cell]) -> frozenset[Cell]:
        """The columns that must be there: all of them where there is but one table."""
        found = set(writes)
        if set(self.tables) == {table} and not self.derived:
            found |= {cell for cell in reads if cell.column != EVERY}
        return frozenset(found)

    def _reads(self, *trees: Any) -> frozenset[Cell]:
        found: set[Cell] = set()
        for tree in trees:
            for part in tree if isinstance(tree, list) else [tree]:
                if not isinstance(part, exp.Expression):
                    continue  # nothing, or a flag
                for column in part.find_all(exp.Column):
                    found |= self._cells(column)
                if part.find(exp.Star) is not None:
                    found |= {Cell(table, EVERY) for table in self.tables}
        return frozenset(found)

    def _cells(self, column: Any) -> set[Cell]:
        if isinstance(column.this, exp.Star):
            return {Cell(table, EVERY) for table in self.tables}
        name = identifier(column, self.dialect)
        given = column.args.get("table")
        if given is not None:
            alias = identifier(given, self.dialect)
            if alias in self.aliases:
                return {Cell(self.aliases[alias], name)}
        return {Cell(table, name) for table in self.tables}

    def _pins(self, table: TableName) -> tuple[tuple[str, frozenset[str]], ...]:
        """What the WHERE says of single columns of the target, as `x = 1 AND y IN (2, 3) AND z IS NULL`."""
        where = self.tree.args.get("where")
        found = []
        for part in _conjuncts(where.this) if where is not None else ():
            column, values = _pin(part)
            if column is None or values is None:
                continue
            if self._cells(column) == {Cell(table, identifier(column, self.dialect))}:
                found.append((identifier(column, self.dialect), values))
        return tuple(found)


def _conjuncts(tree: Any) -> Iterator[Any]:
    if isinstance(tree, exp.And):
        yield from _conjuncts(tree.this)
        yield from _conjuncts(tree.expression)
    elif isinstance(tree, exp.Paren):
        yield from _conjuncts(tree.this)
    else:
        yield tree


def _pin(tree: Any) -> tuple[Any, frozenset[str] | None]:
    if isinstance(tree, exp.EQ):
        for column, value in ((tree.this, tree.expression), (tree.expression, tree.this)):
            plain = _plain(value)
            if isinstance(column, exp.Column) and plain is not None:
                return column, frozenset({plain})
    if isinstance(tree, exp.In) and isinstance(tree.this, exp.Column) and tree.expressions:
        values = [_plain(value) for value in tree.expressions]
        if None not in values:
            return tree.this, frozenset(str(value) for value in values)
    if isinstance(tree, exp.Is) and isinstance(tree.expression, exp.Null):
        return (
            (tree.this, frozenset({"NULL"})) if isinstance(tree.this, exp.Column) else (None, None)
        )
    return None, None


def _plain(tree: Any) -> str | None:
    """A value that is written out; None for anything else."""
    if isinstance(tree, exp.Null):
        return pinned(None)
    if isinstance(tree, exp.Boolean):
        return pinned(bool(tree.this))
    if isinstance(tree, exp.Neg) and isinstance(tree.this, exp.Literal):
        return None if tree.this.is_string else f"-{tree.this.this}"
    if not isinstance(tree, exp.Literal):
        return None
    return pinned(str(tree.this)) if tree.is_string else str(tree.this)
