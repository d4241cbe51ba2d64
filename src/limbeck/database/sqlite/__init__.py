"""
What SQLite's text says, and how it is changed without losing a word.

Pieces for `limbeck.database.read` and `limbeck.database.recreate`: tokens, the definition of a table, its
constraints, a draft of its new form, and whether everything around it is sound.
"""
