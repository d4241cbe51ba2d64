"""
What runs in each process that `limbeck compat check` starts: one command of limbeck or of Alembic, on scratch databases.

Responsible for sending every connection that SQLAlchemy opens to a scratch database, and for stopping what would leave it.
Imports nothing of limbeck at its top: it also runs in an environment that has Alembic alone.

    python driver.py ORDER.json
"""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
import traceback
from argparse import Namespace
from pathlib import Path
from threading import RLock
from typing import Any

_NAMES = ("dbname", "database", "db")
"""What drivers call the parameter for the database."""

_WHOLE_SERVER = re.compile(
    r"(?:^|;|\bDO\b.*?\b(?:BEGIN|THEN)\b)\s*(?:"
    r"(?:CREATE|ALTER|DROP)\s+(?:OR\s+REPLACE\s+)?(?:ROLE|USER(?!\s+MAPPING)|GROUP|TABLESPACE|DATABASE|SUBSCRIPTION)\b"
    r"|ALTER\s+SYSTEM\b|SET\s+(?:GLOBAL|PERSIST)\b|USE\s|ATTACH\b|VACUUM\s+INTO\b)",
    re.IGNORECASE | re.DOTALL,
)
# There a schema is a database, and accounts are rows of the server's own tables.
_WHOLE_MYSQL = re.compile(
    r"(?:^|;|\b(?:BEGIN|THEN)\b)\s*(?:"
    r"(?:CREATE|ALTER|DROP)\s+(?:OR\s+REPLACE\s+)?SCHEMA\b"
    r"|RENAME\s+USER\b|SET\s+(?:PASSWORD\b|@@GLOBAL\b)|(?:GRANT|REVOKE)\b[^;]*\sON\s+\*\s*\.\s*\*)",
    re.IGNORECASE | re.DOTALL,
)
_COMMENTS = re.compile(r"/\*.*?\*/|--[^\n]*", re.DOTALL)


class NotScratch(Exception):
    """Something would happen outside of the scratch databases."""


class Redirect:
    """Sends connections to scratch databases.

    Which one belongs to which real one is kept in the file `places` from one process to the next; each is written down
    there before it is made, so that who started the process can remove it whatever happens.
    """

    def __init__(self, order: dict[str, Any]) -> None:
        self._file: str = order["places"]
        self._folder: str = order["folder"]
        self._names: list[str] = order["names"]
        self._server: dict[str, Any] | None = order["server"]
        self._opened: list[Any] = []
        self.refused = ""
        """Why something was stopped; a command may say it in other words, or not at all."""
        self._others: dict[str, list[str]] = {}
        self._lock = RLock()

    def install(self) -> None:
        """Take part in all that SQLAlchemy does in this process."""
        from sqlalchemy import event
        from sqlalchemy.engine import Engine
        from sqlalchemy.pool import Pool

        event.listen(Engine, "do_connect", self._connect)
        event.listen(Pool, "connect", self._check_connection)
        event.listen(Engine, "before_cursor_execute", self._check_statement)

    # Any: drivers, their connections and parameters, which have no common type.

    def _connect(self, dialect: Any, record: Any, arguments: list[Any], parameters: Any) -> Any:
        with self._lock:
            given = dict(parameters)
            if dialect.name == "sqlite":
                connection = dialect.connect(self._file_for(dialect, arguments, given), **given)
            elif dialect.name in ("postgresql", "mysql", "mariadb"):
                connection = dialect.connect(**self._database_for(dialect, arguments, given))
            else:
                raise self._stop(f"limbeck makes no scratch databases for {dialect.name}")
            self._opened.append(connection)
            return connection

    def _stop(self, why: str) -> NotScratch:
        self.refused = self.refused or why
        return NotScratch(why)

    # Where a connection goes

    def _file_for(self, dialect: Any, arguments: list[Any], given: dict[str, Any]) -> str:
        real = str(arguments[0]) if arguments else str(given.pop("database", ":memory:"))
        places = self._places()
        if real not in places:
            name = str(Path(self._folder, f"{len(places)}.sqlite"))
            self._keep(real, {"dialect": "sqlite", "driver": dialect.driver, "database": name})
        return str(self._places()[real]["database"])

    def _database_for(
        self, dialect: Any, arguments: list[Any], given: dict[str, Any]
    ) -> dict[str, Any]:
        if arguments:
            raise self._stop(f"the driver {dialect.driver} is given a text to connect with")
        key = next((name for name in _NAMES if name in given), None)
        key = key or ("dbname" if dialect.driver.startswith("psycopg") else "database")
        where = ":".join(str(given[name]) for name in ("host", "port") if given.get(name))
        real = f"{where}/{given.get(key, '')}".lstrip("/")
        if self._server is not None and self._server["dialect"] == dialect.name:
            given.update(self._server["parameters"])
        places = self._places()
        if real not in places:
            if len(places) >= len(self._names):
                raise self._stop(f"env.py connects to more than {len(self._names)} databases")
            name = self._names[len(places)]
            like = self._like(dialect, given, key)
            self._keep(
                real,
                {
                    "dialect": dialect.name,
                    "driver": dialect.driver,
                    "database": name,
                    "key": key,
                    "parameters": {n: v for n, v in given.items() if isinstance(v, _PLAIN)},
                },
            )
            self._create(dialect, given, key, f"CREATE DATABASE {name} {like}")
        return {**given, key: self._places()[real]["database"]}

    def _like(self, dialect: Any, given: dict[str, Any], key: str) -> str:
        """So that names sort, and texts compare, as they do in the real one."""
        if dialect.name == "postgresql":
            query = (
                "SELECT pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database"
                " WHERE datname = current_database()"
            )
            found = self._ask(dialect, given, key, query)
            encoding, collate, ctype = (str(one).replace("'", "''") for one in found)
            return f"TEMPLATE template0 ENCODING '{encoding}' LC_COLLATE '{collate}' LC_CTYPE '{ctype}'"
        found = self._ask(
            dialect, given, key, "SELECT @@character_set_database, @@collation_database"
        )
        return f"CHARACTER SET {found[0]} COLLATE {found[1]}"

    def _ask(self, dialect: Any, given: dict[str, Any], key: str, query: str) -> Any:
        connection = _beside(dialect, given, key)
        try:
            cursor = connection.cursor()
            cursor.execute(query)
            return cursor.fetchone()
        finally:
            connection.close()

    def _create(self, dialect: Any, given: dict[str, Any], key: str, statement: str) -> None:
        connection = _beside(dialect, given, key)
        try:
            dialect.set_isolation_level(connection, "AUTOCOMMIT")
            connection.cursor().execute(statement)
        except Exception as error:
            raise self._stop(f"no scratch database can be made: {error}") from error
        finally:
            connection.close()

    def _places(self) -> dict[str, dict[str, Any]]:
        file = Path(self._file)
        found: dict[str, dict[str, Any]] = json.loads(file.read_text()) if file.exists() else {}
        return found

    def _keep(self, real: str, place: dict[str, Any]) -> None:
        Path(self._file).write_text(json.dumps({**self._places(), real: place}))

    # What must not happen

    def _check_connection(self, connection: Any, record: Any) -> None:
        """A function of the user's may connect by itself, as with `creator=`."""
        with self._lock:
            if not any(one is connection for one in self._opened):
                raise self._stop(
                    "a connection was opened by a function of the project's own (creator=...), and cannot be sent to"
                    " a scratch database"
                )

    def _check_statement(self, connection: Any, cursor: Any, statement: str, *rest: object) -> None:
        text = _COMMENTS.sub(" ", statement)
        mysql = connection.dialect.name in ("mysql", "mariadb")
        found = _WHOLE_SERVER.search(text) or (_WHOLE_MYSQL.search(text) if mysql else None)
        if found is not None:
            words = " ".join(text[found.start() :].lstrip("; \n").split()[:4])
            raise self._stop(f"a statement reaches beyond the scratch database: {words} ...")
        if mysql:
            for name in self._foreign(connection, cursor):
                if re.search(rf"(?<![\w.`])`?{re.escape(name)}`?\s*\.", text):
                    raise self._stop(f"a statement names another database of the server: {name}")

    def _foreign(self, connection: Any, cursor: Any) -> list[str]:
        """The databases of the server that are no scratch ones; of the server's own, the one that can be written to."""
        url = str(connection.engine.url)
        if url not in self._others:
            beside = connection.connection.dbapi_connection.cursor()
            beside.execute(
                "SELECT schema_name FROM information_schema.schemata WHERE schema_name NOT IN"
                " ('information_schema', 'performance_schema', 'sys')"
            )
            self._others[url] = [
                str(row[0]) for row in beside.fetchall() if row[0] not in self._names
            ]
            beside.close()
        return self._others[url]


_PLAIN = (str, int, float, bool, type(None))


def _beside(dialect: Any, given: dict[str, Any], key: str) -> Any:
    """A connection from which another database can be made: to the real one, else to where everybody may be."""
    try:
        return dialect.connect(**given)
    except Exception:  # whatever a driver raises where that database is not there, or not for us
        there = {name: value for name, value in given.items() if name != key}
        if dialect.name == "postgresql":
            there[key] = "postgres"
        return dialect.connect(**there)


# What is asked for


def facts(config: dict[str, Any]) -> dict[str, Any]:
    """What the revision files say, each of which is imported, in the words of `alembic.script`."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    given = {"file_": config["ini"], "ini_section": config["section"]}
    try:
        made = Config(**given, toml_file=config["toml"])
    except TypeError:  # an Alembic that does not know pyproject.toml
        made = Config(**given)
    made.cmd_opts = Namespace(x=config["x"] or None)
    scripts = ScriptDirectory.from_config(made)
    _choose_folders(made, scripts)
    revisions = {}
    for script in scripts.walk_revisions("base", "heads"):
        revisions[script.revision] = {
            "down_revision": _words(script.down_revision),
            "depends_on": _words(script.dependencies),
            "branch_labels": _words(script.branch_labels),
            "doc": script.doc,
            "downgrade": hasattr(script.module, "downgrade"),
        }
    return {
        "revisions": revisions,
        "heads": _words(scripts.get_heads()),
        "bases": _words(scripts.get_bases()),
    }


def _choose_folders(config: Any, scripts: Any) -> None:
    """Let `env.py` say where revisions are, where it seems to do that: it speaks of it, or there are none otherwise."""
    from alembic.runtime.environment import EnvironmentContext

    path = Path(scripts.dir, "env.py")
    usual = Path(scripts.dir, "versions")
    empty = not scripts.version_locations and not any(usual.glob("*.py"))
    if path.is_file() and (empty or b"version_locations" in path.read_bytes()):
        with EnvironmentContext(config, scripts, fn=lambda heads, context: [], dont_mutate=True):
            scripts.run_env()


def _words(found: Any) -> list[str]:
    """A name, several, or none, as a sorted list."""
    if found is None:
        return []
    return [found] if isinstance(found, str) else sorted(found)


def blamed(error: BaseException) -> str:
    """What went wrong, in one line, with the place in the project's own code."""
    text = next(iter(str(error).strip().splitlines()), "")
    here = f"{Path.cwd()}{os.sep}"
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.startswith(here) and "site-packages" not in frame.filename
    ]
    where = f"{frames[-1].filename[len(here) :]}:{frames[-1].lineno}: " if frames else ""
    if type(error).__module__ == "limbeck.errors":
        return text if ", line " in text else f"{where}{text}"  # its words are for people
    return f"{where}{type(error).__name__}: {text}"


def main(file: str) -> None:
    """Carry out the order that is written in `file`; what came of it is written there, too."""
    order = json.loads(Path(file).read_text())
    sys.path.pop(0)  # this folder: the commands themselves have none of theirs there
    answer: dict[str, Any] = {}
    redirect = Redirect(order)
    try:
        redirect.install()
        if order["words"]:
            _command(order["engine"], order["words"])
        else:
            if order["engine"] == "limbeck":
                importlib.import_module("limbeck.compat").install()
            answer["facts"] = facts(order["config"])
    except Exception as error:
        answer["error"] = blamed(error)
        sys.exit(1)
    finally:
        answer["refused"] = redirect.refused
        Path(order["answer"]).write_text(json.dumps(answer))


def _command(engine: str, words: list[str]) -> None:
    """Do what the command would do; errors are not caught, for what they say is wanted."""
    if engine == "limbeck":
        sys.exit(importlib.import_module("limbeck.cli.main").main(["--raiseerr", *words]))
    importlib.import_module("alembic.config").main(argv=["--raiseerr", *words], prog="alembic")


if __name__ == "__main__":
    main(sys.argv[1])
