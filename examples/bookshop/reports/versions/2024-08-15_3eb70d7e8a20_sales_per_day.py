"""Sales per day

Revision: 3eb70d7e8a20
Follows:
Date: 2024-08-15 13:47:18.074880+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
import bookshop.types

revision: str = "3eb70d7e8a20"
down_revision: str | Sequence[str] | None = None
branch_labels: str | Sequence[str] | None = "reports"
depends_on: str | Sequence[str] | None = "c43f22e0bf6d"


def upgrade() -> None:
    op.create_table(
        "daily_sales",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("revenue", bookshop.types.Money(14), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("daily_sales")
