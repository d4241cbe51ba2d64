"""
A project in a folder, whose models a test hands over as MetaData.

Responsible for what somebody does who generates a revision and runs it: compare, write, upgrade, downgrade.  Knows
nothing of what the models say.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import sqlalchemy as sa

from limbeck.actions.autogenerate import Generated, Permissions, autogenerate
from limbeck.actions.check import check
from limbeck.actions.comparison import Comparison, Decisions
from limbeck.actions.downgrade import downgrade
from limbeck.actions.own import own_tables
from limbeck.actions.upgrade import upgrade
from limbeck.config import Settings
from limbeck.database.read import read
from limbeck.diff import RenameQuestion, describe
from limbeck.project import Project, target_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from limbeck.diff import Question
    from limbeck.schema import SchemaState

EVERYTHING = Permissions(destructive=True, mass_drop=True)


def refuse_renames(questions: tuple[Question, ...], fill: str = "0") -> Decisions:
    """Answers: nothing was renamed, and rows get `fill`."""
    renames, fills = [], []
    for question in questions:
        if isinstance(question, RenameQuestion):
            renames.append(_value(question.drop_flag))
        else:
            fills.append(f"{_value(question.flag).rpartition('=')[0]}={fill}")
    return Decisions(tuple(renames), tuple(fills))


def _value(flag: str) -> str:
    """What stands behind a flag, as a shell hands it over."""
    import shlex

    return shlex.split(flag)[1]


class Workshop:
    """Models, a folder of revisions, and one database."""

    def __init__(self, url: str, folder: Path, **settings: Any) -> None:
        self.url = url
        self.folder = folder
        (folder / "versions").mkdir(parents=True, exist_ok=True)
        self._settings = settings

    def project(self, models: sa.MetaData | None = None, **settings: Any) -> Project:
        """The project, with these models; `settings` come on top of those of all."""
        module = ModuleType(f"models_{uuid4().hex}")
        module.metadata = models  # type: ignore[attr-defined] # a module has what is put into it
        sys.modules[module.__name__] = module
        given = {"metadata": (f"{module.__name__}:metadata",), **self._settings, **settings}
        chosen = Settings(root=self.folder, migrations=str(self.folder), **given)
        return Project.open(chosen).with_targets(target_of(chosen, self.url))

    def check(
        self, models: sa.MetaData, decisions: Decisions | None = None, **settings: Any
    ) -> Comparison:
        """What the models lack in the database."""
        (found,) = check(self.project(models, **settings), decisions)
        return found

    def missing(self, models: sa.MetaData, **settings: Any) -> list[str]:
        """The same, as `limbeck check` prints it."""
        return [describe(operation) for operation in self.check(models, **settings).diff.operations]

    def generate(self, models: sa.MetaData, message: str = "change", **given: Any) -> Generated:
        """Write a revision that leads to the models, without refusing anything; see `autogenerate`."""
        given = {
            "decisions": Decisions(drop_unowned=True),
            "permissions": EVERYTHING,
            "ask": refuse_renames,
            **given,
        }
        settings = given.pop("settings", {})
        return autogenerate(self.project(models, **settings), message, **given)

    def upgrade(self, to: str = "head") -> None:
        """Run what is pending."""
        upgrade(self.project(), to)

    def downgrade(self, to: str = "base") -> None:
        """Undo it."""
        downgrade(self.project(), to)

    def text(self, generated: Generated) -> str:
        """The file that was written."""
        (one,) = generated.made
        return one.path.read_text(encoding="utf-8")

    @contextmanager
    def connect(self) -> Iterator[sa.Connection]:
        """The database, to be committed by the caller."""
        engine = sa.create_engine(self.url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            yield connection
        engine.dispose()

    def execute(self, *statements: str) -> None:
        """Run SQL as it is, and commit."""
        with self.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
            connection.commit()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query gives."""
        with self.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query)]

    def create(self, models: sa.MetaData) -> None:
        """Make the tables by SQLAlchemy."""
        with self.connect() as connection:
            models.create_all(connection)
            connection.commit()

    def catalog(self, *schemas: str | None) -> SchemaState:
        """What the database holds, without what is limbeck's own."""
        target = target_of(Settings(root=self.folder), self.url)
        with self.connect() as connection:
            return read(connection, schemas=schemas or (None,), leave_out=own_tables(target))
