"""
The bodies of revisions.

Responsible for running what a file says in one direction: the functions of a Python file, the statements of a SQL
file.  Does not know what operations are, nor the database: both are handed on.

A Python file has `upgrade` and `downgrade`, without arguments or with one, the Op.  A SQL file has parts:

    -- limbeck: up
    CREATE TABLE account (id INTEGER PRIMARY KEY);
    -- limbeck: down
    DROP TABLE account;

Without such lines all of it is "up".  A part may be for some servers only: `-- limbeck: up postgresql sqlite`.
"""

from __future__ import annotations

import itertools
import os
import re
import sys
import time
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, SourceFileLoader, SourcelessFileLoader
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple, NoReturn, cast

from limbeck.errors import BrokenHeader, LimbeckError, ScriptFailed
from limbeck.files.index import changed, is_settled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import CodeType, TracebackType

    from limbeck.dsl import OpenDatabase
    from limbeck.files.bodies import Bodies, Body
    from limbeck.history import Direction
    from limbeck.runner.ports import Database, Send

_FUNCTIONS = {"up": "upgrade", "down": "downgrade"}
_PART = re.compile(r"^--[ \t]*limbeck:[ \t]*(up|down)\b([^\n]*)$", re.IGNORECASE | re.MULTILINE)
_UNUSUAL = (
    0x04 | 0x08 | 0x80 | 0x100 | 0x200
)  # code flags: *args, **kwargs, coroutine, iterable one, async generator
_UNFIT = re.compile(r"[^0-9A-Za-z]")


class SourceLoader(SourceFileLoader):
    """
    Python's, without its cache for a file that has just been changed.

    The cache knows a file by its size and the second of its last change: of two contents of one size that were written in
    one second it would give the first.
    """

    def get_code(self, fullname: str) -> CodeType | None:
        """The code of the file.  Raises what compiling and reading raise."""
        if is_settled(changed(os.stat(self.path)), time.time_ns()):
            return super().get_code(fullname)
        return self.source_to_code(self.get_data(self.path), self.path)


_LOADERS: dict[str, type[SourceFileLoader | SourcelessFileLoader]] = {
    "py": SourceLoader,
    "pyc": SourcelessFileLoader,
}
_numbers = itertools.count(1)


class RevisionScript:
    """The body of a revision file.

    `source` is how messages name it.  `content` is the file's, where it cannot be read from `path` because it is in a
    zip file.
    """

    def __init__(
        self, id: str, path: Path | str, *, source: str = "", content: bytes | None = None
    ) -> None:
        self.id = id
        self._place = os.fspath(path)
        self.source = source or self._place
        self._content = content

    @property
    def path(self) -> Path:
        """The file.  Twenty thousand paths take their time and room; a script keeps but the text of its own."""
        return Path(self._place)

    def read(self) -> bytes:
        """The content of the file.  ScriptFailed when it cannot be read any more."""
        if self._content is not None:
            return self._content
        try:
            with open(self._place, "rb") as file:
                return file.read()
        except OSError as error:
            raise ScriptFailed(f"{self.source} cannot be read: {error.strerror}") from None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id} {self.source}>"


class PythonScript(RevisionScript):
    """The functions `upgrade` and `downgrade` of a Python file."""

    def __init__(
        self,
        id: str,
        path: Path | str,
        *,
        source: str = "",
        content: bytes | None = None,
        bodies: Bodies | None = None,
    ) -> None:
        super().__init__(id, path, source=source, content=content)
        self._bodies = bodies
        self._ready: CodeType | None = None
        self._body: Body | None = None

    def check(self, direction: Direction) -> None:
        """Compile the file, and keep that for `run`.  BrokenHeader when it is no Python."""
        if self._bodies is not None and self._content is None:
            self._body = self._bodies.body(self._place)
            if self._body is not None and self._body.is_compiled:
                return
        if self._ready is None:
            self._ready = self._compiled()
            if self._body is not None:
                self._body.remember(code=self._ready)

    @property
    def checksum(self) -> str:
        """Hexadecimal digest of what the file does, indifferent to comments, format and parents."""
        from limbeck.files import checksum

        body = self._body
        if body is not None and (known := body.checksum):
            return known
        content = self.read()
        if self._place.endswith(".pyc"):
            return checksum.of_text(content[16:].hex())
        try:
            found = checksum.of_python(content)
        except (SyntaxError, ValueError) as error:
            raise self._failed(error) from error
        if body is not None:
            body.remember(checksum=found)
        return found

    def run(self, direction: Direction, database: Database, send: Send) -> None:
        """Call the function for `direction`, with an Op whose operations go to `send`.

        Raises ScriptFailed when there is no such function, and for whatever the function raises that is no
        LimbeckError; the message names file and line.
        """
        # Not from the package: there are thousands of files, and Python looks closer where it is one.
        from limbeck.dsl.current import use
        from limbeck.dsl.methods import Op

        op = Op(cast("OpenDatabase", database), send)
        with self.loaded() as module, use(op):
            function = self._function(module, _FUNCTIONS[direction.value])
            arguments = (op,) if self._takes_op(function) else ()
            with self._blaming_the_file():
                function(*arguments)

    def loaded(self) -> _Loaded:
        """The module of the file, executed anew, and known to Python under a name of its own meanwhile."""
        return _Loaded(self)

    def module(self) -> tuple[ModuleType, CodeType]:
        """A module for the file, and what is to be executed in it."""
        known = self._body.code if self._ready is None and self._body is not None else None
        code, self._ready = known or self._ready or self._compiled(), None
        id = self.id
        fit = id if id.isalnum() and id.isascii() else _UNFIT.sub("_", id)
        name = f"limbeck_revision_{next(_numbers)}_{fit}"
        loader = self._loader(name)
        module = ModuleType(name)
        # What importlib.util.module_from_spec does, too; there are thousands of files, and it takes its time.
        module.__dict__.update(
            __file__=self._place,
            __spec__=ModuleSpec(name, loader, origin=loader.path if loader else self.source),
            __loader__=loader,
            __package__="",
        )
        return module, code

    def execute(self, module: ModuleType, code: CodeType) -> None:
        """Execute the file.  Raises ScriptFailed for whatever it raises that is no LimbeckError."""
        with self._blaming_the_file():
            self._execute(module, code)

    def _execute(self, module: ModuleType, code: CodeType) -> None:
        """Execute the file; one whose `op` would be that of the real Alembic is stopped before it does anything."""
        try:
            exec(code, module.__dict__)  # noqa: S102 - the user's own file
        except ImportError as error:  # a folder named alembic is a package, too, but has no op
            if (error.name or "").partition(".")[0] == "alembic":
                raise self._for_alembic() from error
            raise
        op = module.__dict__.get("op")
        if isinstance(op, ModuleType) and op.__name__ == "alembic.op":
            raise self._for_alembic()

    def _for_alembic(self) -> ScriptFailed:
        return ScriptFailed(
            f"{self.source} imports from alembic, which is not limbeck in this process",
            hint="call limbeck.compat.install() at the start of the program, as the `limbeck` command does; or write"
            " `from limbeck import op` in the file",
        )

    def _compiled(self) -> CodeType:
        """The code of the file, from Python's cache where it is there."""
        try:
            if self._content is not None:
                return compile(self._content, self.source, "exec", dont_inherit=True)
            loader = self._loader("limbeck_revision")
            code = loader.get_code(loader.name) if loader else None
        except SyntaxError as error:
            place = f"{self.source}, line {error.lineno}" if error.lineno else self.source
            raise BrokenHeader(f"{place}: {error.msg}") from None
        except ValueError as error:  # null bytes, before Python 3.12
            raise BrokenHeader(f"{self.source}: {error}") from None
        except OSError as error:
            raise ScriptFailed(f"{self.source} cannot be read: {error.strerror}") from None
        if code is None:
            raise ScriptFailed(f"{self.source} is no Python file")
        return code

    def _loader(self, name: str) -> SourceFileLoader | SourcelessFileLoader | None:
        """What imports such files; None where the content is known, or it is no Python file."""
        known = None if self._content is not None else _LOADERS.get(self._place.rpartition(".")[2])
        if known is None:
            return None
        place = self._place
        return known(name, place if os.path.isabs(place) else os.path.join(os.getcwd(), place))

    def _function(self, module: ModuleType, name: str) -> Callable[..., object]:
        function = getattr(module, name, None)
        if callable(function):
            return cast("Callable[..., object]", function)
        raise ScriptFailed(
            f"{self.source} has no {name}()",
            hint=f"write def {name}() -> None: in it; with pass for a body when there is nothing to do",
        )

    def _takes_op(self, function: Callable[..., object]) -> bool:
        code = getattr(function, "__code__", None)
        if code is not None and not (code.co_argcount or code.co_flags & _UNUSUAL):
            return False  # what nearly all revisions have, told without importing inspect

        import inspect

        if inspect.iscoroutinefunction(function):
            raise ScriptFailed(
                f"{self.source}: {function.__name__}() is async; a revision is not",
                hint="call what must be awaited with op.run_async()",
            )
        kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        parameters = [p for p in inspect.signature(function).parameters.values() if p.kind in kinds]
        needed = [p for p in parameters if p.default is p.empty]
        if len(needed) > 1:
            raise ScriptFailed(
                f"{self.source}: {function.__name__}() takes {len(needed)} arguments; it may take one, the Op"
            )
        return bool(needed) or bool(parameters and parameters[0].name == "op")

    def _blaming_the_file(self) -> _Blaming:
        return _Blaming(self)

    def blame(self, error: Exception) -> None:
        """Say in the error where in the file it comes from.  Raises ScriptFailed in place of what is no LimbeckError."""
        if not isinstance(error, LimbeckError):
            raise self._failed(error) from error
        line = self._line(error.__traceback__)
        if line is not None:
            point_at(error, f"{self.source}, line {line}")

    def _failed(self, error: Exception) -> ScriptFailed:
        line = error.lineno if isinstance(error, SyntaxError) else self._line(error.__traceback__)
        place = f"{self.source}, line {line}" if line else self.source
        text = error.msg if isinstance(error, SyntaxError) else str(error)
        kind = type(error).__name__
        return ScriptFailed(f"{place}: {kind}: {text}" if text else f"{place}: {kind}")

    def _line(self, traceback: TracebackType | None) -> int | None:
        """The last line of our file that was running."""
        line = None
        names = {self._place, self.source}
        while traceback is not None:
            if traceback.tb_frame.f_code.co_filename in names:
                line = traceback.tb_lineno
            traceback = traceback.tb_next
        return line


class SqlScript(RevisionScript):
    """The two parts of a plain SQL file."""

    def check(self, direction: Direction) -> None:
        """ScriptFailed when there is no part for `direction`, or the file is no text."""
        self._parts_for(direction.value)

    @property
    def checksum(self) -> str:
        """Hexadecimal digest of the statements, indifferent to comments and format."""
        from limbeck.files import checksum
        from limbeck.files.sql import normal_form

        parts = [
            f"{part.direction} {' '.join(part.dialects)}\n{normal_form(part.text)}"
            for part in self._parts()
        ]
        return checksum.of_text("\n".join(parts))

    def run(self, direction: Direction, database: Database, send: Send) -> None:
        """Send the statements for `direction`, one by one; colons and per cent signs in them mean nothing.

        Raises ScriptFailed when the file has no such part, or a quote in it never ends.
        """
        from limbeck.operations import Execute

        dialect = cast("OpenDatabase", database).dialect.name
        for statement in self.statements(direction.value, dialect):
            with self._pointing_at(statement):
                send(Execute(statement, literal=True))

    def statements(self, direction: str, dialect: str) -> list[str]:
        """The statements of the part "up" or "down" for a dialect, in order."""
        from limbeck.files.sql import family, split

        server = family(dialect)
        found = []
        for part in self._parts_for(direction):
            if part.dialects and server not in map(family, part.dialects):
                continue
            try:
                found.extend(split(part.text, dialect))
            except ScriptFailed as error:
                # Parts keep their place in the file, so that the line is that of the file.
                raise ScriptFailed(f"{self.source}, {error.message}") from None
        return found

    @contextmanager
    def _pointing_at(self, statement: str) -> Iterator[None]:
        try:
            yield
        except LimbeckError as error:
            text = self._text()
            line = text.count("\n", 0, max(text.find(statement), 0)) + 1
            point_at(error, f"{self.source}, line {line}")
            raise

    def _text(self) -> str:
        try:
            return self.read().decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            raise ScriptFailed(
                f"{self.source} is not UTF-8 text", hint="save it as UTF-8"
            ) from None

    def _parts_for(self, direction: str) -> list[_Part]:
        parts = [part for part in self._parts() if part.direction == direction]
        if not parts:
            self._has_no(direction)
        return parts

    def _parts(self) -> list[_Part]:
        text = self._text()
        marks = list(_PART.finditer(text))
        if not marks:
            return [_Part("up", (), text)]
        ends = [mark.start() for mark in marks[1:]] + [len(text)]
        return [
            _Part(
                mark[1].lower(),
                tuple(mark[2].lower().replace(",", " ").split()),
                "\n" * text.count("\n", 0, mark.end()) + text[mark.end() : end],
            )
            for mark, end in zip(marks, ends)  # noqa: B905 - as many ends as marks
        ]

    def _has_no(self, direction: str) -> NoReturn:
        raise ScriptFailed(
            f"{self.source} has no part '-- limbeck: {direction}'",
            hint=f"add a line '-- limbeck: {direction}', with nothing below it when there is nothing to do",
        )


class _Blaming:
    """What goes wrong inside is blamed on the file.

    A class, because it is entered twice for each of many thousand revisions.
    """

    __slots__ = ("_script",)

    def __init__(self, script: PythonScript) -> None:
        self._script = script

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, Exception):
            self._script.blame(error)


class _Loaded:
    """The scope in which the module of a file is known to Python.  A class, as `_Blaming` is."""

    __slots__ = ("_module", "_script")

    def __init__(self, script: PythonScript) -> None:
        self._script = script

    def __enter__(self) -> ModuleType:
        self._module, code = self._script.module()
        # dataclasses, for one, look for their module there
        sys.modules[self._module.__name__] = self._module
        try:
            self._script.execute(self._module, code)
        except BaseException:
            self.__exit__()
            raise
        return self._module

    def __exit__(self, *_: object) -> None:
        sys.modules.pop(self._module.__name__, None)
        # They and their module hold each other, and looking for thousands of such pairs takes its time.
        for name in _FUNCTIONS.values():
            self._module.__dict__.pop(name, None)


class _Part(NamedTuple):
    direction: str
    dialects: tuple[str, ...]
    text: str


def point_at(error: LimbeckError, place: str) -> None:
    """Let an error that suggests nothing else suggest to look at the line that it comes from."""
    if error.hint is None:
        error.hint = f"look at {place}"


def attributes(script: PythonScript) -> Mapping[str, object]:
    """The names of a file's module after it was executed, for heads that cannot be told otherwise."""
    with script.loaded() as module:
        return dict(vars(module))
