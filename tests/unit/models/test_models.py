"""Models are found and imported, and whatever is wrong with them is said with the line that is at fault."""

from __future__ import annotations

import doctest
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import limbeck.objects
from limbeck.errors import ModelsFailed
from limbeck.models import forgotten, import_hint, load, not_loaded

BASE = "import sqlalchemy as sa\nmetadata = sa.MetaData()\n"
TABLE = 'sa.Table("{0}", metadata, sa.Column("id", sa.Integer, primary_key=True))\n'


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Path]:
    """A package `shopapp` with one table in `db` and one in `models.orders`."""
    folder = tmp_path / "shopapp"
    (folder / "models").mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "models" / "__init__.py").touch()
    (folder / "db.py").write_text(BASE + TABLE.format("users"))
    orders = "import sqlalchemy as sa\nfrom shopapp.db import metadata\n" + TABLE.format("orders")
    (folder / "models" / "orders.py").write_text(orders)
    path, known = list(sys.path), set(sys.modules)
    yield folder
    sys.path[:] = path
    for name in set(sys.modules) - known:
        del sys.modules[name]


def test_the_metadata_is_found_at_its_address(app: Path) -> None:
    found = load("shopapp.db:metadata", paths=[app.parent])
    assert [*found.metadata[0].tables] == ["users"]
    assert str(found) == "metadata has 1 table; modules loaded: shopapp, shopapp.db"


def test_all_modules_of_a_package_are_imported(app: Path) -> None:
    found = load("shopapp.db:metadata", "shopapp.models.*", paths=[app.parent])
    assert sorted(found.metadata[0].tables) == ["orders", "users"]
    assert "shopapp.models.orders" in found.modules


def test_models_that_were_not_imported_are_found_by_their_text(app: Path) -> None:
    found = load("shopapp.db:metadata", paths=[app.parent])
    assert not_loaded(found.modules) == ("shopapp.models.orders",)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (
            "shopapp.dbb:metadata",
            "There is no module shopapp.dbb. Did you mean shopapp.db? Searched in: ",
        ),
        ("shopapp.db:metadat", "shopapp.db has no attribute 'metadat'. Did you mean metadata?"),
        (
            "shopapp.db:sa",
            "shopapp.db:sa is a module, neither a MetaData nor something that has one.",
        ),
        ("shopapp.db:", "'shopapp.db:' is no address of a MetaData."),
    ],
)
def test_an_address_that_leads_nowhere(app: Path, address: str, said: str) -> None:
    with pytest.raises(ModelsFailed) as caught:
        load(address, paths=[app.parent])
    assert caught.value.message.startswith(said)
    assert caught.value.hint


def test_an_error_in_a_module_is_shown_with_its_line(app: Path) -> None:
    (app / "models" / "broken.py").write_text("x = 1\ny = x / 0\n")
    with pytest.raises(ModelsFailed) as caught:
        load("shopapp.db:metadata", "shopapp.models.*", paths=[app.parent])
    assert "Importing shopapp.models.broken failed: ZeroDivisionError" in caught.value.message
    assert f"{app / 'models' / 'broken.py'}:2" in caught.value.message
    assert "y = x / 0" in caught.value.message
    assert "limbeck/models.py" not in caught.value.message


def test_a_metadata_without_tables_is_refused(app: Path) -> None:
    (app / "empty.py").write_text(BASE)
    with pytest.raises(ModelsFailed) as caught:
        load("shopapp.empty:metadata", paths=[app.parent])
    assert caught.value.message == (
        "The metadata has 0 tables; modules loaded: shopapp, shopapp.empty."
        " Models that were not loaded are in: shopapp.db, shopapp.models.orders."
    )
    assert (
        caught.value.hint == 'add to the settings: import = ["shopapp.db", "shopapp.models.orders"]'
    )


def test_a_package_of_forgotten_models_is_named_as_a_whole(app: Path) -> None:
    orders = (app / "models" / "orders.py").read_text()
    (app / "models" / "items.py").write_text(orders.replace("orders", "items"))
    found = load("shopapp.db:metadata", paths=[app.parent])
    assert import_hint(found) == 'add to the settings: import = ["shopapp.models.*"]'
    assert "shopapp.models.items, shopapp.models.orders" in forgotten(found)
    assert forgotten(load("shopapp.db:metadata", "shopapp.models.*", paths=[app.parent])) == ""


def test_the_examples_of_declarations_run() -> None:
    result = doctest.testmod(limbeck.objects)
    assert result.attempted > 10
    assert result.failed == 0
