"""`limbeck schema`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli import arguments as shared
from limbeck.cli.structure import document, say_unknown

if TYPE_CHECKING:
    import argparse

    from limbeck.actions.schema import Schema
    from limbeck.cli.call import Call

EXAMPLES = (
    "limbeck schema",
    "limbeck schema ae10 --as models",
    "limbeck schema --database",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    shared.add_revision(
        parser, "revision", "at which revision (default: head)", nargs="?", default="head"
    )
    parser.add_argument(
        "--as",
        dest="form",
        choices=("sql", "models", "json"),
        default="sql",
        help="the form: SQL (the default), a Python module of sa.Tables, or JSON",
    )
    parser.add_argument(
        "--database", action="store_true", help="show what the database has instead"
    )
    shared.add_json(parser)


def run(call: Call) -> None:
    """Print the schema."""
    from limbeck.actions.schema import schema

    found = schema(call.project, call.args.revision, database=call.args.database)
    if call.args.json or call.args.form == "json":
        call.output.json("schema", {"targets": [_document(one) for one in found]})
        return
    for one in found:
        if len(found) > 1:
            call.output.data(
                f"-- {one.place.name}" if call.args.form == "sql" else f"# {one.place.name}"
            )
        text = one.models if call.args.form == "models" else one.sql
        if text:
            call.output.data(text.rstrip("\n"))
        say_unknown(one.replayed, call)


def _document(found: Schema) -> dict[str, object]:
    certain = found.replayed is None or found.replayed.certain
    return {
        "name": found.place.name,
        "address": found.place.address,
        "what": found.what,
        "certain": certain,
        "statements": list(found.statements),
        **document(found.state),
    }
