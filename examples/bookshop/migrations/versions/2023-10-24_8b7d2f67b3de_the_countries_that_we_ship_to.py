"""The countries that we ship to

Revision ID: 8b7d2f67b3de
Revises: a480c7bcfa59
Create Date: 2023-10-24 11:10:31.059683+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "8b7d2f67b3de"
down_revision = "a480c7bcfa59"
branch_labels = None
depends_on = None

COUNTRIES = [
    ("AT", "Austria"),
    ("CH", "Switzerland"),
    ("DE", "Germany"),
    ("FR", "France"),
    ("GB", "United Kingdom"),
    ("IE", "Ireland"),
    ("NL", "Netherlands"),
]


def upgrade():
    countries = op.create_table(
        "countries",
        sa.Column("code", sa.String(2), primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
    )
    op.bulk_insert(countries, [{"code": code, "name": name} for code, name in COUNTRIES])


def downgrade():
    op.drop_table("countries")
