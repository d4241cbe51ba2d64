"""
Names and dates of new revision files.

Responsible for the tokens of `file_template`, for slugs, and for the clock that goes with them.  Does not know what is
in a file, nor which folder it goes to.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from limbeck.errors import ConfigError

if TYPE_CHECKING:
    from limbeck.config import Settings
    from limbeck.history.revision import Revision


def now(settings: Settings) -> datetime:
    """The time in the zone of the settings; without one the local time, which then carries no zone.

    Raises ConfigError for an unknown zone.
    """
    if settings.timezone is None:
        return datetime.now()  # noqa: DTZ005 - files state local time, unless told otherwise
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return datetime.now(ZoneInfo(settings.timezone))
    except (ZoneInfoNotFoundError, ValueError):
        raise ConfigError(
            f"there is no time zone {settings.timezone!r} (from {settings.origin('timezone')})",
            hint='use a name such as "UTC" or "Europe/Berlin"; on Windows, pip install tzdata',
        ) from None


def created(revision: Revision, settings: Settings) -> datetime:
    """The date that a new revision states, or now when it states none that can be read."""
    try:
        return datetime.fromisoformat(revision.created)
    except ValueError:
        return now(settings)


def file_name(revision: Revision, date: datetime, settings: Settings, suffix: str) -> str:
    """The path of a new file within its folder.

    Raises ConfigError for a `file_template` with unknown tokens, or one with folders that nobody would look into.
    """
    template = settings.file_template
    tokens = {
        "rev": revision.id,
        "slug": slug(revision.message, settings.truncate_slug_length),
        "epoch": int(date.timestamp()),
        "year": date.year,
        "month": date.month,
        "day": date.day,
        "hour": date.hour,
        "minute": date.minute,
        "second": date.second,
    }
    origin = settings.origin("file_template")
    if "/" in template and not settings.recursive_version_locations:
        raise ConfigError(
            f"file_template {template!r} (from {origin}) makes folders that are not looked into",
            hint="set recursive_version_locations = true",
        )
    try:
        return (template % tokens) + suffix
    except (KeyError, ValueError, TypeError):
        raise ConfigError(
            f"file_template {template!r} (from {origin}) cannot be filled in",
            hint=f"its tokens are {', '.join(f'%({token})s' for token in tokens)}",
        ) from None


def slug(message: str, length: int) -> str:
    """The words of a message for a file name; cut between words, with a trailing `_`, when they are longer."""
    words = "_".join(re.findall(r"\w+", message)).lower()
    return words if len(words) <= length else words[:length].rsplit("_", 1)[0] + "_"
