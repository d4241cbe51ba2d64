"""`limbeck guard keep`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.errors import Refused

if TYPE_CHECKING:
    import argparse

    from limbeck.cli.call import Call

EXAMPLES = ("limbeck guard keep",)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    parser.set_defaults(json=False)


def run(call: Call) -> None:
    """Let the file HEAD name the heads of the revisions here, also where git has left a conflict in it."""
    from limbeck.files import heads

    library = call.project.library
    path = heads.place(library)
    shown = library.shown(path)
    found = library.history.heads
    if not heads.is_here(library):
        raise Refused(
            f"there is no {shown} that limbeck keeps", hint="limbeck guard install writes one"
        )
    names = " ".join(sorted(found)) or "no head"
    if heads.outdated(library) is None:
        call.output.remark(f"Nothing to do: {shown} names {names}.")
        return
    heads.keep(library)
    call.output.remark(f"{shown} names {names} now: git add {shown}")
    if len(found) > 1:
        call.output.remark(
            f"There are {len(found)} heads: `limbeck rebase` or `limbeck merge` makes one of them."
        )
