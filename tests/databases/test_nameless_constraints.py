"""Constraints that nobody has named have names in generated files, so that the downgrade can drop them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from limbeck import objects
from limbeck.actions.autogenerate import autogenerate
from limbeck.actions.check import check
from limbeck.database.normalise import Facts, numbered, words
from limbeck.database.read.metadata import metadata
from tests.generating import Workshop

if TYPE_CHECKING:
    from pathlib import Path


def models(*parts: sa.schema.SchemaItem) -> sa.MetaData:
    made = sa.MetaData()
    columns = [sa.Column(name, sa.Integer, nullable=False) for name in ("id", "a", "b")]
    columns[0].primary_key = True
    sa.Table("t", made, *columns, *parts)
    return made


def several() -> list[sa.Constraint]:
    checks = ["a > 0", "a < 100", "a <> 50", "a > b"]
    uniques = [sa.UniqueConstraint("a"), sa.UniqueConstraint("a", "b")]
    return [*uniques, *(sa.CheckConstraint(text) for text in checks)]


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_the_names_are_those_that_the_server_gives_to_a_new_table(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    workshop = Workshop(request.getfixturevalue(f"{kind}_url"), tmp_path / "project")
    wanted = models(*several())
    workshop.create(wanted)
    (there,) = workshop.catalog()
    with workshop.connect() as connection:
        dialect = connection.dialect
    facts = Facts.default(dialect)
    (ours,) = numbered(words(metadata(wanted, dialect), dialect, facts), dialect, facts)
    named = {(type(item).__name__, item.name) for item in there.constraints}
    assert {(type(item).__name__, item.name) for item in ours.constraints} == named


def test_what_is_added_can_be_dropped_again_without_a_server(
    database_url: str, tmp_path: Path
) -> None:
    workshop = Workshop(database_url, tmp_path / "project")
    workshop.generate(models(), "first")
    workshop.upgrade()
    start = workshop.catalog()
    made = autogenerate(workshop.project(models(*several())), "more", offline=True)
    text = workshop.text(made)
    if not database_url.startswith("sqlite"):  # which has no names for them, and needs none
        assert "(None," not in text
    workshop.upgrade()
    assert workshop.missing(models(*several())) == []
    workshop.downgrade("-1")
    assert workshop.catalog() == start


def test_where_no_server_can_be_asked_that_is_said(mariadb_url: str, tmp_path: Path) -> None:
    def with_view(text: str) -> sa.MetaData:
        made = models()
        objects.View("v", text, metadata=made)
        return made

    workshop = Workshop(mariadb_url, tmp_path / "project")
    workshop.generate(with_view("SELECT a FROM t"), "first")
    (found,) = check(workshop.project(with_view("SELECT b FROM t")), offline=True)
    (one,) = found.not_compared
    why = "only a server can tell, and there is none to ask; the setting scratch can name one"
    assert str(one) == f"view v: {why}"
