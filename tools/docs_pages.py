"""
The pages of the documentation that follow from the code: the command line, exit codes and errors, decisions.

A hook of MkDocs.  Responsible for asking the code and laying out Markdown; does not know what a verb or an error is for.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.structure.files import File

from limbeck import errors
from limbeck.cli.exits import EXITS
from limbeck.cli.main import parser
from limbeck.cli.schemas import DOCUMENTS, Schema
from limbeck.cli.verbs import VERBS
from limbeck.config.describe import describe
from limbeck.config.keys import KEYS, Key
from limbeck.config.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

_ABOUT_ERRORS = """\
An error that limbeck raises on purpose has a class, a code that never changes, an exit code, and usually a hint: the
command to type next. With `--json` all of these are in the output."""
DECISIONS = Path(__file__).parents[1] / "docs" / "decisions"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages (called by MkDocs)."""
    for path, text in {
        "reference/cli.md": command_line(),
        "reference/errors.md": failures(),
    }.items():
        files.append(File.generated(config, path, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put lists where they belong (called by MkDocs)."""
    lists = {"decisions": decisions, "settings": settings, "schemas": schemas}
    for mark, made in lists.items():
        if f"<!-- {mark} -->" in markdown:
            markdown = markdown.replace(f"<!-- {mark} -->", made())
    return markdown


def command_line() -> str:
    """The page of the command line, from its parser."""
    tree = parser()
    parts = [
        "# Command line",
        "This page is made from the parser itself. Long options may be abbreviated as far as they stay unique.",
        "## For all verbs",
        "These may stand before or after the verb.",
        _options(tree),
    ]
    for verb in VERBS:
        leaf = _leaf(tree, verb.name)
        parts += _described(f"## limbeck {verb.name}", leaf)
        for word in _words(leaf):
            parts += _described(f"### limbeck {verb.name} {word}", _leaf(leaf, word))
    return "\n\n".join(part for part in parts if part) + "\n"


def _described(title: str, leaf: argparse.ArgumentParser) -> list[str]:
    """What one can type behind a verb, or behind a word that follows it."""
    usage = f"```text\n{leaf.format_usage().strip()}\n```"
    examples = f"```text\n{leaf.epilog}\n```" if leaf.epilog else ""
    return [title, leaf.description or "", usage, _options(leaf), examples]


def _words(leaf: argparse.ArgumentParser) -> list[str]:
    """The words that may follow a verb, those that programs type left out."""
    # argparse has no public way to tell which are listed in the help.
    return [
        choice.dest
        for action in leaf._actions
        if isinstance(action, argparse._SubParsersAction)
        for choice in action._choices_actions
    ]


def failures() -> str:
    """The page of exit codes and errors, from their tables."""
    parts = [
        "# Exit codes and errors",
        _ABOUT_ERRORS,
        "## Exit codes",
        "\n".join(["| code | name | meaning |", "|---|---|---|", *(_row(*row) for row in EXITS)]),
        "## Errors",
        "\n".join(
            ["| code | class | exit | meaning |", "|---|---|---|---|", *map(_error, _errors())]
        ),
    ]
    return "\n\n".join(parts) + "\n"


def settings() -> str:
    """The table of settings, from the keys and from what Settings says about its fields."""
    said = _field_comments()
    rows = [
        _row(f"`{key.name}`", _default(key), f"{key.expects}. {said.get(key.field, '')}")
        for key in KEYS
    ]
    return "\n".join(["| key | default | |", "|---|---|---|", *rows])


def _default(key: Key) -> str:
    value = next((row.value for row in describe(Settings(root=Path())) if row.key == key.name), "")
    return f"`{value}`" if value and value != "none" else ""


def _field_comments() -> dict[str, str]:
    """Field of Settings → the docstring that follows it in the source."""
    body = ast.parse(inspect.getsource(Settings)).body[0]
    assert isinstance(body, ast.ClassDef)
    said = {}
    for field, text in pairwise(body.body):
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr):
            assert isinstance(field.target, ast.Name)
            assert isinstance(text.value, ast.Constant)
            said[field.target.id] = re.sub(r"\s+", " ", str(text.value.value))
    return said


def schemas() -> str:
    """What each verb prints as JSON: its members, nested as in the document."""
    parts = []
    for verb, forms in DOCUMENTS.items():
        listed = ["\n".join(_members(form, 0)) for form in forms]
        body = "\n\nor, depending on the flags:\n\n".join(listed)
        parts.append(f"### limbeck {verb} --json\n\n{body}")
    return "\n\n".join(parts)


def _members(schema: Schema, depth: int) -> Iterator[str]:
    for name, member in schema["properties"].items():
        kind = member.get("type", "")
        kind = " or ".join(kind) if isinstance(kind, list) else kind
        if "enum" in member:
            kind = " or ".join(f'"{value}"' for value in member["enum"])
        if "const" in member:
            kind = json.dumps(member["const"])
        inner = member.get("items", member)
        if kind == "array" and inner.get("type"):
            kind = f"array of {inner['type']}s"
        said = f" — {member['description']}" if "description" in member else ""
        yield f"{'    ' * depth}- `{name}`: {kind}{said}"
        if "properties" in inner:
            yield from _members(inner, depth + 1)


def decisions() -> str:
    """The list of decisions, from the titles of their pages."""
    rows = []
    for file in sorted(DECISIONS.glob("[0-9]*.md")):
        title = file.read_text(encoding="utf-8").split("\n", 1)[0].removeprefix("# ")
        rows.append(f"- [{title}]({file.name})")
    return "\n".join(rows)


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def _errors() -> Iterator[type[errors.LimbeckError]]:
    for value in vars(errors).values():
        if isinstance(value, type) and issubclass(value, errors.LimbeckError):
            yield value


def _error(error: type[errors.LimbeckError]) -> str:
    first = inspect.cleandoc(error.__doc__ or "").split("\n\n")[0].replace("\n", " ")
    return _row(f"`{error.code}`", f"`{error.__name__}`", error.exit_code, first)


def _leaf(tree: argparse.ArgumentParser, verb: str) -> argparse.ArgumentParser:
    # argparse has no public way to go from a parser to those of its verbs.
    branches = next(
        action for action in tree._actions if isinstance(action, argparse._SubParsersAction)
    )
    leaf = branches.choices[verb]
    assert isinstance(leaf, argparse.ArgumentParser)
    return leaf


def _options(tree: argparse.ArgumentParser) -> str:
    rows = [
        _row(f"`{_spelling(action)}`", _help(tree, action))
        for action in tree._actions
        if action.help != argparse.SUPPRESS
        and not isinstance(action, argparse._SubParsersAction | argparse._HelpAction)
    ]
    return "\n".join(["| | |", "|---|---|", *rows]) if rows else ""


def _spelling(action: argparse.Action) -> str:
    value = action.metavar or (action.dest.upper() if action.nargs != 0 else "")
    value = " ".join(value) if isinstance(value, tuple) else value
    if not action.option_strings:
        return value + (" …" if action.nargs in ("*", "+") else "")
    return ", ".join(action.option_strings) + (f" {value}" if action.nargs != 0 and value else "")


def _help(tree: argparse.ArgumentParser, action: argparse.Action) -> str:
    text = tree._get_formatter()._expand_help(action) if action.help else ""
    return re.sub(r"\s+", " ", text)
