"""
Every error that limbeck raises on purpose, and what a caller can do about each.

    LimbeckError                      E000   exit 1
    ├── UsageError                    U001   exit 2    the command does not fit together
    │   ├── NoRepository              U002   exit 2    git is needed, and there is no repository
    │   └── UnknownRef                U003   exit 2    git knows no such branch or commit
    ├── ConfigError                   C001   exit 3    settings are missing or contradict each other
    │   ├── NoConfig                  C002   exit 3    no configuration was found
    │   └── ModelsFailed              C003   exit 3    the models cannot be imported, or declare nothing
    ├── HistoryError                  H000   exit 4    the revision files do not form a usable history
    │   ├── BrokenHeader              H001   exit 4    a revision file cannot be read
    │   ├── DuplicateRevision         H002   exit 4    two files have one id
    │   ├── MissingParent             H003   exit 4    a file builds on a revision that no file has
    │   ├── CycleInHistory            H004   exit 4    a revision is its own ancestor
    │   ├── DuplicateLabel            H005   exit 4    two revisions have one branch label
    │   └── BadIdentifier             H006   exit 4    an id or label that cannot be used
    ├── SelectorError                 S000   exit 5    what was asked for cannot be found
    │   ├── UnknownRevision           S001   exit 5    no such revision, label or prefix
    │   ├── AmbiguousRevision         S002   exit 5    it names more than one
    │   ├── MultipleHeads             S003   exit 6    `head`, but there are several
    │   └── NotReachable              S004   exit 5    the range or relative step leads nowhere
    ├── Refused                       R000   exit 7    a guard says no; the hint names the flag that overrides it
    │   ├── NotAtHead                 R001   exit 8    the database is not where it should be
    │   ├── DirtyConnection           R002   exit 7    a connection that arrives inside a transaction
    │   ├── Undecided                 R003   exit 7    a rename, or a value for existing rows, must be decided first
    │   ├── Destructive               R004   exit 7    data would be lost
    │   ├── MassDrop                  R005   exit 7    most tables would be dropped: were all models imported?
    │   ├── Conflicting               R006   exit 14   branches conflict, or do the same twice
    │   ├── Published                 R007   exit 7    somebody may have run what was to be changed
    │   └── BehindUpstream            R008   exit 7    the upstream branch has revisions that are not here
    ├── SchemaError                   D000   exit 1    an operation does not fit the schema
    │   ├── CannotCompile             D001   exit 1    the dialect has no statement for an operation
    │   ├── NoInverse                 D002   exit 1    an operation cannot be undone automatically
    │   ├── CannotRender              D003   exit 1    a type or operation cannot be written as Python
    │   └── OutOfStep                 D004   exit 12   models and database are not the same
    └── RunError                      X000   exit 1    a run stopped
        ├── CannotConnect             X001   exit 9    the database cannot be reached
        ├── Locked                    X002   exit 10   another run holds the lock
        ├── StatementFailed           X003   exit 1    the database refused a statement
        ├── ScriptFailed              X004   exit 1    the code of a revision raised
        │   └── NotRead               X011   exit 1    only executing a revision would tell what it does
        ├── HistoryChanged            X005   exit 1    an interrupted script is no longer the one that ran
        ├── JournalDisagrees          X006   exit 1    something else moved the database meanwhile
        ├── NotCommitted              X007   exit 1    a run ended, but the database did not move
        ├── ResumeUncertain           X008   exit 1    cannot tell whether a statement took effect
        ├── UnknownInDatabase         X009   exit 11   the database stands at a revision that no file has
        └── NoScratch                 X010   exit 1    no database to throw away can be had

A class says what the caller can do, its `code` is for machines and never changes, its `hint` is for people:
the command to type next.  Only the faces turn errors into text and exit codes.
"""

from __future__ import annotations


class LimbeckError(Exception):
    """Base of all errors raised on purpose.

    `message` is one sentence or a short paragraph without a password in it; `hint` is what to type next.
    """

    code = "E000"
    exit_code = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(LimbeckError):
    """The arguments of a command or call contradict each other."""

    code = "U001"
    exit_code = 2


class NoRepository(UsageError):
    """Git is needed to answer, and there is no repository, or git does not answer."""

    code = "U002"


class UnknownRef(UsageError):
    """Git knows no branch or commit of this name."""

    code = "U003"


class ConfigError(LimbeckError):
    """Settings are missing, malformed or contradict each other."""

    code = "C001"
    exit_code = 3


class NoConfig(ConfigError):
    """No configuration was found; the message lists the places searched."""

    code = "C002"


class ModelsFailed(ConfigError):
    """The models cannot be imported, are no MetaData, or declare nothing."""

    code = "C003"


class HistoryError(LimbeckError):
    """The revision files do not form a usable history."""

    code = "H000"
    exit_code = 4


class BrokenHeader(HistoryError):
    """A revision file cannot be read: syntax, or a header that is not what it must be."""

    code = "H001"


class DuplicateRevision(HistoryError):
    """Two files have the same revision id."""

    code = "H002"


class MissingParent(HistoryError):
    """A file says that it builds on a revision that no file has."""

    code = "H003"

    def __init__(
        self, message: str, *, revision: str = "", missing: str = "", hint: str | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.revision = revision
        self.missing = missing


class CycleInHistory(HistoryError):
    """A revision is its own ancestor."""

    code = "H004"


class DuplicateLabel(HistoryError):
    """Two revisions carry the same branch label, or a label is also an id."""

    code = "H005"


class BadIdentifier(HistoryError):
    """A revision id or label that is too long or has characters with a meaning in selectors."""

    code = "H006"


class SelectorError(LimbeckError):
    """What was asked for cannot be found in the history."""

    code = "S000"
    exit_code = 5


class UnknownRevision(SelectorError):
    """No revision has this id, prefix or label."""

    code = "S001"


class AmbiguousRevision(SelectorError):
    """A prefix or a label names more than one revision."""

    code = "S002"


class MultipleHeads(SelectorError):
    """`head` was asked for, but there are several; `heads` are their ids."""

    code = "S003"
    exit_code = 6

    def __init__(
        self, message: str, *, heads: tuple[str, ...] = (), hint: str | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.heads = heads


class NotReachable(SelectorError):
    """A range or a relative step leads outside the history."""

    code = "S004"


class Refused(LimbeckError):
    """A guard says no; the hint names the flag that overrides it."""

    code = "R000"
    exit_code = 7


class NotAtHead(Refused):
    """The database is not at the heads of the history."""

    code = "R001"
    exit_code = 8


class DirtyConnection(Refused):
    """A connection arrived with a transaction open that limbeck does not own."""

    code = "R002"


class Undecided(Refused):
    """Something looks like a rename, or needs a value for existing rows, and nobody has said which."""

    code = "R003"


class Destructive(Refused):
    """What was asked for would lose data."""

    code = "R004"


class MassDrop(Refused):
    """Most tables of the database would be dropped: probably the models were not all imported."""

    code = "R005"


class Conflicting(Refused):
    """Branches that were to be joined conflict, or do the same twice."""

    code = "R006"
    exit_code = 14


class Published(Refused):
    """A revision that was to be changed is on the upstream branch, or applied to a database."""

    code = "R007"


class BehindUpstream(Refused):
    """The upstream branch has revisions that are not here, so that a new one would make a second head."""

    code = "R008"


class SchemaError(LimbeckError):
    """An operation does not fit the schema it is applied to."""

    code = "D000"


class CannotCompile(SchemaError):
    """The dialect has no statement that carries out an operation."""

    code = "D001"


class NoInverse(SchemaError):
    """An operation does not say enough to be undone."""

    code = "D002"


class CannotRender(SchemaError):
    """A type or an operation cannot be written as Python."""

    code = "D003"


class OutOfStep(SchemaError):
    """The models and the database, or the history, are not the same."""

    code = "D004"
    exit_code = 12


class RunError(LimbeckError):
    """A run stopped."""

    code = "X000"


class CannotConnect(RunError):
    """The database cannot be reached, or refuses the login."""

    code = "X001"
    exit_code = 9


class Locked(RunError):
    """Another run holds the lock and did not finish in time."""

    code = "X002"
    exit_code = 10


class StatementFailed(RunError):
    """The database refused a statement; `statement` is its text."""

    code = "X003"

    def __init__(self, message: str, *, statement: str = "", hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.statement = statement


class ScriptFailed(RunError):
    """The code of a revision raised something that is not ours."""

    code = "X004"


class NotRead(ScriptFailed):
    """What a revision does cannot be told without executing it, and it is on a branch that is not checked out."""

    code = "X011"


class HistoryChanged(RunError):
    """A script that was interrupted here is no longer the one that ran."""

    code = "X005"


class JournalDisagrees(RunError):
    """Something else moved the database while we were at work."""

    code = "X006"


class NotCommitted(RunError):
    """A run came to its end, but a fresh connection does not see what it did."""

    code = "X007"


class ResumeUncertain(RunError):
    """It cannot be told whether the statement that was interrupted took effect."""

    code = "X008"


class UnknownInDatabase(RunError):
    """The database stands at `revisions`, which no file has: it is newer than the code, or a file was lost."""

    code = "X009"
    exit_code = 11

    def __init__(
        self, message: str, *, revisions: tuple[str, ...] = (), hint: str | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.revisions = revisions


class NoScratch(RunError):
    """No database to throw away can be had, and something can only be found out in one."""

    code = "X010"
