"""Orders and their lines

Revision ID: a480c7bcfa59
Revises: 4e6530429d29
Create Date: 2023-10-22 14:00:14.500344+00:00

"""

from alembic import op
import sqlalchemy as sa
import bookshop.types


# revision identifiers, used by Alembic.
revision = "a480c7bcfa59"
down_revision = "4e6530429d29"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("customer_id", sa.Integer(), sa.ForeignKey("customers.id"), nullable=False),
        sa.Column("placed_at", sa.DateTime(), server_default=sa.func.now(), nullable=False),
        sa.Column("status", sa.String(20), server_default="new", nullable=False),
    )
    op.create_table(
        "order_lines",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("order_id", sa.Integer(), sa.ForeignKey("orders.id"), nullable=False),
        sa.Column("book_id", sa.Integer(), sa.ForeignKey("books.id"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price", bookshop.types.Money(), nullable=False),
    )


def downgrade():
    op.drop_table("order_lines")
    op.drop_table("orders")
