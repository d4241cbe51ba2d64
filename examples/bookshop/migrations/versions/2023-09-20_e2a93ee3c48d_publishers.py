"""Publishers

Revision ID: e2a93ee3c48d
Revises: d0d0fc31c607
Create Date: 2023-09-20 14:56:46.336804+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "e2a93ee3c48d"
down_revision = "d0d0fc31c607"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "publishers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publishers")),
        sa.UniqueConstraint("name", name=op.f("uq_publishers_name")),
    )


def downgrade():
    op.drop_table("publishers")
