"""The tree that is drawn in `limbeck.errors` is the tree of its classes."""

from __future__ import annotations

import re

import pytest

from limbeck import errors

ROW = re.compile(r"^(?P<lead>[ │├└─]*)(?P<name>\w+) +(?P<code>[A-Z]\d{3}) +exit +(?P<exit>\d+)")


def _classes() -> dict[str, type[errors.LimbeckError]]:
    return {
        name: value
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.LimbeckError)
    }


def _drawn() -> dict[str, tuple[str | None, str, int]]:
    """Name → (name of the parent, code, exit code), from the drawing."""
    rows: dict[str, tuple[str | None, str, int]] = {}
    path: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        row = ROW.match(line)
        if row is None:
            continue
        depth = len(row["lead"])
        path = [(at, name) for at, name in path if at < depth]
        rows[row["name"]] = (path[-1][1] if path else None, row["code"], int(row["exit"]))
        path.append((depth, row["name"]))
    return rows


def test_every_class_is_drawn_and_every_drawn_class_exists() -> None:
    assert set(_drawn()) == set(_classes())


@pytest.mark.parametrize("name", sorted(_classes()))
def test_the_drawing_is_true(name: str) -> None:
    error = _classes()[name]
    parent = error.__bases__[0].__name__
    expected = (None if parent == "Exception" else parent, error.code, error.exit_code)
    assert _drawn()[name] == expected


def test_no_two_classes_have_one_code() -> None:
    codes = [error.code for error in _classes().values()]
    assert sorted(codes) == sorted(set(codes))
