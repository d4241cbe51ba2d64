"""
`RevisionMap`: the history as packages walk it.

Responsible for what names of revisions lead to, and what is above and below.  One revision is in `one_revision`, ranges and
their order are in `walking`.  limbeck's own verbs use `limbeck.history`; this is the view that `ScriptDirectory` gives.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from limbeck import dag
from limbeck.compat import util
from limbeck.compat.script.errors import (
    CycleDetected,
    DependencyCycleDetected,
    DependencyLoopDetected,
    LoopDetected,
    MultipleHeads,
    RangeNotAncestorError,
    ResolutionError,
    RevisionError,
)
from limbeck.compat.script.one_revision import (
    Revision,
    _revision_illegal_chars,
    is_revision,
    tuple_rev_as_scalar,
)
from limbeck.compat.util.langhelpers import memoized_property

if TYPE_CHECKING:
    from typing import TypeAlias

    _GetRevArg: TypeAlias = "str | Iterable[str | None] | Iterable[str]"
    _RevIdType: TypeAlias = "str | list[str] | tuple[str, ...]"
    _RevisionIdentifierType: TypeAlias = "str | tuple[str, ...] | None"

__all__ = [
    "CycleDetected",
    "DependencyCycleDetected",
    "DependencyLoopDetected",
    "LoopDetected",
    "MultipleHeads",
    "RangeNotAncestorError",
    "ResolutionError",
    "Revision",
    "RevisionError",
    "RevisionMap",
    "_revision_illegal_chars",
    "is_revision",
    "tuple_rev_as_scalar",
]

R = TypeVar("R")
_SHORTEST = 4
"""With fewer letters of an id, more of them are asked for when none is found."""


class RevisionMap:
    """All revisions, read from `generator` when the first question is asked.

    >>> RevisionMap(lambda: [Revision("a", None), Revision("b", "a")]).heads
    ('b',)
    """

    def __init__(self, generator: Callable[[], Iterable[Revision]]) -> None:
        self._generator = generator

    # What there is

    @memoized_property
    def _revision_map(self) -> dict[Any, Revision | None]:
        """Revisions by id and by label; what names the base leads to None."""
        from limbeck.compat.script.mapping import read

        return read(list(self._generator()))

    @property
    def _revisions(self) -> list[Revision]:
        """Each once, in the order of the generator."""
        return [found for id, found in self._revision_map.items() if found and found.revision == id]

    def _ids(self, condition: Callable[[Revision], bool]) -> tuple[str, ...]:
        return tuple(one.revision for one in self._revisions if condition(one))

    @memoized_property
    def heads(self) -> tuple[str, ...]:
        """Ids that nothing follows."""
        return self._ids(lambda one: one.is_head)

    @memoized_property
    def bases(self) -> tuple[str, ...]:
        """Ids without a parent."""
        return self._ids(lambda one: one.is_base)

    @memoized_property
    def _real_heads(self) -> tuple[str, ...]:
        return self._ids(lambda one: one._is_real_head)

    @memoized_property
    def _real_bases(self) -> tuple[str, ...]:
        return self._ids(lambda one: one._is_real_base)

    def add_revision(self, revision: Revision, _replace: bool = False) -> None:
        """Take one more in, or with `_replace` the one of the same id."""
        from limbeck.compat.script.mapping import read

        known = {one.revision: one for one in self._revisions}
        if not _replace and revision.revision in known:
            util.warn(f"Revision {revision.revision} is present more than once")
        known[revision.revision] = revision
        self.__dict__["_revision_map"] = read(list(known.values()))
        for name in ("heads", "bases", "_real_heads", "_real_bases"):
            self.__dict__.pop(name, None)

    def closure(self, ids: Iterable[str]) -> set[str]:
        """`ids`, and all that is below them."""
        return dag.reachable(
            [id for id in ids if id in self._revision_map],
            lambda id: self._one(id)._all_down_revisions,
        )

    def under(self, ids: Iterable[str]) -> set[str]:
        """All that is below `ids`, without themselves."""
        return self.closure(low for id in ids for low in self._one(id)._all_down_revisions)

    def _one(self, id: str) -> Revision:
        found = self._revision_map[id]
        assert found is not None
        return found

    # Names

    def get_current_head(self, branch_label: str | None = None) -> str | None:
        """The one head, of a branch where one is named; None for none.  MultipleHeads when there are several."""
        heads: tuple[str, ...] = self.heads
        if branch_label:
            heads = self.filter_for_lineage(heads, branch_label)
        if len(heads) > 1:
            raise MultipleHeads(heads, f"{branch_label}@head" if branch_label else "head")
        return heads[0] if heads else None

    def _get_base_revisions(self, identifier: str) -> tuple[str, ...]:
        return self.filter_for_lineage(self.bases, identifier)

    def get_revisions(self, id_: Any) -> tuple[Revision | None, ...]:
        """The revisions of a name, or of several: an id, the beginning of one, a label, `heads`, `label@head`, `-2`.

        Raises ResolutionError and MultipleHeads.
        """
        if isinstance(id_, (list, tuple, set, frozenset)):
            return sum([self.get_revisions(one) for one in id_], ())
        steps = _negative(id_)
        if steps is not None:
            branch = id_.rpartition("@")[0]
            ends = self.filter_for_lineage(self.heads, branch) if branch else self._real_heads
            return tuple(self._walk(head, steps=steps, no_overwalk=False) for head in ends)
        resolved, branch_label = self._resolve_revision_number(id_)
        return tuple(self._revision_for_ident(one, branch_label) for one in resolved)

    def get_revision(self, id_: Any) -> Revision | None:
        """The one revision of a name; None for the base.  Raises ResolutionError and MultipleHeads."""
        resolved, branch_label = self._resolve_revision_number(id_)
        if len(resolved) > 1:
            raise MultipleHeads(resolved, id_)
        return self._revision_for_ident(resolved[0] if resolved else (), branch_label)

    def _resolve_revision_number(self, id_: Any) -> tuple[tuple[str, ...], str | None]:
        branch_label = None
        if isinstance(id_, str) and "@" in id_:
            branch_label, id_ = id_.split("@", 1)
        elif id_ is not None and (
            (isinstance(id_, tuple) and id_ and not isinstance(id_[0], str))
            or not isinstance(id_, (str, tuple, list))
        ):
            raise RevisionError(
                f"revision identifier {id_!r} is not a string; ensure database driver settings are correct"
            )
        if id_ == "heads":
            heads: tuple[str, ...] = self.heads
            return (
                self.filter_for_lineage(heads, branch_label) if branch_label else heads
            ), branch_label
        if id_ == "head":
            head = self.get_current_head(branch_label)
            return ((head,) if head else ()), branch_label
        if id_ == "base" or id_ is None:
            return (), branch_label
        return util.to_tuple(id_), branch_label

    def _revision_for_ident(
        self, resolved_id: str | tuple[()] | None, check_branch: str | None = None
    ) -> Revision | None:
        branch = self._resolve_branch(check_branch) if check_branch else None
        found = (
            self._revision_map[resolved_id]
            if resolved_id in self._revision_map
            else self._beginning_with(str(resolved_id), check_branch)
        )
        if found is None or branch is None:
            return found
        if not self._shares_lineage(found.revision, [branch.revision]):
            raise ResolutionError(
                f"Revision {found.revision} is not a member of branch '{check_branch}'",
                str(resolved_id),
            )
        return found

    def _beginning_with(self, start: str, check_branch: str | None) -> Revision:
        found = [one.revision for one in self._revisions if one.revision.startswith(start)]
        if check_branch:
            found = list(self.filter_for_lineage(found, check_branch))
        if not found:
            few = (
                "; please ensure at least four characters are present for partial revision identifier matches"
                if len(start) < _SHORTEST
                else ""
            )
            raise ResolutionError(f"No such revision or branch '{start}'{few}", start)
        if len(found) > 1:
            shown = ", ".join(f"'{id}'" for id in found[:3])
            raise ResolutionError(f"Multiple revisions start with '{start}': {shown}...", start)
        return self._one(found[0])

    def _resolve_branch(self, branch_label: str) -> Revision | None:
        if branch_label in self._revision_map:
            return self._revision_map[branch_label]
        try:
            return self._revision_for_ident(branch_label)
        except ResolutionError as error:
            raise ResolutionError(f"No such branch: '{branch_label}'", branch_label) from error

    # Lines

    def filter_for_lineage(
        self, targets: Iterable[R], check_against: str | None, include_dependencies: bool = False
    ) -> tuple[R, ...]:
        """Those of `targets`, revisions or ids, that are above or below what `check_against` names."""
        ids, branch_label = self._resolve_revision_number(check_against)
        against = [*([branch_label] if branch_label else []), *ids]
        return tuple(
            target
            for target in targets
            if self._shares_lineage(target, against, include_dependencies=include_dependencies)
        )

    def _shares_lineage(
        self, target: Any, test_against_revs: Sequence[Any], include_dependencies: bool = False
    ) -> bool:
        if not test_against_revs:
            return True
        one = target if isinstance(target, Revision) else self._revision_for_ident(target)
        tests = {self._as_revision(test) for test in test_against_revs}
        return not tests.isdisjoint(
            {
                *self._get_descendant_nodes([one], include_dependencies=include_dependencies),
                *self._get_ancestor_nodes([one], include_dependencies=include_dependencies),
            }
        )

    def _as_revision(self, named: Any) -> Revision | None:
        return named if isinstance(named, Revision) else self._resolve_branch(named)

    def _get_descendant_nodes(
        self,
        targets: Collection[Revision | None],
        map_: Any = None,
        check: bool = False,
        omit_immediate_dependencies: bool = False,
        include_dependencies: bool = True,
    ) -> Iterator[Revision]:
        starts = [one for one in targets if one is not None]

        def above(one: Revision) -> Iterable[str]:
            if not include_dependencies or (omit_immediate_dependencies and one in starts):
                return one.nextrev
            return one._all_nextrev

        return self._related(above, starts)

    def _get_ancestor_nodes(
        self,
        targets: Collection[Revision | None],
        map_: Any = None,
        check: bool = False,
        include_dependencies: bool = True,
    ) -> Iterator[Revision]:
        def below(one: Revision) -> Iterable[str]:
            if include_dependencies:
                return one._normalized_down_revisions
            return one._versioned_down_revisions

        starts = [one for one in targets if one is not None]
        if check:
            self._refuse_overlaps(starts)
        return self._related(below, starts)

    def _refuse_overlaps(self, starts: list[Revision]) -> None:
        """RevisionError when one of several ends of a range is below another."""
        wanted = {one.revision for one in starts}
        for start in starts if len(wanted) > 1 else ():
            below = dag.reachable(
                [start.revision], lambda id: self._one(id)._versioned_down_revisions
            )
            if not wanted.isdisjoint(below - {start.revision}):
                raise RevisionError(
                    f"Requested revision {start.revision} overlaps with other requested revisions"
                )

    def _related(
        self, next_to: Callable[[Revision], Iterable[str]], starts: list[Revision]
    ) -> Iterator[Revision]:
        """`starts` and all that `next_to` leads to."""
        seen: dict[str, None] = {}
        todo = [one.revision for one in reversed(starts)]
        while todo:
            id = todo.pop()
            if id not in seen:
                seen[id] = None
                todo.extend(next_to(self._one(id)))
        return iter([self._one(id) for id in seen])

    # Ranges: see script.walking

    def iterate_revisions(
        self,
        upper: _RevisionIdentifierType,
        lower: _RevisionIdentifierType,
        implicit_base: bool = False,
        inclusive: bool = False,
        assert_relative_length: bool = True,
        select_for_downgrade: bool = False,
    ) -> Iterator[Revision]:
        """The revisions from `upper` down to `lower`, newest first; `lower` itself with `inclusive`.

        `implicit_base` goes on to the base where `lower` is not below.  `select_for_downgrade` gives what has to be undone
        to get from `upper` to `lower`.  Raises RangeNotAncestorError, ResolutionError and MultipleHeads.
        """
        from limbeck.compat.script.walking import for_downgrade, for_upgrade

        select = for_downgrade if select_for_downgrade else for_upgrade
        found = select(
            self,
            upper,
            lower,
            inclusive=inclusive,
            implicit_base=implicit_base,
            exact=assert_relative_length,
        )
        for id in self._topological_sort(found, ()):
            yield self._one(id)

    def _topological_sort(self, revisions: Collection[Revision], heads: Any) -> list[str]:
        from limbeck.compat.script.walking import newest_first

        return newest_first(self, revisions)

    def _walk(
        self,
        start: str | Revision | None,
        steps: int,
        branch_label: str | None = None,
        no_overwalk: bool = True,
    ) -> Any:
        from limbeck.compat.script.walking import walk

        return walk(self, start, steps, branch_label, exact=no_overwalk)

    def _get_all_current(self, id_: tuple[str, ...]) -> set[Revision | None]:
        """What is in effect and has nothing above it on its own line: heads, and what they depend on."""
        heads = set(self.get_revisions(id_))
        in_effect = {one.revision: one for one in self._get_ancestor_nodes(heads)}
        return heads | {one for one in in_effect.values() if one.nextrev.isdisjoint(in_effect)}


def _negative(id_: Any) -> int | None:
    """The number of `-2` or `label@-2`."""
    if not isinstance(id_, str):
        return None
    digits = id_.rpartition("@")[2]
    return int(digits) if digits.startswith("-") and digits[1:].isdigit() else None
