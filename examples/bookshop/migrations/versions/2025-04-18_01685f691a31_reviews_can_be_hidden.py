"""Reviews can be hidden

Revision: 01685f691a31
Follows: a8c594d50da1
Date: 2025-04-18 12:08:12.673647+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "01685f691a31"
down_revision: str | Sequence[str] | None = "a8c594d50da1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("reviews", sa.Column("published", sa.Boolean(), server_default=sa.true(), nullable=False))


def downgrade() -> None:
    op.drop_column("reviews", "published")
