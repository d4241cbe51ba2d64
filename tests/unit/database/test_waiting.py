"""What is said when a lock stays taken."""

from __future__ import annotations

import pytest

from limbeck.database.lock import wait_for
from limbeck.errors import Locked
from limbeck.runner import silent


@pytest.mark.parametrize(
    ("timeout", "said"),
    [
        (0.0, "The database is locked by ada@laptop."),
        (0.6, "Waited 1 s, but the database is locked by ada@laptop."),
    ],
)
def test_a_wait_is_spoken_of_only_where_there_was_one(timeout: float, said: str) -> None:
    with pytest.raises(Locked) as caught:
        wait_for(lambda: False, lambda: "ada@laptop", timeout, silent)
    assert caught.value.message == said
