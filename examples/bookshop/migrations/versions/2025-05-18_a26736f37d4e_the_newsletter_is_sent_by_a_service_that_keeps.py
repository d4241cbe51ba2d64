"""The newsletter is sent by a service that keeps its own list

Revision: a26736f37d4e
Follows: dba20183ede3
Date: 2025-05-18 10:49:50.742274+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
import bookshop.types

revision: str = "a26736f37d4e"
down_revision: str | Sequence[str] | None = "dba20183ede3"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.drop_table("newsletter_subscriptions")


def downgrade() -> None:
    op.create_table(
        "newsletter_subscriptions",
        sa.Column("email", sa.String(254), primary_key=True),
        sa.Column("confirmed_at", bookshop.types.UTCDateTime(), nullable=True),
    )
