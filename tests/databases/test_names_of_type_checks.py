"""A check that comes with a Boolean or an Enum has, after the generated revision, the name that the convention gives it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from limbeck.cli.main import main

if TYPE_CHECKING:
    import pytest

SHOP = """
import sqlalchemy as sa

metadata = sa.MetaData(naming_convention={"ck": "ck_%(table_name)s_%(constraint_name)s"})
sa.Table(
    "parcel",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("fragile", sa.Boolean(name="fragile", create_constraint=True)),
    sa.Column("size", sa.Enum("s", "m", name="size", native_enum=False, create_constraint=True)),
    sa.Column("colour", sa.Enum("red", "blue", name="colour", create_constraint=True)),
)
"""


def test_a_generated_revision_leaves_nothing_to_rename(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"shop_{abs(hash(database_url))}"  # a process imports a module once
    (tmp_path / f"{name}.py").write_text(SHOP, encoding="utf-8")
    settings = f'url = "{database_url}"\nmetadata = "{name}:metadata"\nprepend_sys_path = "."\n'
    (tmp_path / "limbeck.toml").write_text(settings, encoding="utf-8")
    (tmp_path / "migrations" / "versions").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert main(["-q", "revision", "--autogenerate", "-m", "parcels"]) == 0
    assert main(["-q", "upgrade", "head"]) == 0
    assert main(["-q", "check"]) == 0
