"""
`pytest -p limbeck.compat.pytest_plugin`: in this session `alembic` is limbeck.

Responsible for being asked before any plug-in or test imports alembic.  Does not add tests or fixtures.
"""

from limbeck.compat.alias import for_children, install

__all__: list[str] = []


def _ask() -> None:
    import os

    install()
    for_children(os.environ)  # workers of pytest-xdist, and what the tests start


_ask()
