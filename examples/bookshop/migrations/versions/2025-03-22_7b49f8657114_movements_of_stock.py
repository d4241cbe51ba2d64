"""Movements of stock

Revision: 7b49f8657114
Follows: 108f49cf3ca7
Date: 2025-03-22 13:53:37.315289+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "7b49f8657114"
down_revision: str | Sequence[str] | None = "108f49cf3ca7"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "stock_movements",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("warehouse_id", sa.Integer(), sa.ForeignKey("warehouses.id"), nullable=False),
        sa.Column("book_id", sa.Integer(), sa.ForeignKey("books.id"), nullable=False),
        sa.Column("delta", sa.Integer(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum("opening", "delivery", "sale", "correction", name="stock_reason"),
            nullable=False,
        ),
        sa.Column("moved_at", sa.DateTime(), server_default=sa.func.now(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("stock_movements")
    sa.Enum(name="stock_reason").drop(op.get_bind(), checkfirst=True)
