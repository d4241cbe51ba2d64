"""
A project whose migrations pytest-alembic tests.

Responsible for its files and for the database that SCENARIO_URL names, empty before each test.
"""

import os
import textwrap

import pytest
import sqlalchemy as sa

URL = os.environ["SCENARIO_URL"]

FILES = {
    "alembic.ini": """
        [alembic]
        script_location = migrations
        prepend_sys_path = .
        """,
    "shop/__init__.py": """
        from sqlalchemy import Column, ForeignKey, Integer, MetaData, Numeric, String, Table

        metadata = MetaData()
        customer = Table(
            "customer", metadata,
            Column("id", Integer, primary_key=True),
            Column("name", String(40), nullable=False),
            Column("email", String(80), unique=True),
        )
        purchase = Table(
            "purchase", metadata,
            Column("id", Integer, primary_key=True),
            Column("customer_id", Integer, ForeignKey("customer.id"), nullable=False, index=True),
            Column("price", Numeric(8, 2), nullable=False, server_default="0"),
        )
        """,
    "migrations/script.py.mako": """
        revision = ${repr(up_revision)}
        down_revision = ${repr(down_revision)}
        """,
    "migrations/env.py": """
        from alembic import context
        from sqlalchemy import MetaData, create_engine, pool

        from shop import metadata

        target_metadata = metadata
        config = context.config


        def run(connection):
            context.configure(
                connection=connection,
                target_metadata=config.attributes.get("target_metadata") or target_metadata,
                render_as_batch=connection.dialect.name == "sqlite",
            )
            with context.begin_transaction():
                context.run_migrations()


        given = config.attributes.get("connection")
        if given is None:
            given = create_engine(config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
        with given.connect() as connection:
            run(connection)
        """,
    "migrations/versions/a1_customers.py": """
        import sqlalchemy as sa
        from alembic import op

        revision, down_revision = "a1", None


        def upgrade():
            op.create_table(
                "customer",
                sa.Column("id", sa.Integer(), primary_key=True),
                sa.Column("name", sa.String(40), nullable=False),
            )


        def downgrade():
            op.drop_table("customer")
        """,
    "migrations/versions/b2_purchases.py": """
        import sqlalchemy as sa
        from alembic import op

        revision, down_revision = "b2", "a1"


        def upgrade():
            op.create_table(
                "purchase",
                sa.Column("id", sa.Integer(), primary_key=True),
                sa.Column("customer_id", sa.Integer(), nullable=False),
                sa.Column("price", sa.Numeric(8, 2), server_default="0", nullable=False),
                sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="purchase_customer"),
            )
            op.create_index(op.f("ix_purchase_customer_id"), "purchase", ["customer_id"])


        def downgrade():
            op.drop_table("purchase")
        """,
    "migrations/versions/c3_addresses.py": """
        import sqlalchemy as sa
        from alembic import op

        revision, down_revision = "c3", "b2"


        def upgrade():
            with op.batch_alter_table("customer") as batch:
                batch.add_column(sa.Column("email", sa.String(80)))
                batch.create_unique_constraint("customer_email", ["email"])
            customer = sa.table("customer", sa.column("name"), sa.column("email"))
            op.execute(customer.update().values(email=customer.c.name + "@example.org"))


        def downgrade():
            with op.batch_alter_table("customer") as batch:
                batch.drop_constraint("customer_email", type_="unique")
                batch.drop_column("email")
        """,
}


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    """The folder of the project, where the test stands."""
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text))
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


@pytest.fixture
def alembic_engine():
    """The database, without anything in it."""
    engine = sa.create_engine(URL, poolclass=sa.NullPool)
    metadata = sa.MetaData()
    metadata.reflect(engine)
    metadata.drop_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def alembic_config():
    """pytest-alembic is told nothing but where the database is, for processes that it starts."""
    return {"sqlalchemy.url": URL.replace("%", "%%"), "at_revision_data": {"a1": [
        {"__tablename__": "customer", "id": 1, "name": "Ada"},
        {"__tablename__": "customer", "id": 2, "name": "Bo"},
    ]}}  # fmt: skip
