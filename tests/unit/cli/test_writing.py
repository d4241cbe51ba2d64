"""The verbs that write files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest

from limbeck.cli.schemas import schema
from tests.unit.cli.conftest import write_revision

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.conftest import Terminal


def only_new(limbeck: Terminal, before: set[Path]) -> Path:
    (new,) = {p for p in limbeck.versions.iterdir() if p.suffix in {".py", ".sql"}} - before
    return new


def test_a_new_revision(empty: Terminal) -> None:
    ended = empty("revision", "-m", "create users", "--rev-id", "ab12")
    file = only_new(empty, set())
    assert (ended.code, ended.out) == (0, f"Generating {file} ...  done\n")
    assert file.name.endswith("_ab12_create_users.py")
    assert empty("history").out == "<base> -> ab12 (head), create users\n"


def test_ids_are_twelve_digits_by_chance(empty: Terminal) -> None:
    for message in ("one", "two"):
        assert empty("revision", "-m", message).code == 0
    newest, older = empty("history", "--json").out, empty("show", "head", "--json").out
    first, second = (revision["id"] for revision in json.loads(newest)["revisions"])
    assert json.loads(older)["revisions"][0]["id"] == first != second
    assert len(first) == 12
    assert int(first, 16) >= 0


def test_a_plain_sql_revision(limbeck: Terminal) -> None:
    before = set(limbeck.versions.iterdir())
    assert limbeck("revision", "--kind", "sql", "-m", "fill", "--head", "lab@head").code == 0
    assert only_new(limbeck, before).suffix == ".sql"


def test_flags_of_a_new_revision(limbeck: Terminal) -> None:
    words = "--head base --branch-label billing --depends-on c1 --depends-on lab --rev-id n1"
    ended = limbeck("revision", "-m", "start", *words.split(), "--json")
    revision = json.loads(ended.out)["revision"]
    assert revision["id"] == "n1"
    assert (revision["parents"], revision["own_labels"]) == ([], ["billing"])
    assert revision["requires"] == ["c1", "lab"]


def test_several_heads_are_no_place_for_a_new_revision(limbeck: Terminal) -> None:
    ended = limbeck("revision", "-m", "where")
    assert ended.code == 6
    assert "c1" in ended.err
    assert "o1" in ended.err
    assert "limbeck merge" in ended.err


def test_splice(limbeck: Terminal) -> None:
    refused = limbeck("revision", "-m", "beside", "--head", "b1")
    assert (refused.code, "--splice" in refused.err) == (7, True)
    assert limbeck("revision", "-m", "beside", "--head", "b1", "--splice").code == 0


def test_autogenerate_needs_to_know_the_models(limbeck: Terminal) -> None:
    ended = limbeck("revision", "--autogenerate", "-m", "x", "--head", "o1", "--offline")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err == (
        "error[C003]: the settings do not say where the models are\n"
        f'hint: add metadata = "app.db:Base.metadata" to {limbeck.folder / "limbeck.toml"}\n'
    )


def test_sql_says_that_it_means_something_else(limbeck: Terminal) -> None:
    ended = limbeck("revision", "--sql", "-m", "x", "--head", "o1")
    assert (ended.code, "--kind sql" in ended.err) == (0, True)
    assert ended.out.rstrip().endswith(".py ...  done")


def test_merge(limbeck: Terminal) -> None:
    write_revision(limbeck.versions, "k1", "a1")
    before = set(limbeck.versions.iterdir())
    ended = limbeck("merge", "o1", "k1", "-m", "all together", "--rev-id", "m1")
    assert ended.out == f"Generating {only_new(limbeck, before)} ...  done\n"
    assert limbeck("history", "-r", "m1:m1").out == (
        "o1, k1 -> m1 (other) (head) (mergepoint), all together\n"
    )


def test_a_merge_without_a_message_says_what_it_merges(limbeck: Terminal) -> None:
    write_revision(limbeck.versions, "k1", "a1")
    document = json.loads(limbeck("merge", "o1", "k1", "--json").out)
    assert document["revision"]["message"] == "merge o1 and k1"


def test_all_heads_are_merged_when_none_is_named(empty: Terminal) -> None:
    for id, parent in (("a1", None), ("b1", "a1"), ("b2", "a1")):
        write_revision(empty.versions, id, parent)
    assert empty("merge").code == 0
    assert empty("heads").out.endswith(" (head)\n")
    assert "b1, b2 -> " in empty("history").out


def test_rebase_and_back(empty: Terminal) -> None:
    for id, parent in (("a1", None), ("b1", "a1"), ("b2", "a1")):
        write_revision(empty.versions, id, parent)
    before = empty.versions.joinpath("b2.py").read_bytes()
    ended = empty("rebase", "b2", "--onto", "b1", "--json")
    document = json.loads(ended.out)
    jsonschema.validate(document, schema("rebase"))
    assert (document["moved"], document["proof"]["outcome"]) == (["b2"], "equal")
    ended = empty("rebase", "--undo", "--json")
    document = json.loads(ended.out)
    jsonschema.validate(document, schema("rebase"))
    assert document["undone"] == ["migrations/versions/b2.py"]
    assert empty.versions.joinpath("b2.py").read_bytes() == before
    assert empty("rebase", "--undo", "b2").code == 2


def test_a_rebase_asks_every_database_of_the_settings(empty: Terminal) -> None:
    for id, parent in (("a1", None), ("b1", "a1"), ("b2", "a1")):
        write_revision(empty.versions, id, parent)
    with (empty.folder / "limbeck.toml").open("a") as file:
        file.write('[databases.billing]\nurl = "sqlite:///billing.db"\n')
    assert empty("-n", "billing", "upgrade", "b2").code == 0
    ended = empty("rebase", "b2", "--onto", "b1")
    assert (ended.code, "b2 applied to the database billing" in ended.err) == (7, True)
    assert empty("rebase", "b2", "--onto", "b1", "--offline").code == 0


def test_another_id(limbeck: Terminal) -> None:
    document = json.loads(limbeck("reid", "zz", "--rev-id", "n1", "--json").out)
    jsonschema.validate(document, schema("reid"))
    assert document["path"] == "migrations/versions/n1.py"
    assert document["rewritten"] == ["migrations/versions/c1.py"]
    assert "b2, n1 -> c1" in limbeck("history").out


def test_an_id_that_is_taken(limbeck: Terminal) -> None:
    assert limbeck("reid", "zz", "--rev-id", "b2").code == 4
    assert limbeck("reid", "limbeck.toml").code == 2


def test_nothing_to_merge(limbeck: Terminal) -> None:
    assert limbeck("merge", "o1").code == 2


def test_quiet_writes_without_a_word(limbeck: Terminal) -> None:
    ended = limbeck("revision", "-m", "x", "--head", "o1", "-q")
    assert (ended.code, ended.out, ended.err) == (0, "", "")


@pytest.mark.parametrize("variable", ["VISUAL", "EDITOR"])
def test_edit(limbeck: Terminal, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "cp -t .")
    assert limbeck("edit", "b1").code == 0
    assert (limbeck.folder / "b1.py").read_text() == (limbeck.versions / "b1.py").read_text()


def test_edit_without_an_editor_names_the_file(limbeck: Terminal) -> None:
    ended = limbeck("edit", "b1")
    assert ended.code == 3
    assert str(limbeck.versions / "b1.py") in ended.err


@pytest.mark.parametrize("editor", ["no-such-editor-anywhere", "false"])
def test_an_editor_that_fails(
    limbeck: Terminal, monkeypatch: pytest.MonkeyPatch, editor: str
) -> None:
    monkeypatch.setenv("EDITOR", editor)
    ended = limbeck("edit", "b1")
    assert (ended.code, editor in ended.err) == (3, True)


def test_init(empty: Terminal) -> None:
    (empty.folder / "limbeck.toml").unlink()
    ended = empty("init", "db", "--url", "sqlite:///my.db")
    assert ended.code == 0
    assert ended.out.splitlines()[-1] == f"Generating {empty.folder / 'limbeck.toml'} ...  done"
    assert "limbeck revision" in ended.err
    text = (empty.folder / "limbeck.toml").read_text()
    assert text == (
        'migrations = "db"\nurl = "sqlite:///my.db"\n'
        '# metadata = "app.db:Base.metadata"  # where your models are, for check and --autogenerate\n'
    )
    assert (empty.folder / "db" / "versions").is_dir()
    assert empty("revision", "-m", "first").code == 0


def test_init_adds_to_a_pyproject(empty: Terminal) -> None:
    (empty.folder / "limbeck.toml").unlink()
    pyproject = empty.folder / "pyproject.toml"
    pyproject.write_text('[project]\nname = "shop"\n')
    assert empty("init", "db", "--package").code == 0
    assert pyproject.read_text() == (
        '[project]\nname = "shop"\n\n[tool.limbeck]\nmigrations = "db"\nurl = "env:DATABASE_URL"\n'
        '# metadata = "app.db:Base.metadata"  # where your models are, for check and --autogenerate\n'
    )
    assert (empty.folder / "db" / "versions" / "__init__.py").exists()


def test_init_twice_is_refused_and_writes_nothing(empty: Terminal) -> None:
    ended = empty("init", "db")
    assert ended.code == 7
    assert not (empty.folder / "db").exists()


@pytest.mark.parametrize("name", ["alembic.ini", "pyproject.toml"])
def test_init_does_not_hide_settings_of_alembic(
    empty: Terminal, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (empty.folder / "limbeck.toml").unlink()
    section = "[alembic]" if name == "alembic.ini" else "[tool.alembic]"
    (empty.folder / name).write_text(f"{section}\n")
    below = empty.folder / "below"
    below.mkdir()
    for folder in (empty.folder, below):
        monkeypatch.chdir(folder)
        ended = empty("init", "db")
        assert ended.code == 7
        assert f"{name}, which limbeck reads as it stands" in ended.err
        assert "hint: limbeck status" in ended.err
        assert not (folder / "db").exists()
    assert empty("-c", "limbeck.toml", "init", "db").code == 0  # who names the settings means it


def test_init_in_a_folder_with_files_is_refused(empty: Terminal) -> None:
    (empty.folder / "limbeck.toml").unlink()
    (empty.folder / "db").mkdir()
    (empty.folder / "db" / "notes").touch()
    assert empty("init", "db").code == 7
    assert not (empty.folder / "limbeck.toml").exists()


@pytest.mark.parametrize("exists", [True, False])
def test_init_that_cannot_write_the_settings_leaves_nothing(empty: Terminal, exists: bool) -> None:
    (empty.folder / "limbeck.toml").unlink()
    (empty.folder / "mine.toml").write_text("# mine")
    if exists:
        (empty.folder / "db").mkdir()
    ended = empty("-c", "mine.toml", "init", "db", "--package")
    assert (ended.code, "exists already" in ended.err) == (7, True)
    assert (empty.folder / "db").exists() == exists
    assert not list(empty.folder.glob("db/*"))
    assert (empty.folder / "mine.toml").read_text() == "# mine"


def test_init_where_nothing_can_be_written(empty: Terminal) -> None:
    (empty.folder / "limbeck.toml").unlink()
    ended = empty("-c", "missing/mine.toml", "init", "db")
    assert (ended.code, "cannot be written" in ended.err) == (3, True)
    assert not (empty.folder / "db").exists()


def test_an_unknown_template(empty: Terminal) -> None:
    (empty.folder / "limbeck.toml").unlink()
    ended = empty("init", "-t", "nonsense", "db")
    assert (ended.code, "list_templates" in ended.err) == (2, True)


def test_templates_are_listed(empty: Terminal) -> None:
    rows = json.loads(empty("list_templates", "--json").out)["templates"]
    assert rows[0]["name"] == "default"
    assert f"default - {rows[0]['description']}" in empty("list_templates").out


def test_config(empty: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIMBECK_URL", "postgresql://ada:secret@host/db")
    out = empty("config").out
    assert "postgresql://ada:***@host/db" in out
    assert "environment LIMBECK_URL" in out
    rows = json.loads(empty("config", "--json").out)["settings"]
    assert {"key": "journal", "value": "limbeck_journal", "origin": "default"} in rows
    assert "secret" not in out


def test_config_lists_named_databases(empty: Terminal) -> None:
    text = '[databases.live]\nurl = "postgresql://ada:secret@host/db"\n[databases.other]\n'
    (empty.folder / "limbeck.toml").write_text(text, encoding="utf-8")
    rows = json.loads(empty("config", "--json").out)["settings"]
    assert rows[-2:] == [
        {
            "key": "url (-n live)",
            "value": "postgresql://ada:***@host/db",
            "origin": "limbeck.toml [databases.live]",
        },
        {"key": "url (-n other)", "value": "none", "origin": "default"},
    ]
    assert "-n live" not in empty("-n", "other", "config").out


def test_the_columns_of_config_stand_below_each_other(empty: Terminal) -> None:
    url = f"sqlite:///{'long_' * 30}.db"
    (empty.folder / "limbeck.toml").write_text(f'url = "{url}"\n', encoding="utf-8")
    lines = empty("config").out.splitlines()
    column = next(line.index(url) for line in lines if url in line)
    assert {line[column - 2 : column] for line in lines if len(line) > column} == {"  "}
    assert next(line for line in lines if "limbeck_journal" in line).index("l", column) == column
