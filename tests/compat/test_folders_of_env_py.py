"""Folders of revisions that `env.py` chooses, in shapes of real projects: `context.script.version_locations` is changed in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.compat.projects import ENV, Project, start

ASSIGNED = 'context.script.version_locations = ["migrations/chosen"]\n'
AFTER_IT_WAS_ASKED = """
context.script.get_heads()
context.script.version_locations = ["migrations/chosen"]
context.script.__dict__.pop("_version_locations", None)
context.script.revision_map = type(context.script.revision_map)(context.script._load_revisions)
"""
FORGOTTEN_BEFORE = """
script = context.script
script.__dict__.pop("_version_locations", None)
script.version_locations = [str(pathlib.Path(__file__).parent / "chosen")]
"""
ADDED = 'context.script.version_locations.append(os.path.join(context.script.dir, "chosen"))\n'
BY_A_PACKAGE = "import chooser\nchooser.choose(context)\n"
BY_AN_ARGUMENT = """
name = context.get_x_argument(as_dictionary=True)["which"]
context.script.version_locations = [f"migrations/{name}"]
"""
MODELS = """
metadata = sa.MetaData()
sa.Table("other", metadata, sa.Column("id", sa.Integer))
sa.Table("another", metadata, sa.Column("id", sa.Integer))
"""


@pytest.fixture
def project(tmp_path: Path, sqlite_url: str) -> Project:
    """The folder that is usual has two heads, which belong to nobody; `chosen` has one revision."""
    project = start(tmp_path / "project", sqlite_url, settings="prepend_sys_path = .\n")
    project.revision("x9", None, "raise Exception('not this one')")
    put(project, "c1", None, "other")
    project.write(
        "chooser.py",
        """
        def choose(context):
            context.script.version_locations = ["migrations/chosen"]
        """,
    )
    choose(project, ASSIGNED)
    return project


def choose(project: Project, lines: str, *, models: str = "") -> None:
    """An `env.py` with these lines in it."""
    top = (
        f"import os\nimport pathlib\nimport sqlalchemy as sa\nfrom alembic import context\n{lines}"
    )
    body = ENV
    if models:
        body = ENV.replace(
            "connection=connection", "connection=connection, target_metadata=metadata"
        )
    project.env(f"{top}{models}{body}")


def put(project: Project, id: str, below: str | None, table: str) -> None:
    """A revision in the folder `chosen`."""
    project.write(
        f"migrations/chosen/{id}.py",
        f"""
        from alembic import op
        import sqlalchemy as sa

        revision = {id!r}
        down_revision = {below!r}


        def upgrade():
            op.create_table({table!r}, sa.Column("id", sa.Integer))


        def downgrade():
            op.drop_table({table!r})
        """,
    )


@pytest.mark.parametrize(
    "lines",
    [ASSIGNED, FORGOTTEN_BEFORE, AFTER_IT_WAS_ASKED, ADDED, BY_A_PACKAGE, BY_AN_ARGUMENT],
)
def test_they_are_followed_however_they_are_chosen(project: Project, lines: str) -> None:
    choose(project, lines)
    project.limbeck("-x", "which=chosen", "upgrade", "head")
    assert project.tables() == {"other"}
    assert project.heads == {"c1"}


def test_every_verb_that_runs_env_py(project: Project) -> None:
    assert "upgrade  -> c1" in project.limbeck("plan").out
    assert "1 revision to run" in project.limbeck("upgrade", "--plan").out
    assert "CREATE TABLE other" in project.limbeck("upgrade", "head", "--sql").out
    assert '"revision": "c1"' in project.limbeck("upgrade", "--json").out
    assert project.limbeck("current").out == "c1 (head)\n"
    project.limbeck("current", "--check-heads")
    status = project.limbeck("status").out
    assert "History   1 revision in" in status
    assert "Stands at c1 (head)" in status
    assert "Nothing is wrong." in status
    assert "c1 (head) (current)" in project.limbeck("history", "-i").out
    assert "chosen/c1.py" in project.limbeck("edit", "current", EDITOR="echo").out
    project.limbeck("downgrade", "-1")
    assert project.tables() == set()
    project.limbeck("stamp", "head")
    assert project.heads == {"c1"}


def test_a_folder_that_is_not_there_is_asked_for_nothing(project: Project) -> None:
    usual = project.folder / "migrations" / "versions"
    for file in usual.glob("*.py"):
        file.unlink()
    usual.rmdir()
    project.limbeck("upgrade", "head")
    assert "Nothing is wrong." in project.limbeck("status").out


def test_several_heads_and_broken_files_there_are_told(project: Project) -> None:
    put(project, "c2", None, "another")
    several = project.limbeck("upgrade", "head", fails=True)
    assert "c1" in several.err
    assert "c2" in several.err
    assert "x9" not in several.err
    put(project, "c2", "nowhere", "another")
    assert "nowhere" in project.limbeck("status").out
    assert "nowhere" in project.limbeck("upgrade", "head", fails=True).err


def test_models_are_compared_and_files_written_there(project: Project) -> None:
    choose(project, ASSIGNED, models=MODELS)
    project.write(
        "migrations/script.py.mako",
        """
        from alembic import op
        import sqlalchemy as sa
        revision = ${repr(up_revision)}
        down_revision = ${repr(down_revision)}
        def upgrade():
            ${upgrades}
        def downgrade():
            ${downgrades}
        """,
    )
    assert "not up to date" in project.limbeck("check", fails=True).err
    project.limbeck("upgrade", "head")
    assert "another" in project.limbeck("check", fails=True).out
    project.limbeck("revision", "--autogenerate", "--rev-id", "c2", "-m", "m", "--verify")
    assert (project.folder / "migrations" / "chosen" / "c2_m.py").is_file()
    project.limbeck("upgrade", "head")
    assert project.tables() == {"other", "another"}
    assert "No new upgrade operations detected." in project.limbeck("check").out


def test_verbs_that_ask_no_database_run_it_where_the_settings_say_so(project: Project) -> None:
    assert "x9" in project.limbeck("history").out
    ini = project.folder / "alembic.ini"
    ini.write_text(f"{ini.read_text()}revision_environment = true\n")
    found = project.limbeck("history").out
    assert "c1 (head)" in found
    assert "x9" not in found
