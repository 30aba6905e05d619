"""The list of common scams for slides; an office may edit templates/scams.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).parents[1] / "templates" / "scams.json"


@dataclass(frozen=True, slots=True)
class Scam:
    """One kind of scam: its course, one line of advice, its source and date."""

    name: str
    trick: str
    advice: str
    source: str
    as_of: str


@lru_cache(maxsize=1)
def scams() -> tuple[Scam, ...]:
    """Return the list in its order."""
    return tuple(Scam(**each) for each in json.loads(FILE.read_text(encoding="utf-8")))
