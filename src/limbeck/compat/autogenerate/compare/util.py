"""Alembic's name of what reads tables for a comparison."""

from limbeck.compat.autogenerate.compare.reflected import Reflected as _InspectorConv

__all__ = ["_InspectorConv"]
