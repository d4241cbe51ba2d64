"""Reviews: one per customer and book

Revision ID: a19996cf07d7
Revises: b34df7504e81
Create Date: 2024-01-01 15:43:30.409916+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "a19996cf07d7"
down_revision = "b34df7504e81"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("book_id", sa.Integer(), sa.ForeignKey("books.id"), nullable=False),
        sa.Column("customer_id", sa.Integer(), sa.ForeignKey("customers.id"), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("created_at", sa.DateTime(), server_default=sa.func.now(), nullable=False),
        sa.UniqueConstraint("book_id", "customer_id", name="uq_reviews_book_id_customer_id"),
    )


def downgrade():
    op.drop_table("reviews")
