"""
Work that makes many values and hardly any garbage.

Responsible for keeping Python's collector of cycles away from it: it would look through all of the user's models, and
through everything that is read, again and again, and time would grow faster than the number of tables.  Does not
know what the work is.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the collector; afterwards it runs as before."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
