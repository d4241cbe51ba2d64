"""How many lie where

Revision ID: 884ab465a6ce
Revises: e5819a947cd1
Create Date: 2024-02-21 13:12:09.239798+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "884ab465a6ce"
down_revision = "e5819a947cd1"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "stock_levels",
        sa.Column("warehouse_id", sa.Integer(), sa.ForeignKey("warehouses.id"), primary_key=True),
        sa.Column("book_id", sa.Integer(), sa.ForeignKey("books.id"), primary_key=True),
        sa.Column("quantity", sa.Integer(), server_default="0", nullable=False),
    )


def downgrade():
    op.drop_table("stock_levels")
