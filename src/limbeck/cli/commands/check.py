"""`limbeck check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli import comparing
from limbeck.cli.arguments import add_json
from limbeck.cli.environment import env_py, has_env_py
from limbeck.cli.exits import NOT_COMPARED, OUT_OF_STEP
from limbeck.cli.problems import problem_document, problem_lines

if TYPE_CHECKING:
    import argparse

    from limbeck.actions.comparison import Comparison
    from limbeck.actions.problem import Problem
    from limbeck.cli.call import Call

EXAMPLES = ("limbeck check", "limbeck check --offline", "limbeck check --explain")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    comparing.add_decisions(parser)
    parser.add_argument(
        "--explain",
        action="store_true",
        help="show what differs as SQL, both sides side by side",
    )
    add_json(parser)


def run(call: Call) -> int | None:
    """Say what is missing in each database; exit code 12 when something is, 13 when that is not certain.

    Where no database is without a name, all that have one are looked at.
    """
    from limbeck.actions.check import check

    found: list[Comparison] = []
    problems: list[Problem] = []
    if not call.settings.metadata and has_env_py(call.project):
        from limbeck.cli import models_of_env_py

        compared = models_of_env_py.check(call)
        if compared is None:  # in Alembic's manner, with Alembic's words
            return None
        found += compared[0]
        problems += compared[1]
    else:
        decided = comparing.decisions(call.args)
        for project in call.projects:
            for one in check(project, decided, offline=call.args.offline):
                found.append(one)
                if not call.args.json:
                    comparing.show(one, call)
                if call.args.explain and not call.args.json:
                    comparing.explain(one, project, call)
    problems += _edited(call)
    if call.args.json:
        call.output.json(
            "check",
            {
                "targets": [comparing.document(one) for one in found],
                "problems": [problem_document(one) for one in problems],
            },
        )
    else:
        for problem in problems:
            for line in problem_lines(problem, call.output):
                call.output.data(line)
    if any(problem.exit_code for problem in problems):
        return OUT_OF_STEP
    if not all(one.in_step for one in found):
        return OUT_OF_STEP
    return NOT_COMPARED if any(one.not_compared for one in found) else None


def _edited(call: Call) -> list[Problem]:
    """Revisions that were edited after others had got them: on the upstream branch, in the databases.

    Where an `env.py` knows the models, its databases have been asked when they were compared.
    """
    from limbeck.actions.edited import edited_in_databases, edited_since_published

    problems = edited_since_published(call.project)
    if not call.args.offline and (call.settings.metadata or env_py(call.settings) is None):
        problems += edited_in_databases(call.projects)
    return problems
