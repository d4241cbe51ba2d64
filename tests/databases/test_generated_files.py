"""What stands in a generated file: whether it can be read, imported and run, and passes a project's own checks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from limbeck import objects
from limbeck.cli.main import main
from limbeck.errors import CannotRender, StatementFailed, Undecided
from tests.generating import Workshop

if TYPE_CHECKING:
    from collections.abc import Callable

QUERY = """
    SELECT id,
           name
    FROM t
    WHERE name <> ''
"""


def models(*columns: sa.Column[Any], conventions: dict[str, str] | None = None) -> sa.MetaData:
    made = sa.MetaData(naming_convention=conventions)
    sa.Table("t", made, sa.Column("id", sa.Integer, primary_key=True), *columns)
    return made


def with_view(query: str) -> sa.MetaData:
    made = models(sa.Column("name", sa.String(20)))
    objects.View("named", query, metadata=made)
    return made


def started(url: str, folder: Path, first: sa.MetaData) -> Workshop:
    workshop = Workshop(url, folder / "project")
    workshop.generate(first, "first")
    workshop.upgrade()
    return workshop


def test_a_view_is_written_in_the_words_of_its_author(database_url: str, tmp_path: Path) -> None:
    workshop = Workshop(database_url, tmp_path / "project")
    text = workshop.text(workshop.generate(with_view(QUERY)))
    assert (
        '''
    op.create_view(
        'named',
        """
        SELECT id,
               name
        FROM t
        WHERE name <> ''
        """,
    )
'''
        in text
    )
    workshop.upgrade()
    assert workshop.missing(with_view(QUERY)) == []
    start = workshop.catalog()
    other = QUERY.replace("''", "'a\\\\b'")  # a backslash is nothing that may be lost
    text = workshop.text(workshop.generate(with_view(other), "other"))
    assert (
        "op.drop_view(" in text if workshop.url.startswith("sqlite") else "op.replace_view(" in text
    )
    workshop.upgrade()
    assert workshop.missing(with_view(other)) == []
    workshop.downgrade("-1")
    assert workshop.catalog() == start


def test_a_text_over_several_lines_within_a_view_keeps_its_indentation(
    database_url: str, tmp_path: Path
) -> None:
    query = "\n    SELECT 'a\n      b' AS both_lines,\n    id FROM t\n"
    workshop = started(database_url, tmp_path, with_view(query))
    workshop.execute("INSERT INTO t (id) VALUES (1)")
    assert workshop.rows("SELECT both_lines FROM named") == [("a\n      b",)]
    assert workshop.missing(with_view(query)) == []


def test_a_downgrade_says_what_it_loses(database_url: str, tmp_path: Path) -> None:
    workshop = started(database_url, tmp_path, models())
    text = workshop.text(workshop.generate(models(sa.Column("name", sa.String(20)))))
    up, down = text.split("def downgrade")
    assert "DESTRUCTIVE" not in up
    assert "# DESTRUCTIVE: column t.name with its values\n    op.drop_column('t', 'name')" in down


def test_imports_are_sorted(postgresql_url: str, tmp_path: Path) -> None:
    from sqlalchemy.dialects import postgresql

    made = models(sa.Column("at", postgresql.CIDR()), sa.Column("money", Money()))
    workshop = Workshop(postgresql_url, tmp_path / "project")
    text = workshop.text(workshop.generate(made))
    assert (
        """
from collections.abc import Sequence

import sqlalchemy as sa
from limbeck import op
from sqlalchemy.dialects import postgresql

import tests.databases.test_generated_files

revision"""
        in text
    )


class Money(TypeDecorator[Any]):
    """A type that takes nothing, and gives the type behind it something."""

    impl = sa.Numeric
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(precision=12, scale=2)


class Code(TypeDecorator[Any]):
    """A type with a name of its own for what it takes, and with a choice that has a default."""

    impl = sa.String
    cache_ok = True

    def __init__(self, size: int, *, upper: bool = False, **rest: Any) -> None:
        super().__init__(length=size, **rest)
        self.size = size
        self.upper = upper


class Forgetful(TypeDecorator[Any]):
    """A type that does not keep what it was given."""

    impl = sa.String
    cache_ok = True

    def __init__(self, secret: str) -> None:
        super().__init__(length=len(secret))


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (Money, "Money()"),
        (lambda: Code(8), "Code(size=8)"),
        (lambda: Code(8, upper=True), "Code(size=8, upper=True)"),
    ],
)
def test_types_with_an_own_init_are_made_as_they_want(
    make: Callable[[], TypeDecorator[Any]], text: str, sqlite_url: str, tmp_path: Path
) -> None:
    workshop = Workshop(sqlite_url, tmp_path / "project")
    made = workshop.text(workshop.generate(models(sa.Column("c", make()))))
    assert f"sa.Column('c', tests.databases.test_generated_files.{text}, nullable=True)" in made
    workshop.upgrade()
    assert workshop.missing(models(sa.Column("c", make()))) == []


def test_a_type_that_forgets_its_arguments_is_no_file_that_fails(
    sqlite_url: str, tmp_path: Path
) -> None:
    workshop = Workshop(sqlite_url, tmp_path / "project")
    made = models(sa.Column("c", Forgetful("abc")))
    with pytest.raises(CannotRender, match=r"Forgetful .* does not keep secret") as refused:
        workshop.generate(made)
    assert 'types = "impl"' in str(refused.value.hint)
    workshop.generate(made, settings={"types": "impl"})


CONVENTION = {"ck": "ck_%(table_name)s_%(constraint_name)s"}


def listed(*values: str) -> sa.MetaData:
    kind = sa.Enum(*values, name="s", native_enum=False, create_constraint=True)
    return models(sa.Column("s", kind), conventions=CONVENTION)


def test_a_check_that_comes_with_another_type_has_the_name_of_the_convention(
    database_url: str, tmp_path: Path
) -> None:
    plain = models(sa.Column("s", sa.String(5)), conventions=CONVENTION)
    workshop = started(database_url, tmp_path, plain)
    start = workshop.catalog()
    for wanted in (listed("a", "bb"), listed("a", "bbb")):
        text = workshop.text(workshop.generate(wanted))
        assert "op.create_check_constraint(op.f('ck_t_s')" in text
        workshop.upgrade()
        assert workshop.missing(wanted) == []
    workshop.downgrade("-2")
    assert workshop.catalog() == start


def test_values_that_rows_have_are_named_without_our_block(
    postgresql_url: str, tmp_path: Path
) -> None:
    def kinds(*values: str) -> sa.MetaData:
        return models(sa.Column("s", sa.Enum(*values, name="s")))

    workshop = started(postgresql_url, tmp_path, kinds("a", "b"))
    workshop.generate(kinds("a"))
    workshop.execute("INSERT INTO t (id, s) VALUES (1, 'b')")
    with pytest.raises(StatementFailed) as refused:
        workshop.upgrade()
    assert str(refused.value).startswith(
        "enum s cannot lose values that rows still have: 'b' in 1 row of t.s"
    )
    assert "limbeck$" not in str(refused.value)
    assert "RAISE" not in str(refused.value)


def test_a_likely_rename_is_asked_about_before_a_value(sqlite_url: str, tmp_path: Path) -> None:
    workshop = started(
        sqlite_url, tmp_path, models(sa.Column("name", sa.String(20), nullable=False))
    )
    workshop.execute("INSERT INTO t (id, name) VALUES (1, 'Ada')")
    renamed = sa.Column("full_name", sa.String(20), nullable=False)
    with pytest.raises(Undecided) as refused:
        workshop.generate(models(renamed, sa.Column("age", sa.Integer, nullable=False)), ask=None)
    assert refused.value.hint == "add --rename t.name=t.full_name --fill t.age=0"
    assert "full_name becomes NOT NULL" not in str(refused.value)


def test_models_that_fail_are_said_before_a_database_that_is_behind(
    sqlite_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    workshop = started(sqlite_url, tmp_path, models())
    for file in (workshop.folder / "versions").glob("*.py"):
        file.unlink()  # now the database stands at a revision that no file has
    (workshop.folder / "limbeck.toml").write_text(
        f'url = "{sqlite_url}"\nmigrations = "."\nmetadata = "nowhere_at_all:metadata"\n'
    )
    monkeypatch.chdir(workshop.folder)
    for command in (["check"], ["revision", "--autogenerate", "-m", "x"]):
        assert main(command) == 3
        assert "C003" in capsys.readouterr().err
