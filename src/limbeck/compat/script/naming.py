"""
Names and dates of new files, by the rules of `file_template`.

Responsible for slugs, time zones and the tokens of the template.  Does not write anything.
"""

from __future__ import annotations

import datetime
import re
from typing import Any

from limbeck.compat import util

_WORDS = re.compile(r"\w+")


def file_name(
    template: str,
    slug_length: int,
    rev_id: str,
    message: str | None,
    date: datetime.datetime,
) -> str:
    """The name of the file of a revision."""
    values = {
        "rev": rev_id,
        "slug": slug(message or "", slug_length),
        "epoch": int(date.timestamp()),
        "year": date.year,
        "month": date.month,
        "day": date.day,
        "hour": date.hour,
        "minute": date.minute,
        "second": date.second,
    }
    return f"{template % values}.py"


def slug(message: str, length: int) -> str:
    """The words of a message with `_` between, cut behind a word when they are too long."""
    text = "_".join(_WORDS.findall(message)).lower()
    if len(text) > length:
        text = text[:length].rsplit("_", 1)[0] + "_"
    return text


def zone(name: str, kind: Any) -> Any:  # Any: ZoneInfo, or what stands in for it
    """The zone of a name, in any case.  CommandError when there is none."""
    for candidate in (name, name.upper()):
        try:
            return kind(candidate)
        except Exception:  # noqa: S112, PERF203 - each database of zones complains in its own way
            continue
    raise util.CommandError(
        f"Can't locate timezone: {name}", hint="pip install tzdata, or correct the timezone setting"
    )
