"""The index of heads: fast, and never wrong."""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

import pytest

from limbeck.errors import BrokenHeader
from limbeck.files import index
from limbeck.files.index import NAME, scan


def put(folder: Path, name: str, parent: str = "p") -> Path:
    """A revision file whose id is its name."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'"""message"""\nrevision = "{name}"\ndown_revision = "{parent}"\n')
    return path


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files may be remembered at once, as if they were some seconds old."""
    monkeypatch.setattr(index, "_FRESH", -1_000_000_000)


@pytest.fixture
def read_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read from now on."""
    names: list[str] = []
    original = index.file_of

    def noting(content: bytes, name: str, prefix: str = "") -> index.File:
        names.append(name)
        return original(content, name, prefix)

    monkeypatch.setattr(index, "file_of", noting)
    return names


@pytest.mark.usefixtures("settled")
def test_a_second_scan_reads_nothing(tmp_path: Path, read_files: list[str]) -> None:
    put(tmp_path, "a.py")
    put(tmp_path, "b.py", "a.py")
    (tmp_path / "conftest.py").write_text("x = 1\n")
    first = scan(tmp_path, prefix="v/")
    assert sorted(read_files) == ["a.py", "b.py", "conftest.py"]
    read_files.clear()
    assert scan(tmp_path, prefix="v/") == first
    assert read_files == []
    assert first[0].revision is not None
    assert first[0].revision.source == "v/a.py"
    assert first[2].revision is None


@pytest.mark.usefixtures("settled")
def test_the_same_index_serves_other_prefixes(tmp_path: Path, read_files: list[str]) -> None:
    put(tmp_path, "a.py")
    scan(tmp_path, prefix="one/")
    read_files.clear()
    (file,) = scan(tmp_path, prefix="two/")
    assert file.revision is not None
    assert file.revision.source == "two/a.py"
    assert read_files == []


@pytest.mark.usefixtures("settled")
def test_only_what_changed_is_read(tmp_path: Path, read_files: list[str]) -> None:
    put(tmp_path, "a.py")
    put(tmp_path, "b.py")
    put(tmp_path, "c.py")
    scan(tmp_path)
    read_files.clear()
    put(tmp_path, "b.py", "other")
    (tmp_path / "c.py").rename(tmp_path / "d.py")
    (tmp_path / "a.py").unlink()
    found = {file.name: file.revision.parents for file in scan(tmp_path) if file.revision}
    assert found == {"b.py": ("other",), "d.py": ("p",)}
    assert sorted(read_files) == ["b.py", "d.py"]


def test_what_has_just_changed_is_not_remembered(tmp_path: Path, read_files: list[str]) -> None:
    """Two changes in one tick of the clock cannot be told apart, so the first is not relied on."""
    path = put(tmp_path, "a.py", "p")
    before = path.stat()
    scan(tmp_path)
    path.write_text(path.read_text().replace('"p"', '"q"'))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    read_files.clear()
    (file,) = scan(tmp_path)
    assert read_files == ["a.py"]
    assert file.revision is not None
    assert file.revision.parents == ("q",)


@pytest.mark.usefixtures("settled")
def test_an_edit_of_the_same_size_with_its_time_set_back(tmp_path: Path) -> None:
    path = put(tmp_path, "a.py", "p")
    before = path.stat()
    scan(tmp_path)
    time.sleep(0.02)  # another tick
    path.write_text(path.read_text().replace('"p"', '"q"'))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    (file,) = scan(tmp_path)
    assert file.revision is not None
    assert file.revision.parents == ("q",)


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("offset", [-10_000_000, 10_000_000])
def test_times_far_off(tmp_path: Path, offset: int) -> None:
    path = put(tmp_path, "a.py", "p")
    os.utime(path, (time.time() + offset, time.time() + offset))
    scan(tmp_path)
    path.write_text(path.read_text().replace('"p"', '"other"'))
    os.utime(path, (time.time() + offset, time.time() + offset))
    (file,) = scan(tmp_path)
    assert file.revision is not None
    assert file.revision.parents == ("other",)


@pytest.mark.usefixtures("settled")
def test_a_copied_folder(tmp_path: Path) -> None:
    put(tmp_path / "one", "a.py", "p")
    scan(tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    put(tmp_path / "two", "a.py", "q")
    (file,) = scan(tmp_path / "two")
    assert file.revision is not None
    assert file.revision.parents == ("q",)


def damaged(content: bytes) -> list[bytes]:
    half = len(content) // 2
    return [
        b"",
        b"\n",
        content[:half],
        content[half:],
        content[:-1],
        content + b"x",
        content.replace(b"a.py", b"z.py"),
        content.replace(b"limbeck index 3", b"limbeck index 0"),
        b"\x80\x04marshal?",
        bytes(range(256)) * 10,
    ]


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("number", range(10))
def test_a_damaged_index_is_worth_nothing_and_replaced(
    tmp_path: Path, number: int, read_files: list[str]
) -> None:
    put(tmp_path, "a.py")
    expected = scan(tmp_path)
    place = tmp_path / "__pycache__" / NAME
    sound = place.read_bytes()
    place.write_bytes(damaged(sound)[number])
    read_files.clear()
    assert scan(tmp_path) == expected
    assert read_files == ["a.py"]
    assert place.read_bytes() == sound


@pytest.mark.usefixtures("settled")
def test_texts_that_look_like_our_marks(tmp_path: Path) -> None:
    for number, text in enumerate(["\x1d", "\x1e", "\x1f", "\ud800", "\n", "\r\n", "\0", "é世界"]):
        (tmp_path / f"{number}.py").write_text(f"revision = 'r{number}'\n__doc__ = 1\n")
        escaped = text.encode("unicode_escape").decode()
        (tmp_path / f"{number}d.py").write_text(
            f'"""say {escaped}"""\nrevision = "d{number}{escaped}"\ndown_revision = ["{escaped}"]\n'
        )
    first = scan(tmp_path, index=False)
    assert scan(tmp_path) == first
    assert scan(tmp_path) == first


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    put(tmp_path, "a.py")
    (tmp_path / "__pycache__").write_text("a file where the folder should be")
    assert [file.name for file in scan(tmp_path)] == ["a.py"]
    assert (tmp_path / "__pycache__").read_text() == "a file where the folder should be"


@pytest.mark.usefixtures("settled")
def test_nothing_is_left_beside_the_index(tmp_path: Path) -> None:
    put(tmp_path, "a.py")
    scan(tmp_path)
    put(tmp_path, "b.py")
    scan(tmp_path)
    scan(tmp_path)
    assert [path.name for path in (tmp_path / "__pycache__").iterdir()] == [NAME]


@pytest.mark.usefixtures("settled")
def test_the_users_place_for_bytecode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "cache"))
    put(tmp_path / "versions", "a.py")
    scan(tmp_path / "versions")
    assert [path.name for path in (tmp_path / "versions").iterdir()] == ["a.py"]
    assert len(list((tmp_path / "cache").rglob(NAME))) == 1


@pytest.mark.usefixtures("settled")
def test_folders_within(tmp_path: Path, read_files: list[str]) -> None:
    put(tmp_path, "a.py")
    put(tmp_path, "2026/11/b.py")
    put(tmp_path, "__pycache__/c.py")
    assert [file.name for file in scan(tmp_path)] == ["a.py"]
    assert [file.name for file in scan(tmp_path, recursive=True)] == ["2026/11/b.py", "a.py"]
    read_files.clear()
    assert [file.name for file in scan(tmp_path, recursive=True)] == ["2026/11/b.py", "a.py"]
    assert read_files == []


def test_files_that_are_not_looked_into(tmp_path: Path) -> None:
    for name in (".#a.py", "._b.py", "__init__.py", "c.txt", "d.pyc", "e.py~"):
        put(tmp_path, name)
    (tmp_path / "gone.py").symlink_to(tmp_path / "nowhere.py")
    assert scan(tmp_path) == []


def test_no_folder_is_an_empty_one(tmp_path: Path) -> None:
    assert scan(tmp_path / "nowhere") == []
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.usefixtures("settled")
def test_computed_heads_are_never_remembered(tmp_path: Path, read_files: list[str]) -> None:
    (tmp_path / "a.py").write_text("revision = compute()\n")
    scan(tmp_path)
    read_files.clear()
    (file,) = scan(tmp_path)
    assert file.computed == 1
    assert read_files == ["a.py"]


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    put(tmp_path, "a.py")
    with pytest.raises(BrokenHeader, match=r"a\.py cannot be read: Not a directory"):
        scan(tmp_path / "a.py")
