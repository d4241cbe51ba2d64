"""What is said of heads, and drawn, where the settings name several databases; none of them is there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Terminal

FILE = """\
import sqlalchemy as sa
from limbeck import op

revision = "{id}"
down_revision = {parent!r}


def upgrade() -> None:
    {body}
"""
TABLE = 'op.create_table("{0}", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer))'
BODIES = {
    "a1": (None, f"{TABLE.format('users')}; {TABLE.format('orders')}"),
    "b1": ("a1", 'op.create_index("ix_it", "users", ["n"])'),
    "b2": ("a1", 'op.create_index("ix_it", "orders", ["n"])'),
}


@pytest.fixture
def shop(empty: Terminal) -> Terminal:
    """Two sides that each make an index of one name, for databases with and without a name for all indexes."""
    (empty.folder / "limbeck.toml").write_text(
        '[databases.here]\nurl = "sqlite:///here.db"\n'
        '[databases.too]\nurl = "sqlite:///too.db"\n'
        '[databases.there]\nurl = "mysql+pymysql://ada@127.0.0.1:1/shop"\n',
        encoding="utf-8",
    )
    for id, (parent, body) in BODIES.items():
        text = FILE.format(id=id, parent=parent, body=body)
        (empty.versions / f"{id}.py").write_text(text, encoding="utf-8")
    return empty


def test_heads_are_judged_for_each_kind_of_database(shop: Terminal) -> None:
    ended = shop("conflicts", "--json")
    pairs = json.loads(ended.out)["pairs"]
    assert [(pair["dialect"], pair["verdict"]) for pair in pairs] == [
        ("sqlite", "conflict"),
        ("mysql", "disjoint"),
    ]
    assert ended.code == 14


def test_heads_explains_them_for_each_kind_of_database(shop: Terminal) -> None:
    ended = shop("heads")
    assert "b1 and b2: conflict (on sqlite: here, too, by what the scripts say)" in ended.err
    assert "b1 and b2: disjoint (on mysql: there, by what the scripts say)" in ended.err
    (fork,) = json.loads(shop("heads", "--json").out)["forks"]
    assert fork["verdict"] == "conflict"
    assert [pair["databases"] for pair in fork["pairs"]] == [["here", "too"], ["there"]]


@pytest.mark.parametrize("words", [["merge"], ["rebase", "b2", "--onto", "b1", "--offline"]])
def test_what_is_in_the_way_for_one_kind_is_in_the_way(shop: Terminal, words: list[str]) -> None:
    text = (shop.folder / "limbeck.toml").read_text("utf-8")
    first = text[text.index("[databases.there]") :]
    (shop.folder / "limbeck.toml").write_text(first + text.replace(first, ""), encoding="utf-8")
    ended = shop(*words)
    assert ended.code == 14
    assert "b1 and b2: conflict (on sqlite: here, too)" in ended.err
    assert "not proven: for there: No scratch database can be had" in ended.err
    assert shop("-n", "there", *words, "--no-proof").code == 0


def test_one_database_is_chosen_by_name(shop: Terminal) -> None:
    ended = shop("-n", "there", "conflicts")
    assert ended.code == 0
    assert "b1 and b2: disjoint (on mysql" in ended.out
    assert "sqlite" not in ended.out


def test_databases_that_are_not_there_are_drawn_as_far_as_is_known(shop: Terminal) -> None:
    ended = shop("history", "--graph")
    assert [line[:1] for line in ended.out.splitlines()] == ["o", "|", "|", "o"]
    assert "here: at <base>, 3 pending\ntoo: at <base>, 3 pending\nthere: not asked: " in ended.err
    assert "b1 and b2: conflict" in ended.err
    assert not (shop.folder / "here.db").exists()
    assert "there" not in shop("-n", "here", "history", "--graph").err


def test_a_format_is_for_a_drawing(shop: Terminal) -> None:
    ended = shop("history", "--format", "svg")
    assert ended.code == 2
    assert "limbeck history --graph --format svg" in ended.err


def test_a_database_with_revisions_of_its_own_has_no_say(shop: Terminal) -> None:
    with (shop.folder / "limbeck.toml").open("a") as file:
        file.write('[databases.own]\nurl = "postgresql://127.0.0.1:1/x"\nmigrations = "own"\n')
    pairs = json.loads(shop("conflicts", "--json").out)["pairs"]
    assert [pair["databases"] for pair in pairs] == [["here", "too"], ["there"]]


def test_a_database_whose_address_is_not_known_is_said(shop: Terminal) -> None:
    with (shop.folder / "limbeck.toml").open("a") as file:
        file.write('[databases.live]\nurl = "env:NOBODY_HAS_SET_THIS"\n')
    ended = shop("conflicts")
    assert ended.code == 14
    assert "not judged: live: " in ended.out
    assert "NOBODY_HAS_SET_THIS" in ended.out
    assert "live" not in shop("-n", "here", "conflicts").out


def test_a_merge_says_what_is_thrown_away(shop: Terminal) -> None:
    for id, body in (
        ("b1", 'op.add_column("users", sa.Column("more", sa.Integer))'),
        ("b2", 'op.drop_table("users")'),
    ):
        text = FILE.format(id=id, parent="a1", body=body)
        (shop.versions / f"{id}.py").write_text(text, encoding="utf-8")
    assert "b1 must come first, and work of it is thrown away (on sqlite" in shop("heads").err
    pairs = json.loads(shop("conflicts", "--json").out)["pairs"]
    assert [pair["lost"] for pair in pairs] == [True, True]
    ended = shop("merge", "--no-proof")
    assert ended.code == 0
    assert "thrown away: migrations/versions/b1.py:9: add column users.more INTEGER; by migrations/versions/b2.py:9: drop table users" in ended.err  # fmt: skip
    assert "and work of it is thrown away" in shop("show", "head").out
