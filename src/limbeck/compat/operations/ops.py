"""The classes of operations, by the name of Alembic's module for them."""

from limbeck.compat.operations.columns import AddColumnOp, AlterColumnOp, DropColumnOp
from limbeck.compat.operations.constraints import (
    AddConstraintOp,
    CreateCheckConstraintOp,
    CreatePrimaryKeyOp,
    CreateUniqueConstraintOp,
    DropConstraintOp,
)
from limbeck.compat.operations.exclude import CreateExcludeConstraintOp
from limbeck.compat.operations.foreign_keys import CreateForeignKeyOp
from limbeck.compat.operations.indexes import CreateIndexOp, DropIndexOp
from limbeck.compat.operations.migrate import MigrateOperation
from limbeck.compat.operations.scripts import (
    DowngradeOps,
    MigrationScript,
    ModifyTableOps,
    OpContainer,
    UpgradeOps,
)
from limbeck.compat.operations.statements import BulkInsertOp, ExecuteSQLOp
from limbeck.compat.operations.tables import (
    AlterTableOp,
    CreateTableCommentOp,
    CreateTableOp,
    DropTableCommentOp,
    DropTableOp,
    RenameTableOp,
)

__all__ = [
    "AddColumnOp",
    "AddConstraintOp",
    "AlterColumnOp",
    "AlterTableOp",
    "BulkInsertOp",
    "CreateCheckConstraintOp",
    "CreateExcludeConstraintOp",
    "CreateForeignKeyOp",
    "CreateIndexOp",
    "CreatePrimaryKeyOp",
    "CreateTableCommentOp",
    "CreateTableOp",
    "CreateUniqueConstraintOp",
    "DowngradeOps",
    "DropColumnOp",
    "DropConstraintOp",
    "DropIndexOp",
    "DropTableCommentOp",
    "DropTableOp",
    "ExecuteSQLOp",
    "MigrateOperation",
    "MigrationScript",
    "ModifyTableOps",
    "OpContainer",
    "RenameTableOp",
    "UpgradeOps",
]
