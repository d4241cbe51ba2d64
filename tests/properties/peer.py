"""
The same history in Alembic, and the same questions asked of it.

Responsible for driving Alembic's own objects without files or a database.  Does not know what limbeck answers.
"""

from __future__ import annotations

import warnings
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from alembic.runtime.migration import HeadMaintainer, MigrationStep
from alembic.script import ScriptDirectory
from alembic.script import revision as alembic_revision
from alembic.util import CommandError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from alembic.runtime.migration import RevisionStep, StampStep

    from limbeck.history import Plan, Revision

Ids = frozenset[str]


class Answer(NamedTuple):
    """Ids; or a refusal in words; or, from Alembic, something that it never meant to raise."""

    ids: Ids = frozenset()
    refusal: str = ""
    crash: str = ""

    @property
    def is_answer(self) -> bool:
        return not self.refusal and not self.crash


class Peer:
    """Alembic, with `revisions` for its script directory."""

    def __init__(self, revisions: Iterable[Revision]) -> None:
        self.map = alembic_revision.RevisionMap(
            lambda: [
                alembic_revision.Revision(
                    revision.id,
                    revision.parents or None,
                    dependencies=revision.requires or None,
                    branch_labels=revision.labels or None,
                )
                for revision in revisions
            ]
        )
        # Its constructor wants a folder; nothing that is asked here does.
        self.directory = ScriptDirectory.__new__(ScriptDirectory)
        self.directory.revision_map = self.map

    def labels(self, id: str) -> Ids:
        return frozenset(self._revision(id).branch_labels)

    def branch_points(self) -> Ids:
        found = self.directory.walk_revisions()
        return frozenset(revision.revision for revision in found if revision.is_branch_point)

    def show(self, text: str) -> Answer:
        return ask(lambda: (found for found in self.map.get_revisions(text) if found))

    def upgrade(self, text: str, heads: Ids) -> Answer:
        return ask(lambda: self.map.iterate_revisions(text, tuple(heads), implicit_base=True))

    def downgrade(self, text: str, heads: Ids) -> Answer:
        return ask(
            lambda: self.map.iterate_revisions(tuple(heads), text, select_for_downgrade=True)
        )

    def history(self, older: str, newer: str) -> Answer:
        return ask(lambda: self.directory.walk_revisions(older or "base", newer or "heads"))

    def stamp(self, texts: list[str], heads: Ids) -> Answer:
        def rows() -> Iterable[alembic_revision.Revision]:
            table = VersionTable(heads)
            for step in self.directory._stamp_revs(tuple(texts), tuple(heads)):
                table.move(step)
            return [self._revision(id) for id in table.rows]

        return ask(rows)

    def rows_after_each(self, plan: Plan) -> list[Ids]:
        """What Alembic's version table holds after each step of `plan`."""
        table, result = VersionTable(plan.before), []
        for step in plan:
            script = cast("Any", self._revision(step.revision))
            script.module = SimpleNamespace(upgrade=_nothing, downgrade=_nothing)
            script.doc = ""
            way = getattr(MigrationStep, f"{step.direction.value}grade_from_script")
            table.move(way(self.map, script))
            result.append(table.rows)
        return result

    def _revision(self, id: str) -> alembic_revision.Revision:
        found = self.map.get_revision(id)
        assert found is not None
        return found


def _nothing(**_: object) -> None:
    """What a revision without content does."""


class VersionTable:
    """Alembic's bookkeeping of the version table, with the SQL going nowhere."""

    def __init__(self, heads: Ids) -> None:
        self._keeper = HeadMaintainer(cast("Any", _Nowhere()), heads)

    def move(self, step: RevisionStep | StampStep) -> None:
        self._keeper.update_to_step(step)

    @property
    def rows(self) -> Ids:
        return frozenset(self._keeper.heads)


class _Nowhere:
    """Stands for a connection, a table, a column and a statement; takes everything, does nothing."""

    as_sql = True

    def __getattr__(self, _name: str) -> _Nowhere:
        return self

    def __call__(self, *_args: object, **_options: object) -> _Nowhere:
        return self

    def __eq__(self, _other: object) -> Any:
        return self

    __hash__ = None  # type: ignore[assignment]  # nobody keeps one in a set


def ask(question: Callable[[], Iterable[Any]]) -> Answer:
    """Alembic's answer to `question`, which gives its Revision objects."""
    try:
        with warnings.catch_warnings():
            # `downgrade -1` from several heads warns, and goes on with one of them.
            warnings.simplefilter("ignore")
            return Answer(frozenset(revision.revision for revision in question()))
    except (alembic_revision.RevisionError, CommandError) as error:
        return Answer(refusal=str(error))
    except (AssertionError, KeyError, AttributeError, TypeError, IndexError) as error:
        return Answer(crash=f"{type(error).__name__}: {error}")
