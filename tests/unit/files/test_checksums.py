"""What is remembered of checksums is never wrong, and is not missed when it is gone."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from limbeck.files.checksum import of_python
from limbeck.files.checksums import NAME, Checksums

if TYPE_CHECKING:
    from pathlib import Path

CONTENTS = [f"def upgrade(): op.drop_table('t{number}')".encode() for number in range(60)]
WANTED = [of_python(content) for content in CONTENTS]


def asked(folder: Path, contents: list[bytes] = CONTENTS) -> list[str]:
    """The checksums, by an object that is gone afterwards."""
    checksums = Checksums(folder)
    found = [checksums.of_python(content) for content in contents]
    del checksums
    gc.collect()
    return found


def test_what_is_remembered_is_what_it_was(tmp_path: Path) -> None:
    assert asked(tmp_path) == WANTED
    kept = tmp_path / "__pycache__" / NAME
    written = kept.stat()
    assert asked(tmp_path) == WANTED
    assert (kept.stat().st_mtime_ns, kept.stat().st_ino) == (written.st_mtime_ns, written.st_ino)


def test_an_edited_file_has_another_checksum(tmp_path: Path) -> None:
    asked(tmp_path)
    edited = [content.replace(b"drop_table", b"drop_index") for content in CONTENTS]
    assert asked(tmp_path, edited) == [of_python(content) for content in edited]
    assert asked(tmp_path) == WANTED


@pytest.mark.parametrize("damage", [b"", b"limbeck checksums 1 00000000\nx y\n", b"\xff" * 100])
def test_a_damaged_file_is_worthless_and_not_wrong(tmp_path: Path, damage: bytes) -> None:
    asked(tmp_path)
    (tmp_path / "__pycache__" / NAME).write_bytes(damage)
    assert asked(tmp_path) == WANTED
    assert (tmp_path / "__pycache__" / NAME).stat().st_size > len(damage)


def test_a_few_leave_nothing_behind(tmp_path: Path) -> None:
    assert asked(tmp_path, CONTENTS[:5]) == WANTED[:5]
    assert list(tmp_path.iterdir()) == []
    assert asked(tmp_path / "gone") == WANTED
    assert list(tmp_path.iterdir()) == []
