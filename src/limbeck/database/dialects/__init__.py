"""
The functions that compile operations: what all databases share in `default`, and a file for each dialect.

A file is imported when its dialect is first compiled for; to import it is to register its functions with
`limbeck.database.compile.compiles`.  Nothing here executes anything.
"""
