"""
The moving display on a terminal.

Responsible for showing which revision runs, its statement, how long it takes and how many are to go.  Imported only
where there is a terminal, because Rich takes its time.
"""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from limbeck.cli.progress import described, remarked, waiting
from limbeck.runner import (
    RunDone,
    RunStarted,
    StatementStarted,
    StepDone,
    StepFailed,
    StepStarted,
    Waiting,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from limbeck.cli.output import Output
    from limbeck.history import History, Step
    from limbeck.runner import Event as RunEvent
    from limbeck.runner import Report

_WIDEST_STATEMENT = 60
_SECONDS_BETWEEN_REFRESHES = 0.1


@contextmanager
def display(output: Output, history: Callable[[], History]) -> Iterator[Report]:
    """A report that moves on the terminal while the scope lasts, and leaves one line per revision."""
    console = Console(file=output.err, highlight=False)
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        auto_refresh=False,
    )
    shown, over = _Display(progress, history), Event()

    def keep_fresh() -> None:
        while not over.wait(_SECONDS_BETWEEN_REFRESHES):
            shown.refresh()

    # A thread, because a statement may take minutes; and not at each event, because drawing takes longer than
    # a small revision.
    painter = Thread(target=keep_fresh, name="limbeck-display", daemon=True)
    with progress:
        painter.start()
        try:
            yield shown
        finally:
            over.set()
            painter.join()
            shown.refresh()


class _Display:
    def __init__(self, progress: Progress, history: Callable[[], History]) -> None:
        self._progress = progress
        self._history = history
        self._task = progress.add_task("", total=None, visible=False)
        self._doing = ""
        self._lines: deque[str] = deque()  # two threads: one appends, one takes

    def __call__(self, event: RunEvent) -> None:
        match event:
            case Waiting():
                self._show(escape(waiting(event)))
            case RunStarted(plan=plan):
                self._progress.reset(self._task, total=len(plan), visible=bool(plan.steps))
            case StepStarted(step=step):
                self._doing = escape(described(step, self._history()))
                self._show(self._doing)
            case StatementStarted(text=text):
                self._show(f"{self._doing}\n  [dim]{escape(_shortened(text))}[/dim]")
            case StepDone(step=step, seconds=seconds):
                self._done(step, seconds)
            case StepFailed(step=step):
                self._print(f"[red]✗[/red] {escape(described(step, self._history()))}")
            case RunDone():
                self._progress.update(self._task, visible=False)
            case _:
                if remarked(event):
                    self._print(escape(remarked(event)))

    def _show(self, text: str) -> None:
        self._progress.update(self._task, description=text, visible=True)

    def _done(self, step: Step, seconds: float) -> None:
        self._print(
            f"[green]✓[/green] {escape(described(step, self._history()))}  [dim]{seconds:.2f} s[/dim]"
        )
        self._progress.advance(self._task)

    def _print(self, text: str) -> None:
        self._lines.append(text)

    def refresh(self) -> None:
        """Draw what has happened since the last time."""
        lines = [self._lines.popleft() for _ in range(len(self._lines))]
        if lines:
            self._progress.console.print("\n".join(lines))
        self._progress.refresh()


def _shortened(statement: str) -> str:
    text = " ".join(statement.split())
    return text if len(text) <= _WIDEST_STATEMENT else text[: _WIDEST_STATEMENT - 1] + "…"
