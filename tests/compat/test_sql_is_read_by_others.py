"""Scripts for databases that no test has: another reader of their SQL understands each statement."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from sqlglot import exp, parse
from sqlglot.errors import ErrorLevel

from limbeck.cli.main import main

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.md"
BODY = re.compile(r"^```python title=[^\n]*\n\.\.\.\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEAD = '''"""revision {id}"""

import sqlalchemy as sa
from limbeck import op

revision = "{id}"
down_revision = {parent!r}


'''
KINDS = (exp.Create, exp.Drop, exp.Alter, exp.Insert, exp.Update, exp.Delete, exp.Select)
DIALECTS = [("mssql+pyodbc", "tsql", "\nGO\n"), ("oracle+oracledb", "oracle", "\n/\n")]
# Valid (Microsoft's and Oracle's manuals, ALTER TABLE), but nothing that this reader knows.
BEYOND = re.compile(
    r"SET IDENTITY_INSERT \w+ (ON|OFF)\Z|EXEC sp_rename '\S+', '?\w+'?(, 'COLUMN')?\Z"
    r"|ALTER TABLE \w+ ADD DEFAULT '0' FOR \w+\Z"
    r"|ALTER TABLE \w+ MODIFY \w+ (NULL|VARCHAR2\(\d+ CHAR\)|DEFAULT '0')\Z"
)
FRAME = re.compile(r"\A(?:BEGIN TRANSACTION|COMMIT)\Z")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tutorial's revisions, one after the other, and one with what else people write."""
    versions = tmp_path / "migrations" / "versions"
    versions.mkdir(parents=True)
    bodies = BODY.findall(TUTORIAL.read_text(encoding="utf-8"))
    assert len(bodies) > 3
    parent = None
    for number, body in enumerate([*bodies, MORE]):
        id = f"a{number}"
        text = HEAD.format(id=id, parent=parent) + body
        (versions / f"{id}.py").write_text(text, encoding="utf-8")
        parent = id
    monkeypatch.chdir(tmp_path)
    return tmp_path


MORE = """
def upgrade() -> None:
    op.alter_column("customers", "name", existing_type=sa.String(100), type_=sa.String(200), nullable=True)
    op.alter_column("orders", "total", server_default="0", existing_type=sa.Numeric(10, 2))
    op.create_unique_constraint("uq_customers_name", "customers", ["name"])
    op.create_check_constraint("ck_orders_total", "orders", "total >= 0")
    op.bulk_insert(sa.table("customers", sa.column("name")), [{"name": "O'Hara"}])
    op.execute("UPDATE customers SET name = 'x' WHERE id = 1")
    op.rename_table("orders", "sales")


def downgrade() -> None:
    op.rename_table("sales", "orders")
    op.drop_constraint("ck_orders_total", "orders", type_="check")
    op.drop_constraint("uq_customers_name", "customers", type_="unique")
"""


@pytest.mark.parametrize(("driver", "reader", "separator"), DIALECTS)
@pytest.mark.parametrize("command", ["upgrade head", "downgrade head:base"])
def test_each_statement_is_understood(
    project: Path, driver: str, reader: str, separator: str, command: str
) -> None:
    settings = f'url = "{driver}://ada:secret@127.0.0.1:1/none"\n'
    (project / "limbeck.toml").write_text(settings, encoding="utf-8")
    written = io.StringIO()
    with redirect_stdout(written):
        assert main([*command.split(), "--sql"]) == 0
    pieces = [piece.strip().rstrip(";") for piece in written.getvalue().split(separator)]
    statements = [s for s in map(without_comments, pieces) if s and not FRAME.match(s)]
    assert len(statements) > 10
    for statement in statements:
        if BEYOND.match(statement):
            continue
        (tree,) = parse(statement, dialect=reader, error_level=ErrorLevel.RAISE)
        assert isinstance(tree, KINDS), statement


def without_comments(piece: str) -> str:
    return "\n".join(line for line in piece.splitlines() if not line.startswith("--")).strip()
