"""Classes made by limbeck and by the standard library, side by side."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError

import pytest

from limbeck import values
from limbeck.values import dataclass, field


@dataclass(frozen=True, slots=True)
class Ours:
    """A value."""

    name: str
    others: tuple[object, ...] = ()
    origin: object = field(default=None, compare=False, repr=False)
    notes: list[str] = field(default_factory=list, hash=False)

    @property
    def loud(self) -> str:
        """The name in capitals."""
        return self.name.upper()


@dataclasses.dataclass(frozen=True, slots=True)
class Theirs:
    """A value."""

    name: str
    others: tuple[object, ...] = ()
    origin: object = dataclasses.field(default=None, compare=False, repr=False)
    notes: list[str] = dataclasses.field(default_factory=list, hash=False)


@dataclass(frozen=True, slots=True)
class Checked:
    """A value that looks at itself, and says by itself what it looks like."""

    size: int

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError("negative")

    def __repr__(self) -> str:
        return "checked"


@dataclass(frozen=True, slots=True)
class Alike:
    """A value that says by itself what it equals."""

    size: int

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Alike)


@dataclass(frozen=True, slots=True)
class Nothing:
    """A value without fields."""


ARGUMENTS = [("a",), ("a", (1, 2)), ("a", (), "here"), ("b", (), None, ["x"])]


@pytest.mark.parametrize("given", ARGUMENTS)
@pytest.mark.parametrize("other", ARGUMENTS)
def test_what_is_equal_and_hashed_alike(given: tuple[str], other: tuple[str]) -> None:
    assert (Ours(*given) == Ours(*other)) is (Theirs(*given) == Theirs(*other))
    same = hash(Theirs(*given)) == hash(Theirs(*other))
    assert (hash(Ours(*given)) == hash(Ours(*other))) is same


def test_another_class_is_another_value() -> None:
    ours: object = Ours("a")
    assert ours != Theirs("a")
    assert Nothing() == Nothing()
    assert Checked(1) != Checked(2)


@pytest.mark.parametrize("given", ARGUMENTS)
def test_it_is_shown_as_the_standard_library_does(given: tuple[str]) -> None:
    assert repr(Ours(*given)) == repr(Theirs(*given)).replace("Theirs", "Ours")


def test_what_contains_itself_is_shown() -> None:
    notes: list[object] = []
    value = Ours("a", (notes,))
    notes.append(value)
    assert repr(value) == "Ours(name='a', others=([...],), notes=[])"


def test_nothing_of_it_can_be_changed() -> None:
    value = Ours("a")
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'name'"):
        value.name = "b"  # type: ignore[misc] # so says mypy
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'name'"):
        del value.name
    with pytest.raises(FrozenInstanceError):
        value.unheard_of = 1  # type: ignore[attr-defined] # as above
    assert value.name == "a"
    assert not hasattr(value, "__dict__")


def test_the_standard_library_knows_it() -> None:
    value = Ours("a", (1,), "here", ["x"])
    assert [each.name for each in dataclasses.fields(value)] == [
        "name",
        "others",
        "origin",
        "notes",
    ]
    assert dataclasses.replace(value, name="b") == Ours("b", (1,), None, ["x"])
    assert dataclasses.replace(value, name="b").origin == "here"
    match value:
        case Ours(name, (one,)):
            assert (name, one) == ("a", 1)
        case _:
            pytest.fail("not matched")


def test_it_can_be_copied_and_pickled() -> None:
    value = Ours("a", (1,), "here", ["x"])
    for other in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert (other, other.origin, other.notes) == (value, "here", ["x"])


def test_what_the_class_says_itself_stays() -> None:
    assert repr(Checked(1)) == "checked"
    assert Ours("a").loud == "A"
    with pytest.raises(ValueError, match="negative"):
        Checked(-1)
    assert Alike(1) == Alike(2)
    assert hash(Alike(1)) == hash(Alike(1))


def test_each_has_a_list_of_its_own() -> None:
    assert Ours("a").notes is not Ours("a").notes


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'name'"):
        Ours()  # type: ignore[call-arg] # so says mypy
    with pytest.raises(TypeError, match="unexpected keyword argument 'size'"):
        Ours("a", size=1)  # type: ignore[call-arg] # as above


def test_all_else_is_left_to_the_standard_library() -> None:
    @values.dataclass
    class Open:
        size: int = 0

    @values.dataclass(frozen=True, order=True)
    class Ordered:
        size: int = 0

    there = Open()
    there.size = 2
    assert there == Open(2)
    assert Ordered(1) < Ordered(2)
