"""What no server could be asked about is said aloud, and `limbeck check` has an exit code for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from limbeck.cli.main import main
from limbeck.database.compare import compare
from limbeck.database.normalise import Facts
from limbeck.schema import SchemaState, TableName, View

MODELS = '''
import sqlalchemy as sa

metadata = sa.MetaData()
sa.Table(
    "people", metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("email", sa.Text),
    sa.CheckConstraint("is_email( email )", name="ck_email"),{more}
)
'''  # fmt: skip

# As in many a project: a revision made the function by SQL of its own, and the models only call it.
HAND_MADE = """
CREATE FUNCTION is_email(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT $1 LIKE '%@%' $$;
CREATE TABLE people (
    id integer PRIMARY KEY, email text, CONSTRAINT ck_email CHECK (is_email(email))
);
"""


@pytest.fixture
def project(postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose models cannot be made in a scratch database, since a function is not declared."""
    engine = sa.create_engine(postgresql_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(HAND_MADE.replace("%", "%%"))
        connection.commit()
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "migrations" / "versions").mkdir(parents=True)
    return tmp_path


def settings(project: Path, url: str, module: str, more: str = "") -> None:
    """Models of that name, and settings that name them."""
    (project / f"{module}.py").write_text(MODELS.format(more=more))
    (project / "limbeck.toml").write_text(
        f'url = "{url}"\nmetadata = "{module}:metadata"\nmigrations = "migrations"\n'
    )


def test_what_could_not_be_compared_is_named_with_an_exit_code_of_its_own(
    project: Path, postgresql_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings(project, postgresql_url, "same_people")
    assert main(["check"]) == 13
    shown = capsys.readouterr().out
    assert "in step" in shown
    why = "function is_email(text) does not exist"
    assert f"not compared: condition of ck_email of table people: {why}" in shown
    assert main(["check", "--json"]) == 13
    (target,) = json.loads(capsys.readouterr().out)["targets"]
    assert target["in_step"] is True
    (one,) = target["not_compared"]
    assert one["what"] == "condition of ck_email of table people"
    assert main(["-q", "revision", "--autogenerate", "-m", "nothing"]) == 0
    assert [*project.rglob("versions/*.py")] == []


def test_it_stands_in_the_file_beside_what_could_be_compared(
    project: Path, postgresql_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings(project, postgresql_url, "more_people", 'sa.Column("age", sa.Integer),')
    assert main(["check"]) == 12
    assert "not compared: condition of ck_email" in capsys.readouterr().out
    assert main(["-q", "revision", "--autogenerate", "-m", "ages"]) == 0
    (file,) = project.rglob("versions/*.py")
    text = file.read_text()
    assert "Not compared:\n- condition of ck_email of table people: function is_email(text)" in text
    assert "op.add_column('people', sa.Column('age'" in text
    assert "ck_email" not in text.partition("def upgrade")[2]
    assert main(["-q", "upgrade", "head"]) == 0
    assert main(["check"]) == 13


def test_what_the_other_side_does_not_have_is_missing_for_certain() -> None:
    dialect: sa.Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    view = View(TableName("v"), "SELECT 1 AS one")
    want, facts = SchemaState((), [view]), Facts.default(dialect)
    assert compare(SchemaState(), want, dialect, facts=facts).not_compared == ()
    other = SchemaState((), [View(TableName("v"), " SELECT 1 AS one, 2 AS two;")])
    (doubt,) = compare(other, want, dialect, facts=facts).not_compared
    assert doubt.what == "view v"
