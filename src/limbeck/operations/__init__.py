"""
What can be done to a schema, as data.

Pure.  An Operation says what it changes; it can be applied to a SchemaState, inverted and compared.  It does
not know SQL: `limbeck.database.compile` does.
"""

from limbeck.operations.alter import AlterColumn, ExistingColumn
from limbeck.operations.base import (
    ANYTHING,
    UNCHANGED,
    Change,
    Operation,
    Touches,
    Unchanged,
    apply,
    invert,
)
from limbeck.operations.columns import AddColumn, DropColumn
from limbeck.operations.comments import SetConstraintComment
from limbeck.operations.constraints import (
    AddConstraint,
    ConstraintKind,
    CreateIndex,
    DropConstraint,
    DropIndex,
    ValidateConstraint,
    kind_of,
)
from limbeck.operations.enums import (
    AddEnumValue,
    EnumColumn,
    RenameEnumValue,
    ReplaceEnum,
    columns_of_enum,
)
from limbeck.operations.recreate import RecreateTable, nothing, reordered, together
from limbeck.operations.rename import RenameConstraint, RenameIndex, RenameObject
from limbeck.operations.rows import FillColumn, InsertRows
from limbeck.operations.standalone import CreateObject, DropObject, ReplaceObject
from limbeck.operations.tables import (
    CreateTable,
    DropTable,
    RenameTable,
    SetTableComment,
    SetTableOptions,
)
from limbeck.operations.verbatim import Execute

__all__ = [
    "ANYTHING",
    "UNCHANGED",
    "AddColumn",
    "AddConstraint",
    "AddEnumValue",
    "AlterColumn",
    "Change",
    "ConstraintKind",
    "CreateIndex",
    "CreateObject",
    "CreateTable",
    "DropColumn",
    "DropConstraint",
    "DropIndex",
    "DropObject",
    "DropTable",
    "EnumColumn",
    "Execute",
    "ExistingColumn",
    "FillColumn",
    "InsertRows",
    "Operation",
    "RecreateTable",
    "RenameConstraint",
    "RenameEnumValue",
    "RenameIndex",
    "RenameObject",
    "RenameTable",
    "ReplaceEnum",
    "ReplaceObject",
    "SetConstraintComment",
    "SetTableComment",
    "SetTableOptions",
    "Touches",
    "Unchanged",
    "ValidateConstraint",
    "apply",
    "columns_of_enum",
    "invert",
    "kind_of",
    "nothing",
    "reordered",
    "together",
]
