"""A note with an order

Revision: fe6d8363eef9
Follows: b99110a4a9a3
Date: 2024-12-19 13:06:57.655824+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "fe6d8363eef9"
down_revision: str | Sequence[str] | None = "b99110a4a9a3"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("note", sa.Text()))


def downgrade() -> None:
    op.drop_column("orders", "note")
