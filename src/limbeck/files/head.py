"""
Read the head of a revision file: what it says about itself.

Responsible for Python and SQL files, from their text alone; nothing of a revision is executed here.  Does not
know folders, nor what the body does.

The head of a Python file is what Alembic writes: a docstring, and assignments to `revision`, `down_revision`,
`branch_labels` and `depends_on`.  Their values are literals, or put together from literals that have a name
further up.  The head of a SQL file is the comment at its top:

    -- add a nickname
    --
    -- revision: 1975ea83b712
    -- revises: ae1027a6acf8
    -- labels: people
    -- depends-on: 27c6a30d7c24
    -- created: 2026-11-22 12:00:00
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from limbeck.errors import BrokenHeader
from limbeck.history.revision import Revision

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

NAMES = ("revision", "down_revision", "branch_labels", "depends_on")
FUNCTIONS = frozenset({"upgrade", "downgrade"})

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# Where the head ends: the first function, class or decorator that starts a line.
_BODY = re.compile(rb"^(?:def|class|async def|@)", re.MULTILINE)
# An assignment to one of the names, further down.
_LATE = re.compile(
    rb"^[ \t]*(?:revision|down_revision|branch_labels|depends_on)[ \t]*(?::[^\n=]*)?=[^=]",
    re.MULTILINE,
)
_CREATED = re.compile(r"^\s*Create Date:[ \t]*(.*?)\s*$", re.MULTILINE)
_CONFLICT = re.compile(rb"^<{7} ", re.MULTILINE)


class Head(NamedTuple):
    """What was found at the top of a file.

    `revision` is None when the file declares none, and is there to help others.  `computed` is the line of a value
    that only running the file can tell, 0 when there is none; `revision` is then None, too.
    """

    revision: Revision | None = None
    computed: int = 0


class _Computed(Exception):
    """A value is no literal."""


def read_python(content: bytes, source: str) -> Head:
    """The head of a Python file; `source` is how messages and the Revision name it.

    Raises BrokenHeader for a syntax error (in the head; in all of a file without one), for values of the wrong
    type, for a file that has something to upgrade or downgrade but declares no revision, and for a name that is
    mistyped.
    """
    cut = _BODY.search(content)
    late = cut is not None and _LATE.search(content, cut.start()) is not None
    tree = None
    if cut is not None and not late:
        # A line of the docstring that starts like a function makes for half a file that does not parse.
        tree = _parsed(content[: cut.start()])
    if tree is None:
        tree = _parsed_whole(content, source)
    try:
        values = dict(_assigned(tree))
    except _Computed as computed:
        return Head(computed=computed.args[0])
    if "revision" not in values:
        return _without_revision(_parsed_whole(content, source), source)
    if len(values) < len(NAMES):
        _refuse_mistyped(values, (name for node in tree.body for name in _named(node)), source)
    return Head(_revision(values, _docstring(tree), source))


def from_attributes(attributes: Mapping[str, object], source: str) -> Head:
    """The head that a file has after it was run: `attributes` are the names of its module."""
    values = {name: attributes[name] for name in NAMES if name in attributes}
    if "revision" not in values:
        _refuse_to_lose(FUNCTIONS & attributes.keys(), attributes, source)
        return Head()
    if len(values) < len(NAMES):
        _refuse_mistyped(values, attributes, source)
    return Head(_revision(values, str(attributes.get("__doc__") or ""), source))


def read_sql(content: bytes, source: str) -> Head:
    """The head of a SQL file.

    Raises BrokenHeader when it is not UTF-8, names a key twice, or has parts but declares no revision.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BrokenHeader(f"{source} is not UTF-8 text", hint="save it as UTF-8") from None
    keys: dict[str, str] = {}
    message = []
    for line in _top_comment(text):
        key = _SQL_KEY.match(line)
        if key is None:
            message.append(line)
            continue
        name = _SQL_KEYS[key[1].lower()]
        if name in keys:
            raise BrokenHeader(f"{source} says {key[1]} twice")
        keys[name] = key[2].strip()
    if not keys.get("revision"):
        part = _SQL_PART.search(text)
        if part is None:
            return Head()
        raise BrokenHeader(
            f"{source} has a part '{part[0]}', but declares no revision",
            hint="write `-- revision: ...` and `-- revises: ...` at its top, or move it elsewhere",
        )
    return Head(
        Revision(
            keys["revision"],
            _listed(keys.get("revises", "")),
            _listed(keys.get("depends", "")),
            _listed(keys.get("labels", "")),
            "\n".join(message).strip(),
            keys.get("created", ""),
            source,
        )
    )


_SQL_KEYS = {
    "revision": "revision",
    "revision id": "revision",
    "revises": "revises",
    "labels": "labels",
    "branch labels": "labels",
    "depends-on": "depends",
    "depends on": "depends",
    "created": "created",
    "create date": "created",
}
_SQL_KEY = re.compile(rf"({'|'.join(_SQL_KEYS)})[ \t]*:(.*)\Z", re.IGNORECASE)
_SQL_PART = re.compile(r"^--[ \t]*limbeck:[ \t]*(?:up|down)\b", re.IGNORECASE | re.MULTILINE)


def _top_comment(text: str) -> Iterator[str]:
    """The lines of the comment at the top, without their dashes, up to the first statement or part."""
    for line in text.splitlines():
        bare = line.strip()
        if _SQL_PART.match(bare) or (bare and not bare.startswith("--")):
            return
        yield bare.removeprefix("--").strip()


def _listed(written: str) -> tuple[str, ...]:
    """Names separated by commas or spaces; `base`, `none` and nothing are none."""
    names = tuple(name for name in re.split(r"[,\s]+", written) if name)
    return () if len(names) == 1 and names[0].lower() in ("base", "none") else names


def _parsed(content: bytes) -> ast.Module | None:
    try:
        return ast.parse(content)
    except (SyntaxError, ValueError):
        return None


def _parsed_whole(content: bytes, source: str) -> ast.Module:
    try:
        return ast.parse(content)
    except SyntaxError as error:
        if _CONFLICT.search(content):
            raise BrokenHeader(
                f"{source} has the marks of an unfinished merge in it (<<<<<<<)",
                hint="resolve the conflict in the file; limbeck merge joins two heads",
            ) from None
        place = f"{source}, line {error.lineno}" if error.lineno else source
        raise BrokenHeader(f"{place}: {error.msg}") from None
    except ValueError as error:  # null bytes, before Python 3.12
        raise BrokenHeader(f"{source}: {error}") from None


def _assigned(tree: ast.Module) -> Iterator[tuple[str, object]]:
    """Each name of the head with its value, in the order of the file.  _Computed when a value is no literal."""
    known: dict[str, object] = {}
    for node in tree.body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            for name, value in _targets(node):
                literal = _literal(value, known)
                if literal is not _UNKNOWN:
                    known[name] = literal
                elif name in NAMES:
                    raise _Computed(node.lineno)
                else:
                    known.pop(name, None)
                if name in NAMES:
                    yield name, literal
        elif isinstance(node, (*_DEFINITIONS, ast.ClassDef)):
            continue
        elif not isinstance(node, ast.Expr) and _binds(node):
            raise _Computed(node.lineno)


def _targets(node: ast.Assign | ast.AnnAssign) -> Iterator[tuple[str, ast.expr]]:
    """`a = b = 1`, `a: int = 1` and `a, b = 1, 2` as names with their values."""
    if node.value is None:
        return
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        if isinstance(target, ast.Name):
            yield target.id, node.value
        elif isinstance(target, (ast.Tuple, ast.List)):
            values = node.value.elts if isinstance(node.value, (ast.Tuple, ast.List)) else []
            unpacked = len(values) == len(target.elts)
            for position, element in enumerate(target.elts):
                if isinstance(element, ast.Name):
                    yield element.id, values[position] if unpacked else node.value


_UNKNOWN = object()


def _literal(node: ast.expr, known: Mapping[str, object]) -> object:
    """The value of an expression made of literals and of names that stand for them; _UNKNOWN otherwise."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return known.get(node.id, _UNKNOWN)
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        items = tuple(_literal(item, known) for item in node.elts)
        return _UNKNOWN if any(item is _UNKNOWN for item in items) else items
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _literal(node.left, known), _literal(node.right, known)
        if isinstance(left, str) and isinstance(right, str):
            return left + right
        if isinstance(left, tuple) and isinstance(right, tuple):
            return left + right
    return _UNKNOWN


def _binds(node: ast.stmt) -> bool:
    """Whether a statement other than a plain assignment may give one of the names a value."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, (ast.Store, ast.Del)):
            bound = inner.id
        elif isinstance(inner, ast.alias):
            bound = inner.asname or inner.name
        else:
            continue
        if bound in NAMES:
            return True
    return False


def _without_revision(tree: ast.Module, source: str) -> Head:
    """The head of a whole file that declares no revision: of one that helps others, or imports everything."""
    star = _star_import(tree)
    if not star:
        defined = [node for node in tree.body if isinstance(node, _DEFINITIONS)]
        functions = {node.name for node in defined} & FUNCTIONS
        names = [name for node in tree.body for name in _named(node)]
        _refuse_to_lose(functions, names, source)
    return Head(computed=star)


def _named(node: ast.stmt) -> list[str]:
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        return [name for name, _ in _targets(node)]
    return []


def _refuse_to_lose(functions: Collection[str], names: Iterable[str], source: str) -> None:
    """BrokenHeader when there are `functions` of a revision, which would never run; `names` may have it mistyped."""
    if not functions:
        return
    from difflib import get_close_matches

    there = " and ".join(f"{name}()" for name in sorted(functions, reverse=True))
    close = get_close_matches("revision", [name for name in names if name not in NAMES], n=1)
    mistyped = f" (is {close[0]} mistyped?)" if close else ""
    raise BrokenHeader(
        f"{source} has {there}, but declares no revision{mistyped}",
        hint='write revision = "..." and down_revision = "..." at its top, or move it elsewhere',
    )


def _refuse_mistyped(values: Mapping[str, object], names: Iterable[str], source: str) -> None:
    from limbeck.files.mistyped import refuse_mistyped

    refuse_mistyped([name for name in NAMES if name not in values], names, source)


def _star_import(tree: ast.Module) -> int:
    """The line of an import of everything, which may bring any name; 0 when there is none."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            return node.lineno
    return 0


def _docstring(tree: ast.Module) -> str:
    if not tree.body or not isinstance(tree.body[0], ast.Expr):
        return ""
    value = tree.body[0].value
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""


def _revision(values: Mapping[str, object], doc: str, source: str) -> Revision:
    id = values["revision"]
    if not isinstance(id, str) or not id:
        raise BrokenHeader(f"{source}: revision must be a text, not {id!r}")
    created = _CREATED.search(doc)
    return Revision(
        id,
        _texts(values, "down_revision", source),
        _texts(values, "depends_on", source),
        _texts(values, "branch_labels", source),
        _dedented(doc),
        created[1] if created else "",
        source,
    )


def _texts(values: Mapping[str, object], name: str, source: str) -> tuple[str, ...]:
    """The value of a name that may be None, "", one text, or several in a tuple, list or set."""
    value = values.get(name)
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, (tuple, list, set, frozenset)):
        several = sorted(value, key=str) if isinstance(value, (set, frozenset)) else value
        texts = tuple(item for item in several if item)
        if all(isinstance(item, str) for item in texts):
            return texts
    raise BrokenHeader(f"{source}: {name} must be a text, several texts or None, not {value!r}")


def _dedented(doc: str) -> str:
    """A docstring without the indentation that its lines share, as tools show it."""
    lines = doc.expandtabs().strip("\n").splitlines()
    if not lines:
        return ""
    below = [line for line in lines[1:] if line.strip()]
    margin = min((len(line) - len(line.lstrip()) for line in below), default=0)
    return "\n".join([lines[0].strip(), *(line[margin:].rstrip() for line in lines[1:])]).strip()
