"""
The journal as text: `limbeck history --applied`.

Responsible for one line per entry: when, what, how long, who, outcome.  Does not know where entries come from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli.revisions import titled

if TYPE_CHECKING:
    from limbeck.actions.applied import Applied
    from limbeck.cli.call import Call
    from limbeck.database.entries import Entry

_STYLES = {"done": "green", "failed": "red", "running": "yellow", "void": "dim"}


def show_applied(call: Call) -> None:
    """Print what has happened to each database, newest first."""
    from limbeck.actions.applied import applied

    found = applied(call.project)
    if call.args.json:
        call.output.json("history", {"targets": [_document(one) for one in found]})
        return
    for one in found:
        if len(found) > 1:
            call.output.data(f"{one.place.name or one.place.address}:")
        if not one.entries:
            call.output.remark(f"{one.place.address} has no journal")
        for entry in reversed(one.entries):
            call.output.data(_line(entry, call))


def _line(entry: Entry, call: Call) -> str:
    outcome = call.output.style(f"{entry.outcome:<7}", _STYLES[entry.outcome])
    seconds = "" if entry.seconds is None else f"{entry.seconds:.3f} s"
    message = ""
    if entry.revision in call.project.history:
        message = call.project.history[entry.revision].message
    what = f"{entry.direction:<5} {entry.revision or ', '.join(sorted(entry.heads)) or '<base>'}"
    text = (
        f"{entry.started:%Y-%m-%d %H:%M:%S} UTC  {outcome}  {seconds:>9}"
        f"  {entry.os_user}@{entry.host}  {titled(what, message)}"
    )
    if entry.outcome == "failed" and entry.error:
        text += f"\n    {entry.error.splitlines()[0]}"
    if entry.outcome == "running" and entry.statement:
        text += f"\n    at statement {entry.number}: {' '.join(entry.statement.split())}"
    return text


def _document(one: Applied) -> dict[str, object]:
    return {
        "name": one.place.name,
        "address": one.place.address,
        "entries": [
            {
                "revision": entry.revision,
                "direction": entry.direction,
                "outcome": entry.outcome,
                "started": entry.started.isoformat(),
                "finished": entry.finished.isoformat() if entry.finished else None,
                "seconds": entry.seconds,
                "db_user": entry.db_user,
                "os_user": entry.os_user,
                "host": entry.host,
                "tool": entry.tool,
                "checksum": entry.checksum,
                "parents": list(entry.parents),
                "heads": sorted(entry.heads),
                "statements": entry.number,
                "statement": entry.statement,
                "error": entry.error,
            }
            for entry in reversed(one.entries)
        ],
    }
