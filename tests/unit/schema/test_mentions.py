"""Names of columns in SQL text."""

from __future__ import annotations

import pytest

from limbeck.schema.mentions import mentions, rename


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("price > 0", True),
        ('"price" > 0', True),
        ("`price` > 0", True),
        ("[price] > 0", True),
        ("lower(price) = 'x'", True),
        ("item.price > 0", True),
        ("prices > 0", False),
        ("kind = 'price'", False),
        ("kind = 'it''s price'", False),
        ("price(kind) > 0", False),
        ("PRICE > 0", False),
        ("", False),
    ],
)
def test_a_column_is_told_from_other_words(sql: str, named: bool) -> None:
    assert mentions(sql, "price") is named


def test_a_renamed_column_keeps_its_quotes() -> None:
    text = "price > 0 AND \"price\" < `price` AND [price] <> 'price' AND price(1) = 2"
    assert rename(text, "price", "cost") == (
        "cost > 0 AND \"cost\" < `cost` AND [cost] <> 'price' AND price(1) = 2"
    )


def test_a_text_that_does_not_name_the_column_stays() -> None:
    assert rename("kind = 'a'", "price", "cost") == "kind = 'a'"
