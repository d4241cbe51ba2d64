"""Where a publisher is

Revision: b5f24c8ca836
Follows: dd3b8780a41a
Date: 2024-11-08 09:37:11.179881+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "b5f24c8ca836"
down_revision: str | Sequence[str] | None = "dd3b8780a41a"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("publishers") as batch_op:
        batch_op.add_column(sa.Column("country_code", sa.String(2), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_publishers_country_code_countries"), "countries", ["country_code"], ["code"]
        )


def downgrade() -> None:
    with op.batch_alter_table("publishers") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_publishers_country_code_countries"), type_="foreignkey")
        batch_op.drop_column("country_code")
