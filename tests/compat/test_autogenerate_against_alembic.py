"""
Comparing with models, beside Alembic: what ours finds, and nothing that is not there.

`LIMBECK_EXAMPLES=500` tries that many pairs of models for each kind of database.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import alembic.autogenerate
import alembic.migration
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from limbeck.compat import autogenerate
from limbeck.compat.runtime.migration import MigrationContext
from tests.properties.model_pairs import pairs
from tests.seen import empty
from tests.servers import Kind

EXAMPLES = int(os.environ.get("LIMBECK_EXAMPLES", "5"))
OPTIONS = {"compare_server_default": True}


@pytest.fixture
def one() -> dict[str, str]:
    """The URL of the database that all examples of a test use."""
    return {}


# Circles of foreign keys, and indexes that are not compared: both tools warn of them.
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning", "ignore::UserWarning")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mariadb"])
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(data=st.data())
def test_the_same_is_found(
    data: st.DataObject, kind: Kind, make_database: Callable[[Kind], str], one: dict[str, str]
) -> None:
    if not one:
        one["url"] = make_database(kind)
    before, after = data.draw(pairs(kind))
    empty(one["url"])
    engine = sa.create_engine(one["url"], poolclass=sa.pool.NullPool)
    there = before.metadata(kind)
    there.create_all(engine)
    assert ours(engine, there, OPTIONS) == set()
    wanted = after.metadata(kind)
    options, alembics = theirs(engine, wanted)
    found = ours(engine, wanted, options)
    # What is left out by one of the two: its false alarms, and indexes with expressions that it cannot read.
    assert {name for name in alembics - found if not name[0].startswith("modify")} == set()
    assert {name for name in found - alembics if name[0] != "add_index"} == set()


def ours(
    engine: sa.Engine, metadata: sa.MetaData, options: dict[str, bool]
) -> set[tuple[Any, ...]]:
    """What limbeck finds under Alembic's names."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=dict(options))
        return named(autogenerate.compare_metadata(context, metadata))


def theirs(
    engine: sa.Engine, metadata: sa.MetaData
) -> tuple[dict[str, bool], set[tuple[Any, ...]]]:
    """What Alembic finds, with the options that it could be asked with: its comparison of defaults fails for some."""
    tried: list[dict[str, bool]] = [OPTIONS, {}]
    for options in tried:
        with engine.connect() as connection:
            context = alembic.migration.MigrationContext.configure(connection, opts=dict(options))
            try:
                return options, named(alembic.autogenerate.compare_metadata(context, metadata))
            except sa.exc.DBAPIError:
                continue
    raise AssertionError("Alembic cannot compare this")


def named(found: list[Any]) -> set[tuple[Any, ...]]:
    """Tuples of which the objects are replaced by their names."""
    flat = [one for item in found for one in (item if isinstance(item, list) else [item])]
    return {tuple(_name(part) for part in one[:4]) for one in flat}


def _name(part: Any) -> Any:
    """Any: the parts of Alembic's tuples, which have no type of their own."""
    if isinstance(part, (sa.Index, sa.Constraint)):
        owner: Any = part
        columns = () if isinstance(part, sa.Index) else sorted(one.name for one in owner.columns)
        return (owner.table.name, str(owner.name), tuple(columns))
    return str(part.name) if isinstance(part, (sa.Table, sa.Column)) else part
