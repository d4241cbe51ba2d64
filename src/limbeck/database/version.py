"""
The version table: one row for each head, exactly as Alembic has it.

Responsible for the statements that read, create, widen and move it.  Does not execute them, and does not know
what a journal is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlalchemy as sa

WIDTH = 255
NARROW = 32
"""What Alembic gives the column: an id up to this length fits into any version table."""

_WIDEN = {
    "postgresql": "ALTER TABLE {table} ALTER COLUMN version_num TYPE VARCHAR({width})",
    "mysql": "ALTER TABLE {table} MODIFY version_num VARCHAR({width}) NOT NULL",
    "mariadb": "ALTER TABLE {table} MODIFY version_num VARCHAR({width}) NOT NULL",
    "mssql": "ALTER TABLE {table} ALTER COLUMN version_num VARCHAR({width}) NOT NULL",
    "oracle": "ALTER TABLE {table} MODIFY version_num VARCHAR2({width} CHAR)",
}


def literal(value: str, dialect: sa.Dialect) -> str:
    """`value` as a string literal."""
    if dialect.name in {"mysql", "mariadb"}:
        value = value.replace("\\", "\\\\")
    return "'" + value.replace("'", "''") + "'"


class VersionTable:
    """The table `name`, in `schema` or where the connection looks by itself."""

    def __init__(self, dialect: sa.Dialect, name: str, schema: str | None = None) -> None:
        self.name = name
        self.schema = schema
        self._dialect = dialect
        quote = dialect.identifier_preparer.quote
        self.quoted = ".".join(quote(part) for part in (schema, name) if part)

    @property
    def select(self) -> str:
        """Reads the heads."""
        return f"SELECT version_num FROM {self.quoted}"

    def create(self) -> str:
        """Makes the table."""
        import sqlalchemy as sa
        from sqlalchemy.schema import CreateTable

        table = sa.Table(
            self.name,
            sa.MetaData(),
            sa.Column("version_num", sa.String(WIDTH), nullable=False),
            sa.PrimaryKeyConstraint("version_num", name=f"{self.name}_pkc"),
            schema=self.schema,
        )
        text = str(CreateTable(table).compile(dialect=self._dialect)).strip()
        # A driver that wants per cent signs doubled is not asked: the text goes to it without parameters.
        return text.replace("%%", "%").replace("\t", "    ")

    def widen(self) -> str | None:
        """Makes room for long ids; None where the length of a column means nothing, or cannot be changed."""
        pattern = _WIDEN.get(self._dialect.name)
        return pattern.format(table=self.quoted, width=WIDTH) if pattern else None

    def move(self, before: frozenset[str], after: frozenset[str]) -> list[str]:
        """The statements that turn the rows `before` into `after`; each changes exactly one row."""
        gone, new = sorted(before - after), sorted(after - before)
        both = min(len(gone), len(new))
        found = [self._update(old, id) for old, id in zip(gone, new, strict=False)]
        if len(gone) != len(new):  # hardly a step does that
            found += [self._delete(id) for id in gone[both:]]
            found += [self._insert(id) for id in new[both:]]
        return found

    def _update(self, old: str, new: str) -> str:
        quoted = self.quoted
        return (
            f"UPDATE {quoted} SET version_num={self._literal(new)} "
            f"WHERE {quoted}.version_num = {self._literal(old)}"
        )

    def _delete(self, id: str) -> str:
        return f"DELETE FROM {self.quoted} WHERE {self.quoted}.version_num = {self._literal(id)}"

    def _insert(self, id: str) -> str:
        return f"INSERT INTO {self.quoted} (version_num) VALUES ({self._literal(id)})"

    def _literal(self, id: str) -> str:
        return f"'{id}'" if id.isalnum() else literal(id, self._dialect)

    def nothing(self) -> str:
        """A statement that every server takes and that does nothing."""
        return f"UPDATE {self.quoted} SET version_num = version_num WHERE 1 = 0"
