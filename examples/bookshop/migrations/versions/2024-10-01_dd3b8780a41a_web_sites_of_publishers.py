"""Web sites of publishers

Revision: dd3b8780a41a
Follows: c43f22e0bf6d
Date: 2024-10-01 13:34:50.195351+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "dd3b8780a41a"
down_revision: str | Sequence[str] | None = "c43f22e0bf6d"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("publishers", sa.Column("website", sa.String(255)))


def downgrade() -> None:
    op.drop_column("publishers", "website")
