"""Statements become comments, and the file stays valid."""

from __future__ import annotations

from limbeck.files.leave_out import leave_out, statement_lines

FILE = b'''"""a"""
from limbeck import op


def upgrade() -> None:
    """What it does."""
    op.add_column(
        "users",
    )
    op.drop_column("users", "x")


def downgrade() -> None:
    op.drop_column("users", "y")
'''


def test_a_statement_of_several_lines() -> None:
    text = leave_out(FILE, {8}, "Left out.")
    assert text is not None
    assert text.decode().splitlines()[6:10] == [
        "    # Left out.",
        "    # op.add_column(",
        '    #     "users",',
        "    # )",
    ]
    compile(text, "file", "exec")


def test_what_is_left_of_a_function_is_pass() -> None:
    text = leave_out(FILE, {7, 10, 14}, "Left out.")
    assert text is not None
    names: dict[str, object] = {}
    exec(compile(text, "file", "exec"), names)
    assert text.count(b"    pass\n") == 2
    assert callable(names["upgrade"])


def test_a_line_that_is_in_no_function() -> None:
    assert leave_out(FILE, {2}, "Left out.") is None
    assert list(statement_lines(FILE, 8)) == [7, 8, 9]
    assert list(statement_lines(FILE, 2)) == []


def test_lines_are_those_of_python() -> None:
    odd = b'def upgrade():\n    a("x\x0cy \xc2\x85 \xe2\x80\xa8")\n    b()\r\n    c()\n'
    text = leave_out(odd, {3}, "Left out.")
    assert text == odd.replace(b"    b()", b"    # Left out.\n    # b()")


def test_a_statement_that_is_not_alone_stays() -> None:
    for body in ("a(); b()", "a(); \\\n    b()", "if x:\n        a()", "for x in y:\n        a()"):
        content = f"def upgrade():\n    {body}\n".encode()
        assert leave_out(content, {2}, "Left out.") is None
    assert leave_out(b"def upgrade(): a()\n", {1}, "Left out.") is None
