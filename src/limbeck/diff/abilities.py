"""
What a kind of database can do, as far as the way from one schema to another depends on it.

Responsible for the facts by which operations are chosen and put in order.  Does not know SQL, nor versions of servers.
"""

from __future__ import annotations

from dataclasses import dataclass

from limbeck.operations import ConstraintKind

_ALL: frozenset[ConstraintKind] = frozenset({"primary", "unique", "foreignkey", "check", "exclude"})


@dataclass(frozen=True, slots=True)
class Abilities:
    """What matters for the order and choice of operations; `of` gives those of a dialect.

    `moves_columns`: a column can be put between others; elsewhere a new one is the last.
    `columns_take_constraints`: what involves a column goes when that is dropped, foreign keys and checks included.
    `dependents_block`: a view or policy that needs a column keeps it from being dropped or getting another type.
    `keys_block_types`: a foreign key keeps its columns, on both sides, from getting another type.
    `keys_need_indexes`: a foreign key keeps the last index on its columns from being dropped.
    `late_keys`: a foreign key can be added to a table that is there.
    `replaces_any_view`: CREATE OR REPLACE VIEW takes any query.
    `views_keep_triggers`: a view that is replaced keeps what hangs on it.
    `not_valid_checks`: a check can be added first and the rows looked at later, without a lock on writers.
    `numbers_need_keys`: a column that numbers the rows must be part of a key all the time.
    `casts`: values become another type by casts that must be named, as PostgreSQL's USING does.
    `texts_only` are types whose values become texts and nothing else, and come of texts alone.
    `constraint_comments`: a constraint has a comment that can be changed.
    `renames_objects`: what stands beside tables can get another name.
    `renames` are the kinds of constraints that can get another name.
    `a_uuid` makes a new UUID, as SQL; `a_new_text` a text that no other row has.
    """

    moves_columns: bool = False
    columns_take_constraints: bool = False
    dependents_block: bool = False
    keys_block_types: bool = False
    keys_need_indexes: bool = False
    late_keys: bool = True
    replaces_any_view: bool = True
    views_keep_triggers: bool = True
    not_valid_checks: bool = False
    numbers_need_keys: bool = False
    casts: bool = False
    texts_only: frozenset[str] = frozenset()
    constraint_comments: bool = False
    renames_objects: bool = False
    renames: frozenset[ConstraintKind] = frozenset()
    a_uuid: str = "gen_random_uuid()"
    a_new_text: str = "lower(hex(randomblob(16)))"

    @classmethod
    def of(cls, dialect: str) -> Abilities:
        """Those of a dialect, by SQLAlchemy's name for it; of an unknown one as little as possible is expected."""
        return _KNOWN.get(dialect, cls())


_MYSQL = Abilities(
    moves_columns=True,
    keys_block_types=True,
    keys_need_indexes=True,
    numbers_need_keys=True,
    texts_only=frozenset({"uuid", "inet4", "inet6"}),
    a_uuid="uuid()",
    a_new_text="uuid()",
)
_KNOWN = {
    "postgresql": Abilities(
        columns_take_constraints=True,
        dependents_block=True,
        replaces_any_view=False,
        not_valid_checks=True,
        casts=True,
        constraint_comments=True,
        renames_objects=True,
        renames=_ALL,
        a_new_text="gen_random_uuid()::text",
    ),
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
    "sqlite": Abilities(late_keys=False, views_keep_triggers=False),
}
