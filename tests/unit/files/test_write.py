"""Revision files, written: all or none."""

from __future__ import annotations

import os
import re
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from limbeck.config import PostWriteHook, Settings, load
from limbeck.errors import BrokenHeader, ConfigError, Refused, UsageError
from limbeck.files import RevisionFolder
from limbeck.files.atomic import Change, change
from limbeck.files.init import create_folder
from limbeck.files.write import Body, write
from limbeck.history import Revision, Rewrite


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in ("LIMBECK_CONFIG", "ALEMBIC_CONFIG", "LIMBECK_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "limbeck.toml").write_text('naming = "revision"\n')
    create_folder(tmp_path / "migrations")
    return load(directory=tmp_path)


def new(id: str, *parents: str, **more: Any) -> Rewrite:
    return Rewrite(None, Revision(id, parents, doc=f"message of {id}", **more))


def files(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )


def test_a_python_file(settings: Settings) -> None:
    folder = RevisionFolder.of(settings)
    rewrite = new("aaa", created="2026-11-22 12:00:00", labels=("people",), requires=())
    (path,) = write(folder, settings, [rewrite], bodies={"aaa": Body("op.execute('x')\nop.f('y')")})
    assert path == folder.home / "versions" / "aaa_message_of_aaa.py"
    assert (
        path.read_bytes().decode()
        == '''"""message of aaa

Revision ID: aaa
Revises:
Create Date: 2026-11-22 12:00:00
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from limbeck import op

revision: str = 'aaa'
down_revision: str | Sequence[str] | None = None
branch_labels: str | Sequence[str] | None = ('people',)
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute('x')
    op.f('y')


def downgrade() -> None:
    pass
'''
    )
    assert folder.history["aaa"].labels == ("people",)
    assert folder.history["aaa"].created == "2026-11-22 12:00:00"
    assert stat.S_IMODE(path.stat().st_mode) & 0o600 == 0o600


def test_imports_have_their_place(settings: Settings) -> None:
    folder = RevisionFolder.of(settings)
    needed = (
        "from sqlalchemy.dialects import postgresql\nimport shop.types\nimport json\nimport pytest"
    )
    (path,) = write(folder, settings, [new("aaa")], bodies={"aaa": Body(imports=needed)})
    sections = """import json
from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from limbeck import op
from sqlalchemy.dialects import postgresql

import shop.types

revision"""
    assert sections in path.read_text()


@pytest.mark.parametrize("parents", [(), ("aaa",), ("aaa", "bbb")])
@pytest.mark.parametrize("sql", [False, True])
def test_what_is_written_is_what_is_read(
    settings: Settings, parents: tuple[str, ...], sql: bool
) -> None:
    folder = RevisionFolder.of(settings)
    write(folder, settings, [new("aaa"), new("bbb")])
    rewrite = new("ccc", *parents, requires=("aaa",), labels=("x", "y"))
    (path,) = write(folder, settings, [rewrite], sql=sql)
    found = folder.history["ccc"]
    assert path.suffix == (".sql" if sql else ".py")
    assert (found.parents, found.requires, found.labels) == (parents, ("aaa",), ("x", "y"))
    assert found.message == "message of ccc"
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", found.created)


def test_a_sql_file(settings: Settings) -> None:
    folder = RevisionFolder.of(settings)
    rewrite = new("aaa", created="2026-11-22 12:00:00")
    body = Body("CREATE TABLE a (x INT);", "DROP TABLE a;")
    (path,) = write(folder, settings, [rewrite], bodies={"aaa": body}, sql=True)
    assert (
        path.read_text()
        == """-- message of aaa
--
-- revision: aaa
-- created: 2026-11-22 12:00:00

-- limbeck: up
CREATE TABLE a (x INT);

-- limbeck: down
DROP TABLE a;
"""
    )
    assert len(folder.script("aaa").checksum) == 64


@pytest.mark.parametrize(
    "message",
    [
        "",
        'add "nickname"',
        '"quoted"',
        'three """ of them',
        "back\\slash \\d",
        "ends with \\",
        'ends with "',
        "größe 世界",
        "first\n\nsecond",
        "${expression} % of <%tag>",
        "## not a comment",
    ],
)
@pytest.mark.parametrize("sql", [False, True])
def test_messages_of_all_kinds(settings: Settings, message: str, sql: bool) -> None:
    folder = RevisionFolder.of(settings)
    (path,) = write(folder, settings, [Rewrite(None, Revision("aaa", doc=message))], sql=sql)
    assert folder.history["aaa"].doc.startswith(message or "empty message")
    assert b"\r" not in path.read_bytes()


def test_all_or_none(settings: Settings, tmp_path: Path) -> None:
    folder = RevisionFolder.of(settings)
    (path,) = write(folder, settings, [new("bbb")])
    before = {name: (tmp_path / name).read_bytes() for name in files(tmp_path)}
    edited = Rewrite(folder.history["bbb"], folder.history["bbb"]._replace(parents=("aaa",)))
    (folder.home / "versions" / "ccc_message_of_ccc.py").mkdir()
    with pytest.raises(Refused, match=r"ccc_message_of_ccc\.py exists already"):
        write(folder, settings, [new("aaa"), edited, new("ccc", "bbb")])
    assert {name: (tmp_path / name).read_bytes() for name in files(tmp_path)} == before
    assert path.is_file()


@pytest.mark.parametrize("failing", range(1, 8))
def test_a_disk_that_fails_leaves_nothing_half_done(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    folder = RevisionFolder.of(settings)
    write(folder, settings, [new("bbb")])
    edited = Rewrite(folder.history["bbb"], folder.history["bbb"]._replace(parents=("aaa",)))
    before = {name: (tmp_path / name).read_bytes() for name in files(tmp_path)}
    calls = iter(range(1, 100))

    def failing_at(original: Any) -> Any:
        def call(*arguments: Any, **more: Any) -> Any:
            if next(calls) == failing:
                raise OSError(28, "No space left on device", "here")
            return original(*arguments, **more)

        return call

    done = False
    with monkeypatch.context() as patched:
        for name in ("hardlink_to", "replace", "chmod"):
            patched.setattr(Path, name, failing_at(getattr(Path, name)))
        patched.setattr(os, "fsync", failing_at(os.fsync))
        try:
            write(folder, settings, [new("aaa"), edited])
            done = True
        except ConfigError as error:
            said = error.message
    now = {name: (tmp_path / name).read_bytes() for name in files(tmp_path)}
    if (
        done
    ):  # a link that cannot be made is made good by a move; and the disk did not fail often enough
        assert failing in (3, 6, 7)
        assert set(now) - set(before) == {"migrations/versions/aaa_message_of_aaa.py"}
        assert folder.history["bbb"].parents == ("aaa",)
    else:
        assert said == "here cannot be written: No space left on device"
        assert now == before


def test_a_file_system_without_links(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsupported(*arguments: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(Path, "hardlink_to", unsupported)
    folder = RevisionFolder.of(settings)
    (path,) = write(folder, settings, [new("aaa")])
    assert path.is_file()
    with pytest.raises(Refused, match="exists already"):
        write(folder, settings, [new("aaa")])
    assert files(folder.home / "versions") == ["aaa_message_of_aaa.py"]


def test_editing_changes_the_head_and_nothing_else(settings: Settings) -> None:
    folder = RevisionFolder.of(settings)
    path = folder.home / "versions" / "b.py"
    path.write_bytes(
        b'\xef\xbb\xbf"""gr\xc3\xb6\xc3\x9fe\r\n\r\nRevision ID: bbb\r\nRevises: aaa\r\n"""\r\n'
        b'revision = "bbb"  # the id\r\n'
        b'x = "\xc3\xb6"; down_revision: str = "aaa"  # Revises: aaa\r\n\r\n'
        b'def upgrade(): print("aaa")\r\n'
    )
    path.chmod(0o640)
    write(folder, settings, [new("aaa"), new("ccc")])
    before = folder.history["bbb"]
    after = before._replace(parents=("ccc", "aaa"), labels=("x",))
    assert write(folder, settings, [Rewrite(before, after)]) == (path,)
    assert path.read_bytes() == (
        b'\xef\xbb\xbf"""gr\xc3\xb6\xc3\x9fe\r\n\r\nRevision ID: bbb\r\nRevises: ccc, aaa\r\n"""\r\n'
        b'revision = "bbb"\n'
        b"branch_labels = ('x',)  # the id\r\n"
        b'x = "\xc3\xb6"; down_revision: str = ("ccc", "aaa")  # Revises: aaa\r\n\r\n'
        b'def upgrade(): print("aaa")\r\n'
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert folder.history["bbb"].parents == ("ccc", "aaa")


def test_editing_a_sql_file(settings: Settings) -> None:
    folder = RevisionFolder.of(settings)
    write(folder, settings, [new("aaa"), new("ccc")])
    (path,) = write(folder, settings, [new("bbb", "aaa")], sql=True)
    text = path.read_text()
    before = folder.history["bbb"]
    after = before._replace(parents=("ccc",), requires=("aaa",))
    write(folder, settings, [Rewrite(before, after)])
    assert path.read_text() == text.replace(
        "-- revision: bbb\n-- revises: aaa\n",
        "-- revision: bbb\n-- depends-on: aaa\n-- revises: ccc\n",
    )


def test_editing_one_of_several_parents_leaves_the_comments(settings: Settings) -> None:
    folder = RevisionFolder.of(settings)
    path = folder.home / "versions" / "b.py"
    text = "revision = 'bbb'\ndown_revision = (\n    'aaa',  # ours\n    'ccc',  # theirs\n)\n"
    path.write_text(text)
    write(folder, settings, [new("aaa"), new("ccc"), new("ddd")])
    before = folder.history["bbb"]
    write(folder, settings, [Rewrite(before, before._replace(parents=("ddd", "ccc")))])
    assert path.read_text() == text.replace("aaa", "ddd")


def test_files_that_go_come_back_when_one_cannot_go(tmp_path: Path) -> None:
    kept, gone = tmp_path / "kept.py", tmp_path / "gone.py"
    kept.write_text("old")
    gone.write_text("here")
    changes = [Change(kept, b"new", new=False), Change(tmp_path / "more.py", b"more")]
    with pytest.raises(FileNotFoundError):
        change(changes, [gone, tmp_path / "nothing.py"])
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "kept.py": "old",
        "gone.py": "here",
    }


def test_editing_what_is_not_written_there(settings: Settings) -> None:
    folder = RevisionFolder.of(settings)
    path = folder.home / "versions" / "b.py"
    path.write_text("revision, down_revision = 'bbb', None\n")
    before = folder.history["bbb"]
    with pytest.raises(BrokenHeader, match="down_revision is not written where it can be changed"):
        write(folder, settings, [Rewrite(before, before._replace(parents=("aaa",)))])


def test_stale_bytecode_goes_with_an_edit(settings: Settings) -> None:
    import importlib.util
    import py_compile

    folder = RevisionFolder.of(settings)
    (path, _) = write(folder, settings, [new("bbb"), new("aaa")])
    py_compile.compile(str(path), doraise=True)
    before = folder.history["bbb"]
    write(folder, settings, [Rewrite(before, before._replace(parents=("aaa",)))])
    assert not Path(importlib.util.cache_from_source(path)).exists()


def test_a_template_of_the_project(settings: Settings) -> None:
    folder = RevisionFolder.of(settings)
    (folder.home / "script.py.mako").write_bytes(
        b"\xef\xbb\xbf## a comment of the template\r\n"
        b'"""${message}\r\n\r\nRevises: ${down_revision | comma,n}\r\n"""\r\n'
        b'from alembic import op\r\n${imports if imports else ""}\r\n'
        b"revision = ${repr(up_revision)}\r\ndown_revision = ${repr(down_revision)}\r\n"
        b"YEAR = ${create_date.year}\r\n"
        b'def upgrade():\r\n    ${upgrades if upgrades else "pass"}\r\n'
    )
    write(folder, settings, [new("aaa"), new("bbb")])
    rewrite = new("ccc", "aaa", "bbb", created="2020-01-02 03:04:05+00:00")
    (path,) = write(folder, settings, [rewrite])
    assert path.read_bytes().decode() == (
        '"""message of ccc\n\nRevises: aaa, bbb\n"""\nfrom alembic import op\n\n'
        "revision = 'ccc'\ndown_revision = ('aaa', 'bbb')\nYEAR = 2020\n"
        "def upgrade():\n    pass\n"
    )


@pytest.mark.parametrize(
    ("template", "error", "expected"),
    [
        ("x = 1\n", BrokenHeader, "would declare no revision that can be read"),
        ("revision = ${repr(up_revision)}\n", ConfigError, "would not say its branch_labels"),
        ("revision = ${nonsense.x}\n", BrokenHeader, r"script\.py\.mako, line 1: "),
        ("x\n${\n", BrokenHeader, r"script\.py\.mako, line 2: SyntaxException"),
        ("revision = ${repr(up_revision)}\nbranch_labels = 'x'\ndef f(\n", BrokenHeader, "line 3"),
    ],
)
def test_a_template_that_is_no_good(
    settings: Settings, template: str, error: type[Exception], expected: str
) -> None:
    folder = RevisionFolder.of(settings)
    (folder.home / "script.py.mako").write_text(template)
    with pytest.raises(error, match=expected):
        write(folder, settings, [new("aaa", labels=("x",))])
    assert files(folder.home / "versions") == []


def test_a_template_with_functions_but_without_a_revision(settings: Settings) -> None:
    folder = RevisionFolder.of(settings)
    (folder.home / "script.py.mako").write_text("revison = 'a'\ndef upgrade(): ...\n")
    with pytest.raises(BrokenHeader, match="declares no revision") as caught:
        write(folder, settings, [new("aaa")])
    assert "script.py.mako" in (caught.value.hint or "")
    assert files(folder.home / "versions") == []


def test_without_a_template_ours_is_used(settings: Settings) -> None:
    folder = RevisionFolder.of(settings)
    (folder.home / "script.py.mako").unlink()
    (path,) = write(folder, settings, [new("aaa")])
    assert "from limbeck import op" in path.read_text()


def test_the_encoding_that_was_asked_for(settings: Settings) -> None:
    folder = RevisionFolder.of(settings)
    latin = settings._replace(output_encoding="latin-1")
    (path,) = write(folder, latin, [Rewrite(None, Revision("aaa", doc="größe"))])
    assert path.read_bytes().startswith('# -*- coding: latin-1 -*-\n"""größe\n'.encode("latin-1"))
    assert folder.history["aaa"].message == "größe"
    (path,) = write(folder, latin, [new("bbb")])
    assert path.read_bytes().startswith(b'"""message of bbb')
    for encoding in ("ascii", "no-such-encoding"):
        with pytest.raises(ConfigError, match="output_encoding"):
            write(
                folder,
                settings._replace(output_encoding=encoding),
                [Rewrite(None, Revision("ccc", doc="größe"))],
            )


def test_several_folders(settings: Settings, tmp_path: Path) -> None:
    locations = (str(tmp_path / "one"), str(tmp_path / "two"))
    settings = settings._replace(version_locations=locations)
    folder = RevisionFolder.of(settings)
    with pytest.raises(
        UsageError, match="there are several folders of revisions: one, two"
    ) as caught:
        write(folder, settings, [new("aaa")])
    assert caught.value.hint == "add --version-path one"
    with pytest.raises(UsageError, match="three is none of the folders of revisions: one, two"):
        write(folder, settings, [new("aaa")], version_path="three")
    write(folder, settings, [new("aaa")], version_path="two")
    write(folder, settings, [new("bbb", "aaa")])
    write(folder, settings, [new("ccc", "bbb")], version_path=str(tmp_path / "one"))
    assert files(tmp_path / "two") == ["aaa_message_of_aaa.py", "bbb_message_of_bbb.py"]
    assert files(tmp_path / "one") == ["ccc_message_of_ccc.py"]


def test_folders_by_date(settings: Settings, tmp_path: Path) -> None:
    template = "%(year)d/%(month).2d/%(day).2d_%(rev)s_%(slug)s"
    settings = settings._replace(file_template=template)
    with pytest.raises(ConfigError, match="makes folders that are not looked into"):
        write(RevisionFolder.of(settings), settings, [new("aaa")])
    settings = settings._replace(recursive_version_locations=True)
    folder = RevisionFolder.of(settings)
    (path,) = write(folder, settings, [new("aaa", created="2026-03-04 05:06:07")])
    assert path == folder.home / "versions" / "2026" / "03" / "04_aaa_message_of_aaa.py"
    assert folder.history.heads == {"aaa"}


def python_hook(name: str, code: str) -> PostWriteHook:
    options = f"-c {code!r} REVISION_SCRIPT_FILENAME"
    return PostWriteHook(name, "exec", sys.executable, options)


def test_hooks_run_on_new_files(settings: Settings, tmp_path: Path) -> None:
    code = "import sys, os; open(sys.argv[1], chr(97)).write(chr(35) + os.getcwd())"
    (tmp_path / "format_for_test.py").write_text(
        "import sys\nopen(sys.argv[1], 'a').write('\\n# ' + ' '.join(sys.argv[2:]))\n"
    )
    hooks = (
        python_hook("cwd", code)._replace(cwd="migrations"),
        PostWriteHook("module", "module", "format_for_test", "--check a"),
        PostWriteHook("script", "console_scripts", "pytest", "REVISION_SCRIPT_FILENAME --version"),
    )
    settings = settings._replace(post_write_hooks=hooks)
    sys.path.insert(0, str(tmp_path))
    monkey = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(tmp_path)
    try:
        (path,) = write(RevisionFolder.of(settings), settings, [new("aaa")])
    finally:
        if monkey is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = monkey
    assert path.read_text().endswith(f"#{tmp_path / 'migrations'}\n# --check a")


def test_a_hook_that_spoils_the_file(settings: Settings) -> None:
    hook = python_hook("spoil", "import sys; open(sys.argv[1], chr(119)).write(str())")
    settings = settings._replace(post_write_hooks=(hook,))
    with pytest.raises(BrokenHeader, match="would declare no revision"):
        write(RevisionFolder.of(settings), settings, [new("aaa")])


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("exec", "no executable 'no-such-thing'"),
        ("module", "no module 'no-such-thing'"),
        ("console_scripts", "no console script 'no-such-thing'"),
    ],
)
def test_a_hook_that_is_not_installed_stops_everything(
    settings: Settings, kind: str, expected: str
) -> None:
    hook = PostWriteHook("mine", kind, "no-such-thing")
    settings = settings._replace(post_write_hooks=(hook,))
    folder = RevisionFolder.of(settings)
    with pytest.raises(ConfigError, match=expected):
        write(folder, settings, [new("aaa")])
    assert files(folder.home / "versions") == []
