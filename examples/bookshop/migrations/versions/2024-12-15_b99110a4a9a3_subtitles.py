"""Subtitles

Revision: b99110a4a9a3
Follows: a81f7bc32e97
Date: 2024-12-15 12:38:48.284232+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "b99110a4a9a3"
down_revision: str | Sequence[str] | None = "a81f7bc32e97"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("books", sa.Column("subtitle", sa.String(300)))


def downgrade() -> None:
    op.drop_column("books", "subtitle")
