"""
Two revisions that were generated from the models of two branches, one of them put behind the other.

Where that is not refused, what both models want is there, and the way down leads to where the other branch ends.
`LIMBECK_EXAMPLES=100` tries that many forks for each kind of database.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from limbeck.actions.rebase import rebase
from limbeck.errors import Conflicting
from tests.generating import Workshop
from tests.properties.model_pairs import ModelSpec, changed, model_specs
from tests.seen import Seen, empty
from tests.servers import Kind

EXAMPLES = int(os.environ.get("LIMBECK_EXAMPLES", "3"))
_DRAWN = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.target),
    print_blob=True,
)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@_DRAWN
@given(data=st.data())
def test_behind_the_other_branch_and_back(
    data: st.DataObject, kind: Kind, make_database: Callable[[Kind], str], urls: list[str]
) -> None:
    if not urls:
        urls.append(make_database(kind))
    start = data.draw(model_specs(kind))
    theirs, mine = data.draw(changed(start, kind)), data.draw(changed(start, kind))
    empty(urls[0])
    with TemporaryDirectory() as folder:
        workshop = Workshop(urls[0], Path(folder))
        if _forked(workshop, kind, start, theirs, mine):
            _put_behind(workshop, kind)


@pytest.fixture
def urls() -> list[str]:
    """The URL of the database that all examples of a test use."""
    return []


def _forked(
    workshop: Workshop, kind: Kind, start: ModelSpec, theirs: ModelSpec, mine: ModelSpec
) -> bool:
    """Whether both sides have something to do; then there are the revisions a, and u and l behind it."""
    workshop.generate(start.metadata(kind), id="a")
    workshop.upgrade()
    other = workshop.generate(theirs.metadata(kind), id="u")
    if not other.made:
        return False
    path = other.made[0].path
    text = path.read_bytes()
    path.unlink()
    own = workshop.generate(mine.metadata(kind), id="l")
    path.write_bytes(text)
    return bool(own.made)


def _put_behind(workshop: Workshop, kind: Kind) -> None:
    project = workshop.project()
    before = project.library.path("l").read_bytes()
    try:
        found = rebase(project, "l", "u")
    except Conflicting:
        assert project.library.path("l").read_bytes() == before
        return
    workshop.upgrade("u")
    there = Seen(workshop, kind)
    workshop.upgrade("l")
    workshop.downgrade("u")
    if not found.left:
        text = project.library.path("l").read_text()
        Seen(workshop, kind).same_as(there, f"downgraded by\n{text}")
