"""The language of a book

Revision ID: 23194e706f2e
Revises: 34610b683c48
Create Date: 2024-03-26 11:22:03.749073+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "23194e706f2e"
down_revision = "34610b683c48"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("books", sa.Column("language", sa.String(2), server_default="en", nullable=False))


def downgrade():
    op.drop_column("books", "language")
