"""What is remembered of bodies is never wrong, and is not missed when it is gone."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

import pytest

from limbeck.files import index, script
from limbeck.files.bodies import Bodies
from limbeck.files.checksum import of_python
from limbeck.files.script import PythonScript
from limbeck.history import Direction

if TYPE_CHECKING:
    from pathlib import Path

COUNT = 60
BODY = "value = '{0}'\ndef upgrade(): op.drop_table('{0}')\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of files that count as old, though they were made just now."""
    monkeypatch.setattr(index, "_FRESH", -(10**18))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    made = tmp_path / "versions"
    made.mkdir()
    for number in range(COUNT):
        (made / f"r{number:02}.py").write_text(BODY.format(f"t{number:02}"))
    return made


def seen(folder: Path, count: int = COUNT) -> list[tuple[str, str]]:
    """The value in each file when it is executed, and its checksum, by objects that are gone afterwards."""
    bodies = Bodies(str(folder))
    found = []
    for number in range(count):
        one = PythonScript("r", folder / f"r{number:02}.py", bodies=bodies)
        one.check(Direction.UP)
        with one.loaded() as module:
            found.append((str(vars(module)["value"]), one.checksum))
    del bodies, one
    gc.collect()
    return found


def wanted(folder: Path, count: int = COUNT) -> list[tuple[str, str]]:
    paths = [folder / f"r{number:02}.py" for number in range(count)]
    return [(path.read_text()[9:12], of_python(path.read_bytes())) for path in paths]


def kept(folder: Path) -> Path:
    """The one file in which all that is kept."""
    (found,) = (folder / "__pycache__").glob("limbeck.bodies.*")
    return found


def edit(path: Path, text: str) -> None:
    """Change a file so that size and time of modification are what they were."""
    before = path.stat()
    while path.stat().st_ctime_ns == before.st_ctime_ns:  # the clock of a file system ticks slowly
        path.write_text(text)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files whose code is not taken from what is remembered."""
    names: list[str] = []
    original = PythonScript._compiled

    def compile_(self: PythonScript) -> object:
        names.append(self.path.name)
        return original(self)

    monkeypatch.setattr(script.PythonScript, "_compiled", compile_)
    return names


def test_what_is_remembered_is_what_it_was(folder: Path, compiled: list[str]) -> None:
    assert seen(folder) == wanted(folder)
    assert len(compiled) == COUNT
    written = kept(folder).stat()
    compiled.clear()
    assert seen(folder) == wanted(folder)
    assert compiled == [f"r{number:02}.py" for number in range(20)]  # few are read as they are
    again = kept(folder).stat()
    assert (again.st_mtime_ns, again.st_ino) == (written.st_mtime_ns, written.st_ino)


def test_an_edit_that_hides_is_seen(folder: Path) -> None:
    seen(folder)
    for path in folder.glob("__pycache__/*.pyc"):
        path.unlink()  # Python's own cache does not see it
    edit(folder / "r40.py", BODY.format("x40"))
    assert seen(folder)[40][0] == "x40"
    assert seen(folder) == wanted(folder)


def test_files_that_change_places(folder: Path) -> None:
    seen(folder)
    for path in folder.glob("__pycache__/*.pyc"):
        path.unlink()
    (folder / "r40.py").rename(folder / "spare")
    (folder / "r41.py").rename(folder / "r40.py")
    (folder / "spare").rename(folder / "r41.py")
    assert [value for value, _ in seen(folder)[40:42]] == ["t41", "t40"]
    assert seen(folder) == wanted(folder)


def test_what_changed_just_now_is_not_remembered(
    folder: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "_FRESH", 3600 * 10**9)
    for _ in range(2):
        compiled.clear()
        assert seen(folder) == wanted(folder)
        assert len(compiled) == COUNT


@pytest.mark.parametrize("damage", [b"", b"limbeck bodies 1 00000000 00000000\nx", b"\xff" * 9])
def test_a_damaged_file_is_worthless_and_not_wrong(folder: Path, damage: bytes) -> None:
    seen(folder)
    kept(folder).write_bytes(damage)
    assert seen(folder) == wanted(folder)
    assert kept(folder).stat().st_size > len(damage)
    whole = kept(folder).read_bytes()
    kept(folder).write_bytes(whole[:-40] + bytes(40))
    assert seen(folder) == wanted(folder)


def test_a_folder_that_moves_blames_the_new_place(folder: Path) -> None:
    seen(folder)
    moved = folder.rename(folder.with_name("elsewhere"))
    bodies = Bodies(str(moved))
    for number in range(COUNT):
        one = PythonScript("r", moved / f"r{number:02}.py", bodies=bodies)
        one.check(Direction.UP)
        with one.loaded() as module:
            assert vars(module)["upgrade"].__code__.co_filename == str(one.path)


def test_two_at_once(folder: Path) -> None:
    first, second = Bodies(str(folder)), Bodies(str(folder))
    for number in range(COUNT):
        for bodies in (first, second):
            one = PythonScript("r", folder / f"r{number:02}.py", bodies=bodies)
            one.check(Direction.UP)
    del one, bodies, first
    gc.collect()
    (folder / "r50.py").unlink()
    (folder / "r50.py").write_text(BODY.format("new") + "# longer\n")
    del second
    gc.collect()
    assert seen(folder) == wanted(folder)


def test_a_few_leave_nothing_behind(folder: Path) -> None:
    assert seen(folder, 5) == wanted(folder, 5)
    assert list(folder.glob("__pycache__/limbeck.*")) == []
