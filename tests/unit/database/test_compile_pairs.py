"""The SQL in tests/pairs/compile/ is what the compiler writes."""

from __future__ import annotations

import pytest

from tests.pairs.compile.pairs import PAIRS, Pair, compiled, dialect_of


def _plain(texts: list[str]) -> list[str]:
    """Without the spaces that SQLAlchemy leaves at the end of a line, which an editor would remove."""
    return ["\n".join(row.rstrip() for row in text.splitlines()) for text in texts]


@pytest.mark.parametrize(
    ("pair", "dialect"),
    [(pair, dialect) for pair in PAIRS for dialect in pair.blocks],
    ids=str,
)
def test_the_statements_are_those_in_the_file(pair: Pair, dialect: str) -> None:
    texts = compiled(pair.line, dialect_of(dialect), pair.convention)
    assert _plain(texts) == pair.expected(dialect)
