"""
Which way of showing progress fits.

Responsible for the choice: a moving display where a person looks at the standard error, lines elsewhere.  Does not
know how either looks.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from limbeck.cli.output import is_terminal
from limbeck.cli.progress import Lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from limbeck.cli.output import Output
    from limbeck.history import History
    from limbeck.runner import Report


@contextmanager
def reporting(output: Output, history: Callable[[], History]) -> Iterator[Report]:
    """A report that shows what happens while the scope lasts, in the way that fits the standard error.

    `history` is asked when something happens: which revisions there are may not be known before.
    """
    if is_terminal(output.err) and not output.quiet:
        from limbeck.cli.display import display

        with display(output, history) as report:
            yield report
    else:
        yield Lines(output, history)
