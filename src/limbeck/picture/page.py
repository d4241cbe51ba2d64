"""
A page to look around in: one file, without a network.

Responsible for what is on it, and for nothing in it being taken for markup or script: Mako escapes each value, the
facts are one JSON document, and the browser is told to run this one script and to fetch nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, NamedTuple

from limbeck.picture.dot import svg

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from limbeck.picture.outline import Outline


class Change(NamedTuple):
    """A commit that changed the file of a revision."""

    id: str
    author: str
    date: str
    subject: str


class Applied(NamedTuple):
    """What the journal of one database says of a revision: when, by whom, with what outcome; times are UTC."""

    database: str
    direction: str
    outcome: str
    when: str
    who: str
    seconds: float | None


class Told(NamedTuple):
    """What is known of one revision beyond its head; `unknown` is why its operations are not, or not all of them."""

    operations: tuple[str, ...] = ()
    sql: str = ""
    unknown: str = ""
    changes: tuple[Change, ...] = ()
    applied: tuple[Applied, ...] = ()


def page(outline: Outline, told: Mapping[str, Told], *, title: str, made: str) -> str:
    """The page; `made` says when and by what.  Raises UsageError where Graphviz is not installed."""
    from mako.template import Template

    folder = _templates()
    script = (folder / "page.js").read_text(encoding="utf-8")
    template = Template(  # noqa: S702 - each value is escaped: `h` is the default filter
        text=(folder / "page.html.mako").read_text(encoding="utf-8"),
        default_filters=["h"],
        strict_undefined=True,
    )
    rendered = template.render_unicode(
        title=title,
        made=made,
        outline=outline,
        style=(folder / "page.css").read_text(encoding="utf-8"),
        script=script,
        script_hash=_hash(script),
        facts=_facts(outline, told),
        drawing=svg(outline),
    )
    return str(rendered)


def _templates() -> Path:
    from pathlib import Path

    return Path(__file__).parent / "templates"


def _hash(script: str) -> str:
    """As a Content-Security-Policy names a script that may run."""
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def _facts(outline: Outline, told: Mapping[str, Told]) -> str:
    """All that the script shows, as JSON in which no markup can begin or end."""
    nothing = Told()
    facts = {
        "spots": [spot.ids for spot in outline.spots],
        "revisions": {id: _revision(outline, id, told.get(id, nothing)) for id in outline.ids},
    }
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _revision(outline: Outline, id: str, told: Told) -> dict[str, object]:
    """What the script shows of one revision; what there is nothing of is left out."""
    history, revision = outline.history, outline.history[id]
    found: dict[str, object] = {
        "message": revision.message,
        "doc": revision.doc.strip(),
        "parents": revision.parents,
        "requires": history.requires(id),
        "children": history.children(id),
        "labels": sorted(revision.labels),
        "created": str(revision.created),
        "path": str(revision.source),
        "head": id in history.heads,
        "at": [stand.shown for stand in outline.stands if id in stand.at],
        "pending": [stand.shown for stand in outline.stands if id in stand.pending],
        **told._asdict(),
    }
    return {name: value for name, value in found.items() if value}
