"""Say whether models and databases, or models and history, are in step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.actions.comparison import Comparison, Decisions, compare_models, models_of

if TYPE_CHECKING:
    from limbeck.models import Models
    from limbeck.project import Project


def check(
    project: Project,
    decisions: Decisions | None = None,
    *,
    offline: bool = False,
    models: Models | None = None,
) -> tuple[Comparison, ...]:
    """The models against each database; `offline`, against what the revisions lead to, without a database.

    Without `models` they are those that the settings name.  Raises ModelsFailed before anything else, then NotAtHead,
    UsageError for a decision that does not fit, HistoryError and RunError.
    """
    models = models or models_of(project.settings)
    return compare_models(project, decisions, offline=offline, models=models)
