"""What lies there today is the first movement

Revision: a8c594d50da1
Follows: 7b49f8657114
Date: 2025-04-04 15:25:48.365027+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "a8c594d50da1"
down_revision: str | Sequence[str] | None = "7b49f8657114"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute(
        """
        INSERT INTO stock_movements (warehouse_id, book_id, delta, reason)
        SELECT warehouse_id, book_id, quantity, 'opening' FROM stock_levels WHERE quantity <> 0
        """
    )


def downgrade() -> None:
    op.execute("DELETE FROM stock_movements WHERE reason = 'opening'")
