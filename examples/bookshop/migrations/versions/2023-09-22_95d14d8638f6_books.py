"""Books

Revision ID: 95d14d8638f6
Revises: e2a93ee3c48d
Create Date: 2023-09-22 11:41:09.142857+00:00

"""

from alembic import op
import sqlalchemy as sa
import bookshop.types


# revision identifiers, used by Alembic.
revision = "95d14d8638f6"
down_revision = "e2a93ee3c48d"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "books",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("isbn", sa.String(length=13), nullable=False),
        sa.Column("price", bookshop.types.Money(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("publisher_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["authors.id"], name=op.f("fk_books_author_id_authors")),
        sa.ForeignKeyConstraint(
            ["publisher_id"], ["publishers.id"], name=op.f("fk_books_publisher_id_publishers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_books")),
        sa.UniqueConstraint("isbn", name=op.f("uq_books_isbn")),
    )


def downgrade():
    op.drop_table("books")
