"""
Keep a repository on one head.

Responsible for what comes of joining branches: before anybody does it (check, forecast), while git does it (driver) and after it
(finish), and for setting up that git calls us (install).  Of what is on another branch only, nothing is executed, unless git
merges it.
"""
