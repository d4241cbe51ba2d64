"""The locale of a customer

Revision: a81f7bc32e97
Follows: 64067def7014
Date: 2024-12-13 15:02:26.046631+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "a81f7bc32e97"
down_revision: str | Sequence[str] | None = "64067def7014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("customers", sa.Column("locale", sa.String(5), server_default="en_GB", nullable=False))


def downgrade() -> None:
    op.drop_column("customers", "locale")
