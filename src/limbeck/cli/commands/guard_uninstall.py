"""`limbeck guard uninstall`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli.commands.guard_install import add_consent, carried_out

if TYPE_CHECKING:
    import argparse

    from limbeck.cli.call import Call

EXAMPLES = ("limbeck guard uninstall --dry-run",)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    add_consent(parser)


def run(call: Call) -> None:
    """Take away what `limbeck guard install` has written, as far as it is as it was written."""
    from limbeck.actions.guard.install import uninstall

    if carried_out(call, uninstall(call.project), "no guard is installed"):
        call.output.remark("The guard is gone.")
