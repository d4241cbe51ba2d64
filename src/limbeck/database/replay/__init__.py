"""
What revisions do, found out without a database.

Responsible for carrying operations out on a value, and for what the SQL of authors means.  Does not know files.
"""

from limbeck.database.replay.replay import Opaque, Recorded, ReplayDatabase

__all__ = ["Opaque", "Recorded", "ReplayDatabase"]
