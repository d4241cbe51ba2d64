"""
What has to be done to turn one schema into another.

Pure.  Knows schemas and operations; does not know where a schema was read from, nor SQL.
"""

from limbeck.diff.abilities import Abilities
from limbeck.diff.candidates import Candidate, Evidence, RenameQuestion
from limbeck.diff.describe import describe
from limbeck.diff.destructive import losses
from limbeck.diff.diff import Diff, Question, diff
from limbeck.diff.equality import ColumnPair, Equality
from limbeck.diff.include import Asked, Include
from limbeck.diff.notes import Loss, Note
from limbeck.diff.notnull import Fill, FillQuestion, parse_fill
from limbeck.diff.ownership import MassDrop, Owned
from limbeck.diff.renames import Hint, Rename, parse

__all__ = [
    "Abilities",
    "Asked",
    "Candidate",
    "ColumnPair",
    "Diff",
    "Equality",
    "Evidence",
    "Fill",
    "FillQuestion",
    "Hint",
    "Include",
    "Loss",
    "MassDrop",
    "Note",
    "Owned",
    "Question",
    "Rename",
    "RenameQuestion",
    "describe",
    "diff",
    "losses",
    "parse",
    "parse_fill",
]
