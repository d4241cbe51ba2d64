"""Our two warehouses

Revision ID: 1cb857d99299
Revises: 884ab465a6ce
Create Date: 2024-02-28 15:29:39.499408+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "1cb857d99299"
down_revision = "884ab465a6ce"
branch_labels = None
depends_on = None

warehouses = sa.table("warehouses", sa.column("code", sa.String), sa.column("city", sa.String))


def upgrade():
    op.bulk_insert(
        warehouses,
        [{"code": "HH", "city": "Hamburg"}, {"code": "LEJ", "city": "Leipzig"}],
    )


def downgrade():
    op.execute(warehouses.delete().where(warehouses.c.code.in_(["HH", "LEJ"])))
