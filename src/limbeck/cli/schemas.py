"""
What `--json` prints, as JSON Schema.

Responsible for the promise to programs: every document has `limbeck`, the version of this promise, and `verb`; what is
described here stays as long as that number does (members may be added).  The tests hold every verb to it, and the
documentation is made from it.
"""

from __future__ import annotations

from collections.abc import Mapping

from limbeck.cli.compat_schema import COMPAT
from limbeck.cli.guard_schema import guard
from limbeck.cli.output import JSON_VERSION
from limbeck.cli.schema_words import Schema
from limbeck.cli.schema_words import count as _count
from limbeck.cli.schema_words import document as _object
from limbeck.cli.schema_words import flag as _flag
from limbeck.cli.schema_words import ids as _ids
from limbeck.cli.schema_words import listed as _list
from limbeck.cli.schema_words import number as _number
from limbeck.cli.schema_words import text as _text

__all__ = ["DOCUMENTS", "ERROR", "Schema", "schema"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


_REVISION = {
    "id": _text("the full id"),
    "message": _text("the first line of the docstring"),
    "parents": _ids("ids that it follows"),
    "requires": _ids("ids that it depends on without following them"),
    "children": _ids("ids that follow it"),
    "labels": _ids("labels of the branches that it is on"),
    "own_labels": _ids("labels that its file states"),
    "created": _text("the date that its file states"),
    "path": _text("its file"),
    "head": _flag("no revision follows it"),
    "effective_head": _flag("a head that another revision requires"),
    "branch_point": _flag("several revisions follow it"),
    "merge_point": _flag("it joins several parents"),
}
_NEW = {
    key: _REVISION[key] for key in ("id", "message", "parents", "requires", "own_labels", "path")
}
_PLACE = {
    "name": _text('the name of the database in the settings, "" without one'),
    "address": _text("its URL, without the password"),
}
_MOVE = {
    "before": _ids("rows of the version table before"),
    "after": _ids("rows of the version table after"),
}
_STEP = _object(
    {
        "revision": _text("the id"),
        "message": _text("the first line of its docstring"),
        "direction": {"enum": ["up", "down"], "description": "whether it is applied or undone"},
        **_MOVE,
    },
    {
        "statements": _count("how many statements it took; not in a plan"),
        "seconds": _number("wall time; not in a plan"),
        "goes_on_after": _count(
            "how many of its statements an interrupted run has carried out; only in a plan, only then"
        ),
    },
)
_MOVED = _list(
    "one for each database",
    _object({**_PLACE, **_MOVE, "steps": _list("in the order in which they run", _STEP)}),
)
_PLAN = {"planned": {"const": True, "description": "nothing was run"}, "targets": _MOVED}
_RUN = {
    "planned": {"const": False, "description": "it was run"},
    "dry_run": _flag("everything was rolled back"),
    "targets": _MOVED,
    "notices": _list(
        "what is worth knowing", _object({"code": _text("stable"), "text": _text("a sentence")})
    ),
}
_PROBLEM = _object(
    {
        "code": _text("stable: that of an error, or a word"),
        "text": _text("what is wrong"),
        "hint": _text("what to type next", or_null=True),
        "exit": _count("what --check ends with because of it; 0 for what is only worth knowing"),
    }
)
_HALF_DONE = _object(
    {
        "revision": _text("the id"),
        "direction": {"enum": ["up", "down"], "description": "whether it was applied or undone"},
        "statements": _count("how many of its statements took effect"),
        "text": _text("where that is, in words"),
    }
)
_ENTRY = _object(
    {
        "revision": _text("the id"),
        "direction": {"enum": ["up", "down", "stamp", "adopt"], "description": "what was done"},
        "outcome": {
            "enum": ["running", "done", "failed", "void"],
            "description": "how it ended; void: interrupted, and nothing goes on with it",
        },
        "started": _text("ISO 8601, UTC"),
        "finished": _text("ISO 8601, UTC", or_null=True),
        "seconds": _number("wall time", or_null=True),
        "db_user": _text("the user of the database"),
        "os_user": _text("the user of the machine that ran it"),
        "host": _text("that machine"),
        "tool": _text("which tool, and its version"),
        "checksum": _text("of what the file did then"),
        "parents": _ids("its parents then"),
        "heads": _ids("rows of the version table afterwards"),
        "statements": _count("how far an unfinished one came"),
        "statement": _text("where an unfinished one stopped"),
        "error": _text("why it failed"),
    }
)

_DEED = {
    **_object(
        {
            "revision": _text("the id"),
            "path": _text("its file"),
            "line": _count("the line in it", or_null=True),
            "text": _text("what it does, in one line"),
        }
    ),
    "type": ["object", "null"],
}
_PAIR = _object(
    {
        "left": _text("a head"),
        "right": _text("another one"),
        "ancestors": _ids("the nearest that both have"),
        "sides": _list("the revisions of each that the other has not", _ids("in order")),
        "dialect": _text("the kind of database"),
        "databases": _ids("the names of those that it is about; none for one without a name"),
        "verdict": {
            "enum": ["disjoint", "same intent twice", "ordered", "conflict", "unknown"],
            "description": "by what the scripts say that they do",
        },
        "first": _text("the head that must come first, of one that is ordered", or_null=True),
        "lost": _flag("the other side then throws away what that one has made or written"),
        "clashes": _list(
            "what both are about",
            _object(
                {
                    "kind": _text("as the verdict"),
                    "what": _text("the objects, by name"),
                    "why": _text("what comes of it"),
                    "first": _text("the head that must come first", or_null=True),
                    "left": _DEED,
                    "right": _DEED,
                }
            ),
        ),
    }
)
_FORK = {
    "verdict": _text("the gravest of all pairs; null where there is none", or_null=True),
    "ancestors": _ids("the nearest that all have"),
    "branches": _list(
        "one for each head",
        _object(
            {
                "head": _text("the id"),
                "revisions": _ids("what the others have not, in order"),
                "commit": {
                    **_object(
                        {
                            "id": _text("abbreviated"),
                            "author": _text("who"),
                            "date": _text("YYYY-MM-DD"),
                            "branch": _text('the branch of git, "" where it is not known'),
                        }
                    ),
                    "type": ["object", "null"],
                },
            }
        ),
    ),
    "pairs": _list("the verdict on each two of them", _PAIR),
    "unjudged": _text("why there is no verdict, or none for some database", or_null=True),
}
_PROOF = {
    **_object(
        {
            "outcome": {
                "enum": [
                    "equal", "different", "equal schema, different data", "one order fails",
                    "every order fails", "broken",
                ],
                "description": "what came of it",
            },
            "databases": _ids("the names of those that are like it; none for one without a name"),
            "server": _text("what it was run on"),
            "scratch": _text("the database that was thrown away"),
            "rows": _text("which rows were there"),
            "complete": _flag(
                "it holds for every order; else one was run, and each two heads changed places on its way"
            ),
            "remembered": _flag("nothing was run this time"),
            "orders": _list(
                "what was run",
                _object(
                    {
                        "heads": _ids("in this order"),
                        "error": _text("why it failed", or_null=True),
                        "failed": _text("the head at which it failed", or_null=True),
                    }
                ),
            ),
            "differences": _ids("what is other, one line each"),
            "not_compared": _ids("what could not be compared"),
        }
    ),
    "type": ["object", "null"],
}  # fmt: skip

_PROOFS = {
    "proof": _PROOF,
    "proofs": _list(
        "all of them, the gravest first: one for each kind of database",
        {**_PROOF, "type": "object"},
    ),
    "unproven": _text("why there is none, or none for some database", or_null=True),
}

_COMPARISON = _object(
    {
        "name": _PLACE["name"],
        "address": _text("its URL, without the password, or what the models were compared with"),
        "in_step": _flag("there is nothing to do"),
        "operations": _list(
            "what is missing there, in order",
            _object(
                {
                    "kind": _text("the class of the operation"),
                    "text": _text("what it does, in one line"),
                    "destructive": _flag("it would lose data that is there"),
                }
            ),
        ),
        "undecided": {
            "type": "array",
            "items": _ids("flags of which one would answer the question"),
            "description": "what looks like a rename, or needs a value",
        },
        "notes": _ids("what is worth knowing, one sentence each"),
        "not_compared": _list(
            "what could not be compared",
            _object({"what": _text("table, column or object"), "why": _text("the reason")}),
        ),
        "scratch": _text("the database to throw away that was asked", or_null=True),
        "tables": _count("how many tables the models have"),
        "modules": _ids("modules that were loaded for them"),
    }
)

_OPERATIONS = _list(
    "what leads from one to the other, in order",
    _object(
        {
            "kind": _text("the class of the operation"),
            "text": _text("what it does, in one line"),
            "destructive": _flag("it would lose data"),
        }
    ),
)
_TABLE = _object(
    {
        "name": _text("its name"),
        "schema": _text("where it is; null in the default schema", or_null=True),
        "columns": _list(
            "in order",
            _object(
                {
                    "name": _text("its name"),
                    "type": _text("in the server's words"),
                    "nullable": _flag("it may be NULL"),
                    "definition": _text("all that stands behind its name"),
                    "comment": _text("what is said of it", or_null=True),
                }
            ),
        ),
        "constraints": _ids("each in a line"),
        "indexes": _ids("each in a line"),
        "comment": _text("what is said of it", or_null=True),
    }
)
_SCHEMA = _object(
    {
        **_PLACE,
        "what": _text("the revision, or the address of the database"),
        "certain": _flag("it is known what all of its revisions do"),
        "statements": _ids("the SQL that makes it, in order"),
        "tables": _list("by name", _TABLE),
        "objects": _list(
            "what stands beside the tables",
            _object(
                {
                    "kind": _text("view, enum, function …"),
                    "name": _text("its name"),
                    "schema": _text("where it is; null in the default schema", or_null=True),
                    "text": _text("what it is, in one line"),
                }
            ),
        ),
    }
)

ERROR = _object(
    {
        "code": _text("stable; see the table of errors"),
        "message": _text("what is wrong"),
        "hint": _text("what to type next", or_null=True),
        "exit": _count("the exit code of the process"),
    }
)

# A verb has several forms where its flags decide what it shows.
DOCUMENTS: Mapping[str, tuple[Schema, ...]] = {
    "heads": (
        _object(
            {
                "heads": _list("in the order of the history", _object(_REVISION)),
                "forks": _list("heads that have an ancestor in common", _object(_FORK)),
            }
        ),
    ),
    "branches": (
        _object(
            {
                "branch_points": _list(
                    "newest first",
                    _object(
                        {
                            **_REVISION,
                            "branches": _list("what follows it", _object(_REVISION)),
                        }
                    ),
                )
            }
        ),
    ),
    "history": (
        _object(
            {
                "revisions": _list(
                    "newest first",
                    _object({**_REVISION, "current": _flag("a database stands here (with -i)")}),
                )
            }
        ),
        _object(
            {
                "targets": _list(
                    "one for each database (with --applied)",
                    _object({**_PLACE, "entries": _list("newest first", _ENTRY)}),
                )
            }
        ),
    ),
    "show": (
        _object(
            {
                "revisions": _list(
                    "those that were named", _object({**_REVISION, "doc": _text("the docstring")})
                )
            }
        ),
    ),
    "current": (
        _object(
            {
                "targets": _list(
                    "one for each database",
                    _object(
                        {
                            **_PLACE,
                            "heads": _ids("rows of the version table"),
                            "revisions": _list("what they are", _object(_REVISION)),
                            "unknown": _ids("rows that no revision file has"),
                            "at_heads": _flag("nothing is pending, and nothing is half done"),
                        },
                        {
                            "half_done": _list(
                                "steps that were interrupted; only where there is one", _HALF_DONE
                            )
                        },
                    ),
                )
            }
        ),
    ),
    "status": (
        _object(
            {
                "revisions": _count(
                    "how many there are; null when they form no history", or_null=True
                ),
                "heads": _list("of the history", _object(_REVISION)),
                "problems": _list("of the history", _PROBLEM),
                "targets": _list(
                    "one for each database",
                    _object(
                        {
                            **_PLACE,
                            "reachable": _flag("it could be asked"),
                            "heads": _ids("rows of the version table"),
                            "unknown": _ids("rows that no revision file has"),
                            "pending": _ids("ids that would be applied, in order"),
                            "problems": _list("of this database", _PROBLEM),
                        }
                    ),
                ),
            }
        ),
    ),
    "plan": (_object(_PLAN),),
    "upgrade": (_object(_RUN), _object(_PLAN)),
    "downgrade": (_object(_RUN), _object(_PLAN)),
    "stamp": (_object({"targets": _list("one for each database", _object({**_PLACE, **_MOVE}))}),),
    "revision": (
        _object({"revision": _object(_NEW)}),
        _object(
            {"revision": {"type": "null", "description": "nothing was missing (--autogenerate)"}}
        ),
    ),
    "check": (
        _object(
            {"targets": _list("one for each database", _COMPARISON)},
            {"problems": _list("revisions that were edited after others had got them", _PROBLEM)},
        ),
    ),
    "schema": (_object({"targets": _list("one for each database", _SCHEMA)}),),
    "diff": (
        _object(
            {
                "before": _text("a revision, an address, or models"),
                "after": _text("the same"),
                "same": _flag("there is nothing to do"),
                "operations": _OPERATIONS,
                "statements": _ids("the SQL that leads from one to the other"),
                "notes": _ids("what is worth knowing, one sentence each"),
                "not_compared": _list(
                    "what could not be compared",
                    _object({"what": _text("table, column or object"), "why": _text("the reason")}),
                ),
                "scratch": _text("the database to throw away that was asked", or_null=True),
            }
        ),
    ),
    "conflicts": (_object({**_FORK, **_PROOFS}),),
    **guard(_object(_FORK), _PROBLEM),
    "compat": (COMPAT,),
    "merge": (
        _object(
            {"revision": _object(_NEW)},
            {
                "pairs": _list("what is said about each two heads", _PAIR),
                **_PROOFS,
                "forced": _flag("written although it would have been refused"),
                "rewritten": _ids("files that were changed with it"),
            },
        ),
    ),
    "rebase": (
        _object(
            {
                "moved": _ids("what was moved, in order"),
                "onto": _text("what it was put behind"),
                "rewritten": _ids("files that were changed"),
                "regenerated": _list(
                    "generated parts that say something else behind the new parent",
                    _object(
                        {
                            "revision": _text("the id"),
                            "path": _text("its file"),
                            "difference": _ids("the lines that change, as git diff shows them"),
                        }
                    ),
                ),
                "not_regenerated": _ids(
                    "what stays as it is although it may have to change, and why"
                ),
                "written": _flag("the files were changed; not with --dry-run"),
                "upstream": _text("the git branch that was asked", or_null=True),
                "pairs": _list("what is said about each two sides", _PAIR),
                **_PROOFS,
                "forced": _flag("moved although the verdict is against it"),
                "pushed": _ids("copies of the current branch that have it as it was"),
            }
        ),
        _object({"undone": _ids("files that are what they were before (--undo)")}),
    ),
    "reid": (
        _object(
            {
                "before": _text("the id that it had"),
                "after": _text("the id that it has"),
                "path": _text("its file now"),
                "rewritten": _ids("other files that were changed, because they refer to it"),
                "databases": _ids("databases in which the id was changed"),
            }
        ),
    ),
    "list_templates": (
        _object(
            {
                "templates": _list(
                    "the default one first",
                    _object({"name": _text("for --template"), "description": _text("in a line")}),
                )
            }
        ),
    ),
    "config": (
        _object(
            {
                "settings": _list(
                    "all of them",
                    _object(
                        {
                            "key": _text("its name"),
                            "value": _text("as text, without passwords"),
                            "origin": _text("where it was set"),
                        }
                    ),
                )
            }
        ),
    ),
}


def schema(verb: str) -> Schema:
    """The JSON Schema of what `limbeck VERB --json` prints.  KeyError for a verb without `--json`."""
    forms = [*DOCUMENTS[verb], _object({"error": ERROR})]
    return {
        "$schema": _DIALECT,
        "title": f"limbeck {verb} --json",
        "anyOf": [_enveloped(verb, form) for form in forms],
    }


def _enveloped(verb: str, form: Schema) -> Schema:
    envelope = {
        "limbeck": {"const": JSON_VERSION, "description": "the version of this schema"},
        "verb": {"const": verb, "description": "what was asked for"},
    }
    return {
        **form,
        "required": [*envelope, *form["required"]],
        "properties": {**envelope, **form["properties"]},
    }
