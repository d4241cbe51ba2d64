"""
What there was before two branches parted, as far as they are concerned.

Responsible for a schema that holds what the two sides touch and what hangs on it, without replaying a long history:
only the revisions whose files name any of it are run.  Where names cannot be found in files (they may be computed), the
whole history is replayed.  Does not know what is done with the schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.actions.deeds import recorded
from limbeck.actions.replay import replay
from limbeck.errors import LimbeckError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from limbeck.conflicts import Deed
    from limbeck.project import Project, Target
    from limbeck.schema import SchemaState, Standalone, Table

_FEW = 40  # revisions: so many are replayed as quickly as they are searched
_ROUNDS = 4


class Ancestor:
    """The common ancestors of two sides; `ids` are all revisions up to there, in order."""

    def __init__(self, project: Project, target: Target, ids: Iterable[str]) -> None:
        self._project = project
        self._target = target
        self._ids = project.history.ordered(ids)
        self._texts: dict[str, str] = {}  # shared with what was before

    def before(self, ids: Iterable[str]) -> Ancestor:
        """What there was before `ids`, and what follows them; files are not read again."""
        gone = self._project.history.descendants(ids)
        found = Ancestor(self._project, self._target, [id for id in self._ids if id not in gone])
        found._texts = self._texts
        return found

    def whole(self) -> SchemaState:
        """All of the schema."""
        heads = self._project.history.tips(self._ids)
        return replay(self._project, self._target, heads).schema

    def about(self, names: Iterable[str]) -> SchemaState:
        """The tables and objects that `names` mean, and those that hang on them; others may be missing."""
        from limbeck.schema import SchemaState

        if not self._ids:
            return SchemaState()
        if len(self._ids) <= _FEW:
            return self.whole()
        words, new = set[str](), {name for name in names if name}
        chosen: set[str] = set()
        state = SchemaState()
        for _ in range(_ROUNDS):
            found = self._naming(new, chosen)
            words |= new
            if not found:
                break
            chosen |= found
            ids = [id for id in self._ids if id in chosen]
            database = recorded(self._project, self._target, ids, SchemaState())
            state = database.state
            new = (related(words, state) | _renamed(database.recorded, words)) - words
        return _only(words, state)

    def _naming(self, words: set[str], known: set[str]) -> set[str]:
        """The revisions, other than those that are `known`, whose files say any of `words`."""
        found = set()
        for id in self._ids:
            if id in known:
                continue
            text = self._texts.get(id)
            if text is None:
                text = self._texts[id] = self._text(id)
            for word in words:  # a part of another word does no harm
                if word in text:
                    found.add(id)
                    break
        return found

    def _text(self, id: str) -> str:
        try:
            return self._project.library.script(id).read().decode("utf-8", "replace")
        except LimbeckError:
            return ""


def _only(words: set[str], state: SchemaState) -> SchemaState:
    """What is meant; what else the same revisions have made is in no relation to it."""
    from limbeck.schema import SchemaState

    tables = (table for table in state if table.name.name in words)
    return SchemaState(tables, state.objects.values())


def names_in(deeds: Iterable[Deed]) -> set[str]:
    """The bare names of tables, types and other objects that deeds are about."""
    from limbeck.conflicts.deeds import flat
    from limbeck.operations import ANYTHING

    found: set[str] = set()
    for deed in deeds:
        for operation in flat(deed.operation):
            touches = operation.touches
            within = _schema_of(operation)
            for name in (touches.reads | touches.writes) - {ANYTHING}:
                found |= _bare(name, within)
            found |= _texts_of(operation)
        for use in deed.rows:
            found |= {use.table.name, *(table.name for table in use.tables)}
    return found


def _schema_of(operation: object) -> str | None:
    """The schema of the table that an operation is about."""
    table = getattr(operation, "table", None)
    name = getattr(table, "name", None)
    found = getattr(table, "schema", None) or getattr(name, "schema", None)
    return found if isinstance(found, str) else None


def _bare(name: str, schema: str | None) -> set[str]:
    """`users.email` is about users, and so is `billing.users`; `trigger a on users` is about both."""
    found = set()
    for word in name.split():
        parts = word.split("(")[0].split(".")
        found.add(parts[0])
        if len(parts) > 2 or parts[0] == schema:
            found.add(parts[1])
    return found - {""}


def _texts_of(operation: object) -> set[str]:
    """The words of a view or program that is made, which may name tables."""
    import re

    from limbeck.operations import CreateObject, CreateTable, ReplaceObject

    if isinstance(operation, CreateTable):
        types = (column.type.sql for column in operation.table.columns)
        return {sql for sql in types if sql.isidentifier() and not sql.isupper()}
    item: Standalone | None = None
    if isinstance(operation, CreateObject):
        item = operation.object
    elif isinstance(operation, ReplaceObject):
        item = operation.after
    texts = [getattr(item, name, "") for name in ("sql", "definition")]
    return {word for text in texts for word in re.findall(r"[^\W\d]\w{2,}", str(text))}


def related(words: set[str], state: SchemaState) -> set[str]:
    """The names of what hangs on tables that are meant: whoever drops or renames it later says that name."""
    from limbeck.schema import View
    from limbeck.schema.mentions import mentions

    meant = [table for table in state if table.name.name in words]
    found = {name for table in meant for name in _types(table, state)}
    for table in meant:
        found |= {other.name.name for other in state.referring(table.name)}
        found |= {key.target.name for key in table.foreign_keys}
    for key, item in state.objects.items():
        if isinstance(item, View) and any(mentions(item.sql, table.name.name) for table in meant):
            found.add(key.name.name)
    return found


def _types(table: Table, state: SchemaState) -> set[str]:
    names = {key.name.name for key in state.objects if key.kind in {"enum", "domain", "composite"}}
    return {name for name in names if any(name in column.type.sql for column in table.columns)}


def _renamed(recorded: Iterable[object], words: set[str]) -> set[str]:
    """The other names of what was renamed."""
    from limbeck.operations import RenameObject, RenameTable

    found: set[str] = set()
    for one in recorded:
        operation = getattr(one, "operation", None)
        pair: set[str] = set()
        if isinstance(operation, RenameTable):
            pair = {operation.table.name, operation.new_name}
        elif isinstance(operation, RenameObject):
            pair = {operation.key.name.name, operation.new}
        if pair & words:
            found |= pair
    return found
