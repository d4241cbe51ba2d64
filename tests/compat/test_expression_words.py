"""Expressions as authors write them, beside what PostgreSQL makes of them."""

from __future__ import annotations

import pytest

from limbeck.compat.ddl.expression_words import bare_expression


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("lower(name)", "lower((name)::text)"),
        ("LOWER( name )", "lower(name)"),
        ('lower("Name")', 'lower(("Name")::text)'),
        ("status = 'Done'", "((status)::text = 'Done'::text)"),
        ("x + -1", "(x + '-1'::integer)"),
        ("\"name\" || 'it''s'", "((name)::text || 'it''s'::text)"),
    ],
)
def test_the_same_expression(written: str, printed: str) -> None:
    assert bare_expression(written) == bare_expression(printed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("status = 'Done'", "status = 'done'"),
        ("name || 'a b'", "name || 'ab'"),
        ('lower("Name")', "lower(name)"),
        ("coalesce(x, 'y')", "coalesce(x, y)"),
    ],
)
def test_another_expression(one: str, other: str) -> None:
    assert bare_expression(one) != bare_expression(other)
