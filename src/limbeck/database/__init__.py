"""The database side: SQLAlchemy, catalogs, journals and locks.  Nothing here knows a revision file."""
