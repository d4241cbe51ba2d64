"""
All revisions of one project, as an immutable graph.

Responsible for a history being sound (every parent exists, nothing is its own ancestor, no name is taken twice)
and for the questions one asks of its graph.  Does not know what is applied to which database, nor where the
revisions are kept.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from operator import attrgetter

from limbeck import dag
from limbeck.errors import NotReachable
from limbeck.history.revision import Revision

# Nobody means a revision of three letters when they type one of them; users are used to this limit.
_SHORTEST_ABBREVIATED = 4


class History(Mapping[str, Revision]):
    """Revisions by id, and the questions one asks of their graph.

    Iterates over ids in the order in which they could be applied.  Never changes: `with_` and `without` return
    a new one.  In all questions *below* means parents and requirements, *parents* only the parents; all ids
    that are passed in must be in the history (KeyError).

    Raises DuplicateRevision, DuplicateLabel, MissingParent, AmbiguousRevision (a requirement may be
    abbreviated) and CycleInHistory.
    """

    def __init__(self, revisions: Iterable[Revision] = ()) -> None:
        given = sorted(revisions, key=attrgetter("created", "id"))
        by_id = {revision.id: revision for revision in given}
        if len(by_id) < len(given):
            from limbeck.history.unsound import duplicate_revision

            raise duplicate_revision(given)
        self._labels = _labels(by_id)
        self._alphabet: list[str] = []  # made when a requirement is abbreviated
        self._below = self._edges(by_id)
        order = dag.topological(list(by_id), self._below.__getitem__)
        if len(order) < len(by_id):
            from limbeck.history.unsound import cycle_in_history

            raise cycle_in_history(by_id, self._below)
        self._by_id = {id: by_id[id] for id in order}

    def _edges(self, by_id: Mapping[str, Revision]) -> dict[str, tuple[str, ...]]:
        """What is directly below each revision, every name resolved and none twice."""
        below: dict[str, tuple[str, ...]] = {}
        for revision in by_id.values():
            edges = revision.parents
            if revision.requires:
                edges += tuple(self._required(by_id, revision))
            below[revision.id] = edges if len(edges) < 2 else tuple(dict.fromkeys(edges))
        if not by_id.keys() >= {id for edges in below.values() for id in edges}:
            from limbeck.history.unsound import missing_parent

            raise missing_parent(by_id)
        return below

    def _required(self, by_id: Mapping[str, Revision], revision: Revision) -> Iterator[str]:
        for name in revision.requires:
            if name in by_id:
                yield name
            elif name in self._labels:
                yield self._labels[name]
            else:
                from limbeck.history.unsound import required

                if not self._alphabet:
                    self._alphabet = sorted((*by_id, *self._labels))
                yield required(by_id, self._labels, self._alphabet, revision, name)

    # A mapping of ids to revisions

    def __getitem__(self, id: str) -> Revision:
        return self._by_id[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def __contains__(self, id: object) -> bool:
        return id in self._by_id

    def __repr__(self) -> str:
        return f"<History of {len(self)} revisions, heads: {', '.join(self.ordered(self.heads))}>"

    def with_(self, *revisions: Revision) -> History:
        """A history with `revisions` added, or put in the place of those with the same ids."""
        return History(
            {**self._by_id, **{revision.id: revision for revision in revisions}}.values()
        )

    def without(self, *ids: str) -> History:
        """A history without the revisions `ids`."""
        gone = frozenset(ids)
        return History(revision for id, revision in self._by_id.items() if id not in gone)

    # Names

    @property
    def labels(self) -> Mapping[str, str]:
        """The id of the revision that carries each branch label."""
        return self._labels

    @cached_property
    def _names(self) -> list[str]:
        return sorted(n for n in (*self._by_id, *self._labels) if len(n) >= _SHORTEST_ABBREVIATED)

    def named(self, name: str) -> tuple[str, ...]:
        """Ids of all revisions that `name` may mean: an id, a label, or the beginning of either.

        A whole id or label means nothing else.  Only ids and labels of four characters or more can be
        abbreviated.
        """
        if name in self._by_id:
            return (name,)
        if name in self._labels:
            return (self._labels[name],)
        if not name:
            return ()
        found: dict[str, None] = {}
        for at in range(bisect_left(self._names, name), len(self._names)):
            candidate = self._names[at]
            if not candidate.startswith(name):
                break
            found[self._labels.get(candidate, candidate)] = None
        return tuple(found)

    @cached_property
    def _branch_labels(self) -> dict[str, frozenset[str]]:
        nothing: frozenset[str] = frozenset()
        carried: dict[str, frozenset[str]] = {}
        for id, revision in self._by_id.items():
            inherited = [carried[parent] for parent in revision.parents]
            labels = inherited[0] if len(inherited) == 1 else nothing.union(*inherited)
            carried[id] = labels.union(revision.labels) if revision.labels else labels
        for labelled in dict.fromkeys(self._labels.values()):
            for id in self._alone_below(labelled):
                carried[id] |= frozenset(self._by_id[labelled].labels)
        return carried

    def _alone_below(self, id: str) -> Iterator[str]:
        """The ancestors of `id` that lead to nothing else, up to the next branch or merge point."""
        while len(self._above[id]) < 2 and len(self._by_id[id].parents) == 1:
            (id,) = self._by_id[id].parents
            if len(self._above[id]) > 1 or self._by_id[id].is_merge:
                return
            yield id

    def branch_labels(self, id: str) -> frozenset[str]:
        """Labels of the branches that `id` is on.

        A label covers the revision that carries it, all its descendants, and its ancestors as far as they
        lead to nothing else: up to, and not including, the next branch point or merge point.
        """
        return self._branch_labels[id]

    # Edges

    def parents(self, id: str) -> tuple[str, ...]:
        """The revisions that `id` follows."""
        return self._by_id[id].parents

    def requires(self, id: str) -> tuple[str, ...]:
        """The revisions that `id` depends on without following them, as full ids."""
        revision = self._by_id[id]
        return tuple(self._required(self._by_id, revision)) if revision.requires else ()

    def below(self, id: str) -> tuple[str, ...]:
        """All that must be applied directly before `id`: parents first, then requirements."""
        return self._below[id]

    @cached_property
    def _above(self) -> dict[str, list[str]]:
        above: dict[str, list[str]] = {id: [] for id in self._by_id}
        for id in self._by_id:
            for lower in self._below[id]:
                above[lower].append(id)
        return above

    def above(self, id: str) -> tuple[str, ...]:
        """The revisions that have `id` directly below them, by parent or requirement."""
        return tuple(self._above[id])

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        children: dict[str, list[str]] = {id: [] for id in self._by_id}
        for id, revision in self._by_id.items():
            for parent in dict.fromkeys(revision.parents):
                children[parent].append(id)
        return children

    def children(self, id: str) -> tuple[str, ...]:
        """The revisions that have `id` as a parent."""
        return tuple(self._children[id])

    # Questions about the whole

    @cached_property
    def heads(self) -> frozenset[str]:
        """Revisions that are nobody's parent.  Some other revision may still require one of them."""
        followed = {parent for revision in self._by_id.values() for parent in revision.parents}
        return frozenset(id for id in self._by_id if id not in followed)

    @cached_property
    def real_heads(self) -> frozenset[str]:
        """Revisions with nothing above: what the version table of a fully upgraded database holds."""
        used = {lower for below in self._below.values() for lower in below}
        return frozenset(id for id in self._by_id if id not in used)

    @cached_property
    def bases(self) -> frozenset[str]:
        """Revisions without a parent.  They may still require others."""
        return frozenset(id for id, revision in self._by_id.items() if not revision.parents)

    @cached_property
    def branch_points(self) -> frozenset[str]:
        """Revisions with several children."""
        return frozenset(id for id, children in self._children.items() if len(children) > 1)

    # Questions about some revisions

    def closure(self, ids: Iterable[str]) -> set[str]:
        """`ids` and everything below: what is applied when these are the heads of a database."""
        return dag.reachable(ids, self._below.__getitem__)

    def descendants(self, ids: Iterable[str]) -> set[str]:
        """`ids` and everything above."""
        return dag.reachable(ids, self._above.__getitem__)

    def lineage(self, id: str) -> set[str]:
        """`id`, its ancestors and its descendants, by parents alone: the line or lines that it is on."""
        ancestors = dag.reachable([id], self.parents)
        return ancestors | dag.reachable([id], self._children.__getitem__)

    def tips(self, ids: Iterable[str]) -> frozenset[str]:
        """Those of `ids` that no other of them builds on: what the version table stores."""
        return dag.maximal(ids, self._below.__getitem__, self._rank.__getitem__)

    def common_ancestors(self, ids: Iterable[str]) -> frozenset[str]:
        """The nearest revisions that all of `ids` are or build on; several where branches were merged twice."""
        shared = [self.closure([id]) for id in ids]
        return self.tips(set.intersection(*shared)) if shared else frozenset()

    @cached_property
    def _rank(self) -> dict[str, int]:
        return {id: rank for rank, id in enumerate(self._by_id)}

    def ordered(self, ids: Iterable[str]) -> list[str]:
        """`ids` in the order in which they could be applied: each after everything below it.

        The order depends on nothing but the revisions: ids and dates decide where the graph leaves a choice,
        one line is followed as far as possible, and what is added on top of a history moves nothing in it.
        """
        return sorted(ids, key=self._rank.__getitem__)

    def walk(self, upper: Iterable[str], lower: Iterable[str] = ()) -> list[str]:
        """The revisions from `upper` down to `lower`, both included, newest first.

        Without `lower`, all that `upper` builds on; with it, only what descends from `lower` by parents.
        Raises NotReachable when one of `lower` is not below `upper`.
        """
        above, start = self.closure(upper), frozenset(lower)
        if not start <= above:
            newer, older = self.ordered(upper), self.ordered(start - above)
            raise NotReachable(
                f"no way leads down from {', '.join(newer) or 'base'} to {', '.join(older)}",
                hint="a range is written OLDER:NEWER; `limbeck history` shows the order",
            )
        if start:
            following = dag.reachable(start, self._children.__getitem__)
            above = (above & following) - self.closure(start) | start
        return self.ordered(above)[::-1]


def _labels(by_id: Mapping[str, Revision]) -> dict[str, str]:
    """Which revision carries each label."""
    labels: dict[str, str] = {}
    for revision in [revision for revision in by_id.values() if revision.labels]:
        for label in revision.labels:
            if label in by_id or labels.get(label, revision.id) != revision.id:
                from limbeck.history.unsound import duplicate_label

                raise duplicate_label(by_id, labels, revision, label)
            labels[label] = revision.id
    return labels
