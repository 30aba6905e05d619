"""The list of common scams for slides: the delivered one, or the one that an office edited."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).parents[1] / "templates" / "scams.json"


@dataclass(frozen=True, slots=True)
class Scam:
    """One kind of scam: its course, one line of advice, its source and date."""

    name: str
    trick: str
    advice: str
    source: str
    as_of: str


class _Edited:
    """Where an office's own list is kept; a file, as several processes draw slides."""

    path: Path | None = None


def read_from(path: Path) -> None:
    """Use the list in this file while it exists; called once by a process at its start."""
    _Edited.path = path


def scams() -> tuple[Scam, ...]:
    """Return the list in force, in its order."""
    path = _Edited.path
    try:
        return _read(path, path.stat().st_mtime_ns) if path is not None else delivered()
    except FileNotFoundError:
        return delivered()


def delivered() -> tuple[Scam, ...]:
    """Return the list that comes with the release."""
    return _read(FILE, 0)


@lru_cache(maxsize=8)
def _read(path: Path, _written_ns: int) -> tuple[Scam, ...]:
    return tuple(Scam(**each) for each in json.loads(path.read_text(encoding="utf-8")))
