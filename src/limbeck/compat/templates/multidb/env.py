import logging
import re
from logging.config import fileConfig

from alembic import context
from sqlalchemy import engine_from_config, pool

# what alembic.ini says
config = context.config

# its sections about logging; other loggers of the program stay as they are
if config.config_file_name is not None:
    fileConfig(config.config_file_name, disable_existing_loggers=False)
logger = logging.getLogger("alembic.env")

# each has a section of its own in alembic.ini, with its sqlalchemy.url
names = [name for name in re.split(r",\s*", config.get_main_option("databases", "")) if name]

# the MetaData of your models, by the name of the database, for --autogenerate:
#     target_metadata = {"engine1": FirstBase.metadata, "engine2": SecondBase.metadata}
target_metadata = {}


def run_migrations_offline() -> None:
    """Write the SQL of each database to a file of its own, connected to nothing."""
    for name in names:
        file = f"{name}.sql"
        logger.info("Writing the SQL of %s to %s", name, file)
        with open(file, "w") as buffer:
            context.configure(
                url=context.config.get_section_option(name, "sqlalchemy.url"),
                output_buffer=buffer,
                target_metadata=target_metadata.get(name),
                literal_binds=True,
                dialect_opts={"paramstyle": "named"},
            )
            with context.begin_transaction():
                context.run_migrations(engine_name=name)


def run_migrations_online() -> None:
    """Run on all databases: all of them are committed in the end, or none."""
    engines = {
        name: engine_from_config(
            config.get_section(name, {}), prefix="sqlalchemy.", poolclass=pool.NullPool
        )
        for name in names
    }
    connections = {name: engine.connect() for name, engine in engines.items()}
    transactions = {name: connection.begin() for name, connection in connections.items()}

    try:
        for name, connection in connections.items():
            logger.info("Migrating database %s", name)
            context.configure(
                connection=connection,
                upgrade_token=f"{name}_upgrades",
                downgrade_token=f"{name}_downgrades",
                target_metadata=target_metadata.get(name),
            )
            context.run_migrations(engine_name=name)
        for transaction in transactions.values():
            transaction.commit()
    except BaseException:
        for transaction in transactions.values():
            transaction.rollback()
        raise
    finally:
        for connection in connections.values():
            connection.close()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
