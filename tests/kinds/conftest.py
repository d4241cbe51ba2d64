"""Two databases that all tests of a worker share: making and dropping them is most of what such a test would cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.seen import empty
from tests.servers import Kind, Server


@pytest.fixture(scope="session")
def _pairs(find_server: Callable[[Kind], Server]) -> Iterator[Callable[[Kind], list[str]]]:
    made: dict[Kind, list[str]] = {}

    def pair(kind: Kind) -> list[str]:
        if kind not in made:
            made[kind] = [find_server(kind).create() for _ in range(2)]
        return made[kind]

    yield pair
    for kind, urls in made.items():
        for url in urls:
            find_server(kind).drop(url)


@pytest.fixture
def empty_pair(_pairs: Callable[[Kind], list[str]], kind: Kind) -> tuple[str, str]:
    """The URLs of two empty databases of this kind, PostgreSQL or MariaDB."""
    here, there = _pairs(kind)
    empty(here)
    empty(there)
    return here, there
