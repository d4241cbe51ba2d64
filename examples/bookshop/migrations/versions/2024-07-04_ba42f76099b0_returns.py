"""Returns

Revision ID: ba42f76099b0
Revises: 55dcc869f405
Create Date: 2024-07-04 10:47:19.217334+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "ba42f76099b0"
down_revision = "55dcc869f405"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "returns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_line_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_lines.id"], name="fk_return_requests_order_line_id_order_lines"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_return_requests"),
    )


def downgrade():
    op.drop_table("returns")
