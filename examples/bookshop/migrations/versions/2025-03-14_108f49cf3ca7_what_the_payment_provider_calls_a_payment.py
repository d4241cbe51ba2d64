"""What the payment provider calls a payment

Revision: 108f49cf3ca7
Follows: bcced8ba72d6
Date: 2025-03-14 13:47:13.831701+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "108f49cf3ca7"
down_revision: str | Sequence[str] | None = "bcced8ba72d6"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("provider_reference", sa.String(length=64), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_payments_provider_reference"), ["provider_reference"], unique=True
        )


def downgrade() -> None:
    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payments_provider_reference"))
        batch_op.drop_column("provider_reference")
