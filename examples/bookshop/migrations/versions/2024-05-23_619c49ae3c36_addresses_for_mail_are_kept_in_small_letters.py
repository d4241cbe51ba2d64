"""Addresses for mail are kept in small letters

Revision ID: 619c49ae3c36
Revises: d863dc897a71
Create Date: 2024-05-23 13:22:42.851344+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "619c49ae3c36"
down_revision = "d863dc897a71"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("UPDATE customers SET email = lower(email)")


def downgrade():
    # How they were written is not known any more.
    pass
