"""
What PostgreSQL and MySQL say that sqlglot takes for a text without structure.

Responsible for the few statements that histories are full of: extensions, values of enums, renamed constraints.  Does
not know any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from limbeck.operations import (
    AddEnumValue,
    CreateObject,
    DropObject,
    RenameConstraint,
    RenameEnumValue,
    RenameTable,
    SetTableOptions,
    ValidateConstraint,
)
from limbeck.schema import Extension, Key, TableName

if TYPE_CHECKING:
    from limbeck.operations import Operation
    from limbeck.schema import SchemaState

_NAME = r'(?:"(?:[^"]|"")+"|`(?:[^`]|``)+`|[A-Za-z_]\w*)'
_FULL = rf"{_NAME}(?:\.{_NAME})?"
_TEXT = r"'(?:[^']|'')*'"
_SILENT = frozenset(
    (
        "set", "reset", "analyze", "vacuum", "lock", "unlock", "show", "refresh", "begin", "commit", "start", "savepoint",
        "release", "notify", "listen", "flush", "optimize", "check", "explain", "copy", "insert", "update", "delete",
        "replace", "merge", "truncate", "values",
    )
)  # fmt: skip
"""First words of statements after which the schema is what it was."""


def said(text: str, dialect: str, schema: SchemaState) -> list[Operation] | None:
    """The operations of a statement of a well-known form; None for all others."""
    bare = _without_comments(text).strip().rstrip(";").strip()
    first = bare.partition(" ")[0].lower()
    if first in _SILENT or re.match(
        r"(?i)(create|alter|drop|comment on) (schema|database|role|user)\b", bare
    ):
        return []
    for pattern, make in _FORMS.get("mysql" if dialect == "mariadb" else dialect, ()):
        found = re.fullmatch(pattern, bare, re.IGNORECASE | re.DOTALL)
        if found:
            return list(make(found, schema))
    return None


def _without_comments(text: str) -> str:
    """The text without comments in front of it."""
    return re.sub(r"\A(?:\s+|--[^\n]*\n|/\*.*?\*/)+", "", text, flags=re.DOTALL)


def _plain(name: str) -> str:
    """A name as the server has it."""
    if name[:1] in {'"', "`"}:
        return name[1:-1].replace(name[0] * 2, name[0])
    return name.lower()


def _plain_mysql(name: str) -> str:
    return _plain(name) if name[:1] in {'"', "`"} else name


def _table(name: str, plain: Callable[[str], str] = _plain) -> TableName:
    parts = [plain(part) for part in re.findall(_NAME, name)]
    return TableName(parts[-1], parts[0] if len(parts) > 1 else None)


def _string(text: str | None) -> str | None:
    return None if text is None else text[1:-1].replace("''", "'")


Found = re.Match[str]
Make = Callable[[Found, "SchemaState"], "Iterator[Operation]"]


def _extension(found: Found, schema: SchemaState) -> Iterator[Operation]:
    where = found["schema"]
    version = found["version"]
    made = Extension(
        _plain(found["name"]),
        _plain(where) if where else None,
        _string(version) if version and version[0] == "'" else version,
    )
    yield CreateObject(made, bool(found["exists"]))


def _drop_extension(found: Found, schema: SchemaState) -> Iterator[Operation]:
    key = Key("extension", TableName(_plain(found["name"])))
    yield DropObject(key, schema.objects.get(key), bool(found["exists"]))


def _add_value(found: Found, schema: SchemaState) -> Iterator[Operation]:
    name, value = _table(found["name"]), _string(found["value"]) or ""
    sides = {(found["side"] or "").lower(): _string(found["other"])}
    yield AddEnumValue(
        name, value, sides.get("before"), sides.get("after"), if_not_exists=bool(found["exists"])
    )


def _rename_value(found: Found, schema: SchemaState) -> Iterator[Operation]:
    yield RenameEnumValue(
        _table(found["name"]), _string(found["old"]) or "", _string(found["new"]) or ""
    )


def _rename_constraint(found: Found, schema: SchemaState) -> Iterator[Operation]:
    yield RenameConstraint(_table(found["name"]), _plain(found["old"]), _plain(found["new"]))


def _validate(found: Found, schema: SchemaState) -> Iterator[Operation]:
    yield ValidateConstraint(_table(found["name"]), _plain(found["constraint"]))


def _row_security(found: Found, schema: SchemaState) -> Iterator[Operation]:
    table = _table(found["name"])
    key = "postgresql_row_security"
    before = tuple(option for option in schema[table].options if option[0] == key)
    states = {"enable": "enabled", "force": "forced", "no force": "enabled"}
    wanted = states.get(" ".join(found["how"].lower().split()))
    yield SetTableOptions(table, before, ((key, wanted),) if wanted else ())


def _rename_table(found: Found, schema: SchemaState) -> Iterator[Operation]:
    old, new = _table(found["old"], _plain_mysql), _table(found["new"], _plain_mysql)
    yield RenameTable(old, new.name)


_EXISTS = r"(?P<exists>IF\s+(?:NOT\s+)?EXISTS\s+)?"
_ALTER = rf"ALTER\s+TABLE\s+(?:ONLY\s+)?(?P<name>{_FULL})\s+"
_FORMS: dict[str, tuple[tuple[str, Make], ...]] = {
    "postgresql": (
        (
            (
                rf"CREATE\s+EXTENSION\s+{_EXISTS}(?P<name>{_NAME})(?:\s+WITH)?(?:\s+SCHEMA\s+(?P<schema>{_NAME}))?"
                rf"(?:\s+VERSION\s+(?P<version>{_TEXT}|[\w.]+))?(?:\s+CASCADE)?"
            ),
            _extension,
        ),
        (rf"DROP\s+EXTENSION\s+{_EXISTS}(?P<name>{_NAME})(?:\s+RESTRICT)?", _drop_extension),
        (
            (
                rf"ALTER\s+TYPE\s+(?P<name>{_FULL})\s+ADD\s+VALUE\s+{_EXISTS}(?P<value>{_TEXT})"
                rf"(?:\s+(?P<side>BEFORE|AFTER)\s+(?P<other>{_TEXT}))?"
            ),
            _add_value,
        ),
        (
            rf"ALTER\s+TYPE\s+(?P<name>{_FULL})\s+RENAME\s+VALUE\s+(?P<old>{_TEXT})\s+TO\s+(?P<new>{_TEXT})",
            _rename_value,
        ),
        (
            rf"{_ALTER}RENAME\s+CONSTRAINT\s+(?P<old>{_NAME})\s+TO\s+(?P<new>{_NAME})",
            _rename_constraint,
        ),
        (rf"{_ALTER}VALIDATE\s+CONSTRAINT\s+(?P<constraint>{_NAME})", _validate),
        (
            rf"{_ALTER}(?P<how>ENABLE|DISABLE|FORCE|NO\s+FORCE)\s+ROW\s+LEVEL\s+SECURITY",
            _row_security,
        ),
    ),
    "mysql": ((rf"RENAME\s+TABLE\s+(?P<old>{_FULL})\s+TO\s+(?P<new>{_FULL})", _rename_table),),
}
