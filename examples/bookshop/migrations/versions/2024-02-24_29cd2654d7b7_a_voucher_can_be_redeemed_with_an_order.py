"""A voucher can be redeemed with an order

Revision ID: 29cd2654d7b7
Revises: cc1141f78f04
Create Date: 2024-02-24 10:14:10.552084+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "29cd2654d7b7"
down_revision = "cc1141f78f04"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.add_column(sa.Column("voucher_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key("fk_orders_voucher_id_vouchers", "vouchers", ["voucher_id"], ["id"])


def downgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.drop_constraint("fk_orders_voucher_id_vouchers", type_="foreignkey")
        batch_op.drop_column("voucher_id")
