"""
A history with everything that can go wrong in it, and a world that breaks at a chosen moment.

The databases are real: what breaks is the driver's connection, just before the server gets to see something or just
after it has acted on it.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from limbeck.database.live import LiveDatabase
from limbeck.dsl import Op
from limbeck.errors import LimbeckError
from limbeck.runner import Policy
from tests.databases.runs import Shelf, Written, sql

When = Literal["before", "after"]


def begin(op: Op) -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(30)),
        sa.Column("balance", sa.Integer, server_default="0", nullable=False),
    )
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column(
            "account_id",
            sa.Integer,
            sa.ForeignKey("account.id", name="fk_entry", ondelete="CASCADE"),
        ),
    )
    account = sa.table("account", sa.column("id", sa.Integer), sa.column("name", sa.String))
    op.bulk_insert(account, [{"id": n, "name": f"n{n}"} for n in range(3)])
    op.execute("INSERT INTO entry (id, account_id) VALUES (1, 1), (2, 2)")


def more(op: Op) -> None:
    op.execute("UPDATE account SET balance = balance + 1")
    op.add_column("account", sa.Column("email", sa.String(50)))
    op.execute("UPDATE account SET balance = balance + 10")
    op.execute("UPDATE account SET email = name")


def directly(op: Op) -> None:
    bind = op.get_bind()
    bind.execute(
        sa.text("INSERT INTO entry (id, account_id) VALUES (:id, 0)"), [{"id": n} for n in (10, 11)]
    )
    op.create_index("ix_entry", "entry", ["account_id"])
    total = bind.execute(sa.text("SELECT count(*) FROM entry")).scalar()
    bind.execute(sa.text("UPDATE account SET balance = balance + :total"), {"total": total})


def concurrently(op: Op) -> None:
    op.execute("UPDATE account SET balance = balance * 2")
    op.create_index("ix_name", "account", ["name"], postgresql_concurrently=True)
    op.execute("UPDATE account SET balance = balance + 3")


def recreated(op: Op) -> None:
    op.execute("UPDATE account SET balance = balance + 5")
    with op.batch_alter_table("account") as batch:
        batch.alter_column("name", existing_type=sa.String(30), nullable=False)
    op.execute("UPDATE account SET balance = balance * 3")


def one_by_one(op: Op) -> None:
    op.execute("UPDATE account SET balance = balance + 7")
    with op.get_context().autocommit_block():
        op.execute("UPDATE account SET balance = balance * 5")
        op.execute("UPDATE account SET balance = balance + 2")
    op.execute("UPDATE account SET balance = balance + 4")


WORLD = Shelf(
    Written("r01", begin),
    Written("r02", more),
    Written("r03", directly),
    Written("r04", concurrently),
    Written("r05", recreated),
    Written(
        "r06",
        sql(
            "CREATE TABLE note (id INTEGER, body VARCHAR(20))",
            "INSERT INTO note VALUES (1, 'first')",
            "ALTER TABLE note ADD COLUMN more INTEGER",
            "INSERT INTO note SELECT id, name, balance FROM account",
        ),
    ),
    Written("r07", one_by_one),
    Written("r08", lambda op: op.rename_table("note", "remark")),
    Written("r09", sql("CREATE VIEW rich AS SELECT id FROM account WHERE balance > 10")),
    Written("r10", lambda op: op.drop_index("ix_entry", "entry") if op.get_bind().dialect.name != "mysql"
            else op.create_index("ix_more", "remark", ["more"])),
)  # fmt: skip


class Dead(BaseException):
    """The process is gone; what is raised is only so that the test can go on."""


class Fuse:
    """Breaks touch number `at`, counted from 1: just before it happens, or just after.

    `happen` is what breaking means; from then on, `over` decides what every further touch does.
    """

    def __init__(self, at: int, when: When, happen: Callable[[], None], *, lasting: bool) -> None:
        self.at = at
        self.when = when
        self.count = 0
        self._happen = happen
        self._lasting = lasting

    @property
    def blown(self) -> bool:
        return self.count >= self.at

    def around(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """`act`, as a touch of the world."""

        def touched(*arguments: Any, **named: Any) -> Any:
            self.count += 1
            now = self.count >= self.at if self._lasting else self.count == self.at
            if now and (self.when == "before" or self.count > self.at):
                self._happen()
            result: Any = None
            try:
                result = act(*arguments, **named)
                return result
            finally:
                if now:
                    if hasattr(result, "close"):  # a connection that nobody gets to see
                        result.close()
                    self._happen()

        return touched


TOUCHES = ("do_execute", "do_executemany", "do_execute_no_params", "do_commit", "connect")


def engine(url: str, fuse: Fuse | None = None) -> sa.Engine:
    """An engine in the world where `fuse` breaks; SQLite enforces foreign keys."""
    made = sa.create_engine(url, poolclass=NullPool)
    if made.dialect.name == "sqlite":
        sa.event.listen(
            made, "connect", lambda raw, record: raw.execute("PRAGMA foreign_keys=ON").close()
        )
    if fuse is not None:
        with made.connect():
            pass  # what SQLAlchemy asks a server once is not ours
        for name in TOUCHES:
            setattr(made.dialect, name, fuse.around(getattr(made.dialect, name)))
    return made


def migrate(made: sa.Engine, *, per_revision: bool = False) -> None:
    """Upgrade to the end, waiting for those that are in the way."""
    from limbeck.database.engine import call

    def work(connection: sa.Connection) -> None:
        with LiveDatabase(
            connection, policy=Policy(per_revision=per_revision, lock_timeout=30)
        ) as database:
            WORLD.upgrade(database)

    call(made, work)


@contextmanager
def failing() -> Iterator[None]:
    """A run that may end with any error that a broken world brings about."""
    try:
        yield
    except (Dead, LimbeckError, sa.exc.SQLAlchemyError, OSError):
        pass


def kill() -> None:
    """The end, without a word to anybody."""
    os.kill(os.getpid(), signal.SIGKILL)
