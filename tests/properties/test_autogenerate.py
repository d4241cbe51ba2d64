"""
A generated revision leads from the database of one application to that of another, and back.

The databases are compared by our reader, and by what the servers themselves print.  `LIMBECK_EXAMPLES=500` tries
that many pairs of models for each kind of database.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from limbeck.diff import describe
from tests.generating import Workshop
from tests.properties.model_pairs import ModelSpec, pairs
from tests.seen import Seen, empty
from tests.servers import Kind

EXAMPLES = int(os.environ.get("LIMBECK_EXAMPLES", "4"))
_DRAWN = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.target, Phase.shrink),
    print_blob=True,
)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mariadb"])
@_DRAWN
@given(data=st.data())
def test_from_one_model_to_another_and_back(
    data: st.DataObject, kind: Kind, make_database: Callable[[Kind], str], two: dict[str, str]
) -> None:
    if not two:
        two.update(here=make_database(kind), there=make_database(kind))
    before, after = data.draw(pairs(kind))
    there_and_back(before, after, kind, two["here"], two["there"])


@pytest.fixture
def two() -> dict[str, str]:
    """The URLs of the two databases that all examples of a test use."""
    return {}


def there_and_back(before: ModelSpec, after: ModelSpec, kind: Kind, here: str, there: str) -> None:
    """Generate the way between two models, and go it in both directions."""
    for url in (here, there):
        empty(url)
    with TemporaryDirectory() as folder:
        workshop = Workshop(here, Path(folder) / "here")
        wanted = Workshop(there, Path(folder) / "there")
        workshop.create(before.metadata(kind))
        wanted.create(after.metadata(kind))
        start, end = Seen(workshop, kind), Seen(wanted, kind)
        found = workshop.check(before.metadata(kind))
        assert [describe(one) for one in found.diff.operations] == []
        assert found.not_compared == ()
        generated = workshop.generate(after.metadata(kind))
        if not generated.made:
            start.same_as(end, "the same")
            return
        text = workshop.text(generated)
        workshop.upgrade()
        Seen(workshop, kind).same_as(end, f"upgraded by\n{text}")
        assert workshop.missing(after.metadata(kind)) == []
        workshop.downgrade()
        Seen(workshop, kind).same_as(start, f"downgraded by\n{text}")
