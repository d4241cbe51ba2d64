"""The status of an order is an enum

Revision ID: 37b355027c55
Revises: 4e79b2a8de78
Create Date: 2024-01-26 12:04:46.792662+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "37b355027c55"
down_revision = "4e79b2a8de78"
branch_labels = None
depends_on = None

status = sa.Enum("new", "paid", "shipped", "cancelled", name="order_status")


def upgrade():
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        status.create(bind, checkfirst=True)
        op.execute("ALTER TABLE orders ALTER COLUMN status DROP DEFAULT")
        op.execute("ALTER TABLE orders ALTER COLUMN status TYPE order_status USING status::order_status")
        return
    with op.batch_alter_table("orders") as batch_op:
        batch_op.alter_column(
            "status",
            type_=status,
            server_default=None,
            existing_type=sa.String(20),
            existing_nullable=False,
        )


def downgrade():
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        op.execute("ALTER TABLE orders ALTER COLUMN status TYPE varchar(20) USING status::text")
        op.execute("ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'new'")
        status.drop(bind, checkfirst=True)
        return
    with op.batch_alter_table("orders") as batch_op:
        batch_op.alter_column(
            "status",
            type_=sa.String(20),
            server_default="new",
            existing_type=status,
            existing_nullable=False,
        )
