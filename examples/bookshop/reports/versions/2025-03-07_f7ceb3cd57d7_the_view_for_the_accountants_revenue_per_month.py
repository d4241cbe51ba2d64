"""The view for the accountants: revenue per month

Revision: f7ceb3cd57d7
Follows: cb704fbc2405
Date: 2025-03-07 09:43:44.387257+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "f7ceb3cd57d7"
down_revision: str | Sequence[str] | None = "cb704fbc2405"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MONTH = {
    "sqlite": "substr(day, 1, 7)",
    "postgresql": "to_char(day, 'YYYY-MM')",
    "mysql": "left(day, 7)",
}


def upgrade() -> None:
    month = MONTH[op.get_context().dialect.name]
    op.execute(
        f"CREATE VIEW monthly_revenue AS SELECT {month} AS month, sum(revenue) AS revenue"
        f" FROM daily_sales GROUP BY {month}"
    )


def downgrade() -> None:
    op.execute("DROP VIEW monthly_revenue")
