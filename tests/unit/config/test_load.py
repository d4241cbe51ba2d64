"""Where settings are found, and which source wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from limbeck.config import load
from limbeck.errors import ConfigError, NoConfig


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LIMBECK_URL", "LIMBECK_CONFIG", "ALEMBIC_CONFIG", "LIMBECK_LOCK_TIMEOUT"):
        monkeypatch.delenv(name, raising=False)


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_defaults_of_a_project_of_ours(tmp_path: Path) -> None:
    file = put(tmp_path / "limbeck.toml", "")
    settings = load(directory=tmp_path)
    assert settings.file == file
    assert settings.style == "limbeck"
    assert settings.migrations == str(tmp_path / "migrations")
    assert settings.prepend_sys_path == (str(tmp_path),)
    assert settings.version_table == "alembic_version"
    assert settings.journal == "limbeck_journal"
    assert settings.file_template.startswith("%(year)d_")
    assert settings.origin("version_table") == "default"


def test_it_is_found_from_a_folder_far_below(tmp_path: Path) -> None:
    put(tmp_path / "pyproject.toml", '[tool.limbeck]\nmigrations = "db"\n')
    below = tmp_path / "src" / "app"
    below.mkdir(parents=True)
    settings = load(directory=below)
    assert settings.migrations == str(tmp_path / "db")
    assert settings.origin("migrations") == "pyproject.toml [tool.limbeck]"


def test_a_pyproject_that_is_about_others_is_passed_by(tmp_path: Path) -> None:
    put(tmp_path / "limbeck.toml", 'migrations = "outer"\n')
    put(tmp_path / "inner" / "pyproject.toml", "[project]\nname = 'x'\n")
    assert load(directory=tmp_path / "inner").migrations == str(tmp_path / "outer")


def test_a_pyproject_that_only_depends_on_us_is_passed_by(tmp_path: Path) -> None:
    put(tmp_path / "limbeck.toml", 'migrations = "outer"\n')
    put(tmp_path / "inner" / "pyproject.toml", '[project]\ndependencies = ["limbeck"]\n')
    assert load(directory=tmp_path / "inner").migrations == str(tmp_path / "outer")


def test_nothing_found_says_where_it_looked_and_what_to_add(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    with pytest.raises(NoConfig) as caught:
        load(directory=folder)
    assert f"  {folder}\n  {tmp_path / 'a'}\n  {tmp_path}\n" in caught.value.message
    assert caught.value.hint is not None
    assert "[tool.limbeck]" in caught.value.hint
    assert caught.value.exit_code == 3


def test_what_is_no_configuration_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "below" / "alembic.ini").mkdir(parents=True)
    with pytest.raises(NoConfig) as caught:
        load(directory=tmp_path)
    assert (caught.value.hint or "").startswith("limbeck init, ")


def test_a_project_in_a_folder_below_says_how_it_is_reached(tmp_path: Path) -> None:
    with pytest.raises(NoConfig) as caught:
        put(tmp_path / "here" / "migrations" / "env.py", "")
        file = put(tmp_path / "here" / "migrations" / "alembic.ini", "# as Flask-Migrate has it\n")
        load(directory=tmp_path / "here")
    assert str(caught.value.hint).startswith("limbeck run flask db ...")
    put(file, "[alembic]\nscript_location = migrations\n")
    with pytest.raises(NoConfig) as caught:
        load(directory=tmp_path / "here")
    assert str(caught.value.hint).endswith(f"limbeck -c {Path('migrations', 'alembic.ini')} ...")


def test_a_named_file_wins_over_what_would_be_found(tmp_path: Path) -> None:
    put(tmp_path / "limbeck.toml", 'migrations = "found"\n')
    other = put(tmp_path / "other" / "special.toml", 'migrations = "named"\n')
    assert load("other/special.toml", directory=tmp_path).migrations == str(other.parent / "named")


def test_a_named_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NoConfig, match="no configuration file"):
        load("nowhere.toml", directory=tmp_path)


def test_a_named_pyproject_without_our_section(tmp_path: Path) -> None:
    put(tmp_path / "pyproject.toml", "[project]\n")
    with pytest.raises(ConfigError, match=r"neither \[tool.limbeck\] nor \[tool.alembic\]"):
        load("pyproject.toml", directory=tmp_path)


def test_limbeck_toml_comes_before_pyproject(tmp_path: Path) -> None:
    put(tmp_path / "pyproject.toml", '[tool.limbeck]\nmigrations = "from_pyproject"\n')
    put(tmp_path / "limbeck.toml", 'migrations = "from_own"\n')
    assert load(directory=tmp_path).migrations == str(tmp_path / "from_own")


def test_flags_come_before_the_environment_and_that_before_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "limbeck.toml", 'url = "sqlite:///file.db"\nlock_timeout = 1\n')
    assert str(load(directory=tmp_path).url) == "sqlite:///file.db"
    monkeypatch.setenv("LIMBECK_URL", "sqlite:///environment.db")
    monkeypatch.setenv("LIMBECK_LOCK_TIMEOUT", "2.5")
    settings = load(directory=tmp_path)
    assert (str(settings.url), settings.lock_timeout) == ("sqlite:///environment.db", 2.5)
    assert settings.origin("url") == "environment LIMBECK_URL"
    settings = load(directory=tmp_path, overrides={"lock_timeout": 7, "url": None})
    assert (str(settings.url), settings.lock_timeout) == ("sqlite:///environment.db", 7.0)
    assert settings.origin("lock_timeout") == "--lock-timeout"


@pytest.mark.parametrize("value", ["", "  "])
def test_an_empty_url_in_the_environment_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    put(tmp_path / "limbeck.toml", 'url = "sqlite:///file.db"\n')
    monkeypatch.setenv("LIMBECK_URL", value)
    settings = load(directory=tmp_path)
    assert settings.origin("url") == "environment LIMBECK_URL"
    with pytest.raises(ConfigError, match="variable LIMBECK_URL, which is empty"):
        settings.require_url().reveal()


def test_a_value_from_outside_is_called_by_the_name_that_was_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "limbeck.toml", "")
    with pytest.raises(ConfigError, match=r"^--lock-timeout must be a number of seconds, 0 or"):
        load(directory=tmp_path, overrides={"lock_timeout": -3.0})
    monkeypatch.setenv("LIMBECK_LOCK_TIMEOUT", "soon")
    with pytest.raises(ConfigError, match=r"^environment LIMBECK_LOCK_TIMEOUT must be a number"):
        load(directory=tmp_path)


@pytest.mark.parametrize("name", ["limbeck.toml", "alembic.ini"])
def test_a_folder_is_no_configuration_file(tmp_path: Path, name: str) -> None:
    put(tmp_path / name, "")
    with pytest.raises(NoConfig, match="is a folder, not a configuration file") as caught:
        load(tmp_path)
    assert caught.value.hint == f"-c {tmp_path / name}"


def test_the_environment_can_name_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = put(tmp_path / "elsewhere" / "x.toml", "")
    monkeypatch.setenv("LIMBECK_CONFIG", str(file))
    assert load(directory=tmp_path).file == file


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "limbeck.toml").write_bytes(b'\xef\xbb\xbfmigrations = "gr\xc3\xb6\xc3\x9fe"\n')
    assert load(directory=tmp_path).migrations == str(tmp_path / "größe")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("migrations = [", "not valid TOML"),
        ("migratoins = 'x'", "did you mean 'migrations'"),
        ("migrations = 3", "migrations in limbeck.toml must be a path"),
        ("journal = 3", "journal in limbeck.toml must be true, false or the name of a table"),
        ("lock_timeout = -1", "lock_timeout in limbeck.toml must be a number of seconds"),
        ("lock_timeout = 'soon'", "lock_timeout in limbeck.toml must be a number of seconds"),
        ("lock_timeout = inf", "lock_timeout in limbeck.toml must be a number of seconds"),
        ("sourceless = 'yes'", "sourceless in limbeck.toml must be true or false"),
        ("truncate_slug_length = true", "must be a whole number above 0"),
        ("naming = 'mine'", "naming in limbeck.toml must be"),
        ("naming = 'date'\nfile_template = '%(rev)s'", "say the same thing twice"),
        ("schemas = [1]", "schemas in limbeck.toml must be a text or a list of texts"),
        ("databases = 'a'", "must be tables"),
        ("[databases.a]\nulr = 'x'", r"unknown key 'ulr' in limbeck.toml \[databases.a\]"),
        ("[naming_convention]\nix = 1", "naming_convention in limbeck.toml must be a table"),
        ("[[post_write_hooks]]\nname = 'a'\ntype = 'b'", "needs a type"),
        ("[[post_write_hooks]]\nname = 'a'\ntype = 'exec'", "needs a value for 'executable'"),
        ("post_write_hooks = [1]", "must be a list of tables"),
        ("post_write_hooks = 1", "must be a list of tables"),
    ],
)
def test_what_does_not_make_sense_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    put(tmp_path / "limbeck.toml", text)
    with pytest.raises(ConfigError, match=expected):
        load(directory=tmp_path)


def test_text_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "limbeck.toml").write_bytes(b'migrations = "\xff"')
    with pytest.raises(ConfigError, match="not UTF-8"):
        load(directory=tmp_path)


def test_an_unknown_flag_is_refused(tmp_path: Path) -> None:
    put(tmp_path / "limbeck.toml", "")
    with pytest.raises(ConfigError, match="unknown key 'colour'"):
        load(directory=tmp_path, overrides={"colour": True})


def test_all_keys_are_read(tmp_path: Path) -> None:
    put(
        tmp_path / "limbeck.toml",
        """
        url = "postgresql://u:100%@h/d"
        metadata = ["a:b", "c:d.e"]
        import = ["app.models.*"]
        migrations = "app:migrations"
        version_locations = ["one", "app:two"]
        recursive_version_locations = true
        sourceless = true
        version_table = "versions"
        version_table_schema = "admin"
        schemas = ["a", "b"]
        journal = false
        transaction_per_migration = true
        naming = "revision"
        truncate_slug_length = 10
        timezone = "UTC"
        naming_convention = { ix = "ix_%(column_0_label)s" }
        prepend_sys_path = "src"
        post_write_hooks = [
            { name = "ruff", type = "module", module = "ruff", options = "format" },
        ]
        """,
    )
    settings = load(directory=tmp_path)
    assert settings.url is not None
    assert settings.url.reveal() == "postgresql://u:100%@h/d"
    assert settings.metadata == ("a:b", "c:d.e")
    assert settings.imports == ("app.models.*",)
    assert settings.migrations == "app:migrations"
    assert settings.version_locations == (str(tmp_path / "one"), "app:two")
    assert settings.recursive_version_locations
    assert settings.sourceless
    assert (settings.version_table, settings.version_table_schema) == ("versions", "admin")
    assert settings.schemas == ("a", "b")
    assert settings.journal is None
    assert settings.transaction_per_migration
    assert settings.file_template == "%(rev)s_%(slug)s"
    assert settings.origin("naming") == settings.origin("file_template") == "limbeck.toml"
    assert settings.truncate_slug_length == 10
    assert settings.timezone == "UTC"
    assert settings.naming_convention == {"ix": "ix_%(column_0_label)s"}
    assert settings.prepend_sys_path == (str(tmp_path / "src"),)
    assert [hook.target for hook in settings.post_write_hooks] == ["ruff"]
    assert settings.origin("import") == "limbeck.toml"


def test_named_databases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(
        tmp_path / "pyproject.toml",
        """
        [tool.limbeck]
        migrations = "main"
        version_table_schema = "admin"
        [tool.limbeck.databases.billing]
        url = "sqlite:///billing.db"
        migrations = "billing"
        [tool.limbeck.databases.users-eu]
        version_table = "v2"
        """,
    )
    monkeypatch.setenv("LIMBECK_URL", "sqlite:///main.db")
    main = load(directory=tmp_path)
    assert main.databases == ("billing", "users-eu")
    assert str(main.url) == "sqlite:///main.db"
    billing = load(directory=tmp_path, name="billing")
    assert billing.name == "billing"
    assert str(billing.url) == "sqlite:///billing.db"
    assert billing.migrations == str(tmp_path / "billing")
    assert billing.version_table_schema == "admin"
    assert billing.origin("url") == "pyproject.toml [tool.limbeck.databases.billing]"
    assert load(directory=tmp_path, name="users-eu").url is None
    monkeypatch.setenv("LIMBECK_URL_USERS_EU", "sqlite:///eu.db")
    assert str(load(directory=tmp_path, name="users-eu").url) == "sqlite:///eu.db"


def test_a_name_that_nothing_has(tmp_path: Path) -> None:
    put(tmp_path / "limbeck.toml", "[databases.billing]\n")
    with pytest.raises(ConfigError, match="no database is named 'biling'") as caught:
        load(directory=tmp_path, name="biling")
    assert caught.value.hint == "use -n billing"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("limbeck.toml", 'url = "sqlite:///a.db"\n'),
        ("limbeck.toml", '[tool.limbeck]\nurl = "sqlite:///a.db"\n'),
        ("pyproject.toml", '[tool.limbeck]\nurl = "sqlite:///a.db"\n'),
    ],
)
def test_a_name_where_there_are_none(tmp_path: Path, name: str, text: str) -> None:
    file = put(tmp_path / name, text)
    with pytest.raises(ConfigError, match="no database is named") as caught:
        load(directory=tmp_path, name="billing")
    first, _, lines = str(caught.value.hint).partition("\n")
    assert first == "add these lines:"
    file.write_text(f"{text}{lines}\n")  # what the hint says is enough
    assert str(load(directory=tmp_path, name="billing").url) == "env:DATABASE_URL"
    assert str(load(directory=tmp_path).url) == "sqlite:///a.db"


def test_settings_of_which_half_would_be_ignored(tmp_path: Path) -> None:
    put(tmp_path / "limbeck.toml", 'url = "sqlite:///a.db"\n[tool.limbeck.databases.billing]\n')
    with pytest.raises(ConfigError, match="only one can count"):
        load(directory=tmp_path)


def test_no_url_says_what_to_do(tmp_path: Path) -> None:
    put(tmp_path / "limbeck.toml", "[databases.billing]\n")
    with pytest.raises(ConfigError, match="choose a database: billing") as caught:
        load(directory=tmp_path).require_url()
    assert caught.value.hint == "add -n billing"
    with pytest.raises(ConfigError, match=r"no database url is set in limbeck\.toml"):
        load(directory=tmp_path, name="billing").require_url()


def test_a_folder_without_settings_is_no_configuration_file(tmp_path: Path) -> None:
    with pytest.raises(NoConfig) as caught:
        load(tmp_path)
    assert caught.value.hint == "name the file itself after -c"
