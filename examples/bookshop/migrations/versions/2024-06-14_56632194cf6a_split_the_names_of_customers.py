"""Split the names of customers

Revision ID: 56632194cf6a
Revises: 0395248f076d
Create Date: 2024-06-14 16:47:15.438802+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "56632194cf6a"
down_revision = "0395248f076d"
branch_labels = None
depends_on = None

customers = sa.table(
    "customers",
    sa.column("id", sa.Integer),
    sa.column("name", sa.String),
    sa.column("first_name", sa.String),
    sa.column("last_name", sa.String),
)


def upgrade():
    connection = op.get_bind()
    for id, name in connection.execute(sa.select(customers.c.id, customers.c.name)).all():
        first, _, rest = name.partition(" ")
        connection.execute(
            customers.update().where(customers.c.id == id).values(first_name=first, last_name=rest)
        )


def downgrade():
    connection = op.get_bind()
    for row in connection.execute(sa.select(customers)).all():
        name = f"{row.first_name} {row.last_name}".strip()
        connection.execute(customers.update().where(customers.c.id == row.id).values(name=name))
