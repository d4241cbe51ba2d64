"""books.pages

Revision ID: c5e67251a880
Revises: 23194e706f2e
Create Date: 2024-04-05 13:32:26.794638+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "c5e67251a880"
down_revision = "23194e706f2e"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("books", sa.Column("pages", sa.Integer()))


def downgrade():
    op.drop_column("books", "pages")
