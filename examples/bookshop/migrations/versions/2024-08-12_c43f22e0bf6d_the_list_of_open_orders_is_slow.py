"""The list of open orders is slow

Revision: c43f22e0bf6d
Follows: 64c7261a07d5
Date: 2024-08-12 09:44:51.755170+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "c43f22e0bf6d"
down_revision: str | Sequence[str] | None = "64c7261a07d5"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(op.f("ix_orders_status_placed_at"), "orders", ["status", "placed_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_orders_status_placed_at"), table_name="orders")
