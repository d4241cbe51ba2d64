"""returns is a word of SQL: call them return requests

Revision ID: 1eaaca987843
Revises: ba42f76099b0
Create Date: 2024-07-13 12:10:28.517530+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "1eaaca987843"
down_revision = "ba42f76099b0"
branch_labels = None
depends_on = None


def upgrade():
    op.rename_table("returns", "return_requests")


def downgrade():
    op.rename_table("return_requests", "returns")
