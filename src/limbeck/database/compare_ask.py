"""
What a server says about tables and objects of a model.

Responsible for looking into the cache first, and for asking a scratch database once for all the rest.  Does not know
what the answers are compared with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from limbeck.database.compare_cache import Cache, key_of
from limbeck.database.scratch.make import read_back, units
from limbeck.database.scratch.needs import Needs, Owner
from limbeck.errors import NoScratch
from limbeck.schema import Key, Routine, SchemaState, Standalone, Table, TableName
from limbeck.values import dataclass, field

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.database.normalise import Facts
    from limbeck.database.scratch import ScratchSource


@dataclass(frozen=True)
class Answers:
    """Tables and objects as the server says them, and for the others why not.

    `answered` are the keys that were asked for; those of routines may be others in the answer.
    """

    tables: Mapping[TableName, Table] = field(default_factory=dict)
    objects: Mapping[Key, Standalone] = field(default_factory=dict)
    answered: frozenset[Key] = frozenset()
    failed: Mapping[Owner, str] = field(default_factory=dict)
    scratch: str | None = None


def ask(
    owners: Sequence[Owner],
    model: SchemaState,
    dialect: sa.Dialect,
    facts: Facts,
    scratch: ScratchSource | None,
    cache: Cache,
) -> Answers:
    """What the server makes of these parts of a model; never raises because of what is in them."""
    needs = Needs(model)
    keys = _keys(owners, model, dialect, facts, needs)
    known = {owner: cache.get(key) for owner, key in keys.items()}
    found = {owner: value for owner, value in known.items() if isinstance(value, _kind(owner))}
    missing = [owner for owner in owners if owner not in found]
    failed: Mapping[Owner, str] = {}
    used: str | None = None
    if missing:
        told, failed, used = _from_scratch(missing, model, scratch, needs)
        found |= told
        for owner, value in told.items():
            cache.put(keys[owner], value)
    return Answers(
        {
            name: value
            for name, value in found.items()
            if isinstance(value, Table) and not isinstance(name, Key)
        },
        {value.key: value for value in found.values() if isinstance(value, Standalone)},
        frozenset(owner for owner in found if isinstance(owner, Key)),
        failed,
        used,
    )


def _kind(owner: Owner) -> tuple[type, ...]:
    return Standalone.__args__ if isinstance(owner, Key) else (Table,)


def _keys(
    owners: Sequence[Owner], model: SchemaState, dialect: sa.Dialect, facts: Facts, needs: Needs
) -> dict[Owner, str]:
    """For each owner a hash of its own statements, and of those of everything that it may need."""
    needed = {owner: needs.of([owner]) for owner in owners}
    every = {other for owner in owners for other in needed[owner]}
    tables, objects = _split(every, model)
    texts: dict[Owner, list[str]] = {}
    for unit in units(tables, objects, (), dialect):
        texts.setdefault(unit.owner, []).extend(unit.statements)
    return {
        owner: key_of(
            facts,
            repr(owner),
            *(f"{other!r} {texts.get(other)}" for other in sorted(needed[owner], key=repr)),
        )
        for owner in owners
    }


def _split(owners: Iterable[Owner], model: SchemaState) -> tuple[list[Table], list[Standalone]]:
    ordered = sorted(owners, key=repr)
    return (
        [model[owner] for owner in ordered if not isinstance(owner, Key) and owner in model],
        [model.objects[owner] for owner in ordered if isinstance(owner, Key)],
    )


_NOBODY_TO_ASK = (
    "only a server can tell, and there is none to ask; the setting scratch can name one"
)


def _from_scratch(
    missing: Sequence[Owner], model: SchemaState, scratch: ScratchSource | None, needs: Needs
) -> tuple[dict[Owner, Table | Standalone], dict[Owner, str], str | None]:
    if scratch is None:
        return {}, dict.fromkeys(missing, _NOBODY_TO_ASK), None
    tables, objects = _split(needs.of(missing), model)
    schemas = dict.fromkeys(
        [
            *(table.name.schema for table in tables),
            *(item.key.name.schema for item in objects),
            *(key.target.schema for table in tables for key in table.foreign_keys),
        ]
    )
    try:
        with scratch([*schemas]) as made:
            back = read_back(made, tables, objects, model)
            used, lacking = str(made), made.missing
    except NoScratch as error:
        return {}, dict.fromkeys(missing, error.message.rstrip(".")), None
    found: dict[Owner, Table | Standalone] = {}
    failed: dict[Owner, str] = {}
    for owner in missing:
        answer = None if owner in back.failed else _answer(owner, back.state, model)
        if answer is not None:
            found[owner] = answer
        else:
            failed[owner] = _why(back.failed.get(owner, "the server does not show it"), lacking)
    return found, failed, used


def _why(message: str, lacking: Mapping[str, str]) -> str:
    extensions = "; ".join(f"extension {name}: {why}" for name, why in lacking.items())
    return f"{message} ({extensions})" if extensions else message


def _answer(owner: Owner, state: SchemaState, model: SchemaState) -> Table | Standalone | None:
    if not isinstance(owner, Key):
        bare = TableName(owner.name)
        found = owner if owner in state else bare
        return next((table for table in state if table.name == found), None)
    if owner in state.objects:
        return state.objects[owner]
    # The default schema may have been named, and a routine is known by the types that the server found.
    asked = model.objects[owner]
    alike = [
        item
        for key, item in state.objects.items()
        if key.kind == owner.kind
        and key.name.name == owner.name.name
        and (isinstance(item, Routine) or key.of.split(".")[-1] == owner.of.split(".")[-1])
    ]
    if len(alike) > 1 and isinstance(asked, Routine):
        alike = [
            item
            for item in alike
            if isinstance(item, Routine)
            and (_plain(item.arguments) == _plain(asked.arguments) or _takes(item, asked.arguments))
        ]
    return alike[0] if len(alike) == 1 else None


def _takes(routine: Routine, arguments: str) -> bool:
    """Whether a routine of the server takes what an author wrote as [mode] [name] type [DEFAULT value], ..."""
    from limbeck.database.normalise.postgresql_types import type_text

    types = routine.signature.split(", ") if routine.signature else []
    given = [_VALUE.sub("", one).split() for one in arguments.split(",") if one.strip()]
    return len(given) == len(types) and all(
        any((type_text(" ".join(one[at:])) or " ".join(one[at:])) == type for at in range(len(one)))
        for one, type in zip(given, types, strict=True)
    )


_VALUE = re.compile(r"\s*(?:\bDEFAULT\b|=).*", re.IGNORECASE | re.DOTALL)


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
