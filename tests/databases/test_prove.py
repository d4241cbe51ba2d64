"""Branches that are run: several of them, with rows of the project's own, and what is remembered of it."""

from __future__ import annotations

import os
import textwrap
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from limbeck.actions.conflicts import conflicts
from limbeck.actions.prove import prove
from limbeck.config import load
from limbeck.database.scratch import source
from limbeck.database.scratch.copies import Copies, Place
from limbeck.errors import ConfigError, NoScratch, RunError
from limbeck.project import Project

if TYPE_CHECKING:
    from pathlib import Path

USERS = 'op.create_table("users", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(50)))'


def project(folder: Path, url: str, /, seed: str = "", **bodies: str) -> Project:
    """Revisions by id: `a` is the ancestor, all others follow it."""
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    more = f'seed = "{seed}"\n' if seed else ""
    (folder / "limbeck.toml").write_text(f'url = "{url}"\n{more}')
    for id, body in bodies.items():
        down = None if id == "a" else "a"
        (versions / f"{id}.py").write_text(
            f'"""{id}"""\nimport sqlalchemy as sa\nfrom limbeck import op\n\nrevision = "{id}"\n'
            f"down_revision = {down!r}\n\n\ndef upgrade():\n{textwrap.indent(body, '    ')}\n"
        )
    return Project.open(load(folder / "limbeck.toml"))


def asked(url: str, question: str) -> set[str]:
    """The first column of an answer."""
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        return set(connection.exec_driver_sql(question).scalars())


def tables(url: str) -> list[str]:
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        return sa.inspect(connection).get_table_names()


def add(name: str) -> str:
    return f'op.add_column("users", sa.Column("{name}", sa.Integer))'


def test_every_order_of_three(tmp_path: Path, database_url: str) -> None:
    made = project(tmp_path, database_url, a=USERS, b=add("x"), c=add("y"), d=add("z"))
    proof = prove(made, ("b", "c", "d"))
    assert proof.outcome.value == "equal"
    assert len(proof.orders) == 6
    assert proof.complete
    assert tables(database_url) == []


def test_the_orders_of_three_that_work(tmp_path: Path) -> None:
    rename = 'op.rename_table("users", "people")'
    made = project(tmp_path, "sqlite://", a=USERS, b=rename, c=add("y"), d=add("z"))
    proof = prove(made, ("b", "c", "d"))
    assert proof.outcome.value == "one order fails"
    assert {order.heads for order in proof.works} == {("c", "d", "b"), ("d", "c", "b")}


def test_orders_that_work_are_compared_when_the_first_one_fails(tmp_path: Path) -> None:
    rename = 'op.rename_table("users", "people")'
    write = "op.execute(\"UPDATE users SET name = '{}'\")"
    bodies = {"b": rename, "c": write.format("c"), "d": write.format("d")}
    proof = prove(project(tmp_path, "sqlite://", a=USERS, **bodies), ("b", "c", "d"))
    assert proof.orders[0].error
    assert proof.outcome.value == "equal schema, different data"


WRITE = "op.execute(\"UPDATE users SET name = '{}' WHERE lot = -7\")"
LOT = 'op.add_column("users", sa.Column("lot", sa.Integer, server_default="0"))'
AGREE = {"b": add("u"), "f": add("v"), "g": add("w"), "h": add("x")}


def five(folder: Path, url: str = "sqlite://", **bodies: str) -> Project:
    """Heads of which two meet only where another one has been."""
    bodies = {"c": WRITE.format("c"), "e": WRITE.format("e"), **bodies}
    return project(folder, url, a=f"{USERS}\n{LOT}", **bodies)


def test_of_five_each_two_change_places_in_every_state(tmp_path: Path, database_url: str) -> None:
    heads = ("b", "c", "e", "f", "j")
    meeting = 'op.execute("UPDATE users SET lot = -7")'
    made = five(tmp_path, database_url, b=AGREE["b"], f=AGREE["f"], j=add("y"))
    with_rows = prove(made, heads)
    assert (with_rows.outcome.value, len(with_rows.orders)) == ("equal", 120)
    assert with_rows.complete
    # `c` and `e` write nothing, unless `j` has been, which comes last.
    proof = prove(five(tmp_path, database_url, j=meeting), heads)
    assert proof.outcome.value == "equal schema, different data"
    assert any("name='c'" in line for line in proof.differences)


def test_the_orders_of_five_that_work(tmp_path: Path) -> None:
    write = {one: f"op.execute(\"UPDATE users SET name = '{one}'\")" for one in "be"}
    proof = prove(
        project(tmp_path, "sqlite://", a=USERS, c=add("z"), f=AGREE["f"], g=AGREE["g"], **write),
        ("b", "c", "f", "g", "e"),
    )
    assert proof.outcome.value == "equal schema, different data"
    rename = 'op.rename_table("users", "people")'
    made = five(tmp_path, b=rename, f=AGREE["f"], g=AGREE["g"])
    proof = prove(made, ("b", "c", "e", "f", "g"))
    assert proof.outcome.value == "one order fails"
    assert {order.heads[-1] for order in proof.works} == {"b"}
    assert (len(proof.works), len(proof.orders)) == (24, 120)
    assert len(proof.telling) < 6
    assert proof.telling[0].error == ""


def test_of_many_the_states_beside_one_order(tmp_path: Path) -> None:
    meeting = 'op.execute("UPDATE users SET lot = -7")'
    made = five(tmp_path, **AGREE, d=meeting)
    proof = prove(made, ("b", "d", "f", "c", "g", "h", "e"))
    assert not proof.complete
    assert proof.outcome.value == "equal schema, different data"
    rename = 'op.rename_table("users", "people")'
    proof = prove(five(tmp_path, d=rename), ("b", "d", "f", "c", "g", "h", "e"))
    assert proof.outcome.value == "one order fails"
    assert proof.order == ("b", "f", "c", "g", "h", "e", "d")
    assert all(order.failed != "d" for order in proof.orders)


def test_what_chance_and_the_clock_write_is_not_compared(tmp_path: Path, database_url: str) -> None:
    random = {"postgresql": "random()", "mysql": "rand()", "sqlite": "random()"}
    call = random[sa.make_url(database_url).get_backend_name()]
    made = project(
        tmp_path,
        database_url,
        a=USERS + "\n" + 'op.add_column("users", sa.Column("lot", sa.Float))',
        b=f'op.execute("UPDATE users SET lot = {call}")',
        c=add("y"),
    )
    proof = prove(made, ("b", "c"))
    assert proof.outcome.value == "equal"
    assert proof.not_compared == ("users.lot is another one in each run",)


def test_the_seed_is_a_sql_file(tmp_path: Path) -> None:
    (tmp_path / "rows.sql").write_text(
        "INSERT INTO users (id, name) VALUES (7, 'a;b');\n-- enough\n"
    )
    bodies = {
        "b": "op.execute(\"UPDATE users SET name = 'x' WHERE name = 'a;b'\")",
        "c": "op.execute(\"UPDATE users SET name = 'y' WHERE name = 'a;b'\")",
    }
    without = prove(project(tmp_path, "sqlite://", a=USERS, **bodies), ("b", "c"))
    assert without.outcome.value == "equal"
    proof = prove(project(tmp_path, "sqlite://", "rows.sql", a=USERS, **bodies), ("b", "c"))
    assert proof.outcome.value == "equal schema, different data"
    assert proof.rows.endswith("and the project's seed")
    assert proof.differences == ("rows of users: (id=7, name='x'); or (id=7, name='y')",)


def test_the_seed_is_a_function(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "seeding.py").write_text(
        "import sqlalchemy as sa\n\n\ndef rows(connection):\n"
        "    connection.execute(sa.text(\"INSERT INTO users (name) VALUES ('seeded')\"))\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    made = project(tmp_path, "sqlite://", "seeding:rows", a=USERS, b=add("x"), c=add("y"))
    assert prove(made, ("b", "c")).rows.endswith("and the project's seed")


def test_a_function_that_makes_rows_is_asked_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIMBECK_CACHE", str(tmp_path / "cache"))
    (tmp_path / "reading.py").write_text(
        "from pathlib import Path\n\n\ndef rows(connection):\n"
        "    connection.exec_driver_sql(Path(__file__).with_name('rows.txt').read_text())\n"
    )
    (tmp_path / "rows.txt").write_text("INSERT INTO users (name) VALUES ('seeded')")
    monkeypatch.syspath_prepend(str(tmp_path))
    made = project(tmp_path, "sqlite://", "reading:rows", a=USERS, b=add("x"), c=add("y"))
    assert not prove(made, ("b", "c")).remembered
    (tmp_path / "rows.txt").write_text("'mysql://me:secret@db/x'")
    with pytest.raises(RunError, match=r"reading:rows.*syntax error") as raised:
        prove(made, ("b", "c"))
    assert "secret" not in raised.value.message


def test_a_seed_that_does_not_fit(tmp_path: Path) -> None:
    (tmp_path / "rows.sql").write_text("INSERT INTO nothing VALUES (1);\n")
    made = project(tmp_path, "sqlite://", "rows.sql", a=USERS, b=add("x"), c=add("y"))
    with pytest.raises(RunError, match="INSERT INTO nothing"):
        prove(made, ("b", "c"))
    with pytest.raises(ConfigError, match="No such file"):
        prove(project(tmp_path, "sqlite://", "missing.sql"), ("b", "c"))


def test_a_proof_is_remembered_until_a_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIMBECK_CACHE", str(tmp_path / "cache"))
    made = project(tmp_path, "sqlite://", a=USERS, b=add("x"), c=add("y"))
    first = prove(made, ("b", "c"))
    again = prove(made, ("b", "c"))
    assert (first.remembered, again.remembered) == (False, True)
    assert again.orders == first.orders
    assert not prove(made, ("b", "c"), fresh=True).remembered
    changed = project(tmp_path, "sqlite://", a=USERS, b=add("y"), c=add("y"))
    proof = prove(changed, ("b", "c"))
    assert (proof.outcome.value, proof.remembered) == ("every order fails", False)


def test_rows_satisfy_keys_and_checks(tmp_path: Path, database_url: str) -> None:
    body = """
    op.create_table("kinds", sa.Column("code", sa.String(4), primary_key=True))
    op.create_table(
        "things",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(4), sa.ForeignKey("kinds.code"), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("price", sa.Numeric(8, 2), nullable=False),
        sa.CheckConstraint("size >= 1000 AND size < 1003"),
        sa.CheckConstraint("state IN ('new', 'old')"),
        sa.UniqueConstraint("kind", "size"),
    )
    """
    made = project(
        tmp_path,
        database_url,
        a=textwrap.dedent(body),
        b='op.execute("UPDATE things SET price = price + 1")',
        c='op.execute("UPDATE things SET price = price * 2")',
    )
    proof = prove(made, ("b", "c"))
    assert proof.rows == "with generated rows in 2 of 2 tables"
    assert proof.outcome.value == "equal schema, different data"


def test_where_no_scratch_database_can_be_had(tmp_path: Path) -> None:
    nowhere = "mysql+pymysql://nobody@127.0.0.1:1/nothing"
    made = project(tmp_path, nowhere, a=USERS, b=add("x"), c=add("y"))
    with pytest.raises(NoScratch, match="nothing answers"):
        prove(made, ("b", "c"))
    assert conflicts(made)[0].verdict.kind.value == "disjoint"


def test_nothing_is_left_behind(tmp_path: Path, postgresql_url: str) -> None:
    ours = f"SELECT datname FROM pg_database WHERE datname ~ '^limbeck_scratch_.*_{os.getpid()}_'"
    before = asked(postgresql_url, ours)
    prove(project(tmp_path, postgresql_url, a=USERS, b=add("x"), c=add("x")), ("b", "c"))
    assert asked(postgresql_url, ours) == before


def test_a_copy_that_the_server_refuses(postgresql_url: str) -> None:
    def copy(url: sa.URL) -> None:
        with sa.create_engine(postgresql_url, poolclass=sa.pool.NullPool).connect() as connection:
            place = Place(sa.create_engine(url), "limbeck_is_not_there")
            with Copies(source(connection), (None,)).copy(place):
                pass

    url = sa.make_url(postgresql_url)
    with pytest.raises(NoScratch, match="limbeck_is_not_there"):
        copy(url)
    with pytest.raises(NoScratch, match="cannot be copied"):
        copy(url.set(port=1, password="secret"))
