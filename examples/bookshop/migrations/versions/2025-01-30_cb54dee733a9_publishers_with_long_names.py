"""Publishers with long names

Revision: cb54dee733a9
Follows: 40dbe3731856
Date: 2025-01-30 15:32:53.470496+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "cb54dee733a9"
down_revision: str | Sequence[str] | None = "40dbe3731856"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("publishers") as batch_op:
        batch_op.alter_column(
            "name", existing_type=sa.String(120), type_=sa.String(200), existing_nullable=False
        )


def downgrade() -> None:
    with op.batch_alter_table("publishers") as batch_op:
        batch_op.alter_column(
            "name", existing_type=sa.String(200), type_=sa.String(120), existing_nullable=False
        )
