"""The two forms in which a server keeps its databases: files of SQLite, schemas of PostgreSQL."""

from pathlib import Path
from typing import Protocol

from server.foundation.config import Settings
from server.foundation.db.session import Database
from server.operations.backup.manifest import Contents, Copied
from server.operations.backup.postgres_form import PostgresForm
from server.operations.backup.sqlite_form import SqliteForm


class Form(Protocol):
    """How databases are copied, and how copies take the place of what is there."""

    @property
    def kind(self) -> str:
        """What stands in the manifest: only the same form can take the copies back."""
        ...

    def exists(self) -> bool:
        """Whether there is anything to back up."""
        ...

    def copy_to(self, folder: Path) -> Copied:
        """Write the copies into a folder; their revisions, and how much is in them."""
        ...

    def occupied(self) -> bool:
        """Whether a restore would take the place of something outside of the data folder."""
        ...

    def check(self, staging: Path, contents: Contents) -> None:
        """Look at unpacked copies. Raises Damaged."""
        ...

    def load(self, staging: Path, contents: Contents, stamp: str) -> str | None:
        """Bring the copies to this release and into use; where the former tables are, if any.

        `stamp` names the time. Whatever is raised, the former tables are in their place.
        """
        ...

    def settled(self, staging: Path) -> Database:
        """The configuration after `load`."""
        ...


def form_of(settings: Settings) -> Form:
    """The form that the settings name."""
    return PostgresForm(settings) if settings.plays_schema is not None else SqliteForm(settings)
