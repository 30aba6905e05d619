"""Replaces the data folder's content by an unpacked backup; the old content is moved aside.

Files are renamed one by one within the folder, which may be a mount point; until that is complete a
marker file prevents servers from starting.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from media.storage.file_store import sync_folder
from server.foundation.config import Settings
from server.foundation.runtime.data_folder_lock import LOCK_NAME, UNFINISHED_NAME
from server.operations.backup.manifest import CONFIG, PLAYS
from server.operations.backup.sqlite_form import path_of

STAGING: Final = ".restoring"
ASIDE: Final = "before-restore-"
_OURS: Final = frozenset({LOCK_NAME, UNFINISHED_NAME, STAGING, "lost+found"})
_BESIDE: Final = ("", "-wal", "-shm", "-journal")


def staging_of(settings: Settings) -> Path:
    """An empty folder in the data folder, on the same disk."""
    folder = settings.data / STAGING
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700, parents=True)
    return folder


def occupants(settings: Settings) -> list[Path]:
    """The files that a restore would replace."""
    data = settings.data
    found = sorted(data.iterdir()) if data.exists() else []
    mine = [one for one in found if one.name not in _OURS and not one.name.startswith(ASIDE)]
    return [*mine, *(one for one in _databases_elsewhere(settings) if one.exists())]


def place(settings: Settings, staging: Path, stamp: str) -> Path | None:
    """Move the old files aside and the unpacked ones in; returns the folder of old ones, if any."""
    data, aside = settings.data, settings.data / f"{ASIDE}{stamp}"
    former = occupants(settings)
    for one in former:
        aside.mkdir(mode=0o700, exist_ok=True)
        _move(one, aside / one.name)
    for one in sorted(staging.iterdir()):
        _move(one, _destination(settings, one.name))
    staging.rmdir()
    sync_folder(data)
    return aside if former else None


def mark(settings: Settings) -> None:
    """Set the marker: no server starts here."""
    (settings.data / UNFINISHED_NAME).touch()
    sync_folder(settings.data)


def unmark(settings: Settings) -> None:
    """Remove the marker: the folder is consistent again."""
    (settings.data / UNFINISHED_NAME).unlink()
    sync_folder(settings.data)


def sync_tree(folder: Path) -> None:
    """Sync everything in a folder, so that it survives a power cut."""
    for path in folder.rglob("*"):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _destination(settings: Settings, name: str) -> Path:
    named = {CONFIG: path_of(settings.config_url), PLAYS: path_of(settings.plays_url)}
    return named.get(name, settings.data / name)


def _databases_elsewhere(settings: Settings) -> Iterator[Path]:
    """Database files that ANPING_DATABASE_URL locates outside the data folder."""
    for url in (settings.config_url, settings.plays_url):
        path = path_of(url)
        if settings.plays_schema is None and path.parent != settings.data:
            yield from (path.with_name(path.name + end) for end in _BESIDE)


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(source, target)
