"""What revisions can do: `Operations`, the classes of operations, and what carries them out."""

from limbeck.compat.operations import exclude, toimpl
from limbeck.compat.operations.base import AbstractOperations, BatchOperations, Operations
from limbeck.compat.operations.ops import MigrateOperation, MigrationScript

__all__ = [
    "AbstractOperations",
    "BatchOperations",
    "MigrateOperation",
    "MigrationScript",
    "Operations",
    "exclude",
    "toimpl",
]
