"""`limbeck guard install`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.errors import Refused

if TYPE_CHECKING:
    import argparse

    from limbeck.actions.guard.plan import Plan
    from limbeck.cli.call import Call

EXAMPLES = (
    "limbeck guard install --dry-run",
    "limbeck guard install --yes --ci github",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    parser.add_argument(
        "--ci",
        choices=("github", "gitlab", "plain"),
        help="write a step for CI, too, that runs `limbeck guard check`",
    )
    add_consent(parser)


def add_consent(parser: argparse.ArgumentParser) -> None:
    """The flags of what shows first what it will write."""
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would be written, and write nothing"
    )
    parser.add_argument("--yes", action="store_true", help="write it without being asked")
    parser.set_defaults(json=False)


def run(call: Call) -> None:
    """Make git notice forks, and limbeck put them in order, in this checkout."""
    from limbeck.actions.guard.install import install
    from limbeck.actions.guard.plan import files_of

    plan = install(call.project, call.args.ci)
    if not carried_out(call, plan, "the guard is installed"):
        return
    call.output.remark("The guard is installed.")
    written = files_of(plan)
    if written:
        call.output.remark(f"To be committed, for everybody: git add {' '.join(written)}")
    for name in written:
        if name.startswith(".gitlab/"):
            call.output.remark(f"To be included in .gitlab-ci.yml: include: [{{local: {name}}}]")
    call.output.remark(
        "Hooks and git's configuration are each clone's own: `limbeck guard install` there, too."
    )
    if (plan.git.top / ".jj").is_dir():
        call.output.remark(
            "jj runs neither hooks nor merge drivers: with it, a fork is a conflict in HEAD"
            " that `limbeck rebase` or `limbeck merge` resolves."
        )


def carried_out(call: Call, plan: Plan, already: str) -> bool:
    """Show a plan, ask, and carry it out; whether that was done."""
    from limbeck.actions.guard.plan import carry_out, diff
    from limbeck.cli.asking import someone

    for line in diff(plan):
        call.output.data(line)
    for what in plan.left:
        call.output.remark(f"left alone: {what}")
    if not plan:
        call.output.remark(f"Nothing to do: {already}.")
        return False
    if call.args.dry_run:
        return False
    if not call.args.yes:
        person = someone(call)
        if person is None:
            raise Refused(
                "nothing was written, because nobody can be asked", hint="add --yes, or --dry-run"
            )
        if not person.agrees("Write this?"):
            raise Refused("nothing was written", hint="limbeck guard install --dry-run")
    carry_out(plan)
    return True
