"""
The bodies of revisions that must not be executed.

Responsible for finding out what a Python file asks of `op` by walking its syntax tree.  What is understood is what generated
files are made of: calls of `op` and of a batch, SQLAlchemy's types, columns, constraints and expressions, literals, names
for them, loops over literals, and conditions on the dialect.  Nothing of the file itself is ever executed; whatever else it
has in it is refused, with its line.  Does not know what becomes of the operations.
"""

from __future__ import annotations

import ast
import operator
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from limbeck.errors import BrokenHeader, LimbeckError, NotRead
from limbeck.files.harmless import Facts, is_module, is_sql, is_sqlalchemy, may_look_at, member
from limbeck.files.script import PythonScript

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from limbeck.dsl import Op, OpenDatabase
    from limbeck.history import Direction
    from limbeck.runner.ports import Database, Send

_OPERATORS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}
_LONGEST = (
    100_000  # characters or items of a value: what doubles itself in a loop soon fills the memory
)
_MOST = 20_000  # parts of a file that are looked at: a loop may be long, but not endless


class ReadScript(PythonScript):
    """The functions `upgrade` and `downgrade` of a Python file that is read, not executed."""

    def check(self, direction: Direction) -> None:
        """BrokenHeader when it is no Python."""
        self._tree()

    def run(self, direction: Direction, database: Database, send: Send) -> None:
        """Send the operations that the function for `direction` asks for.  NotRead where that cannot be told."""
        from limbeck.database.replay.replay import reading
        from limbeck.dsl import Op
        from limbeck.dsl.current import use

        open_database = cast("OpenDatabase", database)
        op = Op(open_database, send)
        name = {"up": "upgrade", "down": "downgrade"}[direction.value]
        reader = Reader(op, open_database.dialect.name, self.source)
        with use(op):
            token = reading.set(0)
            try:
                reader.module(self._tree(), name)
            except LimbeckError:
                raise
            except Exception as error:
                raise NotRead(f"{self.source}: {type(error).__name__}: {error}") from None
            finally:
                reading.reset(token)

    def _tree(self) -> ast.Module:
        try:
            return ast.parse(self.read())
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
            raise BrokenHeader(f"{self.source}{line}: {error}") from None


class Reader:
    """Walks the syntax tree of one file; `op` is asked for what the file asks for."""

    def __init__(self, op: Op, dialect: str, source: str) -> None:
        self._op = op
        self._facts = Facts(dialect)
        self._source = source
        self._names: dict[str, Any] = {}  # Any: whatever SQLAlchemy has
        self._left = _MOST
        self._line = 0
        from limbeck.database.replay.replay import reading

        self._arrived = reading.set

    def module(self, tree: ast.Module, function: str) -> None:
        """Read the module, then its function.  Raises NotRead and what the operations raise."""
        found: ast.FunctionDef | None = None
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                found = node if node.name == function else found
                self._names.pop(node.name, None)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                self._import(node)
            elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                self._tried(node)
        if found is None or found.decorator_list:
            raise NotRead(f"{self._source} has no plain {function}()")
        arguments = found.args
        for argument in (*arguments.posonlyargs, *arguments.args):
            self._names[argument.arg] = self._op
        self._block(found.body)

    def _tried(self, node: ast.Assign | ast.AnnAssign) -> None:
        """An assignment that may never be needed; without a value the name is simply not known."""
        try:
            self._statement(node)
        except LimbeckError:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                for inner in ast.walk(target):
                    if isinstance(inner, ast.Name):
                        self._names.pop(inner.id, None)

    # Statements

    def _block(self, body: list[ast.stmt]) -> bool:
        """Whether the function has ended within."""
        return any(self._statement(node) for node in body)

    def _statement(self, node: ast.stmt) -> bool:
        self._at(node)
        if isinstance(node, ast.Expr):
            self._value(node.value)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            self._assign(node)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self._import(node)
        elif isinstance(node, ast.If):
            return self._block(node.body if self._value(node.test) else node.orelse)
        elif isinstance(node, ast.For):
            return self._loop(node)
        elif isinstance(node, ast.With):
            return self._with(node)
        elif isinstance(node, ast.Return) and node.value is None:
            return True
        elif not isinstance(node, ast.Pass):
            raise self._refused(node)
        return False

    def _assign(self, node: ast.Assign | ast.AnnAssign) -> None:
        if node.value is None:
            return
        value = self._value(node.value)
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            self._bind(target, value)

    def _bind(self, target: ast.expr, value: Any) -> None:
        if isinstance(target, ast.Name):
            self._names[target.id] = value
        elif isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (tuple, list)):
            if len(target.elts) != len(value):
                raise self._refused(target)
            for one, part in zip(target.elts, value, strict=True):
                self._bind(one, part)
        else:
            raise self._refused(target)

    def _loop(self, node: ast.For) -> bool:
        items = self._value(node.iter)
        if node.orelse or not isinstance(items, (tuple, list, dict)):
            raise self._refused(node)
        for item in items:
            self._bind(node.target, item)
            if self._block(node.body):
                return True
        return False

    def _with(self, node: ast.With) -> bool:
        from contextlib import ExitStack

        with ExitStack() as stack:
            for item in node.items:
                call = item.context_expr
                name = call.func.attr if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) else ""  # fmt: skip
                if name not in {"batch_alter_table", "autocommit_block"}:
                    raise self._refused(node)
                value = stack.enter_context(self._value(call))
                if item.optional_vars is not None:
                    self._bind(item.optional_vars, value)
            ended = self._block(node.body)
            self._at(node)  # what a batch does, it does at its end
            return ended

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        for name in node.names:
            bound = name.asname or name.name.partition(".")[0]
            self._names.pop(bound, None)
            if isinstance(node, ast.Import):
                known = is_sqlalchemy(name.name) and (name.asname or "." not in name.name)
                if known:
                    self._names[bound] = import_module(name.name)
            elif node.module in {"alembic", "limbeck"} and name.name == "op" and not node.level:
                self._names[bound] = self._op
            elif node.module and not node.level and is_sqlalchemy(node.module):
                found = member(import_module(node.module), name.name)
                if found is not None:
                    self._names[bound] = found

    # Expressions

    def _value(self, node: ast.expr) -> Any:
        self._at(node)
        form = _FORMS.get(type(node))
        if form is None:
            raise self._refused(node)
        value = form(self, node)
        if isinstance(value, (str, bytes, list, tuple)) and len(value) > _LONGEST:
            raise self._too_long()
        return value

    def _name(self, node: ast.Name) -> Any:
        if node.id not in self._names:
            raise self._refused(node)
        return self._names[node.id]

    def _dict(self, node: ast.Dict) -> dict[Any, Any]:
        if any(key is None for key in node.keys):
            raise self._refused(node)
        keys = [self._value(key) for key in node.keys if key is not None]
        return dict(zip(keys, map(self._value, node.values), strict=True))

    def _text(self, node: ast.JoinedStr) -> str:
        parts = []
        for part in node.values:
            inner = part.value if isinstance(part, ast.FormattedValue) else part
            value = self._value(inner)
            plain = isinstance(value, (str, int)) and getattr(part, "format_spec", None) is None
            if not plain or getattr(part, "conversion", -1) != -1:
                raise self._refused(node)
            parts.append(str(value))
        return self._joined("", parts)

    def _joined(self, separator: str, parts: Any) -> str:
        """Texts in one, which is measured before it is made."""
        size = len(separator) * len(parts) + sum(map(len, parts))
        if size > _LONGEST:
            raise self._too_long()
        return separator.join(parts)

    def _unary(self, node: ast.UnaryOp) -> Any:
        value = self._value(node.operand)
        if isinstance(node.op, ast.Not):
            return self._guarded(node, lambda: not value)
        if isinstance(node.op, ast.USub):
            return self._guarded(node, lambda: -value)
        if not is_sql(value):
            raise self._refused(node)
        return self._guarded(node, lambda: ~value)

    def _binary(self, node: ast.BinOp) -> Any:
        return self._combined(node, node.op, self._value(node.left), self._value(node.right))

    def _compare(self, node: ast.Compare) -> Any:
        if len(node.ops) != 1:
            raise self._refused(node)
        left, right = self._value(node.left), self._value(node.comparators[0])
        return self._combined(node, node.ops[0], left, right)

    def _combined(self, node: ast.expr, sign: ast.AST, left: Any, right: Any) -> Any:
        known = _OPERATORS.get(type(sign))
        if known is None:
            raise self._refused(node)
        return self._guarded(node, lambda: known(left, right))

    def _bool(self, node: ast.BoolOp) -> Any:
        value: Any = None
        for part in node.values:
            value = self._value(part)
            true = self._guarded(part, partial(bool, value))
            if true is isinstance(node.op, ast.Or):
                return value
        return value

    def _either(self, node: ast.IfExp) -> Any:
        return self._value(node.body if self._value(node.test) else node.orelse)

    def _attribute(self, node: ast.Attribute) -> Any:
        owner, name = self._value(node.value), node.attr
        if name.startswith("_") or not may_look_at(owner, name):
            raise self._refused(node)
        if is_module(owner):
            found = member(owner, name)
            if found is None:
                raise self._refused(node)
            return found
        return self._guarded(node, lambda: getattr(owner, name))

    def _call(self, node: ast.Call) -> Any:
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr in {"get_bind", "get_context"}:
            if self._value(function.value) is not self._op or node.args or node.keywords:
                raise self._refused(node)
            return self._facts
        called = self._value(function)
        arguments = list(self._arguments(node))
        keywords = {word.arg: self._value(word.value) for word in node.keywords if word.arg}
        if len(keywords) < len(node.keywords):
            raise self._refused(node)
        self._at(node)
        owner = getattr(called, "__self__", None)
        if isinstance(owner, str) and called.__name__ == "join":
            called = partial(self._joined, owner)
        return self._guarded(node, lambda: called(*arguments, **keywords))

    def _arguments(self, node: ast.Call) -> Iterator[Any]:
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                several = self._value(argument.value)
                if not isinstance(several, (tuple, list)):
                    raise self._refused(node)
                yield from several
            else:
                yield self._value(argument)

    # What goes wrong

    def _guarded(self, node: ast.AST, work: Callable[[], Any]) -> Any:
        """What comes of `work`, whose parts were all found harmless; what it raises is the file's fault."""
        try:
            return work()
        except LimbeckError:
            raise
        except Exception as error:
            kind, line = type(error).__name__, getattr(node, "lineno", self._line)
            raise NotRead(f"{self._source}, line {line}: {kind}: {error}") from None

    def _at(self, node: ast.AST) -> None:
        self._left -= 1
        if self._left < 0:
            raise NotRead(f"{self._source} does too much to be read")
        self._line = getattr(node, "lineno", self._line)
        self._arrived(self._line)

    def _too_long(self) -> NotRead:
        return NotRead(f"{self._source}, line {self._line}: a value is too long to be read")

    def _refused(self, node: ast.AST) -> NotRead:
        line = getattr(node, "lineno", self._line)
        text = " ".join(ast.unparse(node).split())
        shown = text if len(text) <= 60 else f"{text[:57]}..."
        return NotRead(f"{self._source}, line {line}: `{shown}` is not known without executing it")


def _items(self: Reader, node: Any) -> list[Any]:
    if any(isinstance(item, ast.Starred) for item in node.elts):
        raise self._refused(node)
    return [self._value(item) for item in node.elts]


# Any: each takes the kind of node that it stands beside.
_FORMS: dict[type[ast.expr], Callable[[Reader, Any], Any]] = {
    ast.Constant: lambda reader, node: node.value,
    ast.Name: Reader._name,  # noqa: SLF001 - a table of the class's own methods
    ast.List: _items,
    ast.Tuple: lambda reader, node: tuple(_items(reader, node)),
    ast.Set: lambda reader, node: set(_items(reader, node)),
    ast.Dict: Reader._dict,  # noqa: SLF001
    ast.JoinedStr: Reader._text,  # noqa: SLF001
    ast.UnaryOp: Reader._unary,  # noqa: SLF001
    ast.BinOp: Reader._binary,  # noqa: SLF001
    ast.Compare: Reader._compare,  # noqa: SLF001
    ast.BoolOp: Reader._bool,  # noqa: SLF001
    ast.IfExp: Reader._either,  # noqa: SLF001
    ast.Attribute: Reader._attribute,  # noqa: SLF001
    ast.Call: Reader._call,  # noqa: SLF001
}
