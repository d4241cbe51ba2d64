"""What pytest-alembic is for: the tests that it brings, the runner that it hands out, and that it finds what is wrong."""

import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from pytest_alembic.plugin.error import AlembicTestFailure
from pytest_alembic.tests import (
    test_model_definitions_match_ddl,
    test_single_head_revision,
    test_up_down_consistency,
    test_upgrade,
)
from pytest_alembic.tests.experimental import (
    test_all_models_register_on_metadata,
    test_downgrade_leaves_no_trace,
)

__all__ = [
    "test_all_models_register_on_metadata",
    "test_downgrade_leaves_no_trace",
    "test_model_definitions_match_ddl",
    "test_single_head_revision",
    "test_up_down_consistency",
    "test_upgrade",
]


def columns(engine, table):
    return [column["name"] for column in sa.inspect(engine).get_columns(table)]


def test_revisions_are_walked_one_by_one(alembic_runner, alembic_engine):
    assert alembic_runner.history.revisions == ["base", "a1", "b2", "c3", "heads"]
    assert alembic_runner.heads == ["c3"]
    assert alembic_runner.current == "base"
    alembic_runner.migrate_up_one()
    assert alembic_runner.current == "a1"
    assert columns(alembic_engine, "customer") == ["id", "name"]
    alembic_runner.migrate_up_before("c3")
    assert alembic_runner.current == "b2"
    alembic_runner.migrate_up_to("c3")
    assert columns(alembic_engine, "customer") == ["id", "name", "email"]
    alembic_runner.migrate_down_one()
    assert alembic_runner.current == "b2"
    alembic_runner.migrate_down_to("base")
    assert not sa.inspect(alembic_engine).has_table("customer")


def test_each_revision_goes_there_and_back(alembic_runner):
    for expected in ("a1", "b2", "c3"):
        alembic_runner.roundtrip_next_revision()
        assert alembic_runner.current == expected


def test_rows_are_there_when_a_revision_changes_them(alembic_runner, alembic_engine):
    alembic_runner.migrate_up_before("c3")
    alembic_runner.insert_into("customer", {"id": 3, "name": "Cy"})
    alembic_runner.migrate_up_one()
    with alembic_engine.connect() as connection:
        found = connection.execute(sa.text("select name, email from customer order by id")).all()
    assert found == [(name, f"{name}@example.org") for name in ("Ada", "Bo", "Cy")]


def test_a_table_is_read_as_it_is_at_a_revision(alembic_runner):
    for revision, names in {"b2": ["id", "name"], "c3": ["id", "name", "email"]}.items():
        alembic_runner.migrate_up_to(revision)
        table = alembic_runner.table_at_revision("customer")
        assert [column.name for column in table.columns] == names


def test_commands_print(alembic_runner):
    assert "a1" in "\n".join(alembic_runner.raw_command("history"))


def test_several_heads_are_found(project, request):
    second = project / "migrations" / "versions" / "d4_other.py"
    second.write_text('revision, down_revision = "d4", "b2"\n\n\ndef upgrade():\n    pass\n')
    with pytest.raises(AlembicTestFailure, match="Expected 1 head revision, found 2"):
        test_single_head_revision(request.getfixturevalue("alembic_runner"))


def test_a_missing_table_is_found(project, request):
    models = Path(project, "shop", "__init__.py")
    models.write_text(models.read_text() + 'Table("later", metadata, Column("id", Integer))\n')
    with pytest.raises(AlembicTestFailure, match="out of sync") as failure:
        test_model_definitions_match_ddl(request.getfixturevalue("alembic_runner"))
    assert "op.create_table('later'" in str(failure.value.context)


def test_what_a_downgrade_leaves_is_found(project, request):
    file = project / "migrations" / "versions" / "b2_purchases.py"
    file.write_text(file.read_text().replace('op.drop_table("purchase")', "pass"))
    with pytest.raises(AlembicTestFailure):
        test_downgrade_leaves_no_trace(request.getfixturevalue("alembic_runner"))


@pytest.fixture(autouse=True)
def _models_anew():
    """A test may change the models; what Python has imported of them does not outlive it."""
    sys.modules.pop("shop", None)
    yield
    sys.modules.pop("shop", None)
