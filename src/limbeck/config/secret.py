"""
The address of a database, kept so that its password cannot leak by accident.

Responsible for what a `url` setting may be (a literal, `env:NAME`, `file:PATH`, `module:attribute`), for turning
it into the real address when a connection is needed, and for showing it without its password.  Does not know
SQLAlchemy: an address is text here.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Literal

from limbeck.errors import ConfigError

Kind = Literal["literal", "env", "file", "call"]

_ATTRIBUTE = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*\Z")
_SECRET_PARAMETER = re.compile(
    r"(?i)([?&;](?:[\w-]*(?:password|passwd|passphrase|secret|token)|pwd|api_?key|odbc_connect)=)[^&;]*"
)


class DatabaseUrl:
    """Where a database is, as the settings say it.

    `written` is the text of the setting.  `str()` and `repr()` never show a password; `reveal()` gives the real
    address and looks into the environment, the file or the module only then.  `base` is the folder that relative
    SQLite paths and `file:` paths of a configuration file start from; None leaves them to the working directory.
    """

    __slots__ = ("base", "kind", "written")

    def __init__(self, written: str, *, base: Path | None = None) -> None:
        self.written = written.strip()
        self.base = base
        self.kind: Kind = _kind(self.written)

    def reveal(self) -> str:
        """The real address, password included.

        Raises ConfigError when the variable, file or attribute that should hold it does not, or when it holds no
        address; the message never contains the value.
        """
        if self.kind == "env":
            return self._checked(_from_environment(self.written[4:]))
        if self.kind == "file":
            return self._checked(_from_file((self.base or Path()) / self.written[5:]))
        if self.kind == "call":
            return self._checked(_from_attribute(self.written))
        return _anchored(self._checked(self.written), self.base)

    def _checked(self, address: str) -> str:
        if "://" in address:
            return address
        where = "the url setting" if self.kind == "literal" else f"the url from {self.written}"
        raise ConfigError(
            f"{where} is not a database address: it has no '://'",
            hint='write it like url = "postgresql+psycopg://user@host/name" or url = "env:DATABASE_URL"',
        )

    def __str__(self) -> str:
        return hide_password(self.written) if self.kind == "literal" else self.written

    def __repr__(self) -> str:
        return f"DatabaseUrl({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DatabaseUrl):
            return NotImplemented
        return (self.written, self.base) == (other.written, other.base)

    def __hash__(self) -> int:
        return hash((self.written, self.base))


def hide_passwords(text: str) -> str:
    """A message with `***` for the passwords of all addresses in it."""
    return " ".join(hide_password(word) if "://" in word else word for word in text.split(" "))


def hide_password(address: str) -> str:
    """`address` with `***` for its password, and for query parameters whose name says that they are secret.

    An address without its scheme, which somebody may have forgotten, is treated alike.  A password may hold `/`, `?` and, when somebody forgot to quote it, `@`: everything up to the last `@` is
    taken for it, so that rather too much is hidden than too little.
    """
    scheme, separator, rest = address.partition("://")
    if not separator:
        scheme, rest = "", address
    login, at, place = rest.rpartition("@")
    if at:
        user, colon, _ = login.partition(":")
        if not colon and "?" not in login and "/" not in login:
            user = login
        rest = f"{user}{':***' if colon else ''}@{place}"
    return scheme + separator + _SECRET_PARAMETER.sub(r"\1***", rest)


def _kind(written: str) -> Kind:
    if "://" in written:
        return "literal"
    if written.startswith("env:"):
        return "env"
    if written.startswith("file:"):
        return "file"
    return "call" if _ATTRIBUTE.match(written) else "literal"


def _from_environment(name: str) -> str:
    value = os.environ.get(name)
    if value is None or not value.strip():
        raise ConfigError(
            f"the url is read from the environment variable {name}, which is "
            + ("not set" if value is None else "empty"),
            hint=f"export {name}=postgresql+psycopg://user@host/name",
        )
    return value.strip()


def _from_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ConfigError(f"the url is read from the file {path}, which fails: {reason}") from None


def _from_attribute(written: str) -> str:
    import importlib

    module, _, path = written.partition(":")
    try:
        value: object = importlib.import_module(module)
        for name in path.split("."):
            value = getattr(value, name)
        if callable(value):
            value = value()
    except Exception as error:
        # Only the kind of the error: its text may well quote the address that it stumbled over.
        raise ConfigError(
            f"the url is read from {written}, which fails with {type(error).__name__}",
            hint=f'python -c "from {module} import {path.partition(".")[0]}"',
        ) from None
    return _text_of(value)


def _text_of(value: object) -> str:
    """The address in what an application calls one: text, SQLAlchemy's URL, pydantic's secrets and addresses."""
    for method, arguments in (
        ("render_as_string", {"hide_password": False}),
        ("get_secret_value", {}),
    ):
        found = getattr(value, method, None)
        if found is not None:
            return _text_of(found(**arguments))
    return str(value)


def _anchored(address: str, base: Path | None) -> str:
    """A relative SQLite file in a configuration is meant from that file's folder, wherever one stands."""
    scheme, _, rest = address.partition("://")
    if base is None or scheme.partition("+")[0] != "sqlite" or not rest.startswith("/"):
        return address
    name, question, query = rest[1:].partition("?")
    if not name or name.startswith((":", "file:")) or Path(name).is_absolute():
        return address
    folder = base.absolute()
    if folder == Path.cwd():
        return address
    return f"{scheme}:///{folder / name}{question}{query}"
