"""
Functions that change what is about to be written.

Responsible for finding, within a whole revision, the operations that a function was registered for.  Does not know what
is done with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableSequence
from typing import TYPE_CHECKING, Any, TypeVar

from limbeck.compat.operations import ops
from limbeck.compat.util import Dispatcher, to_list

if TYPE_CHECKING:
    from limbeck.compat.runtime.migration import MigrationContext

Function = TypeVar("Function", bound=Callable[..., Any])  # Any: what users register
Processor = Callable[["MigrationContext", Any, list[ops.MigrationScript]], Any]
Operations = MutableSequence[Any]
"""Operations of any class, in a list that is changed in place."""


class Rewriter:
    """A `process_revision_directives` that is made of one function for each class of operation.

        writer = Rewriter()

        @writer.rewrites(ops.AddColumnOp)
        def add_column(context, revision, op):
            return [op, …]          # or op, or [] to leave it out

    `_traverse` says what is inside an operation that has others in it; packages register their own classes there.
    """

    _traverse = Dispatcher()

    def __init__(self) -> None:
        self.dispatch = Dispatcher()
        self._chained: tuple[Processor | Rewriter, ...] = ()

    def chain(self, other: Processor | Rewriter) -> Rewriter:
        """Another one, that does what this one does and then what `other` does."""
        made = type(self).__new__(type(self))
        made.__dict__.update(self.__dict__)
        made._chained = (*self._chained, other)
        return made

    def rewrites(self, operator: type[ops.MigrateOperation]) -> Callable[[Function], Function]:
        """A decorator of the function that is given each operation of this class, and gives what stands for it."""
        return self.dispatch.dispatch_for(operator)

    def __call__(
        self, context: MigrationContext, revision: Any, directives: list[ops.MigrationScript]
    ) -> None:
        """Rewrite `directives`, which are changed in place, with all that were chained."""
        self.process_revision_directives(context, revision, directives)
        for other in self._chained:
            other(context, revision, directives)

    def process_revision_directives(
        self, context: MigrationContext, revision: Any, directives: list[ops.MigrationScript]
    ) -> None:
        """Rewrite `directives`, which are changed in place."""
        self._traverse_list(context, revision, directives)

    def _rewrite(
        self, context: MigrationContext, revision: Any, directive: ops.MigrateOperation
    ) -> Iterator[ops.MigrateOperation]:
        """What stands for an operation; what was seen once is not given to the function again."""
        function = _known(self.dispatch, directive)
        if function is None or self in directive._mutations:
            yield directive
            return
        for one in to_list(function(context, revision, directive), []):
            one._mutations = one._mutations.union([self])
            yield one

    def _traverse_for(
        self, context: MigrationContext, revision: Any, directive: ops.MigrateOperation
    ) -> list[ops.MigrateOperation]:
        """What stands for an operation, rewritten through and through."""
        found = list(self._rewrite(context, revision, directive))
        for one in found:
            inside = _known(self._traverse, one)
            if inside is not None:
                inside(self, context, revision, one)
        return found

    def _traverse_list(
        self, context: MigrationContext, revision: Any, directives: Operations
    ) -> None:
        found: list[ops.MigrateOperation] = []
        for directive in directives:
            found.extend(self._traverse_for(context, revision, directive))
        directives[:] = found

    @_traverse.dispatch_for(ops.MigrationScript)
    def _traverse_script(
        self, context: MigrationContext, revision: Any, directive: ops.MigrationScript
    ) -> None:
        for containers in (directive.upgrade_ops_list, directive.downgrade_ops_list):
            for number, container in enumerate(containers):
                found: Any = self._traverse_for(context, revision, container)
                if len(found) != 1:
                    raise ValueError(
                        f"a function for {type(container).__name__} must give one such object, not {len(found)}"
                    )
                containers[number] = found[0]

    @_traverse.dispatch_for(ops.OpContainer)
    def _traverse_op_container(
        self, context: MigrationContext, revision: Any, directive: ops.OpContainer
    ) -> None:
        self._traverse_list(context, revision, directive.ops)


def _known(dispatcher: Dispatcher, directive: ops.MigrateOperation) -> Callable[..., Any] | None:
    """The function for an operation, if there is one."""
    try:
        found: Callable[..., Any] = dispatcher.dispatch(directive)
    except ValueError:
        return None
    return found
