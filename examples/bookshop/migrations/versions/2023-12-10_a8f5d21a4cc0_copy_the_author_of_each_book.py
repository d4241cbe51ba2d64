"""Copy the author of each book

Revision ID: a8f5d21a4cc0
Revises: 8e000e6d8003
Create Date: 2023-12-10 14:11:06.437060+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "a8f5d21a4cc0"
down_revision = "8e000e6d8003"
branch_labels = None
depends_on = None


def upgrade():
    op.execute(
        """
        INSERT INTO book_authors (book_id, author_id)
        SELECT id, author_id FROM books WHERE author_id IS NOT NULL
        """
    )


def downgrade():
    # One of them survives: the column holds no more.
    op.execute(
        """
        UPDATE books SET author_id =
            (SELECT min(author_id) FROM book_authors WHERE book_authors.book_id = books.id)
        """
    )
    op.execute("DELETE FROM book_authors")
