"""`limbeck guard forecast`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from limbeck.cli.arguments import add_json
from limbeck.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from limbeck.actions.guard.forecast import Forecast
    from limbeck.actions.guard.open_branches import Collision, Open
    from limbeck.cli.call import Call

EXAMPLES = (
    "limbeck guard forecast",
    "limbeck guard forecast --refs 'origin/feature/*' --html forecast.html",
)
_LONGEST = 160


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    parser.add_argument(
        "--refs",
        action="append",
        default=[],
        metavar="PATTERN",
        help="the branches, as 'origin/*'; may be repeated (default: those of all remotes, else the local ones)",
    )
    parser.add_argument(
        "--against",
        metavar="REF",
        help="the branch that they are merged into (default: the one that others build on, as the settings or git say)",
    )
    parser.add_argument(
        "--html", metavar="FILE", help="write it as a page, which needs nothing else, to FILE"
    )
    add_json(parser)


def run(call: Call) -> None:
    """Say which branches collide; that is no failure."""
    from limbeck.actions.guard.forecast import forecast
    from limbeck.cli.bare import project_of

    found = forecast(project_of(call), call.args.refs, call.args.against)
    if call.args.html:
        _write(found, Path(call.args.html))
        call.output.remark(f"written to {call.args.html}")
    if call.args.json:
        call.output.json("guard forecast", document(found))
    elif not call.args.html:
        for line in text(found):
            call.output.data(line)


def text(found: Forecast) -> Iterator[str]:
    """The tables, for people."""
    yield f"Into      {found.trunk} ({found.commit[:10]})"
    if not found.branches:
        yield "No branch brings a revision, or changes one."
        return
    yield ""
    yield from _table(("Order", "Branch", "Brings", "By", f"With {found.trunk}", ""), rows(found))
    yield ""
    collisions = [*(one.main for one in found.branches if one.main), *found.collisions]
    if not collisions and not any(branch.problem for branch in found.branches):
        yield "Nothing collides."
    for branch in found.branches:
        if branch.problem:
            yield f"{branch.name}: {branch.problem}"
    for one in collisions:
        yield f"{one.left} and {one.right}: {said(one)}"
        for line in one.judged.why if one.judged else ():
            yield f"  {line if len(line) <= _LONGEST else line[: _LONGEST - 3] + '...'}"
    if found.unjudged:
        yield f"not judged: {found.unjudged}"


def rows(found: Forecast) -> list[tuple[str, ...]]:
    """The branches: those in an order to merge them in, then those that take part in nothing."""
    by_name = {branch.name: branch for branch in found.branches}
    ordered = [
        _row(str(number), by_name[place.name], place.why)
        for number, place in enumerate(found.order, 1)
    ]
    unordered = [branch for branch in found.branches if branch.problem]
    return ordered + [_row("-", branch, "cannot be merged") for branch in unordered]


def _row(number: str, branch: Open, why: str) -> tuple[str, ...]:
    return (number, branch.name, brings(branch), branch.ref.author, with_main(branch), why)


def with_main(branch: Open) -> str:
    """How a branch goes with the main one, in a word or two."""
    if branch.main is None:
        return "no history" if branch.problem else "fits"
    judged = branch.main.judged
    return ", ".join([*branch.main.kinds, *([judged.verdict] if judged else [])])


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    for row in (head, *rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def brings(branch: Open) -> str:
    """What a branch brings, in a few words."""
    new, changed = len(branch.new), len(branch.changed)
    parts = [f"{new} revision{'' if new == 1 else 's'}"] if new or not changed else []
    parts += [f"{changed} edit{'' if changed == 1 else 's'}"] if changed else []
    return ", ".join(parts)


def said(one: Collision) -> str:
    """How two branches collide, in a few words."""
    kinds = f"{', '.join(one.kinds)} ({', '.join(one.about)})"
    if one.judged is None:
        return f"{kinds}; not judged: {one.unjudged}" if one.unjudged else kinds
    first = f", {one.judged.first} first" if one.judged.first else ""
    where = f" (on {one.judged.where})" if one.judged.where else ""
    return f"{kinds}; what they do: {one.judged.verdict}{first}{where}"


def _write(found: Forecast, path: Path) -> None:
    from mako.template import Template

    page = Template(  # noqa: S702 - default_filters escapes whatever is not marked otherwise
        filename=str(Path(__file__).parents[1] / "pages" / "forecast.html.mako"),
        default_filters=["h"],
        strict_undefined=True,
    )
    try:
        path.write_text(page.render(found=found, rows=rows(found), said=said), encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror}",
            hint="--html FILE, in a folder that exists",
        ) from None


def document(found: Forecast) -> dict[str, object]:
    """The same, for programs."""
    return {
        "trunk": found.trunk,
        "commit": found.commit,
        "branches": [
            {
                "branch": one.name,
                "commit": one.ref.commit,
                "author": one.ref.author,
                "date": one.ref.date,
                "new": list(one.ids) if not one.problem else sorted(one.new),
                "changed": sorted(one.changed),
                "behind": list(one.behind),
                "main": _collision(one.main) if one.main else None,
                "problem": one.problem or None,
            }
            for one in found.branches
        ],
        "collisions": [
            {"left": one.left, "right": one.right, **_collision(one)} for one in found.collisions
        ],
        "order": [{"branch": place.name, "why": place.why} for place in found.order],
        "unjudged": found.unjudged or None,
    }


def _collision(one: Collision) -> dict[str, object]:
    judged = one.judged
    return {
        "kinds": list(one.kinds),
        "about": list(one.about),
        "verdict": judged.verdict if judged else None,
        "first": (judged.first or None) if judged else None,
        "why": list(judged.why) if judged else [],
        "dialect": judged.dialect if judged else None,
        "unjudged": one.unjudged or None,
        "grave": one.grave,
    }
