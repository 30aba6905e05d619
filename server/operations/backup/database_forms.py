"""The two kinds of databases: SQLite files and PostgreSQL schemas."""

from server.foundation.config import Settings
from server.operations.backup.postgres_form import PostgresForm
from server.operations.backup.sqlite_form import SqliteForm

Form = PostgresForm | SqliteForm
"""Copies databases, and replaces the current ones by copies."""


def form_of(settings: Settings) -> Form:
    """The kind that the settings name."""
    return PostgresForm(settings) if settings.plays_schema is not None else SqliteForm(settings)
