"""Leaves a note in the data folder when a backup is whole, so that somebody misses the next one."""

from pathlib import Path
from typing import Final

NAME: Final = "last-backup"


def note_taken(data: Path, at_ms: int) -> None:
    """Say that a backup was whole at an instant; a folder that can't be written to is left."""
    half = data / f"{NAME}.new"
    try:
        half.write_text(f"{at_ms}\n", encoding="ascii")
        half.replace(data / NAME)
    except OSError:  # the backup is good all the same, and the alert errs on the safe side
        half.unlink(missing_ok=True)


def taken_ms(data: Path) -> int:
    """When the last backup was whole, ms since 1970; 0 if there is no note that can be read."""
    try:
        return int((data / NAME).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0
