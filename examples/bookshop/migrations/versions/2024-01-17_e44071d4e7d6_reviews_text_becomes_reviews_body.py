"""reviews.text becomes reviews.body

Revision ID: e44071d4e7d6
Revises: a19996cf07d7
Create Date: 2024-01-17 14:33:35.793208+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "e44071d4e7d6"
down_revision = "a19996cf07d7"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("reviews") as batch_op:
        batch_op.alter_column("text", new_column_name="body", existing_type=sa.Text(), existing_nullable=True)


def downgrade():
    with op.batch_alter_table("reviews") as batch_op:
        batch_op.alter_column("body", new_column_name="text", existing_type=sa.Text(), existing_nullable=True)
