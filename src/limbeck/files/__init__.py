"""Revisions in files: reading their heads, running their bodies, writing new ones."""

from __future__ import annotations

from limbeck.files.folder import RevisionFolder

__all__ = ["RevisionFolder"]
