"""The categories of the shop window

Revision ID: ab7c1b5689bd
Revises: 2118923ab85b
Create Date: 2024-04-30 11:38:10.660543+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "ab7c1b5689bd"
down_revision = "2118923ab85b"
branch_labels = None
depends_on = None

TREE = {
    "Fiction": ["Crime", "Fantasy", "Poetry"],
    "Non-fiction": ["Biography", "Cooking", "History"],
    "Children": ["Picture books"],
}

categories = sa.table(
    "categories",
    sa.column("id", sa.Integer),
    sa.column("name", sa.String),
    sa.column("parent_id", sa.Integer),
)


def upgrade():
    connection = op.get_bind()
    for parent, children in TREE.items():
        connection.execute(categories.insert().values(name=parent))
        id = connection.scalar(sa.select(categories.c.id).where(categories.c.name == parent))
        op.bulk_insert(categories, [{"name": name, "parent_id": id} for name in children])


def downgrade():
    op.execute("DELETE FROM book_categories")
    op.execute("UPDATE categories SET parent_id = NULL")
    op.execute("DELETE FROM categories")
