"""What `limbeck schema` writes as Python is in step with the database that it was written of."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from limbeck.database.engine import dialect_of
from limbeck.diff import describe
from limbeck.files.render.models import module
from tests.generating import Workshop
from tests.kinds import test_mariadb, test_postgresql, test_postgresql_programs
from tests.kinds.stages import Stage, execute, fail_for
from tests.kinds.test_postgresql_shaken import built_on, on_domain
from tests.servers import Kind

STAGES: dict[str, tuple[Kind, Stage]] = {
    "functions, and all that calls them": ("postgresql", built_on("a integer", "integer")),
    "domains": ("postgresql", on_domain("integer", sa.Integer(), "VALUE > 0")),
    "views on views": (
        "postgresql",
        test_postgresql_programs.CHAINS["views on views over a table that changes"][1],
    ),
    "policies": ("postgresql", test_postgresql.CHAINS["policies"][2]),
    "functions and procedures": ("mariadb", test_mariadb.CHAINS["functions and procedures"][1]),
}


@pytest.mark.parametrize(("kind", "stage"), STAGES.values(), ids=STAGES)
def test_is_in_step(kind: Kind, stage: Stage, empty_pair: tuple[str, str], tmp_path: Path) -> None:
    workshop = Workshop(empty_pair[0], tmp_path)
    execute(workshop, stage.sql)
    text = module(workshop.catalog(), dialect_of(workshop.url), "a database")
    found: dict[str, sa.MetaData] = {}
    exec(compile(text, "models", "exec"), found)
    result = workshop.check(found["metadata"])
    fail_for(map(describe, result.diff.operations), text)
    fail_for(result.not_compared, text)
