"""Whatever happens to the files: a scan with the index finds what one without it finds."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from limbeck.files import index
from limbeck.files.index import NAME, scan

names = st.sampled_from(["a.py", "b.py", "c.sql", "sub/d.py", "sub/e.sql", "f.py"])
ids = st.sampled_from(["r1", "r2", "r3"])  # of one length, so that edits keep the size
contents = st.sampled_from(["revision", "computed", "other"])
seconds = st.integers(-4, 4)


class Folder(RuleBasedStateMachine):
    """A folder in which everything happens that happens to files, and the clock of the machine jumps."""

    @initialize(margin=st.sampled_from([2_000_000_000, 0]))
    def start(self, margin: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="limbeck-index-"))
        self.fresh = index._FRESH
        # Without a margin all but the changes of the present tick are remembered, so that the marks are tried.
        index._FRESH = margin

    def teardown(self) -> None:
        index._FRESH = self.fresh
        shutil.rmtree(self.folder)

    @rule(name=names, id=ids, parent=ids, kind=contents)
    def write(self, name: str, id: str, parent: str, kind: str) -> None:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        if name.endswith(".sql"):
            path.write_text(f"-- m\n-- revision: {id}\n-- revises: {parent}\n")
        elif kind == "revision":
            path.write_text(f"'''m {parent}'''\nrevision = '{id}'\ndown_revision = '{parent}'\n")
        elif kind == "computed":
            path.write_text(f"revision = '{id}'.lower()\n")
        else:
            path.write_text("x = 1\n")

    @rule(name=names, id=ids)
    def edit_in_the_same_tick(self, name: str, id: str) -> None:
        """The same size, and the time of modification put back."""
        path = self.folder / name
        if path.exists():
            before = path.stat()
            text = path.read_text()
            for old in ("r1", "r2", "r3"):
                text = text.replace(old, id)
            path.write_text(text)
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    @rule(name=names)
    def delete(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)

    @rule(old=names, new=names)
    def rename(self, old: str, new: str) -> None:
        if (self.folder / old).exists() and old[-3:] == new[-3:]:
            (self.folder / new).parent.mkdir(exist_ok=True)
            (self.folder / old).replace(self.folder / new)

    @rule(one=names, other=names)
    def swap(self, one: str, other: str) -> None:
        both = (self.folder / one).exists() and (self.folder / other).exists()
        if both and one != other and one[-3:] == other[-3:]:
            spare = self.folder / "spare"
            (self.folder / one).rename(spare)
            (self.folder / other).rename(self.folder / one)
            spare.rename(self.folder / other)

    @rule(name=names, offset=seconds)
    def touch(self, name: str, offset: int) -> None:
        path = self.folder / name
        if path.exists():
            time = path.stat().st_mtime + offset * 3600
            os.utime(path, (time, time))

    @rule(data=st.binary(max_size=40), at=st.integers(0, 400))
    def damage(self, data: bytes, at: int) -> None:
        place = self.folder / "__pycache__" / NAME
        if place.exists():
            content = place.read_bytes()
            place.write_bytes(content[:at] + data + content[at + len(data) :])

    @rule()
    def lose(self) -> None:
        shutil.rmtree(self.folder / "__pycache__", ignore_errors=True)

    @rule(recursive=st.booleans())
    def look(self, recursive: bool) -> None:
        scan(self.folder, recursive=recursive)

    @invariant()
    def the_index_changes_nothing(self) -> None:
        if hasattr(self, "folder"):
            for recursive in (False, True):
                assert scan(self.folder, recursive=recursive, prefix="v/") == scan(
                    self.folder, recursive=recursive, prefix="v/", index=False
                )


Folder.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestFolder = Folder.TestCase


WRITER = """
import sys
from pathlib import Path
from limbeck.files import index
index._FRESH = 0
folder = Path(sys.argv[1])
own = folder / f"own{sys.argv[2]}.py"
for number in range(150):
    own.write_text(f"revision = 'r{number}'\\n")
    found = {f.name: f.revision for f in index.scan(folder)}
    assert found[own.name].id == f"r{number}", (number, found[own.name])
    assert found["still.py"].id == "still"
"""


def test_two_processes_at_once(tmp_path: Path) -> None:
    (tmp_path / "still.py").write_text("revision = 'still'\n")
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), str(number)], stderr=subprocess.PIPE
        )
        for number in range(3)
    ]
    for writer in writers:
        _, errors = writer.communicate(timeout=60)
        assert errors == b""
        assert writer.returncode == 0
    assert scan(tmp_path) == scan(tmp_path, index=False)
    assert [path.name for path in (tmp_path / "__pycache__").iterdir()] == [NAME]
