"""Move the telephone numbers from addresses to customers

Revision: bcced8ba72d6
Follows: 8317dbc5b337
Date: 2025-03-02 15:02:27.479388+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "bcced8ba72d6"
down_revision: str | Sequence[str] | None = "8317dbc5b337"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

customers = sa.table("customers", sa.column("id", sa.Integer), sa.column("phone", sa.String))
addresses = sa.table("addresses", sa.column("customer_id", sa.Integer), sa.column("phone", sa.String))


def upgrade() -> None:
    op.execute(
        customers.update().values(
            phone=sa.select(sa.func.max(addresses.c.phone))
            .where(addresses.c.customer_id == customers.c.id)
            .scalar_subquery()
        )
    )
    op.drop_column("addresses", "phone")


def downgrade() -> None:
    op.add_column("addresses", sa.Column("phone", sa.String(40), nullable=True))
    op.execute(
        addresses.update().values(
            phone=sa.select(customers.c.phone)
            .where(customers.c.id == addresses.c.customer_id)
            .scalar_subquery()
        )
    )
