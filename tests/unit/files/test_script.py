"""Bodies of revisions, run."""

from __future__ import annotations

import py_compile
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
import sqlalchemy as sa

from limbeck.errors import BrokenHeader, ScriptFailed, StatementFailed, UsageError
from limbeck.files import index
from limbeck.files.script import PythonScript, RevisionScript, SqlScript
from limbeck.history import Direction
from limbeck.operations import Execute

if TYPE_CHECKING:
    from limbeck.runner.ports import Database


def surroundings(dialect: str = "sqlite") -> Database:
    """What an Op may ask of its database when nothing but SQL is sent."""
    made = sa.create_mock_engine(f"{dialect}://", print).dialect
    return cast(
        "Database",
        SimpleNamespace(
            dialect=made, connection=None, offline=True, naming_convention={}, options={}
        ),
    )


def python(tmp_path: Path, text: str) -> PythonScript:
    path = tmp_path / "ab12_it.py"
    path.write_text(text)
    return PythonScript("ab12", path, source="versions/ab12_it.py")


def sql(tmp_path: Path, text: str) -> SqlScript:
    path = tmp_path / "ab12_it.sql"
    path.write_text(text)
    return SqlScript("ab12", path, source="versions/ab12_it.sql")


def sent(
    script: PythonScript | SqlScript, direction: Direction = Direction.UP, dialect: str = "sqlite"
) -> list[Any]:
    operations: list[Any] = []
    script.run(direction, surroundings(dialect), operations.append)
    return operations


def texts(operations: list[Any]) -> list[str]:
    assert all(isinstance(one, Execute) for one in operations)
    return [str(one.statement) for one in operations]


def test_functions_without_arguments_use_the_current_op(tmp_path: Path) -> None:
    script = python(
        tmp_path,
        "from limbeck import op\n"
        "def upgrade(): op.execute('up')\n"
        "def downgrade() -> None: op.execute('down')\n",
    )
    assert texts(sent(script)) == ["up"]
    assert texts(sent(script, Direction.DOWN)) == ["down"]


@pytest.mark.parametrize(
    "signature", ["op", "op: Op", "o, /", "op, *, dry=False", "op=None", "op, more=1"]
)
def test_functions_may_take_the_op(tmp_path: Path, signature: str) -> None:
    script = python(
        tmp_path,
        "from __future__ import annotations\nfrom limbeck import Op\n"
        f"def upgrade({signature}): {'o' if signature.startswith('o,') else 'op'}.execute('up')\n",
    )
    assert texts(sent(script)) == ["up"]


def test_a_decorated_function(tmp_path: Path) -> None:
    script = python(
        tmp_path,
        """
import functools
def twice(function):
    @functools.wraps(function)
    def wrapper(*args):
        function(*args)
        function(*args)
    return wrapper
@twice
def upgrade(op):
    op.execute("up")
""",
    )
    assert texts(sent(script)) == ["up", "up"]


def test_a_missing_downgrade(tmp_path: Path) -> None:
    script = python(tmp_path, "def upgrade(): pass\n")
    with pytest.raises(ScriptFailed, match=r"versions/ab12_it\.py has no downgrade\(\)"):
        sent(script, Direction.DOWN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "def upgrade():\n    x = 1\n    y = x / 0\n",
            "line 3: ZeroDivisionError: division by zero",
        ),
        ("import no_such_module\n", "line 1: ModuleNotFoundError: No module named"),
        ("def upgrade():\n    import json\n    json.loads('{')\n", "line 3: JSONDecodeError"),
        ("def upgrade():\n    raise ValueError\n", "line 2: ValueError"),
        ("def upgrade(a, b): pass", "takes 2 arguments"),
        ("async def upgrade(): pass", "is async"),
    ],
)
def test_what_goes_wrong_names_file_and_line(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(ScriptFailed) as caught:
        sent(python(tmp_path, text))
    assert expected in caught.value.message
    assert caught.value.message.startswith("versions/ab12_it.py")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("revision = 'a'\ndef upgrade():\n  (\n", "versions/ab12_it.py, line 3: "),
        ("revision = 'a'\ndef upgrade(): return\nreturn\n", "versions/ab12_it.py, line 3: "),
        ("revision = 'a'\ndef upgrade(): '\0'\n", "versions/ab12_it.py"),
    ],
)
@pytest.mark.parametrize("how", ["file", "content"])
def test_what_is_no_python_is_told_before_it_is_run(
    tmp_path: Path, text: str, expected: str, how: str
) -> None:
    script = python(tmp_path, text)
    if how == "content":
        script = PythonScript("ab12", script.path, source=script.source, content=text.encode())
    for attempt in (lambda: script.check(Direction.UP), lambda: sent(script)):
        with pytest.raises(BrokenHeader) as caught:
            attempt()
        assert caught.value.message.startswith(expected)


def test_a_script_that_was_checked_is_not_compiled_again(tmp_path: Path) -> None:
    script = python(tmp_path, "def upgrade(op): op.execute('checked')\n")
    script.check(Direction.UP)
    script.path.write_text("def upgrade(op): op.execute('written since, and longer')\n")
    assert texts(sent(script)) == ["checked"]
    assert texts(sent(script)) == ["written since, and longer"]


def test_a_file_that_vanished_cannot_be_run(tmp_path: Path) -> None:
    script = python(tmp_path, "def upgrade(): ...\n")
    script.path.unlink()
    with pytest.raises(ScriptFailed, match=r"versions/ab12_it\.py cannot be read"):
        script.check(Direction.UP)


def test_a_sql_file_without_the_part_is_told_before_it_is_run(tmp_path: Path) -> None:
    script = sql(tmp_path, "-- revision: a\n-- limbeck: up\nSELECT 1;\n")
    script.check(Direction.UP)
    with pytest.raises(ScriptFailed, match="has no part '-- limbeck: down'"):
        script.check(Direction.DOWN)


def refuse(operation: object) -> None:
    raise StatementFailed("no", statement="x")


def test_a_file_written_for_alembic_is_stopped_before_it_does_anything(tmp_path: Path) -> None:
    script = python(tmp_path, "from alembic import op\ndef upgrade(): op.execute('SELECT 1')\n")
    with pytest.raises(ScriptFailed, match="imports from alembic") as caught:
        sent(script)
    assert "limbeck.compat.install()" in (caught.value.hint or "")


def test_so_is_one_beside_a_folder_named_alembic(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "alembic").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "alembic", raising=False)
    script = python(tmp_path, "from alembic import op\ndef upgrade(): op.execute('SELECT 1')\n")
    with pytest.raises(ScriptFailed, match="imports from alembic") as caught:
        sent(script)
    assert "limbeck.compat.install()" in (caught.value.hint or "")
    sys.modules.pop("alembic", None)


def test_our_own_errors_pass_as_they_are_and_point_at_the_line(tmp_path: Path) -> None:
    script = python(tmp_path, "def upgrade(op):\n    x = 1\n    op.execute('up')\n")
    with pytest.raises(StatementFailed, match="no") as caught:
        script.run(Direction.UP, surroundings(), refuse)
    assert caught.value.hint == "look at versions/ab12_it.py, line 3"


def test_so_do_those_of_a_sql_file(tmp_path: Path) -> None:
    script = sql(tmp_path, "-- revision: a\n-- limbeck: up\n\nSELECT 1;\n")
    with pytest.raises(StatementFailed, match="no") as caught:
        script.run(Direction.UP, surroundings(), refuse)
    assert caught.value.hint == "look at versions/ab12_it.sql, line 4"


def test_an_error_with_advice_of_its_own_keeps_it(tmp_path: Path) -> None:
    def advise(operation: object) -> None:
        raise StatementFailed("no", hint="do this")

    script = python(tmp_path, "def upgrade(op): op.execute('up')\n")
    with pytest.raises(StatementFailed) as caught:
        script.run(Direction.UP, surroundings(), advise)
    assert caught.value.hint == "do this"


def test_the_op_is_gone_afterwards(tmp_path: Path) -> None:
    from limbeck import op

    sent(python(tmp_path, "def upgrade(): pass\n"))
    with pytest.raises(UsageError):
        op.execute("late")


def test_modules_are_found_by_what_looks_for_them_and_leave_no_trace(tmp_path: Path) -> None:
    before = set(sys.modules)
    script = python(
        tmp_path,
        """
from __future__ import annotations
from dataclasses import dataclass
from typing import ClassVar
@dataclass
class Row:
    kind: ClassVar[str] = "x"
    id: int = 0
def upgrade(op):
    op.execute(f"{Row(3)}")
""",
    )
    assert texts(sent(script)) == ["Row(id=3)"]
    assert not {name for name in set(sys.modules) - before if name.startswith("limbeck_revision")}


def test_each_run_starts_anew(tmp_path: Path) -> None:
    script = python(
        tmp_path, "seen = []\ndef upgrade(op):\n  seen.append(1)\n  op.execute(str(seen))\n"
    )
    assert texts(sent(script)) == texts(sent(script)) == ["[1]"]


def test_two_threads_with_files_of_one_name(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    text = """
import sys, time
NAME = {!r}
def upgrade(op):
    for number in range(20):
        time.sleep(0.001)
        op.execute(sys.modules[__name__].NAME)
"""
    scripts = [python(tmp_path / name, text.format(name)) for name in ("one", "two")]
    results: dict[str, list[str]] = {}

    def work(name: str, script: PythonScript) -> None:
        results[name] = texts(sent(script))

    threads = [
        threading.Thread(target=work, args=(name, script))
        for name, script in zip(("one", "two"), scripts, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {"one": ["one"] * 20, "two": ["two"] * 20}


def test_bytecode_is_kept_by_python_as_usual(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(index, "_FRESH", -1_000_000_000)  # as if the file were some seconds old
    sent(python(tmp_path, "def upgrade(): pass\n"))
    assert [path.suffix for path in (tmp_path / "__pycache__").iterdir()] == [".pyc"]


def test_an_edit_of_one_size_in_the_same_second_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    for word in ("one", "two", "six"):
        script = python(tmp_path, f"def upgrade(op): op.execute({word!r})\n")
        assert texts(sent(script)) == [word]


def test_bytecode_without_its_source(tmp_path: Path) -> None:
    source = tmp_path / "x.py"
    source.write_text("def upgrade(op): op.execute('up')\n")
    path = tmp_path / "y.pyc"
    py_compile.compile(str(source), str(path), doraise=True)
    source.unlink()
    script = PythonScript("y", path)
    assert texts(sent(script)) == ["up"]
    assert len(script.checksum) == 64


def test_a_file_that_is_only_in_memory(tmp_path: Path) -> None:
    content = b"def upgrade(op):\n    op.execute(__file__)\n    1/0\n"
    script = PythonScript("z", tmp_path / "a.zip" / "z.py", source="a.zip/z.py", content=content)
    with pytest.raises(ScriptFailed, match=r"a\.zip/z\.py, line 3: ZeroDivisionError"):
        sent(script)


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    script: RevisionScript
    for script in (PythonScript("a", tmp_path / "a.py"), SqlScript("a", tmp_path / "a.sql")):
        with pytest.raises(ScriptFailed, match=r"a\.(py|sql)"):
            script.read()


SQL = """-- message
-- revision: ab12

-- limbeck: up
CREATE TABLE a (x TEXT DEFAULT 'a;b'); -- why
INSERT INTO a VALUES ('100% :x');

-- limbeck: up postgresql
CREATE INDEX CONCURRENTLY i ON a (x);
-- LIMBECK: UP mysql, sqlite
CREATE INDEX i ON a (x);
-- limbeck: down
DROP TABLE a;
"""


def test_the_parts_of_a_sql_file(tmp_path: Path) -> None:
    script = sql(tmp_path, SQL)
    common = ["CREATE TABLE a (x TEXT DEFAULT 'a;b')", "INSERT INTO a VALUES ('100% :x')"]
    assert texts(sent(script)) == [*common, "CREATE INDEX i ON a (x)"]
    assert texts(sent(script, dialect="mysql+pymysql")) == [*common, "CREATE INDEX i ON a (x)"]
    assert texts(sent(script, dialect="mssql+pyodbc")) == common
    assert texts(sent(script, dialect="postgresql")) == [
        *common,
        "CREATE INDEX CONCURRENTLY i ON a (x)",
    ]
    assert texts(sent(script, Direction.DOWN)) == ["DROP TABLE a"]
    assert all(operation.literal for operation in sent(script))


def test_a_sql_file_without_parts_has_nothing_to_undo(tmp_path: Path) -> None:
    script = sql(tmp_path, "-- revision: ab12\nSELECT 1;\n")
    assert texts(sent(script)) == ["SELECT 1"]
    with pytest.raises(ScriptFailed, match="has no part '-- limbeck: down'"):
        sent(script, Direction.DOWN)


def test_an_empty_part_does_nothing(tmp_path: Path) -> None:
    assert sent(sql(tmp_path, "-- revision: a\n-- limbeck: up\n-- limbeck: down\n")) == []


def test_a_quote_that_never_ends_names_the_line_of_the_file(tmp_path: Path) -> None:
    script = sql(tmp_path, "-- revision: a\n-- limbeck: up\nSELECT 1;\nSELECT 'x;\n")
    with pytest.raises(ScriptFailed, match=r"versions/ab12_it\.sql, line 4: what ' begins"):
        sent(script)


def test_line_ends_and_marks_of_windows(tmp_path: Path) -> None:
    script = sql(tmp_path, "")
    script.path.write_bytes(b"\xef\xbb\xbf" + SQL.replace("\n", "\r\n").encode())
    assert texts(sent(script, Direction.DOWN)) == ["DROP TABLE a"]
    assert script.checksum == SqlScript("x", sql(tmp_path, SQL).path).checksum


def test_checksums_of_sql_files(tmp_path: Path) -> None:
    before = sql(tmp_path, SQL).checksum
    assert (
        sql(tmp_path, SQL.replace(" -- why", "").replace("TABLE a (", "TABLE  a (")).checksum
        == before
    )
    assert sql(tmp_path, SQL.replace("-- revision: ab12", "-- revision: b")).checksum == before
    assert sql(tmp_path, SQL.replace("100%", "200%")).checksum != before
    assert sql(tmp_path, SQL.replace("mysql, ", "")).checksum != before


def test_text_that_is_not_utf8(tmp_path: Path) -> None:
    script = sql(tmp_path, "")
    script.path.write_bytes(b"\xff")
    with pytest.raises(ScriptFailed, match="not UTF-8"):
        sent(script)
