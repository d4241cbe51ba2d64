"""MySQL and MariaDB: their impls, and their constructs."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from limbeck.compat.ddl.comparing_dialects import MySQLComparing
from limbeck.compat.ddl.impl import DefaultImpl
from limbeck.compat.util import sqla_compat
from limbeck.database.ddl.mysql import MySQLAlterDefault, MySQLChangeColumn, MySQLModifyColumn
from limbeck.errors import CannotCompile

__all__ = [
    "MariaDBImpl",
    "MySQLAlterDefault",
    "MySQLChangeColumn",
    "MySQLImpl",
    "MySQLModifyColumn",
]


_NAMES = {"mysql": "MySQL", "mariadb": "MariaDB"}


class NoKind(CannotCompile, NotImplementedError):
    """MySQL has another statement for each kind of constraint."""


class MySQLImpl(MySQLComparing, DefaultImpl):
    """MySQL, which commits with every change of structure."""

    __dialect__ = "mysql"

    transactional_ddl = False
    type_synonyms = (*DefaultImpl.type_synonyms, {"BOOL", "TINYINT"}, {"JSON", "LONGTEXT"})
    type_arg_extract = (r"character set ([\w\-_]+)", r"collate ([\w\-_]+)")

    def drop_constraint(self, const: sa.Constraint, **kw: Any) -> None:
        """Drop a constraint, but not the check of a type: older servers read it and forgot it.

        Raises NoKind for one of which the kind is not known.
        """
        if type(const) is sa.Constraint:
            raise NoKind(
                f"No generic 'DROP CONSTRAINT' in {_NAMES.get(self.dialect.name, self.dialect.name)} - please specify constraint type",
                hint="pass type_: 'foreignkey', 'primary', 'unique' or 'check'",
            )
        if not (isinstance(const, sa.CheckConstraint) and sqla_compat._is_type_bound(const)):
            super().drop_constraint(const, **kw)


class MariaDBImpl(MySQLImpl):
    """MariaDB, where it is a dialect of its own to SQLAlchemy."""

    __dialect__ = "mariadb"
