"""Where finished exports lie in the data folder."""

from pathlib import Path

from server.core import Core
from server.exports.models import PlayExport


def folder_of(core: Core) -> Path:
    """The folder of finished exports."""
    folder = core.settings.data / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def path_of(core: Core, row: PlayExport) -> Path:
    """Where the file of an export is, or will be."""
    return folder_of(core) / f"{row.id}.{row.form}"
