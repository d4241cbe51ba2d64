"""merge slugs, publishers and the audit log

Revision: 64067def7014
Follows: 5eb285b65b98, b5f24c8ca836, 111014dd93de
Date: 2024-11-26 14:41:22.103623+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "64067def7014"
down_revision: str | Sequence[str] | None = ("5eb285b65b98", "b5f24c8ca836", "111014dd93de")
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
