"""The list of tests that are known to differ, held against what a run of the conformance suite says."""

from __future__ import annotations

import pytest

from tools.conformance.__main__ import _judge
from tools.conformance.differences import Listed, read

LISTED = Listed(
    {
        "test_op.py::OpTest::test_a": frozenset(),
        "test_batch.py::ApplyTest": frozenset({"sqlite"}),
        "Flask-Migrate: test_x.py::test_y": frozenset(),
    }
)
RAN = {
    "tests/test_op.py::OpTest::test_a[1]": "failed",
    "tests/test_op.py::OpTest::test_b": "passed",
    "tests/test_batch.py::ApplyTest::test_c": "failed",
}
TIERS = dict.fromkeys(RAN, "X")


def sound(database: str, outcomes: dict[str, str]) -> bool:
    """Whether such a run is as it should be; of each tier that has a bound one test passes."""
    bound = {"in P": "passed", "in H": "passed"}
    tiers = {**TIERS, "in P": "P", "in H": "H"}
    return _judge(database, {**outcomes, **bound}, tiers, LISTED, whole=True)


def test_what_is_listed_may_fail() -> None:
    assert sound("sqlite", RAN)


@pytest.mark.parametrize(
    ("outcomes", "told"),
    [
        (RAN | {"tests/test_op.py::OpTest::test_b": "failed"}, "1 tests fail"),
        (RAN | {"tests/test_op.py::OpTest::test_a[1]": "passed"}, "passes, but"),
        (
            {test: outcome for test, outcome in RAN.items() if "test_op" not in test},
            "there is no such test, but docs/compatibility.md lists it: test_op.py::OpTest::test_a",
        ),
    ],
)
def test_what_is_not_as_listed_fails_the_command(
    outcomes: dict[str, str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not sound("sqlite", outcomes)
    assert told in capsys.readouterr().err


def test_a_row_for_another_database_need_not_be_there() -> None:
    without = {test: outcome for test, outcome in RAN.items() if "Apply" not in test}
    assert sound("postgresql", without)
    assert not sound("sqlite", without)


def test_rows_of_packages_are_held_to_the_tests_of_their_package() -> None:
    assert LISTED.gone([], "sqlite", package="Flask-Migrate") == [
        "Flask-Migrate: test_x.py::test_y"
    ]
    assert (
        LISTED.gone(["Flask-Migrate: test_x.py::test_y"], "sqlite", package="Flask-Migrate") == []
    )


def test_the_page_is_read() -> None:
    rows = read().rows
    assert len(rows) > 20
    assert rows["test_batch.py::BatchApplyTest"] == frozenset()
    assert rows["test_batch.py::BatchRoundTripTest::test_change_type"] == {"sqlite"}
