"""Wish lists

Revision ID: 64c7261a07d5
Revises: 1eaaca987843
Create Date: 2024-07-28 10:17:34.112658+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "64c7261a07d5"
down_revision = "1eaaca987843"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "wishlists",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "customer_id", sa.Integer(), sa.ForeignKey("customers.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("name", sa.String(80), nullable=False),
    )
    op.create_table(
        "wishlist_items",
        sa.Column(
            "wishlist_id", sa.Integer(), sa.ForeignKey("wishlists.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("book_id", sa.Integer(), sa.ForeignKey("books.id"), primary_key=True),
    )


def downgrade():
    op.drop_table("wishlist_items")
    op.drop_table("wishlists")
