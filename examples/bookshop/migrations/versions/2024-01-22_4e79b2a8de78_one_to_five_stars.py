"""One to five stars

Revision ID: 4e79b2a8de78
Revises: e44071d4e7d6
Create Date: 2024-01-22 13:46:43.392964+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "4e79b2a8de78"
down_revision = "e44071d4e7d6"
branch_labels = None
depends_on = None


def upgrade():
    # The form of the old shop let zero through.
    op.execute("UPDATE reviews SET stars = 1 WHERE stars < 1")
    op.execute("UPDATE reviews SET stars = 5 WHERE stars > 5")
    with op.batch_alter_table("reviews") as batch_op:
        batch_op.create_check_constraint("stars", "stars BETWEEN 1 AND 5")


def downgrade():
    with op.batch_alter_table("reviews") as batch_op:
        batch_op.drop_constraint("stars", type_="check")
