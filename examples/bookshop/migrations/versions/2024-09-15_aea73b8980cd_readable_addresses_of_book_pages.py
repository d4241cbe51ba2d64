"""Readable addresses of book pages

Revision: aea73b8980cd
Follows: c43f22e0bf6d
Date: 2024-09-15 12:24:33.329472+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "aea73b8980cd"
down_revision: str | Sequence[str] | None = "c43f22e0bf6d"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("books", sa.Column("slug", sa.String(120)))


def downgrade() -> None:
    op.drop_column("books", "slug")
