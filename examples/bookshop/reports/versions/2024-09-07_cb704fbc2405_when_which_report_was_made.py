"""When which report was made

Revision: cb704fbc2405
Follows: b637c69b43be
Date: 2024-09-07 15:08:12.488709+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
import bookshop.types

revision: str = "cb704fbc2405"
down_revision: str | Sequence[str] | None = "b637c69b43be"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "report_runs",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("started_at", bookshop.types.UTCDateTime(), nullable=False),
        sa.Column("finished_at", bookshop.types.UTCDateTime(), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("report_runs")
