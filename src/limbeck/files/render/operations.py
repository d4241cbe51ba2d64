"""
All operations as Python.

Responsible for there being a function for each kind: those are registered by the modules that are named here, and
nothing else need import them.
"""

from limbeck.files.render import columns, constraints, standalone, tables

__all__ = ["columns", "constraints", "standalone", "tables"]
