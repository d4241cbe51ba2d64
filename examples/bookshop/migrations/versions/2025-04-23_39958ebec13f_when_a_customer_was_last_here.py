"""When a customer was last here

Revision: 39958ebec13f
Follows: 01685f691a31
Date: 2025-04-23 14:46:30.052572+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
import bookshop.types

revision: str = "39958ebec13f"
down_revision: str | Sequence[str] | None = "01685f691a31"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("customers", sa.Column("last_login_at", bookshop.types.UTCDateTime()))


def downgrade() -> None:
    op.drop_column("customers", "last_login_at")
