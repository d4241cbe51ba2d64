"""
What a person can ask for: one module and one function for each verb.

Responsible for the order in which the other parts are asked, and for answers that are typed, frozen values.  Prints
nothing, and does not know who asked: the command line, `Migrator` and whatever comes later call the same functions.
"""
