"""A generated file that names a type of the application imports it, runs, and is understood when it is read back."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from limbeck.cli.main import main

TYPES = '''
import sqlalchemy as sa


class Money(sa.types.TypeDecorator):
    """An amount, with its digits."""

    impl = sa.Numeric
    cache_ok = True

    def __init__(self, digits: int = 10) -> None:
        super().__init__(digits, 2)
        self.digits = digits

    def __repr__(self) -> str:
        return f"Money(digits={self.digits})"


class Colour(sa.types.UserDefinedType):
    cache_ok = True

    def get_col_spec(self, **kw: object) -> str:
        return "VARCHAR(7)"
'''

MODELS = """
import sqlalchemy as sa
from shop_of_{number}.types import Colour, Money

metadata = sa.MetaData()
sa.Table(
    "things", metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("price", Money(12), server_default="0"),
    sa.Column("paint", Colour()),
)
"""


@pytest.mark.parametrize(
    ("more", "line", "imported"),
    [
        ("", "sa.Column('price', {}.Money(digits=12)", "import {}\n"),
        ('types = "impl"\n', "sa.Column('price', sa.Numeric(precision=12, scale=2)", ""),
    ],
    ids=["own", "impl"],
)
def test_a_file_with_types_of_the_application_is_imported_and_run(
    more: str,
    line: str,
    imported: str,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    number = sum(map(ord, str(tmp_path)))  # no module of another test
    package = tmp_path / f"shop_of_{number}"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "types.py").write_text(TYPES)
    (package / "models.py").write_text(MODELS.format(number=number))
    (tmp_path / "migrations" / "versions").mkdir(parents=True)
    (tmp_path / "limbeck.toml").write_text(
        f'url = "{database_url}"\nmetadata = "{package.name}.models:metadata"\n'
        f'migrations = "migrations"\nprepend_sys_path = "."\n{more}'
    )
    monkeypatch.chdir(tmp_path)
    assert main(["-q", "revision", "--autogenerate", "-m", "things", "--verify"]) == 0
    (file,) = tmp_path.rglob("versions/*.py")
    text = file.read_text()
    module = f"{package.name}.types"
    assert line.format(module) in text
    assert imported.format(module) in text
    assert main(["-q", "upgrade", "head"]) == 0
    assert main(["check"]) == 0
    assert main(["check", "--offline"]) == 0
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql("INSERT INTO things (id, paint) VALUES (1, 'red')")
        found = connection.exec_driver_sql("SELECT price, paint FROM things").one()
    assert (float(found[0]), found[1]) == (0, "red")
    assert main(["-q", "downgrade", "base"]) == 0
