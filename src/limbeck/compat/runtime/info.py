"""
What a hook is told about a step that was carried out.

Responsible for ids and revisions on both sides of it.  Does not know databases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.compat import util

if TYPE_CHECKING:
    from limbeck.compat.script.revision import Revision, RevisionMap


class MigrationInfo:
    """One step: the revisions on its upper and its lower side, and whether it led up, or was only a stamp."""

    is_upgrade: bool
    is_stamp: bool
    up_revision_id: str | None
    up_revision_ids: tuple[str, ...]
    down_revision_ids: tuple[str, ...]
    revision_map: RevisionMap

    def __init__(
        self,
        revision_map: RevisionMap,
        is_upgrade: bool,
        is_stamp: bool,
        up_revisions: str | tuple[str, ...],
        down_revisions: str | tuple[str, ...],
    ) -> None:
        self.revision_map = revision_map
        self.is_upgrade = is_upgrade
        self.is_stamp = is_stamp
        self.up_revision_ids = util.to_tuple(up_revisions, default=())
        self.up_revision_id = self.up_revision_ids[0] if self.up_revision_ids else None
        self.down_revision_ids = util.to_tuple(down_revisions, default=())

    @property
    def is_migration(self) -> bool:
        """Whether a revision was run."""
        return not self.is_stamp

    @property
    def source_revision_ids(self) -> tuple[str, ...]:
        """Where the step began."""
        return self.down_revision_ids if self.is_upgrade else self.up_revision_ids

    @property
    def destination_revision_ids(self) -> tuple[str, ...]:
        """Where the step ended."""
        return self.up_revision_ids if self.is_upgrade else self.down_revision_ids

    @property
    def up_revision(self) -> Revision | None:
        """The first of `up_revisions`."""
        return self.revision_map.get_revision(self.up_revision_id)

    @property
    def up_revisions(self) -> tuple[Revision | None, ...]:
        """The upper side."""
        return self.revision_map.get_revisions(self.up_revision_ids)

    @property
    def down_revisions(self) -> tuple[Revision | None, ...]:
        """The lower side."""
        return self.revision_map.get_revisions(self.down_revision_ids)

    @property
    def source_revisions(self) -> tuple[Revision | None, ...]:
        """Where the step began."""
        return self.revision_map.get_revisions(self.source_revision_ids)

    @property
    def destination_revisions(self) -> tuple[Revision | None, ...]:
        """Where the step ended."""
        return self.revision_map.get_revisions(self.destination_revision_ids)
