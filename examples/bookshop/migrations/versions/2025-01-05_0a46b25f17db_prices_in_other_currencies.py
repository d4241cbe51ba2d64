"""Prices in other currencies

Revision: 0a46b25f17db
Follows: 06018238f475
Date: 2025-01-05 14:30:15.784966+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0a46b25f17db"
down_revision: str | Sequence[str] | None = "06018238f475"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("currency", sa.String(3), server_default="EUR", nullable=False))
    op.create_table(
        "exchange_rates",
        sa.Column("currency", sa.String(3), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("rate", sa.Numeric(12, 6), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("exchange_rates")
    op.drop_column("orders", "currency")
