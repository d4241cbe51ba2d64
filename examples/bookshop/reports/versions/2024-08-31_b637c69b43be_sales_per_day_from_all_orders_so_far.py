"""Sales per day, from all orders so far

Revision: b637c69b43be
Follows: 3eb70d7e8a20
Date: 2024-08-31 16:23:43.414661+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "b637c69b43be"
down_revision: str | Sequence[str] | None = "3eb70d7e8a20"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    on_postgresql = op.get_context().dialect.name == "postgresql"
    day = "orders.placed_at::date" if on_postgresql else "date(orders.placed_at)"
    op.execute(
        f"""
        INSERT INTO daily_sales (day, orders, revenue)
        SELECT {day}, count(DISTINCT orders.id), sum(order_lines.quantity * order_lines.unit_price)
        FROM orders JOIN order_lines ON order_lines.order_id = orders.id
        WHERE orders.status IN ('paid', 'shipped')
        GROUP BY {day}
        """
    )


def downgrade() -> None:
    op.execute("DELETE FROM daily_sales")
