"""
What `limbeck guard` prints with `--json`, as JSON Schema.

Responsible for the forms of its words.  Does not know the forms that other verbs have, too: it is given them.
"""

from __future__ import annotations

from limbeck.cli.schema_words import Schema, count, document, flag, ids, listed, text

_HEAD = document(
    {
        "id": text("the id"),
        "side": {"enum": ["here", "there", "both"], "description": "who has brought it"},
    }
)
_HOW: dict[str, Schema] = {
    "kinds": ids("same id, same file, same label, edited, heads"),
    "about": ids("ids, files and labels"),
    "verdict": text("what the new revisions do to each other", or_null=True),
    "first": text("the branch that must come first", or_null=True),
    "why": ids("what the verdict is about"),
    "dialect": text("the kind of database that the verdict is for", or_null=True),
    "unjudged": text("why there is no verdict on these two", or_null=True),
    "grave": flag("a rebase or merge alone does not do"),
}
_BRANCH = document(
    {
        "branch": text("its name"),
        "commit": text("its commit"),
        "author": text("who made that"),
        "date": text("YYYY-MM-DD"),
        "new": ids("revisions that it brings, in order"),
        "changed": ids("files of revisions that it changes or removes"),
        "behind": ids("revisions that the main branch has and it has not"),
        "main": {
            "anyOf": [document(_HOW), {"type": "null"}],
            "description": "how it is in the way of the main branch; null when it is not",
        },
        "problem": text("why it takes part in nothing", or_null=True),
    }
)
_COLLISION = document({"left": text("a branch"), "right": text("another one"), **_HOW})
_PLACE = document({"branch": text("its name"), "why": text("why it stands there")})


def guard(fork: Schema, problem: Schema) -> dict[str, tuple[Schema, ...]]:
    """The documents by verb and word; `fork` and `problem` are as elsewhere."""
    check = {
        "against": text("the branch or commit that was joined with"),
        "commit": text("its commit"),
        "base": text("the newest commit that both have", or_null=True),
        "here": text("what stands for this side: the working tree, or HEAD"),
        "ours": ids("what only this side has added"),
        "theirs": ids("what only the other side has added"),
        "heads": listed("the heads of both together; none when they form no history", _HEAD),
        "forks": listed("heads that have something in common", fork),
        "problems": listed("the gravest decides how it ends", problem),
        "exit": count("the exit code"),
    }
    forecast = {
        "trunk": text("the branch that all are to be merged into"),
        "commit": text("its commit"),
        "branches": listed("those that bring something", _BRANCH),
        "collisions": listed("two branches each that are in each other's way", _COLLISION),
        "order": listed("an order to merge them in", _PLACE),
        "unjudged": text("why there is no verdict", or_null=True),
    }
    return {"guard check": (document(check),), "guard forecast": (document(forecast),)}
