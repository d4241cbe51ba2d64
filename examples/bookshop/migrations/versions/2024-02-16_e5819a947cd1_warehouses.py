"""Warehouses

Revision ID: e5819a947cd1
Revises: e79256e1e4a4
Create Date: 2024-02-16 14:13:40.024531+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "e5819a947cd1"
down_revision = "e79256e1e4a4"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "warehouses",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("code", sa.String(8), nullable=False, unique=True),
        sa.Column("city", sa.String(100), nullable=False),
    )


def downgrade():
    op.drop_table("warehouses")
