"""Changes of items on one screen before the camera."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.player.district import district_of, numbers_of
from tests.bench.player.film import Picture, developed
from tests.bench.player.filming import boxes, filming, watch_over
from tests.bench.player.footage import Item
from tests.bench.player.judging import (
    DISPLAY_FRAME_MS,
    SAMPLE_INTERVAL_MS,
    Change,
    Due,
    boundaries,
    changes,
    out_of_place,
)
from tests.bench.player.screen import lit_screen
from tests.support.devices.kiosk import wait_until

SETTLE_MS = 300
# At work for 150 ms of each 250, as a page is that measures, parses or collects garbage.
BUSY_PAGE = """() => setInterval(() => {
  for (const end = performance.now() + 150; performance.now() < end; );
}, 250)"""


@dataclass(frozen=True)
class Turning:
    """What a film shows of the plan's changes.

    `dark` are the black and blank pictures, `wrong` those of an item that wasn't due, `blind` the
    camera's pauses in ms.
    """

    changes: tuple[Change, ...]
    pictures: int
    dark: tuple[Picture, ...]
    wrong: tuple[Picture, ...]
    blind: tuple[float, ...]
    kinds: dict[int, str]

    def orders(self) -> Counter[tuple[str, str]]:
        """How many changes there were of each kind to each kind."""
        return Counter((self.kinds[one.due.old], self.kinds[one.due.new]) for one in self.changes)

    def gaps_ms(self) -> list[float]:
        """Of each change, what its gap has beyond one display frame."""
        return [max(0.0, one.gap_ms - DISPLAY_FRAME_MS) for one in self.changes]

    def lateness_ms(self) -> list[float]:
        """Of each change."""
        return [one.late_ms for one in self.changes]

    def in_time(self) -> float:
        """The share of changes within a display frame of the plan's boundary."""
        near = [abs(one) <= DISPLAY_FRAME_MS + SAMPLE_INTERVAL_MS for one in self.lateness_ms()]
        return sum(near) / max(1, len(near))


def turning(
    folder: Path, items: Sequence[Item], count: int, slot_s: int, meanwhile: str = "() => {}"
) -> Turning:
    """Film so many changes of a fresh player, from its first picture on.

    `meanwhile` is a function of JavaScript that its page is made to call then.
    """
    kinds = {one.number: one.kind for one in items}
    digests = {one.made.digest for one in items}
    film = folder / "film.txt"
    with (
        lit_screen(folder / "screen") as screen,
        district_of(folder / "district", items, slot_s) as district,
        boxes(folder, [screen], district.address) as (box,),
        filming(film, [screen]),
    ):
        box.switch_on()
        wait_until(lambda: box.facts().get("asset") in digests, 60, "our pictures", 0.2)
        box.page.evaluate(meanwhile)
        watch_over(box, (count + 2) * slot_s)
        manifest = district.manifest(box.facts()["manifest"])
    taken = developed(film)
    pictures = since_first(taken.screens[0], kinds)
    first_ms = pictures[0].first_ms
    dues = boundaries(
        manifest, numbers_of(manifest, items), first_ms + SETTLE_MS, pictures[-1].last_ms - 1000
    )
    return judged(pictures, dues[:count], kinds, taken.blind)


def since_first(pictures: Sequence[Picture], items: Container[int]) -> Sequence[Picture]:
    """From the first picture on that shows an item."""
    place = next(place for place, one in enumerate(pictures) if one.item in items)
    return pictures[place:]


def judged(
    pictures: Sequence[Picture],
    dues: Sequence[Due],
    kinds: dict[int, str],
    blind: Sequence[tuple[float, float]],
) -> Turning:
    """Hold the pictures of one screen against changes that follow each other."""
    from_ms, until_ms = dues[0].at_ms - SETTLE_MS, dues[-1].at_ms + SETTLE_MS
    within = [one for one in pictures if from_ms <= one.first_ms and one.last_ms <= until_ms]
    pauses = tuple(b - a for a, b in blind if from_ms <= a <= until_ms)
    found = tuple(changes(pictures, dues))
    dark = tuple(one for one in within if one.is_black or one.is_blank)
    wrong = tuple(out_of_place(within, dues))
    return Turning(found, len(within), dark, wrong, pauses, kinds)
