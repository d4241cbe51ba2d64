"""Payments

Revision ID: e79256e1e4a4
Revises: 37b355027c55
Create Date: 2024-02-09 13:29:14.215540+00:00

"""

from alembic import op
import sqlalchemy as sa
import bookshop.types


# revision identifiers, used by Alembic.
revision = "e79256e1e4a4"
down_revision = "37b355027c55"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "payments",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("order_id", sa.Integer(), sa.ForeignKey("orders.id"), nullable=False),
        sa.Column("method", sa.Enum("card", "invoice", name="payment_method"), nullable=False),
        sa.Column("amount", bookshop.types.Money(), nullable=False),
        sa.Column("received_at", bookshop.types.UTCDateTime(), nullable=True),
    )


def downgrade():
    op.drop_table("payments")
    sa.Enum(name="payment_method").drop(op.get_bind(), checkfirst=True)
