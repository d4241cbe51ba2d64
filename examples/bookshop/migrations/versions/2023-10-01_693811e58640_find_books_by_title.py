"""Find books by title

Revision ID: 693811e58640
Revises: 95d14d8638f6
Create Date: 2023-10-01 15:59:24.197379+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "693811e58640"
down_revision = "95d14d8638f6"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("books", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_books_title"), ["title"], unique=False)


def downgrade():
    with op.batch_alter_table("books", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_books_title"))
