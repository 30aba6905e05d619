"""The two kinds of databases: SQLite files and PostgreSQL schemas."""

from pathlib import Path
from typing import Protocol

from server.foundation.config import Settings
from server.foundation.db.session import Database
from server.operations.backup.manifest import Contents, Copied
from server.operations.backup.postgres_form import PostgresForm
from server.operations.backup.sqlite_form import SqliteForm


class Form(Protocol):
    """Copies databases, and replaces the current ones by copies."""

    @property
    def kind(self) -> str:
        """The kind recorded in the manifest; a restore needs the same kind."""

    def exists(self) -> bool:
        """Whether there is anything to back up."""

    def copy_to(self, folder: Path) -> Copied:
        """Write the copies into a folder; returns their revisions and row counts."""

    def occupied(self) -> bool:
        """Whether a restore would replace something outside the data folder."""

    def check(self, staging: Path, contents: Contents) -> None:
        """Check unpacked copies. Raises Damaged."""

    def load(self, staging: Path, contents: Contents, stamp: str) -> str | None:
        """Migrate the copies to this release and activate them; returns the old tables' schema.

        None without old tables. `stamp` is the time for names. On any exception the old tables are
        in place.
        """

    def settled(self, staging: Path) -> Database:
        """The configuration after `load`."""


def form_of(settings: Settings) -> Form:
    """The kind that the settings name."""
    return PostgresForm(settings) if settings.plays_schema is not None else SqliteForm(settings)
