"""
What the author of a revision writes: `op.add_column("user", sa.Column("age", sa.Integer))`.

Every method makes an operation and hands it to `send`.  What `send` does is not known here: it may carry the
operation out, write it down or only remember it.
"""

from limbeck.dsl.batch import BatchOp
from limbeck.dsl.context import Context
from limbeck.dsl.current import current_op, op
from limbeck.dsl.methods import Op
from limbeck.dsl.surroundings import OpenDatabase

__all__ = ["BatchOp", "Context", "Op", "OpenDatabase", "current_op", "op"]
