"""
The project's own rows, for databases that are thrown away.

Responsible for the setting `seed`: a SQL file, or a function that gets a connection.  Does not know what the rows are
for.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from limbeck.actions import hooks
from limbeck.config import hide_passwords
from limbeck.errors import ConfigError, RunError

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.config import Settings


def seed(settings: Settings, connection: sa.Connection) -> bool:
    """Put the rows in; whether there are any.

    Raises ConfigError when there is no such file or function, RunError when the rows are refused.
    """
    if settings.seed is None:
        return False
    if not _is_file(settings.seed):
        function = hooks.function(settings, "seed")
        assert function is not None
        try:
            function(connection)
        except Exception as error:
            said = hide_passwords(f"seed = {settings.seed!r}: {error}")
            raise RunError(said, hint=_HINT) from error
        return True
    import sqlalchemy as sa

    from limbeck.files.sql import split

    for statement in split(_text(settings), connection.dialect.name):
        try:
            connection.execution_options(no_parameters=True).exec_driver_sql(statement)
        except sa.exc.DBAPIError as error:  # noqa: PERF203 - which statement it was is to be said
            shown = " ".join(statement.split())[:80]
            raise RunError(
                f"seed = {settings.seed!r}: {str(error.orig).strip()}; the statement is: {shown}",
                hint=_HINT,
            ) from error
    return True


_HINT = "the seed must fit the schema of the common ancestor of what is compared"


def seed_content(settings: Settings) -> str:
    """The text of the seed's file; of a function, which may read anything, no more than its name."""
    if settings.seed is None:
        return ""
    return _text(settings) if _is_file(settings.seed) else settings.seed


def seeded_by_function(settings: Settings) -> bool:
    """Whether a function makes the rows, so that nobody can tell when they are others."""
    return settings.seed is not None and not _is_file(settings.seed)


def _is_file(text: str) -> bool:
    return text.endswith(".sql")


def _text(settings: Settings) -> str:
    assert settings.seed is not None
    try:
        return Path(settings.seed).read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"seed = {settings.seed!r} (from {settings.origin('seed')}): {error.strerror}"
        ) from None
