"""Runs the migrations of the shop: asynchronously, or on a connection that the caller has opened already."""

import asyncio
import logging
import os
from logging.config import fileConfig

from alembic import context
from sqlalchemy import pool
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from bookshop.models import Base

config = context.config
if config.config_file_name is not None and config.attributes.get("configure_logging", True):
    fileConfig(config.config_file_name, disable_existing_loggers=False)
logger = logging.getLogger("alembic.env")

target_metadata = Base.metadata


def database_url() -> str:
    """`-x url=…` wins over DATABASE_URL, which wins over alembic.ini."""
    given = context.get_x_argument(as_dictionary=True).get("url")
    return given or os.environ.get("DATABASE_URL") or config.get_main_option("sqlalchemy.url")


def include_object(obj, name, type_, reflected, compare_to):
    """The data team makes tables of its own in our database."""
    return not (type_ == "table" and name.startswith("scratch_"))


def render_item(type_, obj, autogen_context):
    """Our own types are imported from where they live."""
    if type_ == "type" and type(obj).__module__ == "bookshop.types":
        autogen_context.imports.add("import bookshop.types")
        return f"bookshop.types.{obj!r}"
    return False


def skip_empty(migration_context, revision, directives):
    """No file when autogenerate has nothing to say."""
    if getattr(config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []
        logger.info("the models and the database agree")


def configure(**how) -> None:
    context.configure(
        target_metadata=target_metadata,
        compare_type=True,
        render_as_batch=True,
        transaction_per_migration=True,
        include_object=include_object,
        render_item=render_item,
        process_revision_directives=skip_empty,
        **how,
    )


def migrate(connection: Connection) -> None:
    configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()


async def connect_and_migrate() -> None:
    engine = create_async_engine(database_url(), poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


if context.is_offline_mode():
    configure(url=database_url(), literal_binds=True, dialect_opts={"paramstyle": "named"})
    with context.begin_transaction():
        context.run_migrations()
elif config.attributes.get("connection") is not None:
    migrate(config.attributes["connection"])
else:
    asyncio.run(connect_and_migrate())
