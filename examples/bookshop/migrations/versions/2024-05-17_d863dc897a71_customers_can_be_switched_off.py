"""Customers can be switched off

Revision ID: d863dc897a71
Revises: ab7c1b5689bd
Create Date: 2024-05-17 15:15:12.145470+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "d863dc897a71"
down_revision = "ab7c1b5689bd"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("customers", sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False))


def downgrade():
    op.drop_column("customers", "is_active")
