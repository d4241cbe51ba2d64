"""The country of an address is one that we know

Revision ID: 09884cb8bf31
Revises: 8b7d2f67b3de
Create Date: 2023-10-27 15:43:34.794430+00:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "09884cb8bf31"
down_revision = "8b7d2f67b3de"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("addresses") as batch_op:
        batch_op.alter_column(
            "country",
            new_column_name="country_code",
            existing_type=sa.String(2),
            existing_nullable=False,
        )
    with op.batch_alter_table("addresses") as batch_op:
        batch_op.create_foreign_key(
            "fk_addresses_country_code_countries", "countries", ["country_code"], ["code"]
        )


def downgrade():
    with op.batch_alter_table("addresses") as batch_op:
        batch_op.drop_constraint("fk_addresses_country_code_countries", type_="foreignkey")
    with op.batch_alter_table("addresses") as batch_op:
        batch_op.alter_column(
            "country_code",
            new_column_name="country",
            existing_type=sa.String(2),
            existing_nullable=False,
        )
