"""
Run a plan against a database: the only place where time and shape meet.

The runner speaks to the world through `ports`; databases and files are behind them, and so is every fault that
a test wants to inject.
"""

from limbeck.runner.events import (
    Event,
    Notice,
    Report,
    RunDone,
    RunStarted,
    Stamped,
    StatementDone,
    StatementStarted,
    StepDone,
    StepFailed,
    StepStarted,
    Waiting,
)
from limbeck.runner.policy import Policy
from limbeck.runner.ports import Database, HalfDone, Journal, Library, Script, Send, Statement
from limbeck.runner.runner import RunResult, checked, refuse_half_done, run, silent, stamp

__all__ = [
    "Database",
    "Event",
    "HalfDone",
    "Journal",
    "Library",
    "Notice",
    "Policy",
    "Report",
    "RunDone",
    "RunResult",
    "RunStarted",
    "Script",
    "Send",
    "Stamped",
    "Statement",
    "StatementDone",
    "StatementStarted",
    "StepDone",
    "StepFailed",
    "StepStarted",
    "Waiting",
    "checked",
    "refuse_half_done",
    "run",
    "silent",
    "stamp",
]
