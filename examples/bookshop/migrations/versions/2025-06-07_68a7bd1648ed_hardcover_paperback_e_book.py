"""Hardcover, paperback, e-book

Revision: 68a7bd1648ed
Follows: af3177dbc79d
Date: 2025-06-07 12:39:28.400517+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "68a7bd1648ed"
down_revision: str | Sequence[str] | None = "af3177dbc79d"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

book_format = sa.Enum("hardcover", "paperback", "ebook", name="book_format")


def upgrade() -> None:
    book_format.create(op.get_bind(), checkfirst=True)
    op.add_column("books", sa.Column("format", book_format, nullable=True))


def downgrade() -> None:
    op.drop_column("books", "format")
    book_format.drop(op.get_bind(), checkfirst=True)
