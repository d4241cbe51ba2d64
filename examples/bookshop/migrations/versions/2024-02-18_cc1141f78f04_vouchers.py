"""Vouchers

Revision ID: cc1141f78f04
Revises: e79256e1e4a4
Create Date: 2024-02-18 13:46:07.735501+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "cc1141f78f04"
down_revision = "e79256e1e4a4"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "vouchers",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("code", sa.String(20), nullable=False, unique=True),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
    )


def downgrade():
    op.drop_table("vouchers")
