"""Names of customers in two parts

Revision ID: 0395248f076d
Revises: 619c49ae3c36
Create Date: 2024-05-29 12:55:58.719979+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "0395248f076d"
down_revision = "619c49ae3c36"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("customers") as batch_op:
        batch_op.add_column(sa.Column("first_name", sa.String(100), server_default="", nullable=False))
        batch_op.add_column(sa.Column("last_name", sa.String(100), server_default="", nullable=False))


def downgrade():
    with op.batch_alter_table("customers") as batch_op:
        batch_op.drop_column("last_name")
        batch_op.drop_column("first_name")
