"""
Several heads where one was meant.

Responsible for adding to the error who brought each of them, as far as git knows.  Does not know what was to be
done with the one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.errors import MultipleHeads
from limbeck.history import resolve

if TYPE_CHECKING:
    from limbeck.project import Project


def refuse_several_heads(project: Project, to: str) -> None:
    """Say that `to` is `head`, but there are several; where the folders are known, before anything is connected.

    Raises MultipleHeads.
    """
    if to != "head" or not project.library.settled:
        return
    try:
        resolve(project.history, to)
    except MultipleHeads as error:
        raise _with_origins(error, project) from None


def _with_origins(error: MultipleHeads, project: Project) -> MultipleHeads:
    """`error`, with the author and the git branch of each head where they are known."""
    from limbeck import vcs

    lines = []
    for id in error.heads:
        commit = vcs.brought_by(project.library.path(id))
        if commit is not None:
            branch = f", branch {commit.branch}" if commit.branch else ""
            lines.append(f"    {id}  by {commit.author}, {commit.date}{branch}")
    if not lines:
        return error
    message = "\n".join([error.message, "brought by:", *lines])
    return MultipleHeads(message, heads=error.heads, hint=error.hint)
