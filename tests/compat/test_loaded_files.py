"""Python files that are loaded by Alembic's names."""

from __future__ import annotations

import py_compile
import sys
from pathlib import Path

import pytest

from limbeck.compat.util import load_python_file


def test_an_edit_of_one_size_in_the_same_second_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    for word in ("one", "two", "six"):
        (tmp_path / "env.py").write_text(f"word = {word!r}\n", encoding="utf-8")
        assert load_python_file(tmp_path, "env.py").word == word


@pytest.mark.parametrize("place", ["x.pyc", f"__pycache__/x.{sys.implementation.cache_tag}.pyc"])
def test_bytecode_takes_the_place_of_a_source_that_is_gone(tmp_path: Path, place: str) -> None:
    source = tmp_path / "x.py"
    source.write_text("word = 'one'\n", encoding="utf-8")
    py_compile.compile(str(source), str(tmp_path / place), doraise=True)
    source.unlink()
    module = load_python_file(tmp_path, "x.py")
    assert module.word == "one"
    assert module.__file__ == str(tmp_path / place)
    assert "x_py" not in sys.modules


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ImportError, match=r"Can't find Python file .*x\.py"):
        load_python_file(tmp_path, "x.py")
