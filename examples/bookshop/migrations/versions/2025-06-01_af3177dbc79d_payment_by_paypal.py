"""Payment by PayPal

Revision: af3177dbc79d
Follows: a26736f37d4e
Date: 2025-06-01 16:07:17.037622+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "af3177dbc79d"
down_revision: str | Sequence[str] | None = "a26736f37d4e"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

before = sa.Enum("card", "invoice", name="payment_method")
after = sa.Enum("card", "invoice", "paypal", name="payment_method")


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        with op.get_context().autocommit_block():
            op.execute("ALTER TYPE payment_method ADD VALUE IF NOT EXISTS 'paypal'")
        return
    with op.batch_alter_table("payments") as batch_op:
        batch_op.alter_column("method", type_=after, existing_type=before, existing_nullable=False)


def downgrade() -> None:
    op.execute("DELETE FROM payments WHERE method = 'paypal'")
    if op.get_context().dialect.name == "postgresql":
        # The value stays in the type: PostgreSQL cannot remove one, and nobody writes it.
        return
    with op.batch_alter_table("payments") as batch_op:
        batch_op.alter_column("method", type_=before, existing_type=after, existing_nullable=False)
