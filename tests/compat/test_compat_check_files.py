"""`limbeck compat check` where env.py decides more than usual: where texts, revisions and databases are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from limbeck.actions.compat_check import Asked, Verdict, compat_check, side
from tests.compat.projects import ENV, start
from tests.compat.test_compat_check import checked, details, verdicts

if TYPE_CHECKING:
    import pytest


def test_a_text_that_is_not_printed_is_not_said_to_be_the_same(
    tmp_path: Path, sqlite_url: str
) -> None:
    project = start(tmp_path, sqlite_url)
    project.env(
        "import io\n"
        + ENV.replace("literal_binds=True", "literal_binds=True, output_buffer=io.StringIO()")
    )
    document = checked(project, 13)
    assert verdicts(document)["upgrade heads --sql"] == "not compared"
    assert "env.py writes the text elsewhere" in details(document, "upgrade heads --sql")
    assert verdicts(document)["upgrade heads"] == "same"


def test_revisions_in_folders_that_env_py_chooses(tmp_path: Path, sqlite_url: str) -> None:
    project = start(tmp_path, sqlite_url)
    (tmp_path / "migrations" / "versions").rename(tmp_path / "chosen")
    lines = "name = context.get_x_argument(as_dictionary=True)['folder']\ncontext.script.version_locations = [name]\n"
    project.env(ENV.replace("def run():", f"{lines}\ndef run():"))
    ran = project.limbeck("-x", "folder=chosen", "compat", "check")
    assert ran.out.count("same ") == 4
    assert "2 revisions" in ran.out


def test_a_project_without_revisions_is_not_said_to_be_the_same(
    tmp_path: Path, sqlite_url: str
) -> None:
    project = start(tmp_path, sqlite_url)
    for file in (tmp_path / "migrations" / "versions").glob("*.py"):
        file.unlink()
    document = checked(project, 13)
    assert verdicts(document)["revision files"] == "not compared"
    assert details(document, "revision files") == "there are none"


def test_more_databases_than_are_made_are_refused(
    tmp_path: Path, mariadb_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = start(tmp_path, mariadb_url)
    project.env(
        """
        from alembic import context
        from sqlalchemy import create_engine

        url = context.config.get_main_option("sqlalchemy.url")
        for name in ("", "_two"):
            context.configure(connection=create_engine(url + name).connect())
            with context.begin_transaction():
                context.run_migrations()
        """
    )
    monkeypatch.setattr(side, "_MOST", 1)
    found = compat_check(Asked(tmp_path, (), "alembic.ini", "pyproject.toml", "alembic"))
    (up,) = [one for one in found.judged if one.name == "upgrade heads"]
    assert up.verdict is Verdict.NOT_COMPARED
    assert up.lines == ("stopped: env.py connects to more than 1 databases",)
