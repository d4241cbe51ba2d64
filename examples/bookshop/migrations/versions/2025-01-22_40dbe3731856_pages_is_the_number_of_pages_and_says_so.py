"""pages is the number of pages, and says so

Revision: 40dbe3731856
Follows: 0a46b25f17db
Date: 2025-01-22 09:45:40.613132+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "40dbe3731856"
down_revision: str | Sequence[str] | None = "0a46b25f17db"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("books") as batch_op:
        batch_op.alter_column(
            "pages", new_column_name="page_count", existing_type=sa.Integer(), existing_nullable=True
        )


def downgrade() -> None:
    with op.batch_alter_table("books") as batch_op:
        batch_op.alter_column(
            "page_count", new_column_name="pages", existing_type=sa.Integer(), existing_nullable=True
        )
