"""Views, routines, triggers and policies of PostgreSQL as values, and what they need."""

from __future__ import annotations

from limbeck.schema import Key, Need, Policy, Routine, SchemaState, TableName, Trigger, View
from tests.databases.read.postgresql_reading import objects, read_after

TABLE = "CREATE TABLE t (id integer, name text)"
FUNCTION = """CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RETURN NEW; -- 100 %
END $$"""


def needs(*found: tuple[str, str] | tuple[str, str, str]) -> frozenset[Need]:
    return frozenset(
        Need(item[0], TableName(item[1]), item[2] if len(item) > 2 else None) for item in found
    )


def test_views(postgresql_url: str) -> None:
    state = read_after(
        postgresql_url,
        TABLE,
        "CREATE TABLE u (id integer)",  # of a single table some versions name the columns without it
        "CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "CREATE TYPE status AS ENUM ('a')",
        "CREATE VIEW v WITH (security_barrier = true) AS SELECT t.id, one() AS one FROM t CROSS JOIN u WHERE t.name <> 'x'",
        "COMMENT ON VIEW v IS 'seen'",
        "CREATE MATERIALIZED VIEW m AS SELECT v.id, 'a'::status AS s FROM v CROSS JOIN u",
    )
    (view,) = objects(state, "view")
    assert view == View(
        TableName("v"),
        "SELECT t.id,\n    one() AS one\n   FROM (t\n     CROSS JOIN u)\n  WHERE (t.name <> 'x'::text)",
        options=(("postgresql_with", (("security_barrier", "true"),)),),
        comment="seen",
    )
    assert isinstance(view, View)
    assert view.needs >= needs(("table", "t", "id"), ("table", "t", "name"), ("function", "one"))
    (second,) = objects(state, "materialized view")
    assert second == View(
        TableName("m"),
        "SELECT v.id,\n    'a'::status AS s\n   FROM (v\n     CROSS JOIN u)",
        materialized=True,
    )
    assert isinstance(second, View)
    assert second.needs >= needs(("view", "v", "id"), ("enum", "status"))


def test_functions_and_procedures(postgresql_url: str) -> None:
    state = read_after(
        postgresql_url,
        TABLE,
        'CREATE FUNCTION "Odd f"(a integer, VARIADIC "B b" text[] DEFAULT \'{}\') RETURNS SETOF t'
        " LANGUAGE sql STABLE AS $_$SELECT * FROM t WHERE '$body$' <> '%s:a'$_$",
        "CREATE FUNCTION f() RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT t.id FROM t; END",
        "CREATE FUNCTION f(bigint) RETURNS integer LANGUAGE sql AS 'SELECT 2'",
        "CREATE PROCEDURE p(INOUT a integer) LANGUAGE plpgsql AS $$ BEGIN a := 1; END $$",
        "CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer)",
        "COMMENT ON FUNCTION f(bigint) IS 'second'",
    )
    odd = state.objects[Key("function", TableName("Odd f"), "integer, text[]")]
    first = state.objects[Key("function", TableName("f"))]
    second = state.objects[Key("function", TableName("f"), "bigint")]
    procedure = state.objects[Key("procedure", TableName("p"), "integer")]
    assert odd == Routine(
        TableName("Odd f"),
        "a integer, VARIADIC \"B b\" text[] DEFAULT '{}'::text[]",
        "RETURNS SETOF t\n LANGUAGE sql\n STABLE\n"
        "AS $function$SELECT * FROM t WHERE '$body$' <> '%s:a'$function$",
        signature="integer, text[]",
    )
    assert isinstance(odd, Routine)
    assert odd.needs == needs(("table", "t"))
    assert second == Routine(
        TableName("f"),
        "bigint",
        "RETURNS integer\n LANGUAGE sql\nAS $function$SELECT 2$function$",
        signature="bigint",
        comment="second",
    )
    assert first == Routine(
        TableName("f"),
        "",
        "RETURNS integer\n LANGUAGE sql\nBEGIN ATOMIC\n SELECT t.id\n    FROM t;\nEND",
    )
    assert isinstance(first, Routine)
    assert first.needs == needs(("table", "t", "id"))
    assert procedure == Routine(
        TableName("p"),
        "INOUT a integer",
        "LANGUAGE plpgsql\nAS $procedure$ BEGIN a := 1; END $procedure$",
        procedure=True,
        signature="integer",
    )
    assert len(state.objects) == 4


def test_triggers(postgresql_url: str) -> None:
    state = read_after(
        postgresql_url,
        TABLE,
        FUNCTION,
        "CREATE TABLE parent (id integer) PARTITION BY LIST (id)",
        "CREATE TABLE child PARTITION OF parent DEFAULT",
        'CREATE TRIGGER "TRIGGER t" BEFORE UPDATE OF name ON t FOR EACH ROW'
        " WHEN (NEW.id > 0) EXECUTE FUNCTION touch('a b')",
        "CREATE CONSTRAINT TRIGGER later AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION touch()",
        "CREATE TRIGGER whole AFTER INSERT ON parent FOR EACH ROW EXECUTE FUNCTION touch()",
        "ALTER TABLE t DISABLE TRIGGER later",
        "COMMENT ON TRIGGER later ON t IS 'in the end'",
    )
    found = {item.key.name.name: item for item in objects(state, "trigger")}
    assert found == {
        "TRIGGER t": Trigger(
            "TRIGGER t",
            TableName("t"),
            "BEFORE UPDATE OF name ON t FOR EACH ROW WHEN (new.id > 0) EXECUTE FUNCTION touch('a b')",
        ),
        "later": Trigger(
            "later",
            TableName("t"),
            "CONSTRAINT AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION touch()",
            "D",
            "in the end",
        ),
        "whole": Trigger(
            "whole",
            TableName("parent"),
            "AFTER INSERT ON parent FOR EACH ROW EXECUTE FUNCTION touch()",
        ),
    }
    first = found["TRIGGER t"]
    assert isinstance(first, Trigger)
    assert ("function", TableName("touch"), None) in first.needs


def test_policies(postgresql_url: str) -> None:
    state = read_after(
        postgresql_url,
        TABLE,
        "CREATE TABLE teams (id integer)",
        "CREATE POLICY everybody ON t",
        "CREATE POLICY own ON t AS RESTRICTIVE FOR UPDATE TO pg_monitor, pg_read_all_data"
        " USING (id IN (SELECT teams.id FROM teams)) WITH CHECK (name = CURRENT_USER)",
        "COMMENT ON POLICY own ON t IS 'ours'",
    )
    everybody, own = objects(state, "policy")
    assert everybody == Policy("everybody", TableName("t"))
    assert own == Policy(
        "own",
        TableName("t"),
        "UPDATE",
        permissive=False,
        roles=("pg_monitor", "pg_read_all_data"),
        using="(id IN ( SELECT teams.id\n   FROM teams))",
        check="(name = CURRENT_USER)",
        comment="ours",
    )
    assert isinstance(own, Policy)
    assert ("table", TableName("teams"), "id") in own.needs


def test_what_belongs_to_an_extension_is_a_need_of_it(postgresql_url: str) -> None:
    state = read_after(
        postgresql_url,
        "CREATE EXTENSION citext",
        "CREATE VIEW v AS SELECT 'a'::citext AS a",
    )
    (view,) = objects(state, "view")
    assert isinstance(view, View)
    assert view.needs == needs(("extension", "citext"))
    assert len(state) == len(SchemaState())


def test_a_table_needs_what_its_defaults_checks_and_indexes_call(postgresql_url: str) -> None:
    state = read_after(
        postgresql_url,
        "CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION good(integer) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "CREATE FUNCTION key(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT 1'",
        "CREATE SEQUENCE s",
        "CREATE TABLE t (id serial, a integer DEFAULT one(), b integer DEFAULT nextval('s'), c text,"
        " CHECK (good(a)))",
        "CREATE INDEX ix ON t (key(c))",
    )
    assert state[TableName("t")].needs == needs(
        ("function", "one"), ("function", "good"), ("function", "key"), ("sequence", "s")
    )
