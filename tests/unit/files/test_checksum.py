"""Checksums change when what a revision does changes, and only then."""

from __future__ import annotations

import pytest

from limbeck.files.checksum import of_python

BODY = """
'''Message.'''
from limbeck import op
revision = "a"
down_revision: str = "b"
SIZE = 3

def upgrade():
    '''Docstring.'''
    op.execute("x" "y")  # comment
    if SIZE > 2: op.execute(f"{SIZE}!")
"""


def checksum(text: str) -> str:
    return of_python(text.encode())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("'''Message.'''", ""),
        ("'''Docstring.'''", "'''Another.'''"),
        ("  # comment", ""),
        ("op.execute(", "op.execute(\n        "),
        ('"x" "y"', "'xy'"),
        ('"b"', '"c"'),
        ('revision = "a"\n', 'revision = "a"\nbranch_labels = None\n'),
        ("if SIZE > 2: op", "if SIZE > 2:\n        op"),
        ("SIZE = 3\n", "SIZE = 0x3\n\n\n"),
    ],
)
def test_what_makes_no_difference(old: str, new: str) -> None:
    assert old in BODY
    assert checksum(BODY.replace(old, new)) == checksum(BODY)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"y"', '"z"'),
        ("SIZE = 3", "SIZE = 4"),
        ("SIZE = 3", "SIZE = 3.0"),
        ("SIZE = 3", "SIZE = '3'"),
        ("> 2", ">= 2"),
        ("upgrade", "downgrade"),
        ("{SIZE}!", "{SIZE!r}!"),
        ("if SIZE > 2: op", "op"),
        ("import op", "import op as op"),
    ],
)
def test_what_makes_a_difference(old: str, new: str) -> None:
    assert old in BODY
    assert checksum(BODY.replace(old, new, 1)) != checksum(BODY)


def test_none_is_not_nothing() -> None:
    assert checksum("def f(): return None") != checksum("def f(): return")


def test_it_is_the_same_for_every_python() -> None:
    """The journal of a database outlives the Python that has written it."""
    assert checksum("def upgrade(op):\n    op.execute('é')\n") == (
        "f36baa59dc7345b0f287dd7e5ef09770cd35a0b5dc700bfff7cda2b751dee7b0"
    )
