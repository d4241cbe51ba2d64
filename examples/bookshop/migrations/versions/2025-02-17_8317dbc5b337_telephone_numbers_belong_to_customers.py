"""Telephone numbers belong to customers

Revision: 8317dbc5b337
Follows: cb54dee733a9
Date: 2025-02-17 12:19:08.821158+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "8317dbc5b337"
down_revision: str | Sequence[str] | None = "cb54dee733a9"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("customers", sa.Column("phone", sa.String(40)))


def downgrade() -> None:
    op.drop_column("customers", "phone")
