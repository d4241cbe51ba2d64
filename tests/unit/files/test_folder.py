"""A folder of revisions, as a Library."""

from __future__ import annotations

import py_compile
import sys
import zipfile
from pathlib import Path

import pytest

from limbeck.config import load
from limbeck.errors import (
    BrokenHeader,
    ConfigError,
    DuplicateRevision,
    MissingParent,
    UnknownRevision,
)
from limbeck.files import RevisionFolder
from limbeck.files.script import PythonScript, SqlScript


def put(folder: Path, id: str, parent: str | None = None, *, name: str = "") -> Path:
    path = folder / (name or f"{id}_it.py")
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".sql":
        path.write_text(f"-- message of {id}\n-- revision: {id}\n-- revises: {parent or ''}\n")
    else:
        path.write_text(
            f'"""message of {id}"""\nrevision = {id!r}\ndown_revision = {parent!r}\n'
            f"def upgrade(): pass\n"
        )
    return path


def test_what_a_folder_holds(tmp_path: Path) -> None:
    versions = tmp_path / "db" / "versions"
    one = put(versions, "aaa")
    two = put(versions, "bbb", "aaa", name="bbb.sql")
    (versions / "conftest.py").write_text("x = 1\n")
    (versions / "README").write_text("revision = 'x'\n")
    folder = RevisionFolder(tmp_path / "db", root=tmp_path)
    assert [(r.id, r.parents, r.message) for r in folder.revisions] == [
        ("aaa", (), "message of aaa"),
        ("bbb", ("aaa",), "message of bbb"),
    ]
    assert folder.history.heads == {"bbb"}
    assert folder.history["bbb"].source == "db/versions/bbb.sql"
    assert folder.path("aaa") == one
    assert folder.path("bbb") == two
    assert isinstance(folder.script("aaa"), PythonScript)
    assert isinstance(folder.script("bbb"), SqlScript)
    assert folder.findings == ()
    with pytest.raises(UnknownRevision, match="no file in db/versions has the revision 'ccc'"):
        folder.script("ccc")


def test_files_that_were_written_meanwhile(tmp_path: Path) -> None:
    put(tmp_path / "versions", "aaa")
    folder = RevisionFolder(tmp_path)
    assert folder.history.heads == {"aaa"}
    put(tmp_path / "versions", "bbb", "aaa")
    assert folder.history.heads == {"aaa"}
    folder.reload()
    assert folder.history.heads == {"bbb"}
    assert folder.path("bbb").is_file()


def test_a_folder_outside_of_the_root_is_shown_in_full(tmp_path: Path) -> None:
    put(tmp_path / "a" / "versions", "aaa")
    folder = RevisionFolder(tmp_path / "a", root=tmp_path / "b")
    assert folder.history["aaa"].source == f"{tmp_path}/a/versions/aaa_it.py"


def test_several_folders(tmp_path: Path) -> None:
    put(tmp_path / "one", "aaa")
    put(tmp_path / "two" / "2026" / "11", "bbb", "aaa")
    locations = [tmp_path / "one", tmp_path / "two", tmp_path / "one", tmp_path / "missing"]
    flat = RevisionFolder(tmp_path, locations)
    assert [r.id for r in flat.revisions] == ["aaa"]
    deep = RevisionFolder(tmp_path, [*locations, tmp_path / "two" / "2026"], recursive=True)
    assert [r.id for r in deep.revisions] == ["aaa", "bbb"]


def test_one_id_twice_names_both_files(tmp_path: Path) -> None:
    put(tmp_path / "versions", "aaa", name="one.py")
    put(tmp_path / "versions", "aaa", name="two.py")
    with pytest.raises(DuplicateRevision) as caught:
        RevisionFolder(tmp_path, root=tmp_path).history  # noqa: B018 - it raises
    assert "versions/one.py" in caught.value.message
    assert "versions/two.py" in caught.value.message


def test_a_link_to_a_file_is_that_file(tmp_path: Path) -> None:
    one = put(tmp_path / "versions", "aaa", name="one.py")
    (tmp_path / "versions" / "two.py").symlink_to(one)
    assert [r.id for r in RevisionFolder(tmp_path).revisions] == ["aaa"]


def test_a_missing_parent_names_the_file(tmp_path: Path) -> None:
    put(tmp_path / "versions", "bbb", "aaa")
    with pytest.raises(MissingParent) as caught:
        RevisionFolder(tmp_path, root=tmp_path).history  # noqa: B018 - it raises
    assert "versions/bbb_it.py" in caught.value.message
    assert (caught.value.revision, caught.value.missing) == ("bbb", "aaa")


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    put(tmp_path / "versions", "aaa").write_text("revision = (\n")
    with pytest.raises(BrokenHeader, match=r"versions/aaa_it\.py, line 1"):
        RevisionFolder(tmp_path, root=tmp_path).revisions  # noqa: B018 - it raises


def test_a_computed_head_is_executed_and_found(tmp_path: Path) -> None:
    put(tmp_path / "versions", "aaa")
    (tmp_path / "versions" / "b.py").write_text(
        "'''message'''\nrevision = 'bbb'\ndown_revision = ''.join('aaa')\n"
    )
    folder = RevisionFolder(tmp_path, root=tmp_path)
    assert folder.history["bbb"].parents == ("aaa",)
    assert folder.history["bbb"].message == "message"
    (finding,) = folder.findings
    assert (finding.code, finding.source, finding.line) == ("computed-head", "versions/b.py", 3)


def test_a_computed_head_that_cannot_be_executed(tmp_path: Path) -> None:
    put(tmp_path / "versions", "aaa").write_text("revision = 'aaa'\ndown_revision = get()\n")
    with pytest.raises(BrokenHeader, match=r"versions/aaa_it\.py, line 2: NameError: ") as caught:
        RevisionFolder(tmp_path, root=tmp_path).revisions  # noqa: B018 - it raises
    assert "the file was executed, because its head is no literal" in caught.value.message
    assert (caught.value.hint or "").endswith("as literals")


def test_a_computed_head_of_a_file_for_alembic(tmp_path: Path) -> None:
    put(tmp_path / "versions", "aaa").write_text(
        "from alembic import op\nrevision = 'aaa'.lower()\n"
    )
    with pytest.raises(BrokenHeader, match="from alembic") as caught:
        RevisionFolder(tmp_path, root=tmp_path).revisions  # noqa: B018 - it raises
    assert "from limbeck import op" in (caught.value.hint or "")


def test_a_revision_without_its_revision_line_is_not_lost(tmp_path: Path) -> None:
    put(tmp_path / "versions", "aaa")
    put(tmp_path / "versions", "bbb", "aaa").write_text("def upgrade(): pass\n")
    (tmp_path / "versions" / "common.py").write_text("def add(op): ...\n")
    with pytest.raises(BrokenHeader, match=r"versions/bbb_it\.py has upgrade\(\)"):
        RevisionFolder(tmp_path, root=tmp_path).revisions  # noqa: B018 - it raises


@pytest.mark.parametrize("text", ["def (\n", "this is not python (\n", "class\n", "@\n"])
def test_what_is_not_python_is_named_wherever_it_stops_being_so(tmp_path: Path, text: str) -> None:
    put(tmp_path / "versions", "aaa")
    (tmp_path / "versions" / "b.py").write_text(text)
    with pytest.raises(BrokenHeader, match=r"versions/b\.py, line 1: "):
        RevisionFolder(tmp_path, root=tmp_path).revisions  # noqa: B018 - it raises


def compiled(folder: Path, id: str, parent: str | None, target: str) -> None:
    source = put(folder, id, parent)
    py_compile.compile(str(source), str(folder / target), doraise=True)
    source.unlink()


def test_bytecode_without_source(tmp_path: Path) -> None:
    versions = tmp_path / "versions"
    tag = sys.implementation.cache_tag
    put(versions, "aaa")
    compiled(versions, "bbb", "aaa", "bbb.pyc")
    compiled(versions, "ccc", "bbb", f"__pycache__/ccc.{tag}.pyc")
    compiled(versions, "ddd", "ccc", "__pycache__/ddd.cpython-20.pyc")
    py_compile.compile(str(versions / "aaa_it.py"), doraise=True)
    assert [r.id for r in RevisionFolder(tmp_path).revisions] == ["aaa"]
    folder = RevisionFolder(tmp_path, sourceless=True)
    assert [r.id for r in folder.revisions] == ["aaa", "bbb", "ccc"]
    assert folder.history.heads == {"ccc"}
    assert folder.path("ccc").parent.name == "__pycache__"
    assert folder.findings == ()


@pytest.fixture
def _clean_imports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delenv("LIMBECK_CONFIG", raising=False)
    monkeypatch.delenv("ALEMBIC_CONFIG", raising=False)


@pytest.mark.usefixtures("_clean_imports")
def test_the_folder_of_settings(tmp_path: Path) -> None:
    (tmp_path / "limbeck.toml").write_text('migrations = "db"\nversion_locations = ["x", "y"]\n')
    with pytest.raises(ConfigError, match=r"does not exist: .*db \(from limbeck\.toml\)") as caught:
        RevisionFolder.of(load(directory=tmp_path))
    assert "limbeck init" in str(caught.value.hint)
    (tmp_path / "db").mkdir()
    put(tmp_path / "x", "aaa")
    folder = RevisionFolder.of(load(directory=tmp_path))
    assert folder.home == tmp_path / "db"
    assert folder.locations == (tmp_path / "x", tmp_path / "y")
    assert folder.history["aaa"].source == "x/aaa_it.py"


@pytest.mark.usefixtures("_clean_imports")
def test_a_folder_within_a_package_that_is_not_imported(tmp_path: Path) -> None:
    package = tmp_path / "src" / "package_on_disk"
    put(package / "migrations" / "versions", "aaa")
    (package / "__init__.py").write_text("raise RuntimeError('imported')\n")
    (tmp_path / "limbeck.toml").write_text(
        'migrations = "package_on_disk:migrations"\nprepend_sys_path = "src"\n'
    )
    folder = RevisionFolder.of(load(directory=tmp_path))
    assert folder.home == package / "migrations"
    assert folder.history.heads == {"aaa"}
    assert "package_on_disk" not in sys.modules


@pytest.mark.usefixtures("_clean_imports")
def test_a_folder_within_a_package_in_a_zip_file(tmp_path: Path) -> None:
    versions = tmp_path / "tree" / "package_in_zip" / "migrations" / "versions"
    put(versions, "aaa")
    put(versions, "bbb", "aaa", name="bbb.sql")
    put(versions / "sub", "ccc", "bbb")
    (tmp_path / "tree" / "package_in_zip" / "__init__.py").touch()
    archive = tmp_path / "app.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in sorted((tmp_path / "tree").rglob("*")):
            file.write(path, path.relative_to(tmp_path / "tree"))
    (tmp_path / "limbeck.toml").write_text(
        'migrations = "package_in_zip:migrations"\nprepend_sys_path = "app.zip"\n'
        "recursive_version_locations = true\n"
    )
    folder = RevisionFolder.of(load(directory=tmp_path))
    assert folder.history.heads == {"ccc"}
    assert folder.history["aaa"].source == ("app.zip/package_in_zip/migrations/versions/aaa_it.py")
    script = folder.script("aaa")
    assert isinstance(script, PythonScript)
    with script.loaded() as module:
        assert module.__dict__["revision"] == "aaa"
    assert folder.script("bbb").read().startswith(b"-- message")
    sys.modules.pop("package_in_zip", None)


@pytest.mark.usefixtures("_clean_imports")
@pytest.mark.parametrize("package", ["no_such_package", "no_such.package", "json.decoder"])
def test_a_package_that_is_not_there(tmp_path: Path, package: str) -> None:
    (tmp_path / "limbeck.toml").write_text(f'migrations = "{package}:x"\n')
    with pytest.raises(ConfigError, match=f"there is no package '{package}'"):
        RevisionFolder.of(load(directory=tmp_path))
