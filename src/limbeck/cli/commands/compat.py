"""`limbeck compat`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli.arguments import add_json
from limbeck.cli.exits import FAILED, NOT_COMPARED, OUT_OF_STEP
from limbeck.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from limbeck.actions.compat_check import Asked, CompatCheck
    from limbeck.cli.call import Call

EXAMPLES = ("limbeck compat check", "limbeck compat check --alembic ~/old-venv/bin/python")

_COLOURS = {"same": "green", "works": "green", "differs": "red", "fails": "red"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    parser.add_argument(
        "what",
        choices=["check"],
        help="run every revision up and down with limbeck and with Alembic, on scratch databases, and compare",
    )
    parser.add_argument(
        "--alembic",
        metavar="PYTHON",
        help="the Python of an environment that has Alembic (default: this one, or that of .venv beside the project)",
    )
    add_json(parser)


def run(call: Call) -> int | None:
    """Compare; exit code 12 when something differs, 13 when not everything could be compared, 1 when limbeck fails."""
    from limbeck.actions.compat_check import Verdict, compat_check

    found = compat_check(_asked(call), python=call.args.alembic, server=_server(call))
    if call.args.json:
        call.output.json("compat", _document(found))
    else:
        _show(found, call)
    if found.any(Verdict.FAILS):
        return FAILED
    if found.any(Verdict.DIFFERS):
        return OUT_OF_STEP
    return NOT_COMPARED if found.alembic is None or found.any(Verdict.NOT_COMPARED) else None


def _asked(call: Call) -> Asked:
    """The words in front of the verb, as both tools take them."""
    from pathlib import Path

    from limbeck.actions.compat_check import Asked
    from limbeck.cli.environment import env_py

    settings, given = call.settings, call.globals
    if env_py(settings) is None:
        raise UsageError(
            "there is no env.py here that Alembic could run, too",
            hint="cd to the folder with alembic.ini, or name it with -c",
        )
    words = [word for file in given.config for word in ("-c", file)]
    words += ["-n", given.name] if given.name else []
    words += [word for option in given.options for word in ("-x", option)]
    folder = Path.cwd() if given.config or settings.file is None else settings.file.parent
    toml = next((file for file in given.config if file.endswith(".toml")), "pyproject.toml")
    ini = next((file for file in given.config if not file.endswith(".toml")), "alembic.ini")
    return Asked(folder, tuple(words), ini, toml, given.name or "alembic")


def _server(call: Call) -> dict[str, object] | None:
    """Where the setting `scratch` wants scratch databases to be made."""
    import sqlalchemy as sa

    given = call.settings.scratch
    if given is None:
        return None
    url = sa.make_url(given.reveal())
    dialect = url.get_dialect()()
    _, parameters = dialect.create_connect_args(url)
    return {"dialect": dialect.name, "parameters": dict(parameters)}


def _show(found: CompatCheck, call: Call) -> None:
    output = call.output
    if found.alembic is None:
        output.data("Alembic   not found; only limbeck was run (--alembic PYTHON names one)")
    else:
        output.data(f"Alembic   {found.alembic.version}, of {found.alembic.python}")
    for number, database in enumerate(found.databases):
        output.data(f"{'' if number else 'Scratch':<9} for {database}")
    output.data()
    for one in found.judged:
        colour = _COLOURS.get(one.verdict.value, "yellow")
        verdict = output.style(f"{one.verdict.value:<13}", colour)
        output.data(f"{verdict} {one.name:<20} {one.about}".rstrip())
        for line in one.lines:
            output.data(f"{'':<13}   {line}".rstrip())


def _document(found: CompatCheck) -> dict[str, object]:
    alembic = found.alembic
    return {
        "alembic": None
        if alembic is None
        else {"version": alembic.version, "python": alembic.python},
        "databases": list(found.databases),
        "checks": [
            {
                "name": one.name,
                "verdict": one.verdict.value,
                "about": one.about,
                "details": list(one.lines),
            }
            for one in found.judged
        ],
    }
