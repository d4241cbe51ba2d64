"""Each book has its own readable address

Revision: 5eb285b65b98
Follows: 60a0528d938f
Date: 2024-10-24 11:01:44.637091+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "5eb285b65b98"
down_revision: str | Sequence[str] | None = "60a0528d938f"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("books") as batch_op:
        batch_op.alter_column("slug", existing_type=sa.String(120), nullable=False)
        batch_op.create_unique_constraint("uq_books_slug", ["slug"])


def downgrade() -> None:
    with op.batch_alter_table("books") as batch_op:
        batch_op.drop_constraint("uq_books_slug", type_="unique")
        batch_op.alter_column("slug", existing_type=sa.String(120), nullable=True)
