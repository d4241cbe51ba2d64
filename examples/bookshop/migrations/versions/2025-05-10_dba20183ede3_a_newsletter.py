"""A newsletter

Revision: dba20183ede3
Follows: 39958ebec13f
Date: 2025-05-10 15:02:44.390585+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
import bookshop.types

revision: str = "dba20183ede3"
down_revision: str | Sequence[str] | None = "39958ebec13f"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "newsletter_subscriptions",
        sa.Column("email", sa.String(254), primary_key=True),
        sa.Column("confirmed_at", bookshop.types.UTCDateTime(), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("newsletter_subscriptions")
