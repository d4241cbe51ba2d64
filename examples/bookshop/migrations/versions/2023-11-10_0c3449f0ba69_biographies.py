"""Biographies

Revision ID: 0c3449f0ba69
Revises: 09884cb8bf31
Create Date: 2023-11-10 09:44:43.637273+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "0c3449f0ba69"
down_revision = "09884cb8bf31"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("authors", sa.Column("biography", sa.Text(), nullable=True))


def downgrade():
    op.drop_column("authors", "biography")
