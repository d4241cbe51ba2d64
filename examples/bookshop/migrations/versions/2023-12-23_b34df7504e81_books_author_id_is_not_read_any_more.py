"""books.author_id is not read any more

Revision ID: b34df7504e81
Revises: a8f5d21a4cc0
Create Date: 2023-12-23 15:29:22.413582+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "b34df7504e81"
down_revision = "a8f5d21a4cc0"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("books") as batch_op:
        batch_op.drop_constraint("fk_books_author_id_authors", type_="foreignkey")
        batch_op.drop_column("author_id")


def downgrade():
    with op.batch_alter_table("books") as batch_op:
        batch_op.add_column(sa.Column("author_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key("fk_books_author_id_authors", "authors", ["author_id"], ["id"])
