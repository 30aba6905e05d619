"""The camera's output: runs of equal samples, and pauses without any."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.bench.player.marks import BLACK, BLANK, Mark


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture on the glass: from its first to its last sample, in ms since 1970."""

    first_ms: float
    last_ms: float
    rows: tuple[Mark, ...]

    @property
    def is_black(self) -> bool:
        """Black in one place at least."""
        return BLACK in self.rows

    @property
    def is_blank(self) -> bool:
        """No mark and not black, in one place at least: a bare page, half a picture."""
        return BLANK in self.rows

    @property
    def item(self) -> int | None:
        """The item that all of the glass shows; None while it is being changed or isn't there."""
        items = {one.item for one in self.rows}
        return items.pop() if len(items) == 1 and not self.is_black and not self.is_blank else None


@dataclass(frozen=True)
class Film:
    """The pictures of each screen in order, and the times (ms) of the camera's pauses."""

    screens: tuple[tuple[Picture, ...], ...]
    blind: tuple[tuple[float, float], ...]


def developed(path: Path, screens: int = 1) -> Film:
    """Read a film that is over."""
    pictures: list[list[Picture]] = [[] for _ in range(screens)]
    blind = []
    for line in path.read_text(encoding="ascii").splitlines():
        head, first, last, *rows = line.split()
        if head == "blind":
            blind.append((float(first), float(last)))
            continue
        marks = (row.split(":") for row in rows)
        seen = tuple(Mark(int(item), int(frame)) for item, frame in marks)
        pictures[int(head)].append(Picture(float(first), float(last), seen))
    return Film(tuple(map(tuple, pictures)), tuple(blind))
