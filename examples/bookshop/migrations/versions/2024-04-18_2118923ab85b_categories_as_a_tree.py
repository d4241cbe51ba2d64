"""Categories, as a tree

Revision ID: 2118923ab85b
Revises: c5e67251a880
Create Date: 2024-04-18 11:49:51.268645+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "2118923ab85b"
down_revision = "c5e67251a880"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "categories",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False, unique=True),
        sa.Column("parent_id", sa.Integer(), sa.ForeignKey("categories.id"), nullable=True),
    )
    op.create_table(
        "book_categories",
        sa.Column("book_id", sa.Integer(), sa.ForeignKey("books.id"), primary_key=True),
        sa.Column("category_id", sa.Integer(), sa.ForeignKey("categories.id"), primary_key=True),
    )


def downgrade():
    op.drop_table("book_categories")
    op.drop_table("categories")
