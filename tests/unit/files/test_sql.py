"""SQL text, taken apart as each server would."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import TokenError

from limbeck.errors import ScriptFailed
from limbeck.files.sql import normal_form, split

ANY = ("postgresql", "mysql", "mariadb", "sqlite", "mssql", "oracle", "somethingelse")


@pytest.mark.parametrize("dialect", ANY)
@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("", []),
        (";;\n ; ", []),
        ("-- nothing\n/* at all */ ;", []),
        ("SELECT 1", ["SELECT 1"]),
        ("SELECT 1;\nSELECT 2 ;", ["SELECT 1", "SELECT 2"]),
        ("SELECT ';', 'it''s;'; SELECT 2", ["SELECT ';', 'it''s;'", "SELECT 2"]),
        ('SELECT 1 AS "a;b""c;"; SELECT 2', ['SELECT 1 AS "a;b""c;"', "SELECT 2"]),
        ("-- why;\nSELECT 1 -- because;\n; SELECT 2", ["SELECT 1 -- because;", "SELECT 2"]),
        ("/* a; */ SELECT /* b; */ 1; SELECT 2", ["SELECT /* b; */ 1", "SELECT 2"]),
        ("SELECT a::text, 100%3, :x", ["SELECT a::text, 100%3, :x"]),
        (
            "CREATE TABLE event (begin INT); SELECT 2",
            ["CREATE TABLE event (begin INT)", "SELECT 2"],
        ),
        (
            "SELECT CASE WHEN 1=1 THEN 2 END; SELECT 2",
            ["SELECT CASE WHEN 1=1 THEN 2 END", "SELECT 2"],
        ),
    ],
)
def test_what_all_servers_agree_on(dialect: str, text: str, statements: list[str]) -> None:
    assert split(text, dialect) == statements


def test_postgresql_dollar_quotes() -> None:
    function = (
        "CREATE FUNCTION f() RETURNS int AS $body$ BEGIN; $$;$$; $ body; END $body$ LANGUAGE x"
    )
    assert split(f"{function};\nDO $$ BEGIN a; b; END $$;SELECT $1, a$b;", "postgresql") == [
        function,
        "DO $$ BEGIN a; b; END $$",
        "SELECT $1, a$b",
    ]


def test_postgresql_strings() -> None:
    text = r"SELECT E'it\'s;', e'\\'; SELECT 'c:\'; SELECT U&'a;b', B'1', x'1F'"
    assert split(text, "postgresql") == [
        r"SELECT E'it\'s;', e'\\'",
        r"SELECT 'c:\'",
        "SELECT U&'a;b', B'1', x'1F'",
    ]


def test_postgresql_nested_comments_and_arrays() -> None:
    text = "SELECT 1 /* a; /* b; */ c; */; SELECT a[1], b['x']; SELECT 2"
    assert split(text, "postgresql") == [
        "SELECT 1 /* a; /* b; */ c; */",
        "SELECT a[1], b['x']",
        "SELECT 2",
    ]


def test_postgresql_begin_atomic() -> None:
    function = """CREATE OR REPLACE PROCEDURE p(x int) LANGUAGE sql
BEGIN ATOMIC
  INSERT INTO t SELECT CASE WHEN x = 1 THEN 2 ELSE 3 END;
  DELETE FROM u;
END"""
    assert split(f"{function};\nBEGIN; SELECT 1; END;", "postgresql") == [
        function,
        "BEGIN",
        "SELECT 1",
        "END",
    ]


def test_mysql_delimiter() -> None:
    text = """CREATE TABLE `a;b` (x INT); # a comment; with 'quotes
DELIMITER //
CREATE PROCEDURE p() BEGIN SELECT 'x//y;'; SELECT 2; END //
-- between
CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.x = 1//
delimiter ;
INSERT INTO a VALUES ('it\\'s;', "say \\"x;\\""); SELECT 5--1;
DELIMITER $$
SELECT 1; SELECT 2 $$
"""
    assert split(text, "mysql") == [
        "CREATE TABLE `a;b` (x INT)",
        "CREATE PROCEDURE p() BEGIN SELECT 'x//y;'; SELECT 2; END",
        "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.x = 1",
        'INSERT INTO a VALUES (\'it\\\'s;\', "say \\"x;\\"")',
        "SELECT 5--1",
        "SELECT 1; SELECT 2",
    ]


def test_mysql_routines_without_delimiter() -> None:
    routine = """CREATE DEFINER=`root`@`localhost` TRIGGER t BEFORE INSERT ON a FOR EACH ROW
BEGIN
  IF NEW.x IS NULL THEN SET NEW.x = 1; END IF;
  CASE NEW.x WHEN 1 THEN SET @a = 1; ELSE BEGIN END; END CASE;
  WHILE @a < 3 DO SET @a = @a + 1; END WHILE;
  SET @b = CASE WHEN 1 THEN 2 END;
END"""
    assert split(f"{routine}; SELECT 2;", "mariadb") == [routine, "SELECT 2"]
    block = "BEGIN NOT ATOMIC SELECT 1; SELECT 2; END"
    assert split(f"{block}; SELECT 3", "mariadb") == [block, "SELECT 3"]


def test_mysql_executable_comments_are_statements() -> None:
    assert split("/*!40101 SET NAMES utf8 */; SELECT 1", "mysql") == [
        "/*!40101 SET NAMES utf8 */",
        "SELECT 1",
    ]


def test_sqlite_triggers_end_where_sqlite_says() -> None:
    trigger = """CREATE TEMP TRIGGER IF NOT EXISTS t AFTER UPDATE ON [a;b] BEGIN
  UPDATE x SET y = CASE WHEN 1 THEN 'END;' ELSE 2 END;
  DELETE FROM `c;d`;
END"""
    assert split(f"{trigger}; BEGIN; SELECT 1; END;", "sqlite") == [
        trigger,
        "BEGIN",
        "SELECT 1",
        "END",
    ]
    assert sqlite3.complete_statement(f"{trigger};")


def test_sql_server_batches() -> None:
    text = """CREATE TABLE [a;b] (x INT);
GO
CREATE PROCEDURE p AS
SELECT 1; SELECT 2;
go
SELECT 3 AS go"""
    assert split(text, "mssql") == [
        "CREATE TABLE [a;b] (x INT);",
        "CREATE PROCEDURE p AS\nSELECT 1; SELECT 2;",
        "SELECT 3 AS go",
    ]
    assert split("SELECT 1; SELECT [a]]b;] /* x /* ; */ ; */", "mssql") == [
        "SELECT 1",
        "SELECT [a]]b;] /* x /* ; */ ; */",
    ]


def test_oracle_blocks() -> None:
    text = """CREATE TABLE a (x INT);
CREATE OR REPLACE TRIGGER t BEFORE INSERT ON a FOR EACH ROW
BEGIN
  :new.x := 1 / 2;
END;
/
INSERT INTO a VALUES (q'[it's;]', nq'!a;'b!');
DECLARE x INT; BEGIN NULL; END;
/
SELECT 1 FROM dual"""
    assert split(text, "oracle") == [
        "CREATE TABLE a (x INT)",
        (
            "CREATE OR REPLACE TRIGGER t BEFORE INSERT ON a FOR EACH ROW\nBEGIN\n"
            "  :new.x := 1 / 2;\nEND;"
        ),
        "INSERT INTO a VALUES (q'[it's;]', nq'!a;'b!')",
        "DECLARE x INT; BEGIN NULL; END;",
        "SELECT 1 FROM dual",
    ]


@pytest.mark.parametrize(
    ("dialect", "text", "line", "opening"),
    [
        ("sqlite", "SELECT 1;\nSELECT 'abc;", 2, "'"),
        ("postgresql", "SELECT $a$ b; $c$", 1, r"\$a\$"),
        ("postgresql", "\n\n/* a /* b */", 3, r"/\*"),
        ("mysql", "SELECT `a", 1, "`"),
        ("oracle", 'SELECT "a', 1, '"'),
    ],
)
def test_what_never_ends_is_refused(dialect: str, text: str, line: int, opening: str) -> None:
    with pytest.raises(ScriptFailed, match=f"line {line}: what {opening} begins never ends"):
        split(text, dialect)


pieces = st.sampled_from(
    [
        "SELECT",
        "a",
        "1",
        ";",
        "''",
        "'x;y'",
        "'it''s'",
        '"q;"',
        "-- c;\n",
        "/* d; */",
        "\n",
        "(",
        ")",
        ",",
        "::",
        "%",
        "+",
        "$$x;$$",
        "$t$ ; $$ $t$",
        "E'a\\';'",
        "é",
        "$1",
        "a.b",
    ]
)


def _as_sqlglot_splits(text: str) -> list[str]:
    found, start = [], 0
    for token in Dialect.get_or_raise("postgres").tokenize(text):
        if token.token_type.name == "SEMICOLON":
            found.append(text[start : token.start])
            start = token.end + 1
    return [normal_form(piece) for piece in (*found, text[start:]) if normal_form(piece)]


@given(st.lists(pieces, max_size=25).map(" ".join))
def test_it_agrees_with_another_tokenizer(text: str) -> None:
    try:
        expected = _as_sqlglot_splits(text)
    except TokenError:  # it refuses some parameters that a server would take
        reject()
    assert [normal_form(one) for one in split(text, "postgresql")] == expected


@given(st.text(max_size=60), st.sampled_from(ANY))
def test_any_text_is_split_or_refused(text: str, dialect: str) -> None:
    try:
        statements = split(text, dialect)
    except ScriptFailed as error:
        said = error.message
    else:
        said = "never ends"
        assert all(one.strip() and one in text for one in statements)
    assert said.endswith("never ends")


def test_format_and_comments_make_no_difference() -> None:
    assert normal_form("SELECT  1 -- one\n,\t'a  b' /* two */ FROM t") == "SELECT 1 , 'a  b' FROM t"
    assert normal_form("SELECT 'a b'") != normal_form("SELECT 'a  b'")
    assert normal_form("SELECT 'never ends\n ") == "SELECT 'never ends"
