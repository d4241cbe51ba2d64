"""
Functions that users register for every comparison.

Responsible for holding them.  Does not know them.
"""

from __future__ import annotations

from limbeck.compat.util import PriorityDispatcher

comparators = PriorityDispatcher()
"""`@comparators.dispatch_for("schema")`, "table" or "column"; functions of plugins are in the plugins."""
