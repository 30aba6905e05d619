"""Records complete backups in the data folder, so that missing ones are noticed."""

from pathlib import Path
from typing import Final

NAME: Final = "last-backup"


def note_taken(data: Path, at_ms: int) -> None:
    """Record the time of a complete backup; ignored if the folder is not writable."""
    half = data / f"{NAME}.new"
    try:
        half.write_text(f"{at_ms}\n", encoding="ascii")
        half.replace(data / NAME)
    except OSError:  # the backup is good anyway, and the alert errs on the safe side
        half.unlink(missing_ok=True)


def taken_ms(data: Path) -> int:
    """The time of the last complete backup, ms since 1970; 0 without a readable record."""
    try:
        return int((data / NAME).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0
