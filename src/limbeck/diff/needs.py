"""
What stands beside tables, and what it cannot be without.

Responsible for turning the needs that a catalog knows into resources, and for guessing them from the words of a text
where no catalog was asked.  Does not know what is done about them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from limbeck.diff.change import Resource, Resources, a_column, a_named, a_table, a_thing
from limbeck.schema import (
    Domain,
    Grant,
    Policy,
    Routine,
    SchemaState,
    Sequence,
    Standalone,
    Table,
    Trigger,
    View,
)
from limbeck.schema.standalone import Composite

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from limbeck.schema import Key, Need

    Mentioned = Callable[..., Resources]

_WORD = re.compile(r"[^\W\d][\w$]*")
_THINGS = frozenset({"trigger", "policy", "grant"})


def itself(key: Key) -> Resource:
    """The object as a resource."""
    return a_thing(key) if key.kind in _THINGS else a_named(key.name)


def tables_by_word(state: SchemaState) -> Mapping[str, list[Table]]:
    """The tables by their names in small letters."""
    found: dict[str, list[Table]] = {}
    for table in state:
        found.setdefault(table.name.name.lower(), []).append(table)
    return found


def needs_of(
    item: Standalone, tables: Mapping[str, list[Table]], mentioned: Mentioned
) -> Resources:
    """What must be there for the object, and as it is."""
    found = _known(item) or _guessed(item, tables)
    return (found | _hanging(item) | mentioned(*_texts(item))) - {itself(item.key)}


def blocking_needs(
    item: Standalone, tables: Mapping[str, list[Table]], mentioned: Mentioned
) -> Resources:
    """What cannot change while the object is there; a routine's text is looked at only when it runs."""
    found = _known(item)
    if found or not isinstance(item, (View, Trigger, Policy)):
        return found
    return _guessed(item, tables) | mentioned(*_texts(item)) - {itself(item.key)}


def _known(item: Standalone) -> Resources:
    """What the catalog says."""
    if not isinstance(item, (View, Routine, Trigger, Policy)):
        return frozenset()
    return frozenset(resource for need in item.needs for resource in _resources(need))


def _resources(need: Need) -> list[Resource]:
    if need.kind == "table":
        whole = a_table(need.name)
        return [whole] if need.column is None else [whole, a_column(need.name, need.column)]
    return [a_named(need.name)]


def _hanging(item: Standalone) -> Resources:
    """The table, or view, that something is on."""
    if isinstance(item, (Trigger, Policy)):
        return frozenset({a_table(item.table), a_named(item.table)})
    if isinstance(item, Grant):
        return frozenset({a_table(item.name), a_named(item.name)})
    return frozenset()


def _guessed(item: Standalone, tables: Mapping[str, list[Table]]) -> Resources:
    """The tables and columns whose names are words of the text."""
    if not isinstance(item, (View, Trigger, Policy)):
        return frozenset()
    words = {word.lower() for text in _texts(item) for word in _WORD.findall(text or "")}
    if isinstance(item, (Trigger, Policy)):
        words.add(item.table.name.lower())
    found: set[Resource] = set()
    for word in words & tables.keys():
        for table in tables[word]:
            found.add(a_table(table.name))
            found |= {
                a_column(table.name, c.name) for c in table.columns if c.name.lower() in words
            }
    return frozenset(found)


def _texts(item: Standalone) -> tuple[str | None, ...]:
    if isinstance(item, View):
        return (item.sql,)
    if isinstance(item, Trigger):
        return (item.definition,)
    if isinstance(item, Policy):
        return (item.using, item.check)
    if isinstance(item, Routine):
        # Types must be there; the body is not looked at before it runs, or its needs are known.
        return (item.arguments, re.split(r"\bAS\b", item.definition, maxsplit=1)[0])
    if isinstance(item, Domain):
        return (item.type.sql, item.default, *(check for _, check in item.checks))
    if isinstance(item, Composite):
        return tuple(type_.sql for _, type_ in item.attributes)
    return (item.type.sql,) if isinstance(item, Sequence) and item.type is not None else ()
