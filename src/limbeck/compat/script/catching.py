"""
From what is wrong with a name or a range to what a person is told.

Responsible for the messages of `ScriptDirectory`.  Does not find anything out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from limbeck import errors
from limbeck.compat import util
from limbeck.compat.script.errors import (
    MultipleHeads,
    RangeNotAncestorError,
    ResolutionError,
    RevisionError,
    RevisionNotPresent,
)

_NOT_ALONG = "Requested range %(start)s:%(end)s does not refer to ancestor/descendant revisions along the same branch"
_SEVERAL = (
    "Multiple head revisions are present for given argument '%(head_arg)s'; please specify a specific target"
    " revision, '<branchname>@%(head_arg)s' to narrow to a specific head, or 'heads' for all heads"
)


@contextmanager
def catching(
    ancestor: str | None,
    multiple_heads: str | None,
    start: str | None,
    end: str | None,
    resolution: str | None,
) -> Iterator[None]:
    """Raise CommandErrors in the place of RevisionErrors, in the words that are given."""
    try:
        yield
    except RangeNotAncestorError as error:
        places = {"start": error.lower if start is None else start, "end": end or error.upper}
        raise errors.NotReachable((ancestor or _NOT_ALONG) % places) from error
    except MultipleHeads as error:
        names = {
            "head_arg": end or error.argument,
            "heads": util.format_as_comma(error.heads),
        }
        raise errors.MultipleHeads(
            (multiple_heads or _SEVERAL) % names, heads=tuple(error.heads), hint=error.hint
        ) from error
    except ResolutionError as error:
        message = resolution or f"Can't locate revision identified by '{error.argument}'"
        raise errors.UnknownRevision(message, hint=f"{error.message}; limbeck history") from error
    except RevisionNotPresent:
        raise
    except RevisionError as error:
        raise util.CommandError(error.message, hint=error.hint) from error
