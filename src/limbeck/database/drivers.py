"""
What a driver does for each connection and nobody needs.

Responsible for leaving it out where the connection stays the same.  Does not decide whether a connection is encrypted.

PyMySQL loads all certificates of the system for a connection of which nothing is said about TLS, and then checks none:
it encrypts where the server can.  That takes longer than everything else about connecting.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    import sqlalchemy as sa


def relieve(engine: sa.Engine) -> sa.Engine:
    """The engine, whose driver does no work for nothing."""
    if engine.dialect.driver == "pymysql":
        event.listen(engine, "do_connect", _connect)
    return engine


def _connect(dialect: sa.Dialect, record: object, args: tuple[Any, ...], named: Any) -> Any:
    # Any: the driver's connection.  Listeners of a project's own come first, and may have changed the arguments.
    return _pymysql_connection()(*args, **named)


@cache
def _pymysql_connection() -> Any:
    """PyMySQL's connection, without certificates where it would check none."""
    from pymysql.connections import Connection  # type: ignore[import-untyped,unused-ignore]

    base: Any = Connection

    class Relieved(base):  # type: ignore[misc,unused-ignore]
        """As its base; had that no such method, nothing would be other than there."""

        def _create_ssl_ctx(self, given: Any) -> Any:
            if given != {}:
                return super()._create_ssl_ctx(given)
            import ssl

            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            return context

    return Relieved
