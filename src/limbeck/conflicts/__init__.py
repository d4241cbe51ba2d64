"""
What two branches do to each other, as far as that can be told without running them.

Pure.  Responsible for carrying both sides out on a model of the schema, in both orders, and for what their statements
do to the same rows.  Does not know revisions, files or SQL: what a side does arrives as `Deed`s.
"""

from limbeck.conflicts.deeds import EVERY, Cell, Deed, RowUse
from limbeck.conflicts.judge import judge
from limbeck.conflicts.model import Carry, Model, Rules, model_of
from limbeck.conflicts.unsound import Known, unsound
from limbeck.conflicts.verdict import Clash, Kind, Verdict

__all__ = [
    "EVERY",
    "Carry",
    "Cell",
    "Clash",
    "Deed",
    "Kind",
    "Known",
    "Model",
    "RowUse",
    "Rules",
    "Verdict",
    "judge",
    "model_of",
    "unsound",
]
