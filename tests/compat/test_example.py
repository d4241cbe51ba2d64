"""The bookshop in `examples/`, made for Alembic: limbeck moves it there and back, and Alembic goes on with it.

Two years of revisions with data in them, on each kind of database, through the asynchronous `env.py` as it is.
"""

from __future__ import annotations

import ast
import shutil
import sys
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.compat.projects import Project, Ran
from tests.servers import Kind

EXAMPLE = Path(__file__).parents[2] / "examples" / "bookshop"
DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "mariadb": "mysql+aiomysql",
}

HEADS = {"68a7bd1648ed", "f20eb91607cf"}
# The table of authors of books is there, and empty; customers have one name, orders a status in words.
EARLY = "8e000e6d8003"
# Below it there are neither the reports, which need a revision above it, nor three of the teams.
MERGE = "34610b683c48"

ROWS = """
INSERT INTO authors (id, name) VALUES (1, 'Mary Shelley');
INSERT INTO books (id, title, isbn, price, author_id) VALUES (1, 'Frankenstein', '9780141439471', 8.5, 1);
INSERT INTO customers (id, email, name) VALUES (1, 'Ada@Example.org', 'Ada King Lovelace');
INSERT INTO addresses (customer_id, street, postcode, city, country_code, phone)
    VALUES (1, '12 St James Square', 'SW1Y', 'London', 'GB', '020 1234');
INSERT INTO orders (id, customer_id, placed_at, status) VALUES (1, 1, '2023-12-01 10:00:00', 'paid');
INSERT INTO order_lines (order_id, book_id, quantity, unit_price) VALUES (1, 1, 2, 8.5)
"""


class Shop(Project):
    """A copy of the example, and its database."""

    def limbeck(self, *words: str, fails: bool = False, **environment: str) -> Ran:
        return super().limbeck(*words, fails=fails, DATABASE_URL=self._async_url, **environment)

    def alembic(self, *commands: list[str]) -> Ran:
        """The real one, with several commands in one process."""
        calls = f"from alembic.config import main\nfor words in {commands!r}:\n    main(argv=words)"
        return self.python("-c", calls, DATABASE_URL=self._async_url)

    def execute(self, script: str) -> None:
        """Statements, separated by semicolons."""
        engine = sa.create_engine(self.url)
        with engine.begin() as connection:
            for statement in script.split(";"):
                connection.exec_driver_sql(statement)
        engine.dispose()

    def row(self, query: str) -> tuple[object, ...]:
        """The only row that a query gives."""
        (row,) = self.rows(query)
        return row

    @property
    def _async_url(self) -> str:
        url = sa.make_url(self.url)
        kind = {"mysql": "mariadb"}.get(url.get_backend_name(), url.get_backend_name())
        return url.set(drivername=DRIVERS[kind]).render_as_string(hide_password=False)


@pytest.fixture
def shop(tmp_path: Path, database_url: str) -> Shop:
    folder = tmp_path / "bookshop"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__", "*.db"))
    return Shop(folder, database_url)


def test_there_and_back_with_data_then_alembic_then_limbeck_again(
    shop: Shop, database_kind: Kind
) -> None:
    shop.limbeck("upgrade", EARLY)
    shop.execute(ROWS)
    shop.limbeck("upgrade", "heads")
    assert shop.heads == HEADS
    the_data_has_come_along(shop)

    shop.limbeck("downgrade", EARLY)
    the_data_has_come_back(shop)

    shop.limbeck("downgrade", "base")
    assert shop.tables() == set()
    if database_kind == "postgresql":
        assert shop.rows("SELECT typname FROM pg_type WHERE typtype = 'e'") == []

    shop.limbeck("upgrade", "heads")
    assert "No new upgrade operations detected." in shop.limbeck("check").out
    alembic_goes_on(shop)
    limbeck_notices_and_goes_on(shop)


def the_data_has_come_along(shop: Shop) -> None:
    assert shop.row("SELECT email, first_name, last_name, phone FROM customers") == (
        "ada@example.org", "Ada", "King Lovelace", "020 1234",
    )  # fmt: skip
    assert shop.row("SELECT book_id, author_id FROM book_authors") == (1, 1)
    assert shop.row("SELECT slug, language FROM books") == ("frankenstein", "en")
    assert shop.row("SELECT status, currency FROM orders") == ("paid", "EUR")
    month, revenue = shop.row("SELECT month, revenue FROM monthly_revenue")
    assert (month, Decimal(str(revenue))) == ("2023-12", Decimal(17))


def the_data_has_come_back(shop: Shop) -> None:
    assert shop.heads == {EARLY}
    assert shop.row("SELECT title, author_id FROM books") == ("Frankenstein", 1)
    assert shop.row("SELECT name FROM customers") == ("Ada King Lovelace",)
    assert shop.row("SELECT country_code, phone FROM addresses") == ("GB", "020 1234")
    assert shop.row("SELECT status FROM orders") == ("paid",)
    assert shop.rows("SELECT * FROM book_authors") == []


def alembic_goes_on(shop: Shop) -> None:
    """It agrees where the database is, goes down to the first merge, and up to the end of the reports."""
    ran = shop.alembic(["current"], ["downgrade", MERGE], ["upgrade", "reports@head"])
    assert {line.split()[0] for line in ran.out.splitlines()} == HEADS
    assert f"{MERGE} -> 23194e706f2e" in ran.err
    tables = shop.tables()
    assert "daily_sales" in tables
    assert "audit_log" not in tables


def limbeck_notices_and_goes_on(shop: Shop) -> None:
    stands = shop.heads
    ran = shop.limbeck("upgrade", "heads")
    assert "another tool has brought this database" in ran.err
    assert shop.heads == HEADS
    assert "audit_log" in shop.tables()
    adopted = "SELECT revision FROM limbeck_journal WHERE direction = 'adopt'"
    assert {row[0] for row in shop.rows(adopted)} <= stands
    assert shop.rows(adopted) != []


def test_the_example_is_one_of_a_project_that_knows_alembic_alone() -> None:
    revisions = list(EXAMPLE.glob("*/versions/*.py"))
    assert len(revisions) >= 60
    modules = {
        name.split(".")[0]
        for file in EXAMPLE.rglob("*.py")
        for name in imported(ast.parse(file.read_text()))
    }
    assert modules - set(sys.stdlib_module_names) == {"alembic", "sqlalchemy", "bookshop"}


def imported(tree: ast.Module) -> set[str]:
    """The modules that a file imports, by their full names."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found
