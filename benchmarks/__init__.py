"""Measures limbeck beside Alembic, on the same projects, in the same run."""
