"""Make the readable addresses from titles

Revision: 60a0528d938f
Follows: aea73b8980cd
Date: 2024-10-21 12:48:37.007748+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
import re

revision: str = "60a0528d938f"
down_revision: str | Sequence[str] | None = "aea73b8980cd"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

books = sa.table(
    "books",
    sa.column("id", sa.Integer),
    sa.column("title", sa.String),
    sa.column("isbn", sa.String),
    sa.column("slug", sa.String),
)


def upgrade() -> None:
    connection = op.get_bind()
    taken = set()
    for id, title, isbn in connection.execute(sa.select(books.c.id, books.c.title, books.c.isbn)).all():
        slug = "-".join(re.findall(r"[a-z0-9]+", title.lower()))[:100]
        if slug in taken:
            slug = f"{slug}-{isbn}"
        taken.add(slug)
        connection.execute(books.update().where(books.c.id == id).values(slug=slug))


def downgrade() -> None:
    op.execute(books.update().values(slug=None))
