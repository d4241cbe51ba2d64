"""`limbeck list_templates`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli.arguments import add_json

if TYPE_CHECKING:
    import argparse

    from limbeck.cli.call import Call


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    add_json(parser)


def run(call: Call) -> None:
    """Show the templates."""
    from limbeck.files.init import list_templates

    templates = list_templates()
    if call.args.json:
        rows = [
            {"name": template.name, "description": template.description} for template in templates
        ]
        call.output.json("list_templates", {"templates": rows})
        return
    call.output.data("Available templates:\n")
    for template in templates:
        call.output.data(f"{template.name} - {template.description}")
    call.output.data("\nThey are used by init:\n")
    call.output.data(f"  limbeck init --template {templates[0].name} migrations")
