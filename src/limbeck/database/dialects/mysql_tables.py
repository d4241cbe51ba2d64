"""MySQL and MariaDB: names of indexes and constraints, and options of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck import operations as ops
from limbeck.database.compile import Compiled, Compiler, compiles
from limbeck.database.dialects.names import (
    cannot_set,
    changed_options,
    constraint_anew,
    existing_constraint,
    index_anew,
)
from limbeck.database.sqlite.tokens import literal
from limbeck.operations import UNCHANGED
from limbeck.schema import Index, PrimaryKey, Unique

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@compiles(ops.RenameIndex, "mysql")
def rename_index_mysql(operation: ops.RenameIndex, compiler: Compiler) -> Iterable[Compiled]:
    """ALTER TABLE … RENAME INDEX: MySQL 5.7 and MariaDB 10.5.2; before, the index is made anew."""
    version = getattr(compiler.dialect, "server_version_info", None)
    since = (10, 5, 2) if getattr(compiler.dialect, "is_mariadb", False) else (5, 7)
    if version is not None and version < since:
        return index_anew(operation, compiler)
    old, new = compiler.quote(operation.old), compiler.quote(operation.new)
    return (f"ALTER TABLE {compiler.table(operation.table)} RENAME INDEX {old} TO {new}",)


@compiles(ops.RenameConstraint, "mysql")
def rename_constraint_mysql(
    operation: ops.RenameConstraint, compiler: Compiler
) -> Iterable[Compiled]:
    """A unique constraint is an index and renamed as such; others are dropped and added."""
    existing = existing_constraint(operation, compiler)
    if isinstance(existing, PrimaryKey):
        return ()  # it is called PRIMARY, whatever was said
    if isinstance(existing, Unique):
        index = Index(existing.name, existing.columns, unique=True)
        return compiler.compiled(
            ops.RenameIndex(operation.table, operation.old, operation.new, index)
        )
    drop, add = constraint_anew(operation, existing)
    return (*compiler.compiled(drop), *compiler.compiled(add))


_RESET = {
    "row_format": "ROW_FORMAT=DEFAULT",
    "key_block_size": "KEY_BLOCK_SIZE=0",
    "pack_keys": "PACK_KEYS=DEFAULT",
    "stats_persistent": "STATS_PERSISTENT=DEFAULT",
    "stats_auto_recalc": "STATS_AUTO_RECALC=DEFAULT",
    "stats_sample_pages": "STATS_SAMPLE_PAGES=DEFAULT",
    "partition_by": "REMOVE PARTITIONING",
    "auto_increment": "",
}
"""How an option of MySQL gets its usual value; others must be given one."""
_QUOTED = {"compression", "connection", "data_directory", "index_directory", "encryption"}
_CHARSET = {"charset", "default_charset", "character_set", "default_character_set"}
_COLLATE = {"collate", "default_collate"}


@compiles(ops.SetTableOptions, "mysql")
def set_table_options_mysql(
    operation: ops.SetTableOptions, compiler: Compiler
) -> Iterable[Compiled]:
    """ALTER TABLE with what differs; another character set converts the columns as well."""
    if operation.prefixes is not UNCHANGED:
        raise cannot_set(operation, "the words behind CREATE", compiler)
    changes = {name: new for name, _, new in changed_options(operation, "mysql", "mariadb")}
    words = [*_characters(operation, changes, compiler)]
    for name, new in changes.items():
        if new is not None:
            words.append(_mysql_option(name, str(new)))
        elif name in _RESET:
            words.append(_RESET[name])
        else:
            raise cannot_set(operation, f"{name} without saying to what", compiler)
    found = [word for word in words if word]
    partition = [word for word in found if "PARTITION" in word]
    for listed in ([word for word in found if word not in partition], partition):
        if listed:
            yield f"ALTER TABLE {compiler.table(operation.table)} {', '.join(listed)}"


def _mysql_option(name: str, value: str) -> str:
    if name == "partition_by":
        return f"PARTITION BY {value}"
    return f"{name.upper()}={literal(value) if name in _QUOTED else value}"


def _characters(
    operation: ops.SetTableOptions, changes: dict[str, object], compiler: Compiler
) -> Iterator[str]:
    """CONVERT TO CHARACTER SET, for which the set must be known when only the collation changes."""
    charset = next((changes.pop(name) for name in _CHARSET if name in changes), None)
    collate = next((changes.pop(name) for name in _COLLATE if name in changes), None)
    if charset is None and collate is None:
        return
    if charset is None:
        charset = next((v for n, v in operation.after if n.partition("_")[2] in _CHARSET), None)
    if charset is None:
        charset = str(collate).partition("_")[
            0
        ]  # the name of a collation begins with that of its set
    if collate is None:
        collate = next((v for n, v in operation.after if n.partition("_")[2] in _COLLATE), None)
    behind = f" COLLATE {collate}" if collate is not None else ""
    yield f"CONVERT TO CHARACTER SET {charset}{behind}"
