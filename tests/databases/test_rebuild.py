"""`recreate="always"` on databases that could alter the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from limbeck.errors import CannotCompile
from tests.databases.runs import Shelf, Written, rows, upgrade

if TYPE_CHECKING:
    from collections.abc import Callable

    from limbeck.dsl import Op
    from tests.servers import Kind


def make(op: Op) -> None:
    table = op.create_table(
        "item",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(20), nullable=False, index=True),
        sa.Column("amount", sa.Integer, server_default="3"),
        sa.UniqueConstraint("name", name="uq_item_name"),
    )
    op.bulk_insert(table, [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}])


def change(op: Op) -> None:
    with op.batch_alter_table("item", recreate="always") as batch:
        batch.add_column(sa.Column("size", sa.Integer, server_default="7"), insert_after="id")
        batch.alter_column(
            "name", new_column_name="title", existing_type=sa.String(20), existing_nullable=False
        )
        batch.alter_column("amount", type_=sa.String(5), existing_type=sa.Integer)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mariadb"])
def test_a_table_is_built_anew_with_its_rows(
    make_database: Callable[[Kind], str], kind: Kind
) -> None:
    url = make_database(kind)
    upgrade(url, Shelf(Written("a1", make), Written("b2", change)))
    assert rows(url, "SELECT * FROM item ORDER BY id") == [(1, 7, "a", "3"), (2, 7, "b", "3")]
    engine = sa.create_engine(url)
    found = sa.inspect(engine)
    assert [c["name"] for c in found.get_columns("item")] == ["id", "size", "title", "amount"]
    assert found.get_pk_constraint("item")["constrained_columns"] == ["id"]
    assert [u["column_names"] for u in found.get_unique_constraints("item")] == [["title"]]
    assert ["title"] in [i["column_names"] for i in found.get_indexes("item")]
    assert "_limbeck_new_item" not in found.get_table_names()
    engine.dispose()


def numbered(*more: sa.Identity) -> Callable[[Op], None]:
    def make(op: Op) -> None:
        table = op.create_table(
            "item",
            sa.Column("id", sa.Integer, *more, primary_key=True),
            sa.Column("name", sa.String(20)),
        )
        op.bulk_insert(table, [{"name": "a"}, {"name": "b"}, {"name": "c"}])
        op.execute("DELETE FROM item WHERE id = 3")

    return make


def add_first(op: Op) -> None:
    with op.batch_alter_table("item", recreate="always") as batch:
        batch.add_column(sa.Column("size", sa.Integer), insert_before="id")


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
@pytest.mark.parametrize("more", [(), (sa.Identity(always=True),), (sa.Identity(start=1),)])
def test_counters_go_on_where_they_were(
    make_database: Callable[[Kind], str], kind: Kind, more: tuple[sa.Identity, ...]
) -> None:
    url = make_database(kind)
    after = Written("c3", lambda op: op.execute("INSERT INTO item (name) VALUES ('new')"))
    upgrade(url, Shelf(Written("a1", numbered(*more)), Written("b2", add_first), after))
    (last,) = rows(url, "SELECT id, size FROM item WHERE name = 'new'")
    # MariaDB counts on from the greatest number that is there.
    assert last == ({"postgresql": 4, "mariadb": 3}[kind], None)


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_triggers_are_not_lost(make_database: Callable[[Kind], str], kind: Kind) -> None:
    url = make_database(kind)
    body = {
        "postgresql": "FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "mariadb": "FOR EACH ROW SET NEW.name = 'x'",
    }[kind]

    def make(op: Op) -> None:
        op.create_table("item", sa.Column("id", sa.Integer), sa.Column("name", sa.String(9)))
        op.execute(f"CREATE TRIGGER watch BEFORE UPDATE ON item {body}")

    upgrade(url, Shelf(Written("a1", make)))
    with pytest.raises(CannotCompile, match="would go with the old table: trigger watch"):
        upgrade(url, Shelf(Written("a1", make), Written("b2", add_first)))
    names = rows(url, "SELECT trigger_name FROM information_schema.triggers")
    assert ("watch",) in names


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_what_alter_table_can_do_is_left_to_it(
    make_database: Callable[[Kind], str], kind: Kind
) -> None:
    url = make_database(kind)

    def change(op: Op) -> None:
        op.create_table("part", sa.Column("item", sa.Integer, sa.ForeignKey("item.id")))
        with op.batch_alter_table("item", recreate="always") as batch:
            batch.alter_column("name", existing_type=sa.String(20), nullable=False)

    upgrade(url, Shelf(Written("a1", numbered()), Written("b2", change)))
    engine = sa.create_engine(url)
    assert [c["nullable"] for c in sa.inspect(engine).get_columns("item")] == [False, False]
    assert len(sa.inspect(engine).get_foreign_keys("part")) == 1
    engine.dispose()


def test_types_and_indexes_of_postgresql_stay(postgresql_url: str) -> None:
    def make(op: Op) -> None:
        op.create_table(
            "item",
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("kind", sa.Enum("a", "b", name="kind"), server_default="a", comment="which"),
            sa.Column("kinds", sa.ARRAY(sa.Enum("a", "b", name="kind"))),
        )
        op.create_index("ix", "item", ["kind"], postgresql_include=["id"], unique=True)
        op.execute("INSERT INTO item (kind) VALUES ('b')")

    upgrade(postgresql_url, Shelf(Written("a1", make), Written("b2", add_first)))
    assert rows(postgresql_url, "SELECT kind, kinds FROM item") == [("b", None)]
    engine = sa.create_engine(postgresql_url)
    columns = {c["name"]: c for c in sa.inspect(engine).get_columns("item")}
    assert isinstance(columns["kind"]["type"], sa.Enum)
    assert columns["kind"]["comment"] == "which"
    assert rows(postgresql_url, "SELECT indexdef FROM pg_indexes WHERE indexname = 'ix'") == [
        ("CREATE UNIQUE INDEX ix ON public.item USING btree (kind) INCLUDE (id)",)
    ]
    engine.dispose()


def test_sequences_keep_their_names_and_settings(postgresql_url: str) -> None:
    def make(op: Op) -> None:
        op.execute(
            "CREATE TABLE item (id serial PRIMARY KEY, place serial,"
            " number int GENERATED ALWAYS AS IDENTITY (START 10 INCREMENT 5))"
        )
        op.execute("ALTER SEQUENCE item_place_seq INCREMENT 100")
        op.execute("INSERT INTO item DEFAULT VALUES")

    after = Written("c3", lambda op: op.execute("INSERT INTO item DEFAULT VALUES"))
    upgrade(postgresql_url, Shelf(Written("a1", make), Written("b2", add_first), after))
    assert rows(postgresql_url, "SELECT id, place, number FROM item ORDER BY id") == [
        (1, 1, 10),
        (2, 101, 15),
    ]
    columns = ["id", "place", "number"]
    named = ", ".join(f"pg_get_serial_sequence('item', '{column}')" for column in columns)
    assert rows(postgresql_url, f"SELECT {named}") == [
        tuple(f"public.item_{column}_seq" for column in columns)
    ]


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_table_that_refers_to_itself(make_database: Callable[[Kind], str], kind: Kind) -> None:
    url = make_database(kind)

    def make(op: Op) -> None:
        table = op.create_table(
            "item",
            sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("up", sa.Integer, sa.ForeignKey("item.id", name="fk_up")),
        )
        op.bulk_insert(table, [{"id": 1, "up": None}, {"id": 2, "up": 1}])

    upgrade(url, Shelf(Written("a1", make), Written("b2", add_first)))
    engine = sa.create_engine(url)
    (key,) = sa.inspect(engine).get_foreign_keys("item")
    engine.dispose()
    assert (key["name"], key["referred_table"]) == ("fk_up", "item")
    assert rows(url, "SELECT id, up FROM item ORDER BY id") == [(1, None), (2, 1)]


HANGING = {
    "postgresql": {
        "CREATE TABLE part (item int CONSTRAINT fk REFERENCES item)": "foreign key part.fk",
        "CREATE VIEW shown AS SELECT id FROM item": "view shown",
        "CREATE RULE quiet AS ON DELETE TO item DO INSTEAD NOTHING": "rule quiet",
        "CREATE POLICY mine ON item USING (id > 0)": "policy mine",
        "ALTER TABLE item ENABLE ROW LEVEL SECURITY": "row level security enabled",
        "GRANT SELECT ON item TO PUBLIC": "grant PUBLIC",
        "GRANT UPDATE (name) ON item TO PUBLIC": "grant PUBLIC",
        "ALTER TABLE item OWNER TO pg_monitor": "owner pg_monitor",
        "CREATE STATISTICS pair (dependencies) ON id, name FROM item": "statistics pair",
        "CREATE PUBLICATION told FOR TABLE item": "publication told",
        "CREATE TABLE child () INHERITS (item)": "inheritance child",
        "ALTER TABLE item SET (fillfactor = 70)": "storage option fillfactor=70",
        "ALTER TABLE item SET UNLOGGED": "storage option UNLOGGED",
        "ALTER TABLE item ADD CONSTRAINT ex EXCLUDE (id WITH =)": "exclude constraint ex",
        "COMMENT ON CONSTRAINT item_pkey ON item IS 'why'": "comment of constraint item_pkey",
        "COMMENT ON INDEX item_pkey IS 'why'": "comment of index item_pkey",
    },
    "mariadb": {
        "CREATE TABLE part (item int, CONSTRAINT fk FOREIGN KEY (item) REFERENCES item (id))": "foreign key part.fk",
        "ALTER TABLE item ADD SYSTEM VERSIONING": "history of rows item",
    },
}


@pytest.mark.parametrize(
    ("kind", "statement", "lost"),
    [(kind, text, lost) for kind, cases in HANGING.items() for text, lost in cases.items()],
)
def test_nothing_that_hangs_on_a_table_is_lost(
    make_database: Callable[[Kind], str], kind: Kind, statement: str, lost: str
) -> None:
    url = make_database(kind)
    shelf = [Written("a1", numbered()), Written("a2", lambda op: op.execute(statement))]
    upgrade(url, Shelf(*shelf))
    with pytest.raises(CannotCompile, match="cannot be built anew, because this") as caught:
        upgrade(url, Shelf(*shelf, Written("b2", add_first)))
    assert caught.value.message.endswith(f": {lost}")
    engine = sa.create_engine(url)
    names = sa.inspect(engine).get_table_names()
    columns = [column["name"] for column in sa.inspect(engine).get_columns("item")]
    engine.dispose()
    assert "_limbeck_new_item" not in names
    assert columns == ["id", "name"]


def test_privileges_stay_on_mariadb(mariadb_url: str) -> None:
    upgrade(mariadb_url, Shelf(Written("a1", numbered())))
    database = sa.make_url(mariadb_url).database
    user = f"'limbeck_{database}'@'localhost'"
    find = f'SELECT table_name FROM information_schema.table_privileges WHERE grantee = "{user}"'
    with sa.create_engine(mariadb_url).connect() as connection:
        connection.exec_driver_sql(f"CREATE USER {user}")
        try:
            connection.exec_driver_sql(f"GRANT SELECT ON item TO {user}")
            upgrade(mariadb_url, Shelf(Written("a1", numbered()), Written("b2", add_first)))
            assert connection.exec_driver_sql(find).scalars().all() == ["item"]
        finally:
            connection.exec_driver_sql(f"DROP USER {user}")
        connection.engine.dispose()
