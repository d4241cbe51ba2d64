"""What can be said about revisions without running them."""

from __future__ import annotations

from limbeck.lint.finding import Finding

__all__ = ["Finding"]
