"""Two browsers with wrong clocks, each behind a link of its own: how far apart they change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from media.screen_classes import ScreenClass
from tests.bench.player.district import district_of, numbers_of
from tests.bench.player.film import developed
from tests.bench.player.filming import boxes, filming, now_ms, watch_over
from tests.bench.player.footage import FULL_HD, Item
from tests.bench.player.judging import AROUND_MS, Change, boundaries, changes
from tests.bench.player.link import linked
from tests.bench.player.screen import lit_screen
from tests.support.devices.kiosk import Kiosk, wait_until
from tests.support.processes.furnished_district import KEY, SERIAL

WRONG_MS = (3_700, -91_000)
# Two browsers and no graphics card, on the machine that serves too: a quarter of full HD.
SMALL = ScreenClass(FULL_HD.name, 960, 540)
SIZE = (SMALL.width, SMALL.height)
SERIALS = (SERIAL, "BOX-2")
SETTLE_S = 8.0  # a box that was just bound still fetches, and compares its clock
# Before any script of the page: its own clock is wrong, while its monotonic clock goes on.
WRONG_CLOCK = """(() => {
  const off = OFF, Real = Date, origin = performance.timeOrigin;
  globalThis.Date = class Date extends Real {
    constructor(...parts) { super(...(parts.length ? parts : [Real.now() + off])); }
    static now() { return Real.now() + off; }
  };
  Object.defineProperty(performance, "timeOrigin", {get: () => origin + off});
})();"""


@dataclass(frozen=True)
class InStep:
    """The same changes on both screens."""

    first: tuple[Change, ...]
    second: tuple[Change, ...]

    def skews_ms(self) -> list[float]:
        """How far apart each change was; one that a screen never made counts as the most."""
        return [_skew_ms(one, other) for one, other in zip(self.first, self.second, strict=True)]


def _skew_ms(one: Change, other: Change) -> float:
    if max(one.late_ms, other.late_ms) >= AROUND_MS:
        return AROUND_MS
    return abs(one.shown_ms - other.shown_ms)


def in_step(folder: Path, items: Sequence[Item], kind: str, count: int, slot_s: int) -> InStep:
    """Film so many changes of two screens, over links of a kind (`lan`, `4g`)."""
    film = folder / "film.txt"
    with (
        lit_screen(folder / "screen-0", *SIZE) as left,
        lit_screen(folder / "screen-1", *SIZE) as right,
        district_of(folder / "district", items, slot_s, SERIALS) as district,
        linked(district.server.base, kind, 1) as near,
        linked(district.server.base, f"{kind}-far", 2) as far,
        boxes(folder, [left, right], "about:blank") as pair,
    ):
        for box, base, wrong_ms, serial in zip(pair, (near, far), WRONG_MS, SERIALS, strict=True):
            _switch_on(box, f"{base}/player/#enrol={KEY}&serial={serial}", wrong_ms)
        digests = {one.made.digest for one in items}
        for box in pair:
            wait_until(lambda box=box: box.facts().get("asset") in digests, 90, "pictures", 0.2)
        watch_over(pair[0], SETTLE_S)
        began_ms = now_ms()
        with filming(film, [left, right]):
            watch_over(pair[1], (count + 2) * slot_s)
        manifest = district.manifest(pair[0].facts()["manifest"])
    first, second = developed(film, 2).screens
    numbers = numbers_of(manifest, items)
    dues = boundaries(manifest, numbers, began_ms + 1000, first[-1].last_ms - 1000)[:count]
    return InStep(tuple(changes(first, dues)), tuple(changes(second, dues)))


def _switch_on(box: Kiosk, address: str, wrong_ms: int) -> None:
    """Chromium takes its wall clock from the machine, so the page is given a wrong one."""
    box.switch_on()
    page: Page = box.page
    page.add_init_script(WRONG_CLOCK.replace("OFF", str(wrong_ms)))
    page.goto(address, wait_until="commit")
    box_ms = page.evaluate("() => Date.now()")
    assert abs(box_ms - now_ms() - wrong_ms) < 2_000, box_ms
