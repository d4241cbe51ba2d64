"""Who did what

Revision: 111014dd93de
Follows: c43f22e0bf6d
Date: 2024-10-19 15:03:13.400894+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
import bookshop.types

revision: str = "111014dd93de"
down_revision: str | Sequence[str] | None = "c43f22e0bf6d"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("happened_at", bookshop.types.UTCDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
    )
    with op.batch_alter_table("audit_log", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_log_happened_at"), ["happened_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("audit_log", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_log_happened_at"))

    op.drop_table("audit_log")
