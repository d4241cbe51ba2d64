"""
Names of what is made to be thrown away.

Responsible for telling from a name alone who made it and when, so that what a killed process left behind can be
removed by the next one.  Does not know databases.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from hashlib import blake2s
from socket import gethostname

PREFIX = "limbeck_scratch_"
"""Nothing of a user's begins so; only what begins so is ever removed."""

OLD = 3600
"""Seconds after which something whose maker cannot be asked is taken for a left-over."""

_NAME = re.compile(rf"{PREFIX}([0-9a-f]{{6}})_(\d+)_(\d+)_[0-9a-f]{{4}}")


def new_name() -> str:
    """A name that nobody else has: `limbeck_scratch_<host>_<process>_<time>_<chance>`, 63 bytes at most."""
    return f"{PREFIX}{_host()}_{os.getpid()}_{int(time.time())}_{secrets.token_hex(2)}"


def is_left_over(name: str, now: float | None = None) -> bool:
    """Whether a name is one of ours, and its maker is gone: by its process on this host, by age on others."""
    found = _NAME.fullmatch(name)
    if found is None:
        return False
    host, process, made = found.groups()
    if host == _host() and not _runs(int(process)):
        return True
    return (time.time() if now is None else now) - int(made) > OLD


def _host() -> str:
    return blake2s(gethostname().encode(), digest_size=3).hexdigest()


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True  # it is somebody else's, or cannot be asked on this system
    return True
