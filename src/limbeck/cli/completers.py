"""
What the shell offers when Tab is pressed.

Responsible for the words that depend on the project: revisions, labels, named databases, templates.  Never fails: a
shell has nowhere to show an error, and offers nothing instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import argparse

    from limbeck.config import Settings

SYMBOLS = ("head", "heads", "base", "current")


class Completer(Protocol):
    """What argcomplete calls: the words that may stand where the cursor is."""

    def __call__(self, prefix: str, parsed_args: argparse.Namespace, **others: object) -> list[str]:
        """Words that begin with `prefix`."""
        ...


def attach(action: argparse.Action, completer: Completer) -> None:
    """Let `completer` say what may stand in the place of `action`."""
    # argcomplete looks for an attribute of this name, which argparse does not know of.
    setattr(action, "completer", completer)  # noqa: B010


def revisions(prefix: str, parsed_args: argparse.Namespace, **others: object) -> list[str]:
    """Ids, branch labels, and the words that stand for revisions."""
    from limbeck.files import RevisionFolder

    try:
        history = RevisionFolder.of(_settings(parsed_args)).history
    except Exception:  # of any kind: an error would be printed into the line being typed
        return [word for word in SYMBOLS if word.startswith(prefix)]
    branches = [f"{label}@head" for label in history.labels]
    words = [*SYMBOLS, *history.labels, *branches, *history]
    return [word for word in words if word.startswith(prefix)]


def databases(prefix: str, parsed_args: argparse.Namespace, **others: object) -> list[str]:
    """The names that `-n` can choose."""
    try:
        names = _settings(parsed_args, name=None).databases
    except Exception:  # as above
        return []
    return [name for name in names if name.startswith(prefix)]


def templates(prefix: str, parsed_args: argparse.Namespace, **others: object) -> list[str]:
    """The templates of `init`."""
    from limbeck.files.init import list_templates

    return [template.name for template in list_templates() if template.name.startswith(prefix)]


def _settings(parsed_args: argparse.Namespace, name: str | None = "") -> Settings:
    from limbeck.config import load

    after = getattr(parsed_args, "after_name", None) or getattr(parsed_args, "name", None)
    chosen = after if name == "" else name
    files = [
        file
        for flag in ("config", "after_config")  # before the verb, and after it
        for file in getattr(parsed_args, flag, None) or ()
    ]
    return load(files[-1] if files else None, name=chosen)
