"""A screen in a bad week: no server, no power, a server restored from last night's backup.

A real server process, a real Chromium with a profile of its own, nothing patched.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from anping_kiosk.torn_logs import cut_torn_logs
from playlists.wire.compliance import ExpectedSlot, expected_slots
from playlists.wire.model import Manifest
from playlists.wire.seat import seat
from tests.support.defect import Defect
from tests.support.devices.kiosk import Kiosk, kiosk
from tests.support.devices.power_loss import disk_in
from tests.support.devices.rendered_page import picture_on
from tests.support.patience import until
from tests.support.plays.shown import AROUND_SWAP_MS, was_joined
from tests.support.processes.furnished_district import District, furnished
from tests.support.processes.server import command

pytestmark = pytest.mark.timeout(3600)

SLOT_S = 10
"""Of which a second may be lost to a busy machine, and the play is complete still."""
SHORT_SLOT_S = 2
"""For many ends in little time."""
EARLY_S, MIDDLE_S = 3, 6
KILLS = int(os.environ.get("ANPING_TEST_KILLS", "10"))
MOST_ENDS = 2
"""Times as many as asked for."""
DURABLE_MS = 300
CUTS, SETTLED_S = int(os.environ.get("ANPING_TEST_CUTS", "20")), 20
PARTIAL = 1
ASKING_S = 0.5
WATCH = """() => {
  let last = "";
  const tell = () => {
    const {asset} = document.body.dataset;
    if (asset !== last) window.seen(asset);
    last = asset;
  };
  new MutationObserver(tell).observe(document.body, {attributeFilter: ['data-asset']});
  tell();
}"""
Key = tuple[int, int, int]


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    with furnished(tmp_path / "district", SLOT_S) as made:
        yield made


@pytest.fixture
def hasty_district(tmp_path: Path) -> Iterator[District]:
    with furnished(tmp_path / "district", SHORT_SLOT_S) as made:
        yield made


@dataclass
class Watch:
    """Observations of a box, and its programme."""

    district: District
    box: Kiosk
    manifest: Manifest
    digest: str
    outages: list[tuple[int, int]] = field(default_factory=list)
    completed: set[Key] = field(default_factory=set)

    def due(self) -> str | None:
        """The content due now by the plan."""
        return seat(self.manifest, now_ms()).asset

    def is_right(self) -> bool:
        """The glass shows the content due."""
        return self.box.facts().get("asset") == self.due()

    def is_in_the_middle(self) -> bool:
        """The content due stays for a while, so that the one before is written down."""
        return EARLY_S * 1000 <= (seat(self.manifest, now_ms()).offset_ms or 0) <= MIDDLE_S * 1000

    def follows_the_plan(self) -> None:
        """Each of its pictures comes on the glass when it is due."""
        loops, assets = self.manifest.loops.values(), self.manifest.assets
        pictures = {assets[slot.asset].digest for loop in loops for slot in loop.slots}
        seen: set[str | None] = set()

        def all_seen() -> bool:
            if self.is_right():
                seen.add(self.due())
            return pictures <= seen

        until("each picture when it is due", all_seen)

    def plays_one_to_its_end(self) -> None:
        """Until the middle of a slot that comes after one that was seen whole."""
        begun = self.slots_gone()
        until("two slots later", lambda: self.slots_gone() >= begun + 2 and self.is_in_the_middle())

    def slots_gone(self) -> int:
        """The number of past slots; all are of one length."""
        return now_ms() // (SLOT_S * 1000)

    def comes_up(self, what: str, began: float | None = None) -> None:
        """The right item is on the glass, by the page's word and off the composited page."""
        until("a picture", lambda: self.box.facts().get("asset"))
        page_ms = self.box.page.evaluate("() => performance.now()")
        until("the right item", self.is_right)
        right_ms = self.box.page.evaluate("() => performance.now()")
        started = "" if began is None else f", {time.monotonic() - began:.1f} s after the process"
        print(f"{what}: first item {page_ms:.0f} ms, right {right_ms:.0f} ms{started}")
        self.shows_the_right_picture()

    def shows_the_right_picture(self) -> None:
        """Read off the composited page between two moments that want the same."""

        def agrees() -> bool:
            before = self.due()
            shot = self.box.screenshot()
            return before == self.due() == picture_on(shot, self.district.pictures)

        until("the seat's picture on the composited page", agrees)

    def counted(self) -> list[dict[str, Any]]:
        """Plays of the plan that the server counted."""
        return [
            one
            for one in self.district.log()
            if one["verdict"] == "counted" and one["manifest"] == self.digest
        ]

    def confirmed(self) -> Counter[Key]:
        """How often each slot was counted as completed."""
        whole = [one for one in self.counted() if one["state"] == 0]
        return Counter((one["segment"], one["cycle"], one["slot"]) for one in whole)

    def expected(self, from_ms: int, until_ms: int) -> list[ExpectedSlot]:
        """Slots wholly in a time."""
        return list(expected_slots(self.manifest, from_ms, until_ms))


def begins(district: District, box: Kiosk) -> Watch:
    """The box binds itself and plays our pictures."""
    box.switch_on()

    def manifest() -> str | None:
        facts = box.facts()
        return facts["manifest"] if facts.get("asset") in district.pictures else None

    digest = str(until("our pictures", manifest))
    return Watch(district, box, district.manifest(digest), digest)


def now_ms() -> int:
    """This machine's clock, which is the server's and the box's too."""
    return int(time.time() * 1000)


def waits(seconds: float) -> None:
    """The world goes on; no fact marks the end of an outage."""
    time.sleep(seconds)


def plays_on_without_the_server(watch: Watch) -> None:
    """Killed by pid: no gap, also after a reload and after the box lost its power."""
    watch.district.server.kill()
    watch.follows_the_plan()
    until("the middle of a slot", watch.is_in_the_middle)
    began_ms = now_ms()
    watch.box.page.reload()
    watch.comes_up("reload without server")
    watch.outages.append((began_ms, now_ms()))
    watch.plays_one_to_its_end()
    began_ms = now_ms()
    watch.box.cut_power()
    watch.comes_up("box without server", watch.box.switch_on())
    watch.outages.append((began_ms, now_ms()))
    watch.plays_one_to_its_end()


def counts_each_play_once(watch: Watch, since_ms: int) -> None:
    """Expected and counted plays are equal, except for the cut slots."""
    expected = watch.expected(since_ms, now_ms())

    def is_whole() -> bool:
        return lost(watch, expected) == []

    try:
        until("the backlog", is_whole, every_s=ASKING_S)
    except AssertionError as never:
        text = f"plays are lost: {lost(watch, expected)}"
        raise Defect(text) from never
    finally:
        confirmed = watch.confirmed()
        counted = sum((one.segment, one.cycle, one.slot) in confirmed for one in expected)
        print(f"expected {len(expected)}, counted {counted}, begun late {begun_late(watch)}")
    doubles_none(watch)


def lost(watch: Watch, expected: list[ExpectedSlot]) -> list[ExpectedSlot]:
    """Slots that aren't counted, though the box was on and reported no late begin."""
    accounted = watch.confirmed().keys() | begun_late(watch)
    missing = [one for one in expected if (one.segment, one.cycle, one.slot) not in accounted]
    return [one for one in missing if not was_out(watch, one)]


def begun_late(watch: Watch) -> set[Key]:
    """Slots whose play began so late, by its own record, that it is partial, and lasted to the end.

    A busy machine does that.
    """
    return {
        (play["segment"], play["cycle"], play["slot"])
        for play in watch.district.log()
        if play["state"] == PARTIAL and play["manifest"] == watch.digest and play["start"]
        if was_joined(play, *slot_span(watch, play))
    }


def doubles_none(watch: Watch) -> None:
    """No slot is counted twice."""
    doubled = [key for key, count in watch.confirmed().items() if count > 1]
    if doubled:
        text = f"plays are counted twice: {doubled}"
        raise Defect(text)


def was_out(watch: Watch, slot: ExpectedSlot) -> bool:
    """Whether a slot is in an outage of the box, or is cut by one."""
    end_ms = slot.start_ms + slot.duration_ms
    return any(a < end_ms and slot.start_ms < b for a, b in watch.outages)


def slot_span(watch: Watch, play: dict[str, Any]) -> tuple[int, int]:
    """When the slot of a play begins and is over by the plan."""
    segment = watch.manifest.segments[play["segment"]]
    loop = watch.manifest.loops[str(segment.loop)]
    slot = loop.slots[play["slot"]]
    begin = segment.anchor_ms + play["cycle"] * loop.period_ms + slot.start_ms
    return begin, begin + slot.duration_ms


def agrees_with_the_report(watch: Watch) -> None:
    """/reports/plays has the very number of distinct confirmed slots."""

    def same() -> bool:
        # It may be midnight meanwhile.
        now_s = time.time() + 28800
        since, until = (time.strftime("%Y-%m-%d", time.gmtime(now_s + d)) for d in (-86400, 0))
        query = f"from={since}&to={until}&group_by=screen"
        total = watch.district.asks(f"/api/v1/reports/plays?{query}")["totals"]["confirmed"]
        return bool(total == len(watch.confirmed()))

    until("the report equals the log", same, every_s=ASKING_S)


def survives_a_restored_backup(watch: Watch) -> None:
    """The operator's own commands, a dead server between: no acknowledged count is lost."""
    folder = watch.district.server.folder
    archive = str(folder / "backup.tar.gz")
    taken = command(folder, "backup", archive)
    assert taken.returncode == 0, taken.stderr
    had = len(watch.confirmed())
    until("a play since the backup", lambda: len(watch.confirmed()) > had, every_s=ASKING_S)
    before = set(watch.confirmed())
    watch.district.server.kill()
    brought_back = command(folder, "restore", archive, "--replace")
    assert brought_back.returncode == 0, brought_back.stderr
    watch.district = watch.district.started_again()
    restored = set(watch.confirmed())
    until("the rest", lambda: before <= set(watch.confirmed()), every_s=ASKING_S)
    print(f"acknowledged {len(before)}, soon after the restore {len(restored)}, in the end all")
    doubles_none(watch)


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.timeout(900)
def test_a_screen_plays_on_without_server_and_power_and_each_play_counts_once(
    district: District, tmp_path: Path
) -> None:
    with kiosk(tmp_path / "profile", district.address) as box:
        watch = begins(district, box)
        try:
            since_ms = now_ms() + SLOT_S * 1000  # what it joined is over by then
            plays_on_without_the_server(watch)
            watch.district = district.started_again()
            counts_each_play_once(watch, since_ms)
            agrees_with_the_report(watch)
            survives_a_restored_backup(watch)
            counts_each_play_once(watch, since_ms)
            agrees_with_the_report(watch)
        finally:
            watch.district.server.stop()


@pytest.mark.soak
def test_plays_seen_to_their_end_before_a_power_cut_count_once(
    hasty_district: District, tmp_path: Path
) -> None:
    with kiosk(tmp_path / "profile", hasty_district.address) as box:
        loses_nothing_at_random_ends(begins(hasty_district, box), KILLS, box.cut_power)


@pytest.mark.soak
def test_plays_seen_to_their_end_count_once_though_the_disk_lost_unsynced_writes(
    hasty_district: District, tmp_path: Path
) -> None:
    with (
        disk_in(tmp_path / "machine") as disk,
        kiosk(disk.place / "profile", hasty_district.address) as box,
    ):

        def loses_power() -> None:
            disk.cut()
            box.cut_power()
            disk.comes_back()
            cut_torn_logs(disk.place / "profile")  # as the box's program does

        watch = begins(hasty_district, box)
        waits(SETTLED_S)
        loses_nothing_at_random_ends(watch, CUTS, loses_power)


def loses_nothing_at_random_ends(watch: Watch, times: int, end: Callable[[], None]) -> None:
    """At least so many boots of random length, each ended at once by `end`.

    A boot sees two thirds of a play completed on average. Boots follow until half as many plays as
    ends were seen, so that chance makes no sample too small.
    """
    chance, ends, needed = random.Random(11), 0, times // 2
    while ends < times or (len(watch.completed) < needed and ends < MOST_ENDS * times):
        end()
        watches_until_its_end(watch, chance.uniform(3.0, 6.0))
        ends += 1
    end()
    watch.box.switch_on()
    held: set[Key] = set()

    def arrived() -> bool:
        held.update(watch.confirmed())
        return watch.completed <= held

    try:
        until("all that was seen", arrived, every_s=ASKING_S)
    finally:
        lost = watch.completed - held
        doubled = [key for key, count in watch.confirmed().items() if count > 1]
        print(
            f"{ends} ends: {len(watch.completed)} plays seen completed, "
            f"{len(lost)} lost, {len(doubled)} doubled; cut short in one boot at most "
            f"{max(cut_short(watch).values(), default=0)}"
        )
        for key in sorted(lost):
            print(f"lost {key}: {near(watch, key)}")
        for boot, count in cut_short(watch).items():
            if count > 1:
                print(f"cut short in {boot}: {of_boot(watch, boot)}")
    assert not doubled
    assert held == set(watch.confirmed())
    assert len(watch.completed) >= needed
    assert max(cut_short(watch).values(), default=0) <= 1
    assert unexplained(watch) == []


def cut_short(watch: Watch) -> Counter[str]:
    """How many plays that began with their slot were partial, by boot."""
    return Counter(
        play["boot"]
        for play in watch.district.log()
        if play["state"] == PARTIAL and began_with_its_slot(watch, play)
    )


def unexplained(watch: Watch) -> list[dict[str, Any]]:
    """Partial plays but the last of a boot, open at its end, and the first, joined to its end."""
    boots: dict[str, list[dict[str, Any]]] = {}
    for play in sorted(watch.district.log(), key=lambda one: one["seq"]):
        boots.setdefault(play["boot"], []).append(play)
    return [
        play
        for plays in boots.values()
        for play in plays[:-1]
        if play["state"] == PARTIAL
        and not (play is plays[0] and was_joined(play, *slot_span(watch, play)))
    ]


def began_with_its_slot(watch: Watch, play: dict[str, Any]) -> bool:
    """Whether it was on from the swap on; a play joined later is partial by the rule."""
    if play["manifest"] != watch.digest or play["start"] is None:
        return False
    return started_ms(play) <= slot_span(watch, play)[0] + AROUND_SWAP_MS


def started_ms(play: dict[str, Any]) -> float:
    """When a play began, by the server's time."""
    return datetime.fromisoformat(play["start"]).timestamp() * 1000


def of_boot(watch: Watch, boot: str) -> list[tuple[Any, ...]]:
    """All that the log has of a boot."""
    facts = ("seq", "verdict", "cycle", "slot", "start", "shown_ms", "state", "cause", "error")
    plays = [play for play in watch.district.log() if play["boot"] == boot]
    return [tuple(play[name] for name in facts) for play in plays]


def near(watch: Watch, key: Key) -> list[tuple[Any, ...]]:
    """What the log has of a slot and of those beside it, whatever the verdict."""
    segment, cycle, slot = key
    begin = watch.manifest.segments[segment]
    start_ms = next(
        one.start_ms
        for one in watch.expected(begin.from_ms, now_ms())
        if (one.segment, one.cycle, one.slot) == (segment, cycle, slot)
    )
    print(f"due at {start_ms}")
    facts = ("boot", "seq", "verdict", "reason", "cycle", "slot", "start", "shown_ms", "state")
    return [
        tuple(play.get(name) for name in facts)
        for play in watch.district.log()
        if play["slot"] is None or abs(play["slot"] - slot) <= 2
    ]


def watches_until_its_end(watch: Watch, after_s: float) -> None:
    """One boot; content shown from its start to its end is recorded."""
    watch.box.switch_on()
    page = watch.box.page
    changes: list[int] = []
    page.expose_function("seen", lambda *_: changes.append(now_ms()))
    until("a picture", lambda: watch.box.facts().get("asset"))
    page.evaluate(WATCH)
    page.wait_for_timeout(after_s * 1000)
    cut_ms = now_ms()
    # A slot joined so late that less than 90 % of it is shown is partial by the rule, so what is
    # seen must begin with its slot; the last must have reached the disk.
    for begin, end in pairwise(changes[1:]):
        if end <= cut_ms - DURABLE_MS - AROUND_SWAP_MS:
            middle = (begin + end) // 2
            watch.completed |= {
                (s.segment, s.cycle, s.slot)
                for s in watch.expected(middle - SHORT_SLOT_S * 1000, middle + SHORT_SLOT_S * 1000)
                if s.start_ms <= middle < s.start_ms + s.duration_ms
                and begin <= s.start_ms + AROUND_SWAP_MS
            }
