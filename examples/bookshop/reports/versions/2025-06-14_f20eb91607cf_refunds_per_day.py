"""Refunds per day

Revision: f20eb91607cf
Follows: f7ceb3cd57d7
Date: 2025-06-14 11:55:54.493454+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
import bookshop.types

revision: str = "f20eb91607cf"
down_revision: str | Sequence[str] | None = "f7ceb3cd57d7"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = "55dcc869f405"


def upgrade() -> None:
    op.add_column(
        "daily_sales", sa.Column("refunds", bookshop.types.Money(14), server_default="0", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("daily_sales", "refunds")
