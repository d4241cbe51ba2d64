"""Gift wrapping

Revision: 06018238f475
Follows: fe6d8363eef9
Date: 2024-12-30 15:52:08.363597+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "06018238f475"
down_revision: str | Sequence[str] | None = "fe6d8363eef9"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "order_lines", sa.Column("gift_wrap", sa.Boolean(), server_default=sa.false(), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("order_lines", "gift_wrap")
