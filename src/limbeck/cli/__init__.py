"""
The command `limbeck`.

Responsible for what is typed, what is shown and how the process ends.  Does nothing itself: each verb calls the
function of the same name in `actions`.
"""
