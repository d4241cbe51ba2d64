"""`limbeck init`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli import completers
from limbeck.cli.files import generating

if TYPE_CHECKING:
    import argparse

    from limbeck.cli.call import Call

EXAMPLES = (
    "limbeck init",
    "limbeck init --url sqlite:///app.db",
    "limbeck init --package src/app/migrations",
    "limbeck init -t async migrations",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    parser.add_argument(
        "directory",
        nargs="?",
        default="migrations",
        metavar="DIRECTORY",
        help="the folder for revisions (default: migrations)",
    )
    template = parser.add_argument(
        "-t", "--template", default="default", metavar="NAME", help="see list_templates"
    )
    completers.attach(template, completers.templates)
    parser.add_argument(
        "--package",
        action="store_true",
        help="add an __init__.py, so that the folder can be shipped",
    )
    parser.add_argument(
        "--url",
        default="env:DATABASE_URL",
        metavar="URL",
        help="the database: an address, env:NAME, file:PATH or module:callable (default: env:DATABASE_URL)",
    )


def run(call: Call) -> None:
    """Make the folder and write the settings."""
    from limbeck.actions.init import init
    from limbeck.cli.environment import is_for_alembic, start_for_alembic

    args = call.args
    config = call.globals.config
    if is_for_alembic(args.template):
        start_for_alembic(args, call.globals)
        return
    started = init(
        args.directory,
        template=args.template,
        package=args.package,
        url=args.url,
        config=config[-1] if config else None,
    )
    if call.output.quiet:
        return
    for file in (*started.files, started.config):
        call.output.data(generating(file))
    call.output.remark(
        f"The settings are in {started.config.name}; `limbeck config` shows them all."
    )
    if started.metadata:
        call.output.remark(f"The models seem to be in {started.metadata}.")
        call.output.remark('Next: limbeck revision --autogenerate -m "first step"')
    else:
        call.output.remark(
            'Next: limbeck revision -m "first step"; with metadata set to your models, --autogenerate fills it in'
        )
