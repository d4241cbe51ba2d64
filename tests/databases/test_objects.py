"""Views, routines, triggers, policies, grants and names on real databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from limbeck.errors import CannotCompile, StatementFailed
from tests.databases.runs import Shelf, Written, execute, rows, upgrade

if TYPE_CHECKING:
    from limbeck.dsl import Op


def run(url: str, *bodies: Callable[[Op], object], **arguments: Any) -> None:
    """Each body is a revision; all are new to the database."""
    shelf = Shelf(*(Written(f"r{number}", body) for number, body in enumerate(bodies)))
    upgrade(url, shelf, **arguments)


def people(op: Op) -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(50)),
        sa.Column("age", sa.Integer),
        sa.CheckConstraint("age > 0", name="ck_age"),
    )
    op.create_index("ix_name", "people", ["name"])
    op.execute("INSERT INTO people (id, name, age) VALUES (1, 'Ann', 30), (2, 'Bob', NULL)")


def test_a_view_is_made_replaced_and_dropped(database_url: str) -> None:
    def change(op: Op) -> None:
        op.create_view("adults", "SELECT id, name FROM people WHERE age > 17")
        op.replace_view("adults", "SELECT name AS called FROM people WHERE age > 17")
        op.create_view("gone", sa.select(sa.text("1")))
        op.drop_view("gone")

    run(database_url, people, change)
    assert rows(database_url, "SELECT called FROM adults") == [("Ann",)]
    with pytest.raises(sa.exc.DBAPIError):
        rows(database_url, "SELECT * FROM gone")


def test_a_view_that_must_be_dropped_keeps_its_grants_comment_and_triggers(
    postgresql_url: str,
) -> None:
    def view(op: Op) -> None:
        op.create_view("v", "SELECT id, name FROM people", comment="who", postgresql_with={"security_barrier": True})  # fmt: skip
        op.execute("GRANT SELECT ON v TO PUBLIC")
        op.create_function("stop", "", "RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'")  # fmt: skip
        op.create_trigger("never", "v", "INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION stop()")  # fmt: skip

    def change(op: Op) -> None:
        op.replace_view("v", "SELECT id, age::bigint AS name FROM people", existing="SELECT id, name FROM people", comment="who", existing_comment="who")  # fmt: skip

    run(postgresql_url, people, view, change)
    found = rows(
        postgresql_url,
        "SELECT obj_description('v'::regclass), has_table_privilege('public', 'v', 'SELECT'),"
        " (SELECT tgname FROM pg_trigger WHERE tgrelid = 'v'::regclass), pg_typeof(name)::text FROM v LIMIT 1",
    )
    assert found == [("who", True, "never", "bigint")]


def test_a_view_keeps_its_triggers_where_only_a_new_one_can_take_its_place(
    sqlite_url: str,
) -> None:
    def view(op: Op) -> None:
        op.create_view("adults", "SELECT id, name FROM people WHERE age > 17")
        op.create_trigger("born", "adults", "INSTEAD OF INSERT ON adults BEGIN INSERT INTO people VALUES (NEW.id, NEW.name, 18); END")  # fmt: skip

    def change(op: Op) -> None:
        op.replace_view("adults", "SELECT id, name FROM people WHERE age > 16")

    def write(op: Op) -> None:
        op.execute("INSERT INTO adults (id, name) VALUES (3, 'Cy')")

    run(sqlite_url, people, view, change, write)
    assert rows(sqlite_url, "SELECT name FROM adults ORDER BY id") == [("Ann",), ("Cy",)]


def test_a_view_on_which_others_depend_is_not_dropped(postgresql_url: str) -> None:
    def views(op: Op) -> None:
        op.create_view("v", "SELECT id, name FROM people")
        op.create_view("w", "SELECT name FROM v")

    def change(op: Op) -> None:
        op.replace_view("v", "SELECT id FROM people")

    with pytest.raises(StatementFailed, match="other objects depend on it"):
        run(postgresql_url, people, views, change)


def test_a_function_may_return_something_else(postgresql_url: str) -> None:
    def change(op: Op) -> None:
        old = "RETURNS integer LANGUAGE sql AS 'SELECT 1'"
        op.create_function("f", "a integer", old, comment="one")
        op.execute("REVOKE ALL ON FUNCTION f FROM PUBLIC")
        op.replace_function("f", "a integer", "RETURNS text LANGUAGE sql AS $$ SELECT 'two' $$", existing={"definition": old, "comment": "one"}, comment="one")  # fmt: skip

    run(postgresql_url, change)
    found = rows(
        postgresql_url,
        "SELECT f(1), obj_description('f(integer)'::regprocedure), has_function_privilege('public', 'f(integer)', 'EXECUTE')",
    )
    assert found == [("two", "one", False)]


def test_row_security_and_policies(postgresql_url: str) -> None:
    def change(op: Op) -> None:
        op.enable_row_level_security("people", force=True)
        op.create_policy("grown", "people", using="age > 17", roles=["public"])
        op.replace_policy("grown", "people", using="age > 20", existing={"using": "age > 17"})
        op.replace_policy("grown", "people", check="true", existing={"using": "age > 20"})
        op.grant("SELECT, INSERT (id, name)", "people", "public")
        op.revoke("SELECT", "people", "public")

    run(postgresql_url, people, change)
    found = rows(
        postgresql_url,
        "SELECT relrowsecurity, relforcerowsecurity, polqual IS NULL, pg_get_expr(polwithcheck, polrelid),"
        " has_table_privilege('public', 'people', 'SELECT'),"
        " has_column_privilege('public', 'people', 'name', 'INSERT')"
        " FROM pg_class JOIN pg_policy ON polrelid = pg_class.oid",
    )
    assert found == [(True, True, True, "true", False, True)]


def test_types_sequences_and_extensions(postgresql_url: str) -> None:
    def change(op: Op) -> None:
        op.create_extension("pg_trgm")
        op.create_domain("positive", "integer", checks={"above": "VALUE > 0"}, nullable=False)
        op.replace_domain("positive", "integer", default="1", checks={"more": "VALUE > 1"}, existing={"checks": {"above": "VALUE > 0"}, "nullable": False})  # fmt: skip
        op.create_composite_type("money_of", {"amount": sa.Numeric(10, 2), "unit": "text"})
        op.replace_composite_type("money_of", {"amount": "bigint", "more": "text"}, existing={"amount": "numeric(10, 2)", "unit": "text"})  # fmt: skip
        op.create_sequence("s", start=10, increment=5)
        op.replace_sequence("s", start=10, increment=7, cycle=True, existing={"start": 10, "increment": 5})  # fmt: skip
        op.rename_object("sequence", "s", "counter")

    run(postgresql_url, change)
    assert rows(postgresql_url, "SELECT NULL::positive IS NULL, (ROW(1, 'x')::money_of).more") == [(True, "x")]  # fmt: skip
    assert rows(postgresql_url, "SELECT nextval('counter'), nextval('counter')") == [(10, 17)]
    with pytest.raises(sa.exc.IntegrityError):
        rows(postgresql_url, "SELECT 1::positive")
    assert rows(postgresql_url, "SELECT similarity('a', 'a')") == [(1.0,)]


def test_programs_of_mariadb(mariadb_url: str) -> None:
    def change(op: Op) -> None:
        op.create_function("twice", "n INT", "RETURNS INT DETERMINISTIC RETURN n * 2")
        op.replace_function("twice", "n INT", "RETURNS INT DETERMINISTIC BEGIN DECLARE x INT; SET x = n * 3; RETURN x; END")  # fmt: skip
        op.create_procedure("tidy", "", "DELETE FROM people WHERE id = 2")
        op.create_trigger("older", "people", "BEFORE INSERT ON people FOR EACH ROW SET NEW.age = 1")
        op.replace_trigger("older", "people", "BEFORE INSERT ON people FOR EACH ROW SET NEW.age = 7")  # fmt: skip
        op.create_sequence("s", start=5)
        op.rename_object("sequence", "s", "t")
        op.replace_sequence("t", start=5, increment=3, existing={"start": 5})
        op.execute("CALL tidy()")
        op.execute("INSERT INTO people (id) VALUES (3)")

    run(mariadb_url, people, change)
    assert rows(mariadb_url, "SELECT id, age, twice(age) FROM people ORDER BY id") == [
        (1, 30, 90),
        (3, 7, 21),
    ]
    assert rows(mariadb_url, "SELECT NEXTVAL(t)") == [(5,)]


def test_triggers_of_sqlite(sqlite_url: str) -> None:
    def change(op: Op) -> None:
        body = "AFTER INSERT ON people BEGIN UPDATE people SET age = {} WHERE id = NEW.id; END"
        op.create_trigger("older", "people", body.format(1))
        op.replace_trigger("older", "people", body.format(7))
        op.execute("INSERT INTO people (id) VALUES (3)")
        op.drop_trigger("older", "people")
        op.execute("INSERT INTO people (id) VALUES (4)")

    run(sqlite_url, people, change)
    assert rows(sqlite_url, "SELECT age FROM people WHERE id > 2") == [(7,), (None,)]


def test_what_a_database_has_not_is_refused(sqlite_url: str) -> None:
    with pytest.raises(CannotCompile, match="sqlite has no function"):
        run(sqlite_url, lambda op: op.create_function("f", "", "x"))


def test_indexes_and_constraints_are_renamed(database_url: str) -> None:
    def change(op: Op) -> None:
        op.rename_index("ix_name", "ix_called", "people")
        op.rename_constraint("ck_age", "ck_old", "people")

    def batch(op: Op) -> None:
        with op.batch_alter_table("people") as batch_op:
            batch_op.rename_index("ix_called", "ix_last")
            batch_op.rename_constraint("ck_old", "ck_last")
            batch_op.alter_column("name", nullable=True, existing_type=sa.String(50))

    run(database_url, people, change, batch)
    engine = sa.create_engine(database_url)
    inspector = sa.inspect(engine)
    assert [index["name"] for index in inspector.get_indexes("people")] == ["ix_last"]
    assert [check["name"] for check in inspector.get_check_constraints("people")] == ["ck_last"]
    engine.dispose()
    with pytest.raises(sa.exc.DBAPIError):
        execute(database_url, "INSERT INTO people (id, age) VALUES (9, -1)")


def test_a_column_is_filled_where_it_is_null(database_url: str) -> None:
    run(database_url, people, lambda op: op.fill_column("people", "age", 5))
    assert rows(database_url, "SELECT age FROM people ORDER BY id") == [(30,), (5,)]


def test_options_of_a_table_change(postgresql_url: str, mariadb_url: str, sqlite_url: str) -> None:
    def storage(op: Op) -> None:
        op.set_table_options("people", postgresql_with={"fillfactor": 70}, unlogged=True)
        op.set_table_options("people", postgresql_with=None, existing={"postgresql_with": {"fillfactor": 70}}, unlogged=False)  # fmt: skip
        op.set_table_options("people", postgresql_with={"autovacuum_enabled": False})

    run(postgresql_url, people, storage)
    query = "SELECT relpersistence::text, reloptions FROM pg_class WHERE oid = 'people'::regclass"
    assert rows(postgresql_url, query) == [("p", ["autovacuum_enabled=false"])]
    run(mariadb_url, people, lambda op: op.set_table_options("people", mysql_engine="Aria", mysql_charset="latin1"))  # fmt: skip
    query = "SELECT engine, table_collation FROM information_schema.tables WHERE table_name = 'people' AND table_schema = database()"
    assert rows(mariadb_url, query)[0][0] == "Aria"
    assert rows(mariadb_url, query)[0][1].startswith("latin1")
    run(sqlite_url, people, lambda op: op.set_table_options("people", sqlite_with_rowid=False))
    assert "WITHOUT ROWID" in rows(sqlite_url, "SELECT sql FROM sqlite_master WHERE name = 'people'")[0][0]  # fmt: skip


def test_a_constraint_is_validated_later(postgresql_url: str) -> None:
    def change(op: Op) -> None:
        op.create_check_constraint("ck", "people", "name <> 'Ann'", postgresql_not_valid=True)

    with pytest.raises(StatementFailed, match="violated by some row"):
        run(postgresql_url, people, change, lambda op: op.validate_constraint("ck", "people"))
