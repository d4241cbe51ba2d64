"""`alembic.script`: the folder of revisions."""

from limbeck.compat.script import base, revision, write_hooks
from limbeck.compat.script.base import Script, ScriptDirectory

__all__ = ["Script", "ScriptDirectory", "base", "revision", "write_hooks"]
