"""Types, sequences, views and functions that get another name keep what they have."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import pytest
import sqlalchemy as sa

from limbeck import objects
from limbeck.actions.comparison import Decisions
from limbeck.errors import Undecided, UsageError
from tests.generating import Workshop

if TYPE_CHECKING:
    from pathlib import Path


class Names(NamedTuple):
    """What the objects are called."""

    kind: str = "mood"
    numbers: str = "invoice_number"
    view: str = "happy_people"
    function: str = "double"


def models(names: Names, schema: str | None = None) -> sa.MetaData:
    made = sa.MetaData(schema=schema)
    kind = sa.Enum("sad", "ok", name=names.kind, metadata=made)
    numbers = sa.Sequence(names.numbers, metadata=made)
    sa.Table(
        "people",
        made,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", sa.BigInteger, server_default=numbers.next_value()),
        sa.Column("feeling", kind, server_default="ok"),
        sa.Column("feelings", sa.ARRAY(kind)),
    )
    where = f"{schema}." if schema else ""
    objects.View(names.view, f"SELECT id FROM {where}people WHERE feeling = 'ok'", metadata=made)
    body = "RETURNS integer LANGUAGE sql AS $$ SELECT n * 2 $$"
    objects.Function(names.function, "n integer", body, metadata=made)
    return made


AFTER = Names("temper", "number_of_invoice", "content_people", "twice")
FLAGS = tuple(f"{old}={new}" for old, new in zip(Names(), AFTER, strict=True))


def test_they_are_asked_about_and_keep_what_they_have(postgresql_url: str, tmp_path: Path) -> None:
    workshop = Workshop(postgresql_url, tmp_path / "project")
    workshop.generate(models(Names()), "first")
    workshop.upgrade()
    workshop.execute(
        "INSERT INTO people (id, feelings) VALUES (1, '{sad}'), (2, NULL)",
        "GRANT SELECT ON happy_people TO pg_monitor",
    )
    start = workshop.catalog()
    with pytest.raises(Undecided) as refused:
        workshop.generate(models(AFTER), ask=None)
    for old, new in zip(Names(), AFTER, strict=True):
        assert f"--rename {old}={new}" in str(refused.value.hint)
        assert f"{old} is gone; was it renamed to {new}" in str(refused.value)
    made = workshop.generate(models(AFTER), decisions=Decisions(FLAGS))
    text = workshop.text(made)
    assert "op.rename_object('sequence', 'invoice_number', 'number_of_invoice')" in text
    assert "drop" not in text
    workshop.upgrade()
    assert workshop.missing(models(AFTER)) == []
    assert workshop.rows("SELECT last_value FROM number_of_invoice") == [(2,)]
    assert workshop.rows(
        "SELECT twice(21), has_table_privilege('pg_monitor', 'content_people', 'select')"
    ) == [(42, True)]
    end = workshop.catalog()
    workshop.downgrade("-1")
    assert workshop.catalog() == start
    workshop.upgrade()
    assert workshop.catalog() == end


def test_a_rename_that_does_not_fit_is_refused(postgresql_url: str, tmp_path: Path) -> None:
    workshop = Workshop(postgresql_url, tmp_path / "project")
    workshop.generate(models(Names()), "first")
    workshop.upgrade()
    for flag, why in {
        "mood=nothing": "there is no enum nothing in the models",
        "mood=happy_people": "there is no enum happy_people in the models",
        "temper=mood": "enum temper: there is none in the database",
    }.items():
        with pytest.raises(UsageError, match=why):
            workshop.generate(models(AFTER), decisions=Decisions((flag,)))


def test_models_may_say_it(postgresql_url: str, tmp_path: Path) -> None:
    def told(schema: str | None) -> sa.MetaData:
        made = models(AFTER, schema)
        (view, function) = objects.declared(made)
        assert isinstance(view, objects.View)
        assert isinstance(function, objects.Function)
        made.info.clear()
        objects.attach(made, replace(view, renamed_from="happy_people"))
        objects.attach(made, replace(function, renamed_from="double"))
        objects.Renamed("temper", "mood", metadata=made)
        objects.Renamed("number_of_invoice", "invoice_number", metadata=made)
        return made

    workshop = Workshop(postgresql_url, tmp_path / "project")
    workshop.generate(models(Names(), "public"), "first")
    workshop.upgrade()
    for schema in (None, "public"):
        made = workshop.generate(told(schema), ask=None)
        assert "drop" not in workshop.text(made)
        made.made[0].path.unlink()
    workshop.generate(told(None), ask=None)
    workshop.upgrade()
    assert workshop.missing(told(None)) == []  # and what it says is of the past


def test_models_may_say_it_of_the_values_of_an_enum(postgresql_url: str, tmp_path: Path) -> None:
    def valued(*values: str) -> sa.MetaData:
        made = sa.MetaData()
        sa.Table("t", made, sa.Column("kind", sa.Enum(*values, name="kind")))
        objects.Renamed("kind", values={"b": "c"}, metadata=made)
        return made

    workshop = Workshop(postgresql_url, tmp_path / "project")
    workshop.generate(valued("a", "b"), "first")
    workshop.upgrade()
    text = workshop.text(workshop.generate(valued("a", "c"), ask=None))
    assert "op.rename_enum_value('kind', 'b', 'c')" in text
