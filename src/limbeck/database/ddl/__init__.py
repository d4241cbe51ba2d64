"""
The statements that SQLAlchemy has no constructs for: ALTER TABLE and what it does to columns.

One class for each kind of statement, and one small function for each text, registered with SQLAlchemy's own
`@compiles`.  Who has a dialect of their own registers theirs in the same way, and it is used wherever we compile.
"""
