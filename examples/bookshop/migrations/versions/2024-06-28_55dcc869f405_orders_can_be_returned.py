"""Orders can be returned

Revision ID: 55dcc869f405
Revises: f6f671a3f1b3
Create Date: 2024-06-28 11:03:49.063258+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "55dcc869f405"
down_revision = "f6f671a3f1b3"
branch_labels = None
depends_on = None

OLD = ("new", "paid", "shipped", "cancelled")


def upgrade():
    if op.get_context().dialect.name == "postgresql":
        with op.get_context().autocommit_block():
            op.execute("ALTER TYPE order_status ADD VALUE IF NOT EXISTS 'returned'")
        return
    with op.batch_alter_table("orders") as batch_op:
        batch_op.alter_column(
            "status",
            type_=sa.Enum(*OLD, "returned", name="order_status"),
            existing_type=sa.Enum(*OLD, name="order_status"),
            existing_nullable=False,
        )


def downgrade():
    op.execute("UPDATE orders SET status = 'cancelled' WHERE status = 'returned'")
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TYPE order_status RENAME TO order_status_before")
        sa.Enum(*OLD, name="order_status").create(op.get_bind())
        op.execute(
            "ALTER TABLE orders ALTER COLUMN status TYPE order_status USING status::text::order_status"
        )
        op.execute("DROP TYPE order_status_before")
        return
    with op.batch_alter_table("orders") as batch_op:
        batch_op.alter_column(
            "status",
            type_=sa.Enum(*OLD, name="order_status"),
            existing_type=sa.Enum(*OLD, "returned", name="order_status"),
            existing_nullable=False,
        )
