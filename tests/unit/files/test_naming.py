"""Names and dates of new files."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from limbeck.config import NAMINGS, Settings
from limbeck.errors import ConfigError
from limbeck.files.naming import created, file_name, now, slug
from limbeck.history import Revision

SETTINGS = Settings(Path("/project"))
DATE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
REVISION = Revision("ab12", doc="Add the table: größe (2)")


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (NAMINGS["date"], "2026_01_02_0304_ab12_add_the_table_größe_2.py"),
        (NAMINGS["revision"], "ab12_add_the_table_größe_2.py"),
        ("%(epoch)s-%(rev)s", "1767323045-ab12.py"),
        ("%(second).2d%(rev)s%%", "05ab12%.py"),
    ],
)
def test_templates(template: str, expected: str) -> None:
    settings = SETTINGS._replace(file_template=template)
    assert file_name(REVISION, DATE, settings, ".py") == expected


@pytest.mark.parametrize("template", ["%(revision)s", "%(rev)", "%(year)q", "%s%s"])
def test_templates_that_cannot_be_filled_in(template: str) -> None:
    with pytest.raises(ConfigError, match="cannot be filled in") as caught:
        file_name(REVISION, DATE, SETTINGS._replace(file_template=template), ".py")
    assert "%(epoch)s" in str(caught.value.hint)


def test_slugs_are_cut_between_words() -> None:
    assert slug("one two three", 40) == "one_two_three"
    assert slug("one two three", 10) == "one_two_"
    assert slug("one-two", 7) == "one_two"
    assert slug("", 40) == ""


def test_the_clock() -> None:
    assert now(SETTINGS).tzinfo is None
    utc = now(SETTINGS._replace(timezone="UTC"))
    assert utc.utcoffset() == timedelta(0)
    with pytest.raises(ConfigError, match="no time zone 'Moon'"):
        now(SETTINGS._replace(timezone="Moon"))


def test_a_date_that_is_stated_counts() -> None:
    stated = created(Revision("a", created="2026-01-02 03:04:05+00:00"), SETTINGS)
    assert stated == DATE
    assert abs(created(Revision("a"), SETTINGS) - datetime.now()) < timedelta(minutes=1)  # noqa: DTZ005
