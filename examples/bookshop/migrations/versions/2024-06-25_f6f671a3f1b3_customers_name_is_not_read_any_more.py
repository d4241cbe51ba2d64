"""customers.name is not read any more

Revision ID: f6f671a3f1b3
Revises: 56632194cf6a
Create Date: 2024-06-25 10:33:41.640471+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "f6f671a3f1b3"
down_revision = "56632194cf6a"
branch_labels = None
depends_on = None


def upgrade():
    op.drop_column("customers", "name")


def downgrade():
    op.add_column("customers", sa.Column("name", sa.String(200), server_default="", nullable=False))
