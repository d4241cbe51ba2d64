"""
Write generated parts of revisions anew, for other parents.

Responsible for what revisions did where they were generated, for what that becomes behind what others did, and for the
new text of their files: statements stay as they stand wherever they mean the same there.  Does not write files, nor prove
anything; what cannot be told apart, or known without a database, is left alone, with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from limbeck.actions.ancestor import Ancestor, names_in
from limbeck.actions.autogenerate import renderer_of
from limbeck.actions.deeds import done_by, recorded
from limbeck.actions.regenerated import NewText, Regenerated
from limbeck.diff import Abilities, describe, losses
from limbeck.diff.moved import (
    Goal,
    Ground,
    Rules,
    led_to,
    left_open,
    moved,
    past,
    renames_among,
    stands,
    way_back,
)
from limbeck.errors import LimbeckError, SchemaError
from limbeck.files.generated import (
    MARK,
    Edit,
    Function,
    Statement,
    above,
    edited,
    functions,
    laid_out,
    text_of,
)
from limbeck.files.render import lines
from limbeck.history import Direction
from limbeck.operations import Execute, FillColumn, Operation, RecreateTable
from limbeck.schema import SchemaState
from limbeck.schema.mentions import mentions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from limbeck.database.replay import Recorded, ReplayDatabase
    from limbeck.diff import Diff
    from limbeck.files.render import Renderer
    from limbeck.project import Project, Target


def regenerate(project: Project, target: Target, ids: Sequence[str], onto: str) -> Regenerated:
    """The new texts of the revisions `ids`, in order, none of which is behind `onto`, when they come to be behind it."""
    if not any(_has_generated(project, id) for id in ids):
        return Regenerated()
    history = project.history
    shared = history.closure(ids) - set(ids)
    theirs = history.closure([onto]) - shared
    apart = [id for id in ids if not history.closure([id]) - set(ids) >= shared]
    if shared - history.closure([onto]) or apart:
        return Regenerated(left=("what they follow is not below both sides",))
    try:
        return _Job(project, target).all(shared, history.ordered(theirs), ids)
    except LimbeckError as error:
        return Regenerated(left=(error.message,))


def _has_generated(project: Project, id: str) -> bool:
    """Whether something in the file of a revision was generated."""
    if project.library.path(id).suffix != ".py":
        return False
    try:
        found = functions(project.library.script(id).read())
    except (LimbeckError, SyntaxError, UnicodeDecodeError):
        return False
    return any(function.block is not None for function in found)


@dataclass(frozen=True)
class _Part:
    """Operations that one statement asks for, one after another; `statement` None where it cannot be told which."""

    operations: tuple[Operation, ...]
    line: int
    statement: Statement | None = None

    @property
    def generated(self) -> bool:
        return self.statement is not None and self.statement.generated


@dataclass
class _Text:
    """A file that is being changed."""

    content: bytes
    functions: tuple[Function, ...] = ()
    edits: list[Edit] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)

    def take(self, statement: Statement, rows: Sequence[str], function: Function) -> None:
        """Put `rows` in the place of a statement, and of what says what it destroys."""
        self.edits.append(Edit(statement.first, statement.last, tuple(rows)))
        for line, comment in above(self.content, function, statement):
            if MARK.match(comment):
                self.edits.append(Edit(line, line))

    def fill(self, function: Function) -> None:
        """See to it that something is left of a function."""
        gone = {(edit.first, edit.last) for edit in self.edits if not edit.rows}
        left = [one for one in function.statements if (one.first, one.last) not in gone]
        if all(one.docstring for one in left) and len(left) < len(function.statements):
            where = function.statements[-1]
            last = next(e for e in self.edits if (e.first, e.last) == (where.first, where.last))
            self.edits.remove(last)
            self.edits.append(last._replace(rows=laid_out(["pass"], function)))

    def whole(self, statement: Statement, function: Function) -> tuple[str, ...]:
        """The lines of a statement as it stands, with the comments above it."""
        comments = above(self.content, function, statement)
        return (
            *laid_out((comment for _, comment in comments), function),
            *text_of(self.content, statement),
        )

    def needs(self, renderer: Renderer, rows: Iterable[str]) -> None:
        """Remember the imports that new lines need."""
        self.imports |= renderer.imports
        if any(f"{renderer.style.sqlalchemy}" in row for row in rows):
            self.imports.add("import sqlalchemy as sa")

    def function(self, parts: Iterable[_Part], direction: Direction) -> Function | None:
        """The function that the operations of a direction come from."""
        lines = [part.line for part in parts if part.line]
        for one in self.functions:
            first, last = one.statements[0].first, one.statements[-1].last
            if any(first <= line <= last for line in lines):
                return one
        name = "upgrade" if direction is Direction.UP else "downgrade"
        return next((one for one in self.functions if one.name == name), None)


class _Job:
    """One call to `regenerate`."""

    def __init__(self, project: Project, target: Target) -> None:
        from limbeck.database.engine import dialect_of
        from limbeck.database.normalise import Facts, normalise
        from limbeck.database.replay.server import carried_out

        self.project = project
        self.target = target
        dialect = dialect_of(target.url)
        facts = Facts.default(dialect)
        self.dialect = dialect
        self.rules = Rules(
            lambda operation, state: _adopted(carried_out(operation, state, dialect), state),
            Abilities.of(dialect.name),
            lambda state: normalise(state, dialect, facts),
        )

    def all(self, shared: Iterable[str], theirs: Sequence[str], ids: Sequence[str]) -> Regenerated:
        """The new texts, as far as it is known what the revisions do."""
        ground = self._ground(Ancestor(self.project, self.target, shared), theirs, ids)
        texts: list[NewText] = []
        renamed = ground.renamed
        for id in ids:
            try:
                text, left, ground = self._one(id, ground)
            except (LimbeckError, SyntaxError, UnicodeDecodeError) as error:
                reason = error.message if isinstance(error, LimbeckError) else str(error)
                return Regenerated(tuple(texts), (f"{self._shown(id)}: {reason}",), renamed)
            if text is not None:
                texts.append(text)
            if left:
                return Regenerated(tuple(texts), (left,), renamed)
        return Regenerated(tuple(texts), (), renamed)

    def _ground(self, ancestor: Ancestor, theirs: Sequence[str], ids: Sequence[str]) -> Ground:
        """Where both sides parted, and what the other side has made of it.  Raises SchemaError when that is not known."""
        names: set[str] = set()
        for side in (theirs, ids):
            names |= names_in(done_by(self.project, self.target, side, SchemaState()).deeds)
        base = ancestor.about(names)
        database = recorded(self.project, self.target, theirs, base)
        if database.opaque:
            base = ancestor.whole()
            database = recorded(self.project, self.target, theirs, base)
        self._known(database)
        renamed = renames_among(one.operation for one in database.recorded)
        return Ground(base, database.state, renamed)

    def _known(self, database: ReplayDatabase) -> None:
        for one in database.opaque:
            where = self._shown(one.revision) + (f":{one.line}" if one.line else "")
            raise SchemaError(f"{where}: what {one.what} does is not known: {one.why}")

    def _shown(self, id: str) -> str:
        return self.project.library.shown(self.project.library.path(id))

    # One revision

    def _one(self, id: str, ground: Ground) -> tuple[NewText | None, str, Ground]:
        """The new text of a revision, None where it stays; why something of it is left; and the ground behind it."""
        up = self._run(self.project, id, ground.old, Direction.UP)
        path = self.project.library.path(id)
        content = self.project.library.script(id).read()
        text = _Text(content, functions(content) if path.suffix == ".py" else ())
        made, behind = self._upgrade(_parts(up.recorded, text), text, ground)
        if left_open(behind.old, up.state, self.rules):
            raise SchemaError("what it does is known as a whole only")
        left, known = "", (list(text.edits), set(text.imports))
        try:
            down = self._run(self.project, id, behind.old, Direction.DOWN)
            self._downgrade(_parts(down.recorded, text), text, made, ground, behind)
        except LimbeckError as error:
            left = f"{self._shown(id)}: its downgrade: {error.message}"
            text.edits, text.imports = known  # all of it, or nothing
        if not text.edits:
            return None, left, behind
        new = edited(content, text.edits, text.imports)
        self._check(id, new, ground, behind)
        lines = {n for edit in text.edits for n in range(edit.first, edit.last + 1)}
        return NewText(id, self._shown(id), content, new, frozenset(lines)), left, behind

    def _run(
        self, project: Project, id: str, state: SchemaState, direction: Direction
    ) -> ReplayDatabase:
        database = recorded(project, self.target, [id], state, direction=direction)
        self._known(database)
        return database

    def _check(self, id: str, content: bytes, ground: Ground, behind: Ground) -> None:
        """Raises SchemaError when the new text does not lead where it should."""
        library = self.project.library
        changed = self.project._replace(library=library.with_contents({library.path(id): content}))
        up = self._run(changed, id, ground.new, Direction.UP)
        if left_open(up.state, behind.new, self.rules):
            raise SchemaError("what would be written does not do what it should")

    # Up

    def _upgrade(
        self, parts: Sequence[_Part], text: _Text, ground: Ground
    ) -> tuple[tuple[Operation, ...], Ground]:
        """What the revision does on the new ground, and the ground behind that."""
        function = text.function(parts, Direction.UP)
        made: list[Operation] = []
        before = ground
        for part in parts:
            start = ground
            found: list[Operation] = []
            for one in part.operations:
                self._meant(one, ground)
                new, ground = moved(one, ground, self.rules)
                found += new
            made += found
            if tuple(found) == part.operations:
                continue
            if function is None or part.statement is None or not part.generated:
                raise SchemaError(f"line {part.line} would have to change, and {_TOUCHED}")
            renderer = self._renderer(start.new, ground.new)
            rows = laid_out(lines(found, renderer, losses(found, start.new)), function)
            text.take(part.statement, rows, function)
            text.needs(renderer, rows)
        if function is not None:
            text.fill(function)
            self._shorten(parts, text, function, made, before, ground)
        return tuple(made), ground

    def _shorten(
        self,
        parts: Sequence[_Part],
        text: _Text,
        function: Function,
        made: Sequence[Operation],
        ground: Ground,
        behind: Ground,
    ) -> None:
        """Leave out what was there for the sake of what is left out: a view that was dropped, and made again."""
        if not text.edits or function.block is None or not _is_generated(function, parts):
            return
        if any(isinstance(one, (FillColumn, Execute)) for one in flat(made)):
            return
        if self._renderer().style.alembic:  # it needs what goes along with us to be dropped first
            return
        way = way_back(ground.new, behind.new, made, self.rules).inverse()
        if len(way.operations) < len(list(flat(made))):
            first, last = function.block
            rows = self._way(way, parts, text, function, ground) or laid_out(["pass"], function)
            text.edits[:] = [Edit(first + 1, last - 1, rows)]

    def _meant(self, operation: Operation, ground: Ground) -> None:
        """Raises SchemaError when a statement of the author's own speaks of what has another name now."""
        if not isinstance(operation, Execute):
            return
        from limbeck.database.replay.understand import text_of

        text = text_of(operation, self.dialect)
        for name in ground.gone:
            if mentions(text, name):
                raise SchemaError(f"a statement speaks of {name}, which has another name there")

    def _renderer(self, *states: SchemaState) -> Renderer:
        objects = {k: v for one in states for k, v in one.objects.items()}
        return renderer_of(self.project, objects, self.dialect)

    # Down

    def _downgrade(
        self,
        parts: Sequence[_Part],
        text: _Text,
        made: Sequence[Operation],
        ground: Ground,
        behind: Ground,
    ) -> None:
        """Let it lead back to where the way up starts now, if it does not already."""
        rest = self._rest(parts, ground, behind)
        if rest is None:
            return
        function = text.function(parts, Direction.DOWN)
        if function is None or function.block is None or not _is_generated(function, parts):
            raise SchemaError(f"it would have to change, and {_TOUCHED}")
        if rest:
            what = f"there was left to do: {describe(rest[0])}"
            raise SchemaError(f"it would have to change, and never led back; {what}")
        if self._in_place(parts, text, function, ground, behind):
            return
        back = way_back(ground.new, behind.new, made, self.rules)
        first, last = function.block
        rows = self._way(back, parts, text, function, behind) or laid_out(["pass"], function)
        text.edits.append(Edit(first + 1, last - 1, rows))

    def _in_place(
        self,
        parts: Sequence[_Part],
        text: _Text,
        function: Function,
        ground: Ground,
        behind: Ground,
    ) -> bool:
        """Let each statement of the way back say what it must now; whether that leads there."""
        goal = Goal(ground.called(ground.old), ground.new)
        changes: list[tuple[Statement, tuple[Operation, ...], Ground, Ground]] = []
        here = behind
        try:
            for part in parts:
                start, found = here, list[Operation]()
                for one in part.operations:
                    new, here = led_to(one, here, goal, self.rules)
                    found += new
                if tuple(found) != part.operations and part.statement is not None:
                    changes.append((part.statement, tuple(found), start, here))
        except SchemaError:
            return False
        if left_open(here.new, ground.new, self.rules, loose=True):
            return False
        for statement, operations, start, end in changes:
            renderer = self._renderer(start.new, end.new)
            rows = laid_out(lines(operations, renderer, losses(operations, start.new)), function)
            text.take(statement, rows, function)
            text.needs(renderer, rows)
        text.fill(function)
        return True

    def _rest(
        self, parts: Sequence[_Part], ground: Ground, behind: Ground
    ) -> tuple[Operation, ...] | None:
        """What the downgrade leaves open where it was made, but for words; None where it may stay: that is no more now."""
        old, here = behind, behind
        fits = True
        for part in parts:
            for one in part.operations:
                old = past(one, old, self.rules)
            following = self._stands(part, here) if fits else None
            here, fits = following or here, following is not None
        before = ground.called(ground.old)
        rest = left_open(ground.called(old.old), before, self.rules)
        now = left_open(here.new, ground.new, self.rules) if fits else ()
        if fits and now in ((), rest):
            return None
        return left_open(ground.called(old.old), before, self.rules, loose=True)

    def _stands(self, part: _Part, ground: Ground) -> Ground | None:
        """The ground behind a part that stays as it stands; None where it cannot."""
        here: Ground | None = ground
        try:
            for one in part.operations:
                here = stands(one, here, self.rules) if here is not None else None
        except SchemaError:
            return None
        return here

    def _way(
        self, way: Diff, parts: Sequence[_Part], text: _Text, function: Function, ground: Ground
    ) -> tuple[str, ...]:
        """The lines of a way from `ground` on: statements that do the same stay as they stand."""
        states = [way.before]
        for one in way.operations:
            states.append(self.rules.carry(one, states[-1]))
        unused: list[tuple[_Part, Ground]] = []
        for part in parts:
            unused.append((part, ground))
            for one in part.operations:
                ground = past(one, ground, self.rules)
        renderer = self._renderer(way.before, way.after)
        if any(isinstance(one, RecreateTable) for part in parts for one in part.operations):
            renderer.style = renderer.style._replace(as_batch=True)
        rows = [*laid_out((f"# {note.text}" for note in way.notes), function)]
        new, place = list[Operation](), 0
        while place < len(way.operations):
            found, following = self._same(unused, states, place)
            if found is None or found[0].statement is None:
                new.append(way.operations[place])
                place += 1
                continue
            rows += laid_out(lines(new, renderer, way.destructive), function)
            rows += text.whole(found[0].statement, function)
            unused.remove(found)
            new, place = [], following
        rows += laid_out(lines(new, renderer, way.destructive), function)
        text.needs(renderer, rows)
        return tuple(rows)

    def _same(
        self, parts: Sequence[tuple[_Part, Ground]], states: Sequence[SchemaState], place: int
    ) -> tuple[tuple[_Part, Ground] | None, int]:
        """A part that leads from one of `states` to a later one, and the place of that."""
        for one in parts:
            part, ground = one
            behind = self._stands(part, replace(ground, new=states[place]))
            if behind is None:
                continue
            for number in range(len(states) - 1, place, -1):
                if not left_open(behind.new, states[number], self.rules):
                    return one, number
        return None, place


_TOUCHED = "is not as it was generated: change it by hand"


def _parts(recorded: Sequence[Recorded], text: _Text) -> list[_Part]:
    """What was recorded, by statement; what a statement asks for a second time is not as it was generated."""
    found: list[_Part] = []
    for one in recorded:
        statement = _statement(text.functions, one.line)
        last = found[-1] if found else None
        if last is not None and statement is not None and last.statement == statement:
            found[-1] = replace(last, operations=(*last.operations, one.operation))
        else:
            found.append(_Part((one.operation,), one.line, statement))
    places = [part.statement for part in found]
    return [
        replace(part, statement=None) if places.count(part.statement) > 1 else part
        for part in found
    ]


def _statement(known: Iterable[Function], line: int) -> Statement | None:
    for function in known:
        for one in function.statements:
            if one.first <= line <= one.last:
                return one
    return None


def _adopted(after: SchemaState, before: SchemaState) -> SchemaState:
    """The schema in which an index that MySQL has made for a foreign key is no index of its own, as when it is made again."""
    for table in after:
        if table.name in before and before[table.name] is table:
            continue
        own = {(key.name, key.columns) for key in table.foreign_keys}
        left = tuple(one for one in table.indexes if (one.name, one.elements) not in own)
        if left != table.indexes:
            after = after.with_table(replace(table, indexes=left, origin=None))
    return after


def flat(operations: Iterable[Operation]) -> Iterator[Operation]:
    """The operations, and in the place of a batch those in it."""
    for one in operations:
        yield from one.operations if isinstance(one, RecreateTable) else (one,)


def _is_generated(function: Function, parts: Iterable[_Part]) -> bool:
    """Whether all that is done is done by statements that stand as they were generated."""
    if not all(one.generated for one in function.inside):
        return False
    return all(part.statement in function.inside for part in parts)
