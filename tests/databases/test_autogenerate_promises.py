"""What people suffer from with generated revisions does not happen: each pain one test, on a real database."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from limbeck import objects
from limbeck.actions.autogenerate import Permissions
from limbeck.actions.comparison import Decisions
from limbeck.errors import Destructive, ModelsFailed, NotAtHead, Undecided
from tests.generating import Workshop


def table(*items: sa.schema.SchemaItem, name: str = "t") -> sa.MetaData:
    """Models of one table with an `id`."""
    models = sa.MetaData()
    sa.Table(name, models, sa.Column("id", sa.Integer, primary_key=True), *items)
    return models


def started(url: str, folder: Path, models: sa.MetaData) -> Workshop:
    """A project whose first revision has been generated and run."""
    workshop = Workshop(url, folder / "project")
    workshop.generate(models, "first")
    workshop.upgrade()
    assert workshop.missing(models) == []
    return workshop


def there_and_back(workshop: Workshop, before: sa.MetaData, after: sa.MetaData) -> str:
    """Generate, upgrade, downgrade, upgrade again; the text of the file."""
    start = workshop.catalog()
    made = workshop.generate(after)
    workshop.upgrade()
    end = workshop.catalog()
    assert workshop.missing(after) == []
    workshop.downgrade("-1")
    assert workshop.catalog() == start
    workshop.upgrade()
    assert workshop.catalog() == end
    return workshop.text(made)


def test_a_renamed_column_is_asked_about_and_keeps_its_values(
    database_url: str, tmp_path: Path
) -> None:
    before = table(sa.Column("name", sa.String(50)))
    after = table(sa.Column("full_name", sa.String(50)))
    workshop = started(database_url, tmp_path, before)
    workshop.execute("INSERT INTO t (id, name) VALUES (1, 'Ada')")
    with pytest.raises(Undecided, match="full_name") as refused:
        workshop.generate(after, ask=None)
    assert "--rename t.name=t.full_name" in str(refused.value.hint)
    workshop.generate(after, decisions=Decisions(("t.name=t.full_name",)))
    workshop.upgrade()
    assert workshop.rows("SELECT full_name FROM t") == [("Ada",)]


def test_a_drop_that_loses_values_is_refused(database_url: str, tmp_path: Path) -> None:
    workshop = started(database_url, tmp_path, table(sa.Column("name", sa.String(50))))
    workshop.execute("INSERT INTO t (id, name) VALUES (1, 'Ada')")
    with pytest.raises(Destructive, match=r"t\.name"):
        workshop.generate(table(), permissions=Permissions())


def test_values_of_an_enum_come_and_go(postgresql_url: str, tmp_path: Path) -> None:
    def models(*values: str) -> sa.MetaData:
        return table(sa.Column("s", sa.Enum(*values, name="s"), server_default="a"))

    workshop = started(postgresql_url, tmp_path, models("a", "b"))
    text = there_and_back(workshop, models("a", "b"), models("a", "c", "b"))
    assert "op.add_enum_value('s', 'c'" in text
    there_and_back(workshop, models("a", "c", "b"), models("a", "b"))


def test_a_type_goes_with_its_last_column_and_comes_again(
    postgresql_url: str, tmp_path: Path
) -> None:
    kind = sa.Enum("a", "b", name="s")
    before = table(sa.Column("s", kind), sa.Column("more", postgresql.ARRAY(kind)))
    workshop = started(postgresql_url, tmp_path, before)
    there_and_back(workshop, before, table())
    assert workshop.rows("SELECT typname FROM pg_type WHERE typname = 's'") == []
    workshop.downgrade()
    workshop.upgrade()


def test_a_type_that_the_metadata_makes_by_itself_stays_without_a_column(
    postgresql_url: str, tmp_path: Path
) -> None:
    models = table()
    sa.Enum("a", "b", name="s", metadata=models)
    workshop = Workshop(postgresql_url, tmp_path / "project")
    workshop.create(models)
    assert workshop.missing(models) == []


def test_tables_of_others_stay(database_url: str, tmp_path: Path) -> None:
    models = table()
    workshop = started(database_url, tmp_path, models)
    workshop.execute("CREATE TABLE somebody_elses (id INTEGER PRIMARY KEY)")
    found = workshop.check(models)
    assert found.in_step
    assert any("somebody_elses" in note.text for note in found.diff.notes)


def test_what_has_not_changed_is_not_found_again(database_url: str, tmp_path: Path) -> None:
    models = table(
        sa.Column("name", sa.String(50), server_default=sa.text("'x'")),
        sa.Column("made", sa.DateTime, server_default=sa.func.now()),
        sa.Column("number", sa.Numeric(10, 2), server_default="0"),
        sa.Column("flag", sa.Boolean, server_default=sa.false()),
        sa.CheckConstraint("number IN (1, 2) OR number BETWEEN 5 AND 7", name="ck_number"),
    )
    if not database_url.startswith("mysql"):
        sa.Index("ix_lower", sa.func.lower(models.tables["t"].c.name))
    workshop = started(database_url, tmp_path, models)
    assert workshop.check(models).not_compared == ()
    assert not workshop.generate(models).made


def test_a_key_an_exclusion_a_sequence_and_a_check_are_seen(
    postgresql_url: str, tmp_path: Path
) -> None:
    def models(number: int) -> sa.MetaData:
        made = sa.MetaData()
        span = sa.Column("during", postgresql.TSRANGE, nullable=False)
        keys = [sa.PrimaryKeyConstraint("a", *(["b"] if number > 1 else []), name="pk_t")]
        sa.Table(
            "t", made, sa.Column("a", sa.Integer), sa.Column("b", sa.Integer, nullable=False), span, *keys,
            sa.CheckConstraint(f"b > {number}", name="ck_b"),
            postgresql.ExcludeConstraint(("during", "&&" if number > 1 else "="), name="ex", using="gist"),
        )  # fmt: skip
        sa.Sequence("numbers", start=1, increment=number, metadata=made)
        return made

    workshop = started(postgresql_url, tmp_path, models(1))
    text = there_and_back(workshop, models(1), models(10))
    assert all(word in text for word in ("pk_t", "ck_b", "'ex'", "numbers"))


def test_rows_get_a_value_before_a_column_is_not_null(database_url: str, tmp_path: Path) -> None:
    workshop = started(database_url, tmp_path, table())
    workshop.execute("INSERT INTO t (id) VALUES (1)")
    with pytest.raises(Undecided, match=r"t\.age"):
        workshop.generate(table(sa.Column("age", sa.Integer, nullable=False)), ask=None)
    after = table(sa.Column("age", sa.Integer, nullable=False, default=7))
    there_and_back(workshop, table(), after)
    assert workshop.rows("SELECT age FROM t") == [(7,)]


def test_a_key_is_numbered_in_another_way(postgresql_url: str, tmp_path: Path) -> None:
    def models(kind: sa.types.TypeEngine[int], *how: sa.Identity) -> sa.MetaData:
        made = sa.MetaData()
        sa.Table(
            "t", made, sa.Column("id", kind, *how, primary_key=True), sa.Column("n", sa.Integer)
        )
        return made

    serial, identity = models(sa.Integer()), models(sa.Integer(), sa.Identity())
    workshop = started(postgresql_url, tmp_path, serial)
    workshop.execute("INSERT INTO t (n) VALUES (1), (2)")
    there_and_back(workshop, serial, models(sa.BigInteger()))
    there_and_back(workshop, models(sa.BigInteger()), serial)
    there_and_back(workshop, serial, identity)
    there_and_back(workshop, identity, serial)
    workshop.execute("INSERT INTO t (n) VALUES (3)")
    assert workshop.rows("SELECT id FROM t ORDER BY id") == [(1,), (2,), (3,)]


def test_a_naming_convention_is_applied_once(database_url: str, tmp_path: Path) -> None:
    convention = {
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }

    def models(*more: sa.schema.SchemaItem) -> sa.MetaData:
        made = sa.MetaData(naming_convention=convention)
        sa.Table(
            "t",
            made,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("n", sa.Integer),
            *more,
        )
        return made

    workshop = started(database_url, tmp_path, models())
    after = models(sa.CheckConstraint("n > 0", name="positive"), sa.UniqueConstraint("n"))
    there_and_back(workshop, models(), after)
    names = {part.name for found in workshop.catalog() for part in found.constraints}
    assert {"ck_t_positive", "uq_t_n"} <= names


def test_a_view_is_made_again_around_its_column(postgresql_url: str, tmp_path: Path) -> None:
    def models(kind: sa.types.TypeEngine[int], where: str) -> sa.MetaData:
        made = table(sa.Column("n", kind))
        objects.View("v", f"SELECT id, n FROM t WHERE {where}", metadata=made)
        return made

    before, after = models(sa.Integer(), "n > 1"), models(sa.BigInteger(), "n > 1")
    workshop = started(postgresql_url, tmp_path, before)
    there_and_back(workshop, before, after)
    there_and_back(workshop, after, models(sa.BigInteger(), "n > 2"))


def test_tables_that_refer_to_each_other(database_url: str, tmp_path: Path) -> None:
    def models() -> sa.MetaData:
        made = sa.MetaData()
        for name, other in (("a", "b"), ("b", "a")):
            sa.Table(
                name, made, sa.Column("id", sa.Integer, primary_key=True), sa.Column("other", sa.Integer),
                sa.ForeignKeyConstraint(["other"], [f"{other}.id"], name=f"fk_{name}", use_alter=True),
            )  # fmt: skip
        return made

    workshop = started(database_url, tmp_path, models())
    keys = [key.name for found in workshop.catalog() for key in found.foreign_keys]
    assert sorted(map(str, keys)) == ["fk_a", "fk_b"]
    workshop.downgrade()
    assert list(workshop.catalog()) == []


def test_an_index_that_a_key_needs_is_replaced(mariadb_url: str, tmp_path: Path) -> None:
    def models(*more: str) -> sa.MetaData:
        made = table()
        sa.Table(
            "child", made, sa.Column("id", sa.Integer, primary_key=True), sa.Column("t_id", sa.Integer),
            sa.Column("n", sa.Integer), sa.ForeignKeyConstraint(["t_id"], ["t.id"], name="fk_child"),
            sa.Index(f"ix_{'_'.join(more) or 'one'}", "t_id", *more),
        )  # fmt: skip
        return made

    workshop = started(mariadb_url, tmp_path, models())
    there_and_back(workshop, models(), models("n"))


def test_a_type_is_cast_with_using(postgresql_url: str, tmp_path: Path) -> None:
    workshop = started(postgresql_url, tmp_path, table(sa.Column("n", sa.Text)))
    workshop.execute("INSERT INTO t (id, n) VALUES (1, '5')")
    workshop.generate(table(sa.Column("n", sa.Integer)))
    workshop.upgrade()
    assert workshop.rows("SELECT n FROM t") == [(5,)]


def test_a_database_that_is_behind_is_refused(database_url: str, tmp_path: Path) -> None:
    workshop = started(database_url, tmp_path, table())
    workshop.downgrade()
    with pytest.raises(NotAtHead):
        workshop.generate(table(sa.Column("n", sa.Integer)))


def test_models_without_tables_are_refused(database_url: str, tmp_path: Path) -> None:
    workshop = Workshop(database_url, tmp_path / "project")
    with pytest.raises(ModelsFailed, match="0 tables"):
        workshop.generate(sa.MetaData())


def test_a_type_of_a_missing_extension_is_not_compared(postgresql_url: str, tmp_path: Path) -> None:
    class Vector(sa.types.UserDefinedType[object]):
        cache_ok = True

        def get_col_spec(self, **kw: object) -> str:
            return "vector(3)"

    workshop = started(postgresql_url, tmp_path, table())
    found = workshop.check(table(sa.Column("v", Vector())))
    assert not found.in_step
    assert any("vector" in one.why for one in found.not_compared) or found.diff.operations


def test_without_the_right_to_make_databases(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIMBECK_CACHE", str(tmp_path / "cache"))
    models = table(sa.CheckConstraint("length(md5(id::text)) < 50", name="ck"))
    workshop = started(postgresql_url, tmp_path, models)
    name = str(sa.make_url(postgresql_url).database)
    role = f"{name}_role"
    workshop.execute(
        f"CREATE ROLE {role} LOGIN", f"GRANT CREATE ON DATABASE {name} TO {role}",
        f"GRANT ALL ON SCHEMA public TO {role}", f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}",
    )  # fmt: skip
    try:
        url = sa.make_url(postgresql_url).set(username=role).render_as_string(hide_password=False)
        other = Workshop(url, tmp_path / "project")
        changed = table(sa.CheckConstraint("length(md5(id::text)) < 51", name="ck"))
        found = other.check(changed)
        assert not found.in_step
        assert found.scratch
    finally:
        workshop.execute(f"DROP OWNED BY {role}", f"DROP ROLE {role}")


def test_objects_of_every_kind_come_change_and_go(postgresql_url: str, tmp_path: Path) -> None:
    def models(number: int) -> sa.MetaData:
        made = table(sa.Column("n", sa.Integer))
        body = f"RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.n := {number}; RETURN NEW; END $$"
        objects.Function("touch", "", body, metadata=made)
        objects.Trigger(
            "touch_t",
            "t",
            "BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch()",
            metadata=made,
        )
        objects.View("v", f"SELECT id FROM t WHERE n > {number}", metadata=made)
        objects.MaterializedView(
            "m", f"SELECT n, count(*) AS c FROM t WHERE n <> {number} GROUP BY n",
            indexes=[objects.ViewIndex("m_n", ("n",), unique=True)], metadata=made,
        )  # fmt: skip
        sa.Sequence("numbers", increment=number, metadata=made)
        return made

    workshop = started(postgresql_url, tmp_path, table(sa.Column("n", sa.Integer)))
    there_and_back(workshop, table(sa.Column("n", sa.Integer)), models(1))
    there_and_back(workshop, models(1), models(2))
    there_and_back(workshop, models(2), table(sa.Column("n", sa.Integer)))


@pytest.mark.parametrize("end", ["SELECT id FROM t WHERE n > 1", "SELECT id, n FROM t"])
def test_a_view_comes_changes_and_goes(database_url: str, tmp_path: Path, end: str) -> None:
    def models(query: str | None) -> sa.MetaData:
        made = table(sa.Column("n", sa.Integer))
        if query:
            objects.View("v", query, metadata=made)
        return made

    workshop = started(database_url, tmp_path, models(None))
    there_and_back(workshop, models(None), models("SELECT id FROM t"))
    there_and_back(workshop, models("SELECT id FROM t"), models(end))
    there_and_back(workshop, models(end), models(None))


def test_types_of_the_application_can_be_written_as_what_they_are(
    database_url: str, tmp_path: Path
) -> None:
    class Money(sa.types.TypeDecorator[object]):
        impl = sa.Numeric(10, 2)
        cache_ok = True

    workshop = Workshop(database_url, tmp_path / "project")
    made = workshop.generate(table(sa.Column("m", Money())), settings={"types": "impl"})
    assert "Money" not in workshop.text(made)
    workshop.upgrade()
    assert workshop.missing(table(sa.Column("m", Money()))) == []


@pytest.mark.parametrize("native", [True, False])
def test_values_that_rows_have_are_counted_before_a_file_is_written(
    native: bool, database_url: str, tmp_path: Path
) -> None:
    def models(*values: str) -> sa.MetaData:
        kind = sa.Enum(*values, name="s", native_enum=native, create_constraint=True, length=9)
        return table(sa.Column("s", kind))

    workshop = started(database_url, tmp_path, models("a", "it's"))
    workshop.execute("INSERT INTO t (id, s) VALUES (1, 'it''s'), (2, 'it''s')")
    with pytest.raises(Destructive, match=r"\"it's\" in 2 rows of t\.s$"):
        workshop.generate(models("a"), permissions=Permissions())
    workshop.execute("UPDATE t SET s = 'a'")
    workshop.generate(models("a"), permissions=Permissions())
    workshop.upgrade()
    assert workshop.missing(models("a")) == []


def test_comments_of_constraints_come_change_and_go(postgresql_url: str, tmp_path: Path) -> None:
    def models(comment: str | None, name: str = "ck") -> sa.MetaData:
        made = table(
            sa.Column("n", sa.Integer), sa.CheckConstraint("n > 0", name=name, comment=comment)
        )
        sa.UniqueConstraint(made.tables["t"].c.n, name="uq", comment=comment)
        return made

    workshop = started(postgresql_url, tmp_path, models(None))
    text = there_and_back(workshop, models(None), models("it's positive"))
    assert "op.set_constraint_comment('ck', 't', \"it's positive\")" in text
    there_and_back(workshop, models("it's positive"), models("more than 0", name="positive"))
    there_and_back(workshop, models("more than 0", name="positive"), models(None, name="positive"))


def test_a_constraint_is_made_with_its_comment(postgresql_url: str, tmp_path: Path) -> None:
    workshop = started(postgresql_url, tmp_path, table(sa.Column("n", sa.Integer)))
    check = sa.CheckConstraint("n > 0", name="ck", comment="positive")
    after = table(sa.Column("n", sa.Integer), check)
    there_and_back(workshop, table(), after)


def test_the_values_that_are_proposed_are_such_that_the_revision_runs(
    database_url: str, tmp_path: Path
) -> None:
    before = table()
    after = table(
        sa.Column("code", sa.String(40), unique=True, nullable=False),
        sa.Column("number", sa.Integer, nullable=False, default=7),
        sa.Column("state", sa.Enum("open", "it's", native_enum=False, create_constraint=True, name="ck"), nullable=False),
        sa.UniqueConstraint("number", name="uq_number"),
    )  # fmt: skip
    workshop = started(database_url, tmp_path, before)
    workshop.execute("INSERT INTO t (id) VALUES (1), (2)")
    with pytest.raises(Undecided) as refused:
        workshop.generate(after, ask=None)
    assert "it is unique, so that each row needs another one" in refused.value.message
    flags = shlex.split(str(refused.value.hint))[1:]
    assert "t.number=id" in flags  # not 7, which the models have for new rows
    assert "t.state='open'" in flags
    fills = tuple(flag for flag in flags if flag != "--fill")
    workshop.generate(after, decisions=Decisions(fills=fills), ask=None)
    workshop.upgrade()
    assert workshop.missing(after) == []
    found = workshop.rows("SELECT number, state, code FROM t ORDER BY id")
    assert [row[:2] for row in found] == [(1, "open"), (2, "open")]
    assert found[0][2] != found[1][2]


def test_where_no_value_is_known_none_is_proposed(sqlite_url: str, tmp_path: Path) -> None:
    workshop = started(sqlite_url, tmp_path, table())
    workshop.execute("INSERT INTO t (id) VALUES (1)")
    with pytest.raises(Undecided) as refused:
        workshop.generate(table(sa.Column("day", sa.Date, unique=True, nullable=False)), ask=None)
    assert refused.value.hint == "add --fill t.day=SQL"


def test_models_may_name_the_default_schema(postgresql_url: str, tmp_path: Path) -> None:
    def models(*more: sa.Column[int]) -> sa.MetaData:
        found = sa.MetaData(schema="public")
        kind = postgresql.ENUM("a", "b", name="kind", metadata=found)
        t = sa.Table(
            "t",
            found,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("kind", kind),
            *more,
        )
        sa.Table(
            "u", found, sa.Column("t_id", sa.ForeignKey("public.t.id", name="fk")), schema=None
        )
        sa.Index("ix_t_kind", t.c.kind)
        objects.View("v", "SELECT id FROM public.t", metadata=found)
        return found  # fmt: skip

    workshop = started(postgresql_url, tmp_path, models())
    text = there_and_back(workshop, models(), models(sa.Column("n", sa.Integer)))
    assert "op.add_column('t', sa.Column('n', sa.Integer()" in text
    assert not workshop.generate(models(sa.Column("n", sa.Integer)), offline=True).made


def test_an_index_that_could_not_be_built_is_built_again(
    postgresql_url: str, tmp_path: Path
) -> None:
    before = table(sa.Column("n", sa.Integer))
    after = table(sa.Column("n", sa.Integer), sa.Index("ix", "n", unique=True))
    workshop = started(postgresql_url, tmp_path, before)
    workshop.execute("INSERT INTO t (id, n) VALUES (1, 5), (2, 5)")
    engine = sa.create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.exec_driver_sql("CREATE UNIQUE INDEX CONCURRENTLY ix ON t (n)")
    engine.dispose()
    assert workshop.missing(after) == ["drop index ix of t", "create unique index ix (n) on t"]
    workshop.execute("UPDATE t SET n = id")
    workshop.generate(after)
    workshop.upgrade()
    assert workshop.missing(after) == []
    assert workshop.rows("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix'::regclass") == [
        (True,)
    ]
