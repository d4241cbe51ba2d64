"""
The verbs, one module each.

A module has `arguments(parser)`, which says what can be typed, `run(call)`, which does it and returns the exit
code or None for success, and may have `EXAMPLES`, which the help and the documentation show.  Which
verbs there are is said in `limbeck.cli.verbs`.
"""
