"""Alembic's own tests, run with limbeck in the place of Alembic."""
