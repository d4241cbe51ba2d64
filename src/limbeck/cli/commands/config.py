"""`limbeck config`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli.arguments import add_json

if TYPE_CHECKING:
    import argparse

    from limbeck.cli.call import Call
    from limbeck.config import Row

EXAMPLES = ("limbeck config", "limbeck -n billing config --json")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    add_json(parser)


def run(call: Call) -> None:
    """Show the effective settings; passwords are never shown."""
    from limbeck.config import describe

    rows = describe(call.settings)
    if not call.settings.name:
        rows += tuple(_url_of(call, name) for name in call.settings.databases)
    if call.args.json:
        call.output.json("config", {"settings": [row._asdict() for row in rows]})
        return
    keys = max(len(row.key) for row in rows)
    origins = max(len(row.origin) for row in rows)
    for row in rows:
        # The value last, because it may be longer than any column should be.
        origin = call.output.style(f"{row.origin:<{origins}}", "dim")
        call.output.data(f"{row.key:<{keys}}  {origin}  {row.value}".rstrip())


def _url_of(call: Call, name: str) -> Row:
    """Where the named database is, and which `-n` chooses it."""
    from limbeck.config import Row

    settings = call.settings_of(name)
    return Row(f"url (-n {name})", str(settings.url or "none"), settings.origin("url"))
