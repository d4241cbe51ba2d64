"""What PyMySQL does for a connection, and what it leaves out; no server is needed for that."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from limbeck.database.drivers import relieve
from limbeck.database.engine import engine_for

if TYPE_CHECKING:
    from pathlib import Path

_SERVER = (
    "mysql+pymysql://ada@db.example/shop?defer_connect=yes"  # the connection is made, not opened
)
# Of a certificate authority that has signed nothing; its key was thrown away.
_AUTHORITY = """\
-----BEGIN CERTIFICATE-----
MIIBkzCCATmgAwIBAgIUJOs+w3aCdCMd6s6oROuuTPY/RzkwCgYIKoZIzj0EAwIw
HjEcMBoGA1UEAwwTYXV0aG9yaXR5IG9mIGEgdGVzdDAgFw0yNjExMjMwMjUzMDla
GA8yMTI2MTAzMDAyNTMwOVowHjEcMBoGA1UEAwwTYXV0aG9yaXR5IG9mIGEgdGVz
dDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABH3hgEIvRhsTn18fom+paIZnDhlF
WOwWmogaQGKLw/zn/Rd24r3hsx4oSM2P6XyqTmSXtcHzn3R/uJcwMezCGnCjUzBR
MB0GA1UdDgQWBBSr4AhR2XFpeUS5hJvpzxqwoQ4InjAfBgNVHSMEGDAWgBSr4AhR
2XFpeUS5hJvpzxqwoQ4InjAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gA
MEUCIChqb+q4Z8N37/F7+QTWGMmrtBoS3w+0ta98x07dlwy4AiEAu71uKeM5m6Vl
WzJRr82dnQszjPNrW5tk3lFl+iDr6DM=
-----END CERTIFICATE-----
"""


class _Made(Exception):
    """Ends connecting where the dialect would ask the server for its version."""

    def __init__(self, connection: Any) -> None:  # Any: the driver's connection
        self.connection = connection


def _connection(engine: sa.Engine) -> Any:  # Any: as above
    """The driver's connection, as the engine would open it."""

    def made(connection: Any, record: object) -> None:
        raise _Made(connection)

    event.listen(engine, "first_connect", made, insert=True)
    with pytest.raises(_Made) as caught:
        engine.raw_connection()
    return caught.value.connection


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[ssl.Purpose]:
    """Grows whenever the certificates of the system are loaded."""
    found: list[ssl.Purpose] = []
    load = ssl.SSLContext.load_default_certs

    def counted(self: ssl.SSLContext, purpose: ssl.Purpose = ssl.Purpose.SERVER_AUTH) -> None:
        found.append(purpose)
        load(self, purpose)

    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", counted)
    return found


@pytest.fixture
def authority(tmp_path: Path) -> str:
    """The file of a certificate authority."""
    path = tmp_path / "authority.pem"
    path.write_text(_AUTHORITY)
    return str(path)


def _seen(context: ssl.SSLContext) -> dict[str, object]:
    """What a connection is encrypted with and checked by, but for the certificates."""
    return {
        "verify": context.verify_mode,
        "host": context.check_hostname,
        "options": context.options,
        "versions": (context.minimum_version, context.maximum_version),
        "ciphers": [one["name"] for one in context.get_ciphers()],
    }


def test_no_certificates_are_loaded_where_none_is_checked(loaded: list[ssl.Purpose]) -> None:
    context = _connection(engine_for(_SERVER)).ctx
    assert loaded == []
    assert context.verify_mode is ssl.CERT_NONE
    usual = _connection(sa.create_engine(_SERVER)).ctx
    assert len(loaded) == 1  # or there is nothing left to be left out
    assert _seen(context) == _seen(usual)


@pytest.mark.parametrize(
    ("words", "verify", "host"),
    [
        ("ssl_ca={authority}", ssl.CERT_REQUIRED, True),
        ("ssl_ca={authority}&ssl_check_hostname=false", ssl.CERT_REQUIRED, False),
        ("ssl_cipher=ECDHE-RSA-AES256-GCM-SHA384", ssl.CERT_NONE, False),
        ("ssl_verify_cert=true", ssl.CERT_REQUIRED, False),
    ],
)
def test_what_a_url_says_about_tls_holds(
    authority: str, words: str, verify: ssl.VerifyMode, *, host: bool
) -> None:
    url = f"{_SERVER}&{words.format(authority=authority)}"
    found = _connection(engine_for(url))
    usual = _connection(sa.create_engine(url))
    assert (found.ctx.verify_mode, found.ctx.check_hostname) == (verify, host)
    assert found._ssl_required is usual._ssl_required is True
    assert _seen(found.ctx) == _seen(usual.ctx)
    assert found.ctx.get_ca_certs() == usual.ctx.get_ca_certs()


def test_only_the_authority_of_the_url_is_trusted(
    authority: str, loaded: list[ssl.Purpose]
) -> None:
    context = _connection(engine_for(f"{_SERVER}&ssl_ca={authority}")).ctx
    (trusted,) = context.get_ca_certs()
    assert trusted["subject"] == ((("commonName", "authority of a test"),),)
    assert loaded == []


def test_a_context_of_the_project_is_taken_as_it_is() -> None:
    own = ssl.create_default_context()
    engine = relieve(sa.create_engine(_SERVER, connect_args={"ssl": own}))
    assert _connection(engine).ctx is own


def test_arguments_that_a_listener_of_the_project_adds_hold(authority: str) -> None:
    def encrypted(dialect: object, record: object, args: object, named: dict[str, Any]) -> None:
        named["ssl"] = {"ca": authority}

    event.listen(sa.Engine, "do_connect", encrypted)  # as a project does for all its engines
    try:
        context = _connection(engine_for(_SERVER)).ctx
    finally:
        event.remove(sa.Engine, "do_connect", encrypted)
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_without_tls_there_is_no_context() -> None:
    assert _connection(engine_for(f"{_SERVER}&ssl_disabled=true")).ssl is False


def test_other_drivers_connect_by_themselves(tmp_path: Path) -> None:
    engine = relieve(sa.create_engine(f"sqlite:///{tmp_path / 'app.db'}"))
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT 1")) == 1
    engine.dispose()
