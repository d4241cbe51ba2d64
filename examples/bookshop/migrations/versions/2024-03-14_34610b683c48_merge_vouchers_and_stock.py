"""merge vouchers and stock

Revision ID: 34610b683c48
Revises: 29cd2654d7b7, 1cb857d99299
Create Date: 2024-03-14 10:13:46.469313+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "34610b683c48"
down_revision = ("29cd2654d7b7", "1cb857d99299")
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
