"""Runs on real databases: what they do, what they leave, and what they refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from limbeck.database.engine import call
from limbeck.database.live import LiveDatabase
from limbeck.errors import (
    CannotConnect,
    DirtyConnection,
    JournalDisagrees,
    NotCommitted,
    Refused,
    StatementFailed,
)
from limbeck.runner import Policy, RunDone, StatementDone, StepDone, StepFailed, StepStarted
from tests.databases.runs import (
    Shelf,
    Written,
    downgrade,
    execute,
    picture,
    rows,
    sql,
    upgrade,
)

if TYPE_CHECKING:
    from limbeck.dsl import Op
    from tests.servers import Kind

TWO = Shelf(
    Written("one", sql("CREATE TABLE a (x INTEGER)"), sql("DROP TABLE a")),
    Written(
        "two", sql("CREATE TABLE b (x INTEGER)", "INSERT INTO b VALUES (1)"), sql("DROP TABLE b")
    ),
)
ROLLS_BACK = ["sqlite", "postgresql"]


@pytest.mark.parametrize("per_revision", [False, True])
def test_up_and_down_again(database_url: str, per_revision: bool) -> None:
    policy = Policy(per_revision=per_revision)
    result = upgrade(database_url, TWO, policy=policy)
    assert [step.revision for step in result.plan] == ["one", "two"]
    assert result.heads == {"two"}
    assert rows(database_url, "SELECT * FROM alembic_version") == [("two",)]
    assert rows(database_url, "SELECT x FROM b") == [(1,)]
    assert downgrade(database_url, TWO, policy=policy).heads == frozenset()
    assert set(picture(database_url)) == {"views", "alembic_version"}
    assert rows(database_url, "SELECT * FROM alembic_version") == []


def test_nothing_to_do_touches_nothing(database_url: str) -> None:
    assert upgrade(database_url, Shelf()).plan.steps == ()
    assert set(picture(database_url, without=())) == {"views"}


def test_the_events_tell_the_whole_story(database_url: str) -> None:
    told: list[Any] = []
    upgrade(database_url, TWO, report=told.append)
    assert [(e.number, e.total, e.finished) for e in told if isinstance(e, StepStarted)] == [
        (1, 2, 0),
        (2, 2, 0),
    ]
    assert [e.text for e in told if isinstance(e, StatementDone)] == [
        "CREATE TABLE a (x INTEGER)",
        "CREATE TABLE b (x INTEGER)",
        "INSERT INTO b VALUES (1)",
    ]
    assert [e.step.revision for e in told if isinstance(e, StepDone)] == ["one", "two"]
    assert told[-1] == RunDone(frozenset({"two"}))


BROKEN = Shelf(
    Written("one", sql("CREATE TABLE a (x INTEGER)")),
    Written("bad", sql("CREATE TABLE b (x INTEGER)", "SELECT nonsense FROM nowhere")),
)


@pytest.mark.parametrize("kind", ROLLS_BACK)
@pytest.mark.parametrize("per_revision", [False, True])
def test_what_fails_leaves_nothing(kind: Kind, per_revision: bool, make_database: Any) -> None:
    url = make_database(kind)
    told: list[Any] = []
    with pytest.raises(StatementFailed, match="nowhere") as caught:
        upgrade(url, BROKEN, policy=Policy(per_revision=per_revision), report=told.append)
    assert caught.value.statement == "SELECT nonsense FROM nowhere"
    assert isinstance(told[-1], StepFailed)
    expected = {"a", "alembic_version"} if per_revision else set()
    assert set(picture(url)) - {"views"} == expected


def test_what_fails_on_a_server_that_commits_structure_goes_on_where_it_stopped(
    mariadb_url: str,
) -> None:
    with pytest.raises(StatementFailed):
        upgrade(mariadb_url, BROKEN)
    assert set(picture(mariadb_url)) - {"views"} == {"a", "b", "alembic_version"}
    assert rows(mariadb_url, "SELECT * FROM alembic_version") == [("one",)]
    repaired = Shelf(
        Written("one", sql("CREATE TABLE a (x INTEGER)")),
        Written("bad", sql("CREATE TABLE b (x INTEGER)", "INSERT INTO b VALUES (7)")),
        checksum="another",
    )
    told: list[Any] = []
    upgrade(mariadb_url, repaired, report=told.append)
    assert [(e.text, e.skipped) for e in told if isinstance(e, StatementDone)] == [
        ("CREATE TABLE b (x INTEGER)", True),
        ("INSERT INTO b VALUES (7)", False),
    ]
    assert rows(mariadb_url, "SELECT x FROM b") == [(7,)]


def test_a_connection_in_a_transaction_is_refused(database_url: str) -> None:
    engine = sa.create_engine(database_url)
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        with pytest.raises(DirtyConnection):
            LiveDatabase(connection)
    engine.dispose()


@pytest.mark.parametrize("kind", ROLLS_BACK)
def test_a_joined_transaction_is_the_callers_to_commit(kind: Kind, make_database: Any) -> None:
    url = make_database(kind)
    engine = sa.create_engine(url)
    for commit in (False, True):
        with engine.connect() as connection, connection.begin() as transaction:
            if kind == "sqlite":
                connection.exec_driver_sql("BEGIN")  # pysqlite itself begins only before INSERT
            upgrade(connection, TWO, join=True)
            if not commit:
                transaction.rollback()
        assert ("b" in picture(url)) is commit
    engine.dispose()


def test_a_connection_that_is_handed_in_stays_open_and_usable(database_url: str) -> None:
    engine = sa.create_engine(database_url)
    with engine.connect() as connection:
        upgrade(connection, TWO)
        assert not connection.in_transaction()
        assert connection.exec_driver_sql("SELECT x FROM b").scalar() == 1
    engine.dispose()


def test_an_engine_in_autocommit_mode_still_gets_all_or_nothing(postgresql_url: str) -> None:
    engine = sa.create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    with pytest.raises(StatementFailed):
        upgrade(engine, BROKEN)
    assert set(picture(postgresql_url)) == {"views"}
    with engine.connect() as connection:
        upgrade(connection, TWO)
        connection.exec_driver_sql("INSERT INTO b VALUES (2)")
    assert rows(postgresql_url, "SELECT count(*) FROM b") == [(2,)]
    engine.dispose()


def test_sqlite_in_memory() -> None:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        assert upgrade(connection, TWO).heads == {"two"}
        assert upgrade(connection, TWO).plan.steps == ()
    engine.dispose()


@pytest.mark.parametrize("kind", ROLLS_BACK)
@pytest.mark.parametrize("per_revision", [False, True])
def test_a_dry_run_leaves_nothing(kind: Kind, per_revision: bool, make_database: Any) -> None:
    url = make_database(kind)
    policy = Policy(dry_run=True, per_revision=per_revision)
    told: list[Any] = []
    assert upgrade(url, TWO, policy=policy, report=told.append).heads == {"two"}
    assert [e.step.revision for e in told if isinstance(e, StepDone)] == ["one", "two"]
    assert set(picture(url, without=())) == {"views"}
    with pytest.raises(StatementFailed):
        upgrade(url, BROKEN, policy=policy)
    assert set(picture(url, without=())) == {"views"}


def test_a_dry_run_is_refused_where_it_would_stay(mariadb_url: str) -> None:
    with pytest.raises(Refused, match="dry run is not possible on MariaDB"):
        upgrade(mariadb_url, TWO, policy=Policy(dry_run=True))
    assert set(picture(mariadb_url, without=())) == {"views"}


def test_a_dry_run_is_refused_when_a_statement_must_be_committed(postgresql_url: str) -> None:
    def commits(op: Op) -> None:
        op.get_bind().commit()

    for body in (commits, sql("CREATE INDEX CONCURRENTLY i ON a (x)")):
        shelf = Shelf(Written("one", sql("CREATE TABLE a (x INTEGER)")), Written("two", body))
        with pytest.raises(Refused):
            upgrade(postgresql_url, shelf, policy=Policy(dry_run=True))
        assert set(picture(postgresql_url, without=())) == {"views"}


def test_an_index_is_built_concurrently_amid_other_statements(postgresql_url: str) -> None:
    shelf = Shelf(
        Written(
            "one",
            sql(
                "CREATE TABLE a (x INTEGER)",
                "INSERT INTO a VALUES (1)",
                "CREATE INDEX CONCURRENTLY i ON a (x)",
                "INSERT INTO a VALUES (2)",
            ),
        ),
        Written("two", sql("CREATE TABLE b (x INTEGER)")),
    )
    assert upgrade(postgresql_url, shelf).heads == {"two"}
    assert rows(
        postgresql_url, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass"
    ) == [(True,)]
    assert rows(postgresql_url, "SELECT x FROM a ORDER BY x") == [(1,), (2,)]


def test_a_broken_concurrent_index_is_built_again(postgresql_url: str) -> None:
    def shelf(*texts: str) -> Shelf:
        return Shelf(Written("one", sql("CREATE TABLE a (x INTEGER)", "INSERT INTO a VALUES (1), (1)")),
                     Written("two", sql(*texts)))  # fmt: skip

    build = "CREATE UNIQUE INDEX CONCURRENTLY i ON a (x)"
    with pytest.raises(StatementFailed, match="could not create unique index"):
        upgrade(postgresql_url, shelf(build))
    assert rows(
        postgresql_url, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass"
    ) == [(False,)]
    execute(postgresql_url, "DELETE FROM a")
    assert upgrade(postgresql_url, shelf(build)).heads == {"two"}
    assert rows(
        postgresql_url, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass"
    ) == [(True,)]


def test_an_autocommit_block(database_url: str) -> None:
    def body(op: Op) -> None:
        op.execute("CREATE TABLE a (x INTEGER)")
        with op.get_context().autocommit_block():
            op.execute("INSERT INTO a VALUES (1)")
            op.get_bind().exec_driver_sql("INSERT INTO a VALUES (2)")
        op.execute("INSERT INTO a VALUES (3)")
        raise ValueError("after the block")

    with pytest.raises(ValueError, match="after the block"):
        upgrade(database_url, Shelf(Written("one", body)))
    assert rows(database_url, "SELECT x FROM a ORDER BY x") == [(1,), (2,)]

    def repaired(op: Op) -> None:
        op.execute("CREATE TABLE a (x INTEGER)")
        with op.get_context().autocommit_block():
            op.execute("INSERT INTO a VALUES (1)")
            op.get_bind().exec_driver_sql("INSERT INTO a VALUES (2)")
        op.execute("INSERT INTO a VALUES (3)")

    assert upgrade(database_url, Shelf(Written("one", repaired), checksum="new")).heads == {"one"}
    assert rows(database_url, "SELECT x FROM a ORDER BY x") == [(1,), (2,), (3,)]


def test_a_revision_that_commits_by_itself_is_not_run_twice(database_url: str) -> None:
    broken = [True]

    def body(op: Op) -> None:
        op.execute("CREATE TABLE a (x INTEGER)")
        op.get_bind().execute(sa.text("INSERT INTO a VALUES (:x)"), [{"x": 1}, {"x": 2}])
        op.get_bind().commit()
        op.get_bind().execute(sa.text("INSERT INTO a VALUES (3)"))
        if broken:
            raise ValueError("half way")

    shelf = Shelf(Written("one", body))
    with pytest.raises(ValueError, match="half way"):
        upgrade(database_url, shelf)
    assert rows(database_url, "SELECT x FROM a ORDER BY x") == [(1,), (2,)]
    broken.clear()
    upgrade(database_url, shelf)
    assert rows(database_url, "SELECT x FROM a ORDER BY x") == [(1,), (2,), (3,)]


def test_somebody_else_moving_the_version_row_is_noticed(database_url: str) -> None:
    upgrade(database_url, TWO, "one")

    def body(op: Op) -> None:
        op.execute("UPDATE alembic_version SET version_num = 'elsewhere'")

    shelf = Shelf(Written("one"), Written("two", body))
    with pytest.raises(JournalDisagrees):
        upgrade(database_url, shelf)


def test_what_was_not_committed_is_no_success(postgresql_url: str) -> None:
    """A trigger, a proxy or a rule may keep the row from changing although the server said yes."""
    upgrade(postgresql_url, TWO, "one")
    execute(
        postgresql_url,
        "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.version_num := OLD.version_num;"
        " RETURN NEW; END'",
        "CREATE TRIGGER keep BEFORE UPDATE ON alembic_version FOR EACH ROW EXECUTE FUNCTION keep()",
    )
    with pytest.raises(NotCommitted):
        upgrade(postgresql_url, TWO)


def test_long_ids_widen_a_narrow_version_table(database_url: str) -> None:
    execute(
        database_url,
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
        " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))",
        "INSERT INTO alembic_version VALUES ('one')",
    )
    long = "a_very_long_and_telling_revision_id_" * 3
    assert upgrade(database_url, Shelf(Written("one"), Written(long))).heads == {long}
    assert rows(database_url, "SELECT version_num FROM alembic_version") == [(long,)]


@pytest.mark.parametrize("kind", ["postgresql"])
def test_the_version_table_in_a_schema_of_its_own(kind: Kind, make_database: Any) -> None:
    url = make_database(kind)
    execute(url, 'CREATE SCHEMA "My Own"')
    arguments: dict[str, Any] = {"version_table": "Versions", "version_table_schema": "My Own"}
    assert upgrade(url, TWO, **arguments).heads == {"two"}
    assert rows(url, 'SELECT version_num FROM "My Own"."Versions"') == [("two",)]
    assert rows(url, 'SELECT count(*) FROM "My Own".limbeck_journal') == [(2,)]
    assert upgrade(url, TWO, **arguments).plan.steps == ()


def test_passwords_stay_out_of_errors() -> None:
    for url in (
        "postgresql+psycopg://postgres:Sesam-17@127.0.0.1:1/none",
        "mysql+pymysql://root:Sesam-17@127.0.0.1:1/none",
    ):
        with pytest.raises(CannotConnect, match=r"127\.0\.0\.1:1") as caught:
            call(url, lambda connection: None)
        shown = [repr(caught.value), str(caught.value), caught.value.hint or ""]
        assert "Sesam" not in "".join(shown)
        assert caught.value.__cause__ is None
