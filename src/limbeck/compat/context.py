"""
`from alembic import context`: what an `env.py` talks to, and revisions that ask about their surroundings.

Responsible for nothing of its own: each name is one of the `EnvironmentContext` that is current here.  Where a revision
runs without an `env.py`, it is what `op.get_context()` knows.
"""

from limbeck.compat.runtime.environment import EnvironmentContext
from limbeck.compat.runtime.without import without_environment
from limbeck.compat.util.proxies import publish

publish(EnvironmentContext, __name__, without_environment)
