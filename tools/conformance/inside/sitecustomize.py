"""Makes `alembic` mean limbeck in the process that runs the suite, and in those that it starts."""

import alias_loader

alias_loader.install()
