"""
Write the revision that brings a database in step with the models.

Responsible for what must hold before anything is written, and for the text of the new file.  Does not know how a
difference is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from limbeck.actions import hooks
from limbeck.actions.comparison import Comparison, Decisions, compare_models, models_of
from limbeck.actions.revision import NewRevision, new_id, revision
from limbeck.errors import ConfigError, Destructive, LimbeckError, MassDrop, Undecided
from limbeck.models import forgotten, import_hint

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.actions.verify import Verified
    from limbeck.diff import Diff, Loss, Question
    from limbeck.files.render import Renderer
    from limbeck.files.template import Body
    from limbeck.models import Models
    from limbeck.operations import Operation
    from limbeck.project import Project
    from limbeck.schema import Key, Standalone

Ask = Callable[["tuple[Question, ...]"], "Decisions"]
"""Somebody who answers questions, with decisions as they would be typed."""

Confirm = Callable[["tuple[Loss, ...]"], bool]
"""Somebody who says whether these data may be lost."""

DirectiveProcessor = Callable[["list[Directive]"], "Iterable[Directive] | None"]
"""What `process_revision_directives` names: it gives the directives to write, or None for those in the list."""


@dataclass(frozen=True, slots=True)
class Directive:
    """One revision that is about to be written; `process_revision_directives` may change, add and remove them.

    `upgrades` and `downgrades` are what it does, in order.  The other fields are the arguments of `revision`.
    """

    message: str
    upgrades: tuple[Operation, ...]
    downgrades: tuple[Operation, ...]
    id: str
    head: str | Sequence[str] = "head"
    splice: bool = False
    labels: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    version_path: str | None = None


@dataclass(frozen=True, slots=True)
class Generated:
    """What was compared, and what was written: nothing when nothing had changed."""

    comparison: Comparison
    made: tuple[NewRevision, ...] = ()
    verified: Verified | None = None


@dataclass(frozen=True, slots=True)
class Permissions:
    """What may happen: data be lost, most tables be dropped."""

    destructive: bool = False
    mass_drop: bool = False


def autogenerate(
    project: Project,
    message: str = "",
    *,
    id: str | None = None,
    head: str | Sequence[str] = "head",
    splice: bool = False,
    labels: Sequence[str] = (),
    depends_on: Sequence[str] = (),
    version_path: str | None = None,
    decisions: Decisions | None = None,
    permissions: Permissions | None = None,
    ask: Ask | None = None,
    confirm: Confirm | None = None,
    offline: bool = False,
    verify: bool = False,
    models: Models | None = None,
) -> Generated:
    """A revision that does what is missing in the (one) database, or `offline` in what the revisions lead to.

    `ask` answers what is undecided, `confirm` whether data may be lost; without them, Undecided and Destructive name
    the flags.  With `verify` the file is run up, down and up on a scratch database, and removed if that fails.
    Without `models` they are those that the settings name.

    Raises NotAtHead, Undecided, Destructive, MassDrop, ModelsFailed, CannotRender, and what `revision` raises.
    """
    decided = decisions or Decisions()
    allowed = permissions or Permissions()
    # Settings that cannot be right are said before the database is asked for anything.
    models = models or models_of(project.settings)
    compared = _decided(project, decided, ask, offline=offline, models=models)
    if not compared.diff and not project.settings.write_empty:
        return Generated(compared)
    permitted(compared, allowed, confirm)
    back = compared.diff.inverse()
    first = Directive(
        message,
        compared.diff.operations,
        back.operations,
        id or new_id(project),
        head,
        splice,
        tuple(labels),
        tuple(depends_on),
        version_path,
    )
    made = [_write(project, one, compared, back) for one in _directives(project, first)]
    proof = proven(project, made) if verify and made else None
    return Generated(compared, tuple(made), proof)


def _decided(
    project: Project,
    decisions: Decisions,
    ask: Ask | None,
    *,
    offline: bool,
    models: Models,
) -> Comparison:
    """A comparison without open questions."""
    while True:
        (compared,) = compare_models(project, decisions, offline=offline, models=models)
        questions = compared.diff.undecided
        if not questions:
            return compared
        if ask is None:
            raise undecided(questions)
        answers = ask(questions)
        decisions = replace(
            decisions,
            renames=(*decisions.renames, *answers.renames),
            fills=(*decisions.fills, *answers.fills),
        )


def undecided(questions: Sequence[Question]) -> Undecided:
    """The error that names each question, and the flags that would answer it."""
    from limbeck.diff import RenameQuestion

    lines, flags = [], []
    for question in questions:
        lines.append(asked(question))
        if isinstance(question, RenameQuestion):
            lines.append(f"  {' or '.join(question.flags)}, or {question.drop_flag} to drop it")
            flags.append(question.flags[0])
        else:
            other = "another expression" if question.unique else "another value"
            lines.append(f"  {question.flag}, or {other} in SQL")
            flags.append(question.flag)
    return Undecided("\n".join(lines), hint=f"add {' '.join(flags)}")


def asked(question: Question) -> str:
    """A question in words."""
    from limbeck.diff import RenameQuestion

    if isinstance(question, RenameQuestion):
        likely = " or ".join(f"{one.new} ({one.score:.0%})" for one in question.candidates)
        return f"the {question.kind} {question.name} is gone; was it renamed to {likely}?"
    return (
        f"{question.table}.{question.column} becomes NOT NULL, and there are rows without a value"
        f"{'; it is unique, so that each row needs another one' if question.unique else ''}"
    )


def permitted(compared: Comparison, allowed: Permissions, confirm: Confirm | None) -> None:
    """Raises MassDrop, and Destructive when data would be lost and nobody says that they may be."""
    refusal = compared.diff.refusal
    if refusal is not None and not allowed.mass_drop:
        names = ", ".join(str(name) for name in refusal.dropped[:8])
        more = f" and {len(refusal.dropped) - 8} more" if len(refusal.dropped) > 8 else ""
        raise MassDrop(
            f"{len(refusal.dropped)} of {refusal.total} tables would be dropped: {names}{more}."
            f" Were all models imported? The {compared.models}.{forgotten(compared.models)}",
            hint=f"{import_hint(compared.models)}; add --allow-mass-drop if the tables are to go",
        )
    if not compared.losses or allowed.destructive:
        return
    if confirm is None or not confirm(compared.losses):
        raise Destructive(
            "data would be lost:\n" + "\n".join(f"  {loss.what}" for loss in compared.losses),
            hint="add --allow-destructive if that is wanted; what has another name now is told by --rename OLD=NEW",
        )


def _directives(project: Project, first: Directive) -> list[Directive]:
    """What is to be written, when the project's own function has had its say."""
    process: DirectiveProcessor | None
    process = hooks.function(project.settings, "process_revision_directives")
    if process is None:
        return [first]
    directives = [first]
    answer = process(directives)
    # object: what a function of the user's gives is not known, whatever its type says.
    found: list[object] = list(directives if answer is None else answer)
    for one in found:
        if not isinstance(one, Directive):
            raise ConfigError(
                f"process_revision_directives gave {one!r}, which is no limbeck.Directive",
                hint="return the list it was given, or others made by dataclasses.replace(directive, ...)",
            )
    return [one for one in found if isinstance(one, Directive)]


def _write(project: Project, directive: Directive, compared: Comparison, back: Diff) -> NewRevision:
    return revision(
        project,
        _message(directive.message, compared),
        id=directive.id,
        head=directive.head,
        splice=directive.splice,
        labels=directive.labels,
        depends_on=directive.depends_on,
        version_path=directive.version_path,
        body=body_of(project, directive, compared.diff, back),
    )


def _message(message: str, compared: Comparison) -> str:
    """The message, and below it what could not be compared: it becomes the docstring of the file."""
    if not compared.not_compared:
        return message
    lines = "\n".join(f"- {one.what}: {one.why}" for one in compared.not_compared)
    return f"{message or 'empty message'}\n\nNot compared:\n{lines}"


def body_of(project: Project, directive: Directive, found: Diff, back: Diff) -> Body:
    """The two functions of the file, and the imports that they need; `back` is what leads back from `found`."""
    from limbeck.files.imports import in_order
    from limbeck.files.render import body
    from limbeck.files.template import Body

    renderer = renderer_of(project, {**found.before.objects, **found.after.objects})
    upgrades = body(directive.upgrades, renderer, found.destructive)
    downgrades = body(directive.downgrades, renderer, back.destructive, back.notes)
    return Body(upgrades, downgrades, in_order(renderer.imports))


def renderer_of(
    project: Project, objects: Mapping[Key, Standalone], dialect: sa.Dialect | None = None
) -> Renderer:
    """What writes operations as the settings want them, for a schema with `objects`.

    Without `dialect` it is that of the first database, for which an `env.py` is run.
    """
    from limbeck.database.engine import dialect_of
    from limbeck.files.render import Renderer, Style
    from limbeck.files.template import written_for_alembic

    settings = project.settings
    style = Style(
        user_module=settings.user_module_prefix,
        types=settings.types,
        as_batch=settings.render_as_batch,
        alembic=written_for_alembic(project.library.home),
        item=hooks.function(settings, "render_item"),
    )
    if dialect is None:
        urls: list[object] = []
        project.targets.each(lambda target: urls.append(target.url))
        dialect = dialect_of(urls[0])  # type: ignore[arg-type] # one of each target
    return Renderer(dialect, style, objects)


def proven(project: Project, made: Sequence[NewRevision]) -> Verified:
    """The last of the new files, run up, down and up; all of them are removed when it fails, and what it raises is raised."""
    from limbeck.actions.verify import verify

    proofs: list[Verified] = []
    try:
        project.targets.each(
            lambda target: proofs.append(verify(project, target, made[-1].revision.id))
        )
    except BaseException as error:
        for one in made:
            one.path.unlink(missing_ok=True)
        project.library.reload()
        if isinstance(error, LimbeckError):
            error.hint = "no revision was written; without --verify the file stays, to be looked at"
        raise
    return proofs[0]
