"""A book may have several authors

Revision ID: 8e000e6d8003
Revises: 0c3449f0ba69
Create Date: 2023-11-22 10:33:53.842439+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "8e000e6d8003"
down_revision = "0c3449f0ba69"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "book_authors",
        sa.Column("book_id", sa.Integer(), sa.ForeignKey("books.id"), primary_key=True),
        sa.Column("author_id", sa.Integer(), sa.ForeignKey("authors.id"), primary_key=True),
    )


def downgrade():
    op.drop_table("book_authors")
