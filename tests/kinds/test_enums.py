"""Values of enums come, go and change their names by generated revisions, and rows that have them are not lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from limbeck.actions.autogenerate import Permissions
from limbeck.actions.comparison import Decisions
from limbeck.errors import Destructive, LimbeckError
from tests.generating import Workshop
from tests.servers import Kind

TABLES = ("orders", "returns")


def models(native: bool, *values: str, tables: tuple[str, ...] = TABLES) -> sa.MetaData:
    """Two tables, of which those that are named have a column of the enum."""
    made = sa.MetaData()
    status = sa.Enum(
        *values, name="status", native_enum=native, create_constraint=not native, length=9
    )
    for name in TABLES:
        more: list[sa.Column[str]] = (
            [sa.Column("status", status, server_default=values[0])] if name in tables else []
        )
        # Each table has a check of its own where the values are no type.
        sa.Table(
            name, made, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False), *more
        )
    return made


@pytest.fixture(
    params=[("sqlite", False), ("postgresql", True), ("postgresql", False), ("mariadb", True), ("mariadb", False)],
    ids=lambda given: f"{given[0]}-{'native' if given[1] else 'checked'}",
)  # fmt: skip
def form(request: pytest.FixtureRequest) -> tuple[Kind, bool]:
    """A kind of database, and whether the enum is a type there or text with a check."""
    kind, native = request.param
    return kind, native


@pytest.fixture
def shop(form: tuple[Kind, bool], make_database: Callable[[Kind], str], tmp_path: Path) -> Workshop:
    """Tables with a row for each value, `new` and `paid`."""
    kind, native = form
    workshop = Workshop(make_database(kind), tmp_path / "project")
    workshop.generate(models(native, "new", "paid"), "first")
    workshop.upgrade()
    workshop.execute(*(f"INSERT INTO {name} VALUES (1, 'new'), (2, 'paid')" for name in TABLES))
    return workshop


def rows(workshop: Workshop) -> list[list[tuple[int, str]]]:
    """What the tables hold."""
    return [workshop.rows(f"SELECT id, status FROM {name} ORDER BY id") for name in TABLES]


def changed(workshop: Workshop, wanted: sa.MetaData, *renames: str) -> None:
    """Generate the way to the models, and go it."""
    workshop.generate(wanted, decisions=Decisions(renames=renames, drop_unowned=True))
    workshop.upgrade()
    assert workshop.missing(wanted) == []


HELD = [[(1, "new"), (2, "paid")]] * 2


def test_values_are_added_at_any_place_and_taken_back_when_no_row_has_them(
    form: tuple[Kind, bool], shop: Workshop
) -> None:
    _, native = form
    start = shop.catalog()
    changed(shop, models(native, "new", "sent", "paid", "lost"))
    assert rows(shop) == HELD
    shop.execute("INSERT INTO orders VALUES (3, 'sent')")
    with pytest.raises(LimbeckError):
        shop.downgrade("-1")
    assert rows(shop)[0] == [*HELD[0], (3, "sent")]
    shop.execute("DELETE FROM orders WHERE id = 3")
    shop.downgrade("-1")
    assert rows(shop) == HELD
    assert shop.catalog() == start
    with pytest.raises(sa.exc.DBAPIError):
        shop.execute("INSERT INTO orders VALUES (3, 'sent')")


def test_a_value_that_rows_have_does_not_go(form: tuple[Kind, bool], shop: Workshop) -> None:
    _, native = form
    wanted = models(native, "new", "lost")
    with pytest.raises((Destructive, LimbeckError), match="paid"):
        shop.generate(wanted, permissions=Permissions())
    shop.generate(wanted)
    with pytest.raises(LimbeckError):
        shop.upgrade()
    assert rows(shop) == HELD
    shop.execute(*(f"DELETE FROM {name} WHERE id = 2" for name in TABLES))
    shop.upgrade()
    assert rows(shop) == [[(1, "new")]] * 2
    assert shop.missing(wanted) == []


def test_a_value_gets_another_name_with_its_rows(postgresql_url: str, tmp_path: Path) -> None:
    workshop = Workshop(postgresql_url, tmp_path / "project")
    workshop.generate(models(True, "new", "paid"), "first")
    workshop.upgrade()
    workshop.execute(*(f"INSERT INTO {name} VALUES (1, 'new'), (2, 'paid')" for name in TABLES))
    changed(workshop, models(True, "fresh", "sent", "paid"), "status:new=fresh")
    assert rows(workshop) == [[(1, "fresh"), (2, "paid")]] * 2
    workshop.execute("INSERT INTO orders (id) VALUES (3)")
    assert rows(workshop)[0][2] == (3, "fresh")
    workshop.execute("DELETE FROM orders WHERE id = 3")
    workshop.downgrade("-1")
    assert rows(workshop) == HELD


def test_a_type_goes_with_the_last_of_its_tables(postgresql_url: str, tmp_path: Path) -> None:
    workshop = Workshop(postgresql_url, tmp_path / "project")
    workshop.generate(models(True, "new", "paid"), "first")
    workshop.upgrade()
    start = workshop.catalog()
    there = "SELECT count(*) FROM pg_type WHERE typname = 'status'"
    changed(workshop, models(True, "new", "paid", tables=("orders",)))
    assert workshop.rows(there) == [(1,)]
    changed(workshop, models(True, "new", "paid", tables=()))
    assert workshop.rows(there) == [(0,)]
    workshop.downgrade("-2")
    assert workshop.catalog() == start
    workshop.downgrade()
    assert workshop.rows(there) == [(0,)]
