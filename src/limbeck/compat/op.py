"""
`from alembic import op`: the operations of the revision that runs in this context.

Responsible for nothing of its own: each name is a method of the current `Operations`, also when it was registered later.
Where a revision is replayed or runs without an `env.py`, it is limbeck's own `op`.
"""

from limbeck.compat.operations.base import Operations
from limbeck.compat.util.proxies import publish
from limbeck.dsl.current import found_op

publish(Operations, __name__, found_op)
