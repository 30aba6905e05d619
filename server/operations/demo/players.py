"""The virtual screens of a served demo: `python -m server.operations.demo`, a child of `serve`.

They run in real time; meanwhile the past weeks are delivered slowly, so that most of the processor
remains for people.
"""

import json
import random
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from math import cos, sin
from typing import Final, TypeVar

import gevent
import gevent.event
import structlog
from gevent.pool import Pool

from playlists.windows import local_date
from server.foundation.config import Settings
from server.operations.demo.builder import NOW, PAST
from server.operations.demo.desk import Desk, DeskRefused
from server.operations.demo.history import Day, days_of, hand_in, report_switch
from server.operations.demo.layout import VEHICLES, Layout, VenuePlan, lay_out
from server.operations.demo.mark import Mark, read_mark
from server.operations.demo.past_weeks import exports
from server.operations.demo.screen_health import health_of
from server.operations.supervisor.serve import is_ready, local_address, print_line
from server.simulator.fleet.archive import Archive
from server.simulator.fleet.box import Box
from server.simulator.fleet.crowd import Crowd
from server.simulator.fleet.machine import Machine
from server.simulator.player.disk import Disk, Play
from server.simulator.player.fittings import Fittings, Where, nowhere
from server.simulator.player.shelf import Shelf
from server.simulator.wire.links import NetLink
from server.simulator.wire.protocol import COMPLETED, VERSION, Json, NoNetwork, Refused

T = TypeVar("T")
log = structlog.get_logger(__name__)

SWITCHED_ON_A_SECOND: Final = 20
FIRST_PLAY_WITHIN_S: Final = 600.0
# Pause between batches of the past, so that people get most of the server.
PAST_PAUSE_S: Final = 0.02
PAST_AT_ONCE: Final = 3
OFFICER: Final = "xuanchuan"
LAP_MS: Final = 40 * 60_000
LAP_DEGREES: Final = 0.015


@dataclass
class Fleet:
    """The boxes of a district; they share one media store.

    `pending_plays`: the parts of the past that are still to be delivered.
    """

    mark: Mark
    base: str
    pending_plays: Callable[[], int]
    shelf: Shelf = field(default_factory=lambda: Shelf(shared=True))

    def boxes(self, disks: dict[str, Disk]) -> dict[str, Box]:
        """A box for each disk, as healthy as its screen."""
        layout = lay_out(self.mark.wish.seed, self.mark.wish.venues, self.mark.wish.screens)
        return {name: self._box(layout, int(name), disk) for name, disk in disks.items()}

    def _box(self, layout: Layout, place: int, disk: Disk) -> Box:
        screen = layout.screens[place]
        machine, cable = Machine(now_ms), NetLink(self.base)
        fittings = Fittings(
            cable,
            machine,
            self.shelf,
            random.Random(),  # noqa: S311 - jitter; boots are new with each start
            screen.size,
            where=where_of(layout.venues[screen.venue], place),
            pending_plays=self.pending_plays,
        )
        health = health_of(self.mark.wish.seed, place, int(now_ms()))
        return Box(disk, machine, cable, fittings, health.script)


def where_of(venue: VenuePlan, place: int) -> Where:
    """A vehicle's position on its route."""
    if venue.kind not in VEHICLES:
        return nowhere

    def where(at_ms: float) -> Json | None:
        turn = 2 * 3.14159 * (at_ms / LAP_MS + place / 17)
        lat, lon = venue.lat + LAP_DEGREES * sin(turn), venue.lon + LAP_DEGREES * cos(turn)
        return {"lat": round(lat, 6), "lon": round(lon, 6), "accuracy_m": 15}

    return where


def now_ms() -> float:
    """This process's true time, ms."""
    return time.time_ns() / 1_000_000


def live(settings: Settings, mark: Mark, since_s: float, over: gevent.event.Event) -> None:
    """Run the screens until `over` is set."""
    base = f"http://{local_address(settings)}"
    while not is_ready(settings):
        if over.wait(0.2):
            return
    archive = Archive(settings.data / NOW)
    page = player_served(NetLink(base, sockets=False))
    history = History(settings, mark, base)
    crowd = Crowd(Fleet(mark, base, lambda: history.left).boxes(archive.read()), archive)
    for box in crowd.boxes.values():
        if box.disk.player == VERSION:  # the first time: a box opens the served page
            box.disk.player = page
    crowd.begin(len(crowd.boxes) / SWITCHED_ON_A_SECOND)
    helpers = [
        gevent.spawn(_announce_first_play, crowd, since_s),
        gevent.spawn(history.hand_in),
    ]
    over.wait()
    gevent.killall(helpers)
    crowd.end()


def player_served(link: NetLink) -> str:
    """The player version for a new box; the built-in one if the server can't be asked."""
    try:
        config = json.loads(link.ask("GET", "/player/config.json").body)
    except (NoNetwork, ValueError):
        return VERSION
    return str(config.get("player") or VERSION)


def _announce_first_play(crowd: Crowd, since_s: float) -> None:
    """Print the time from the start to the first counted play."""
    if crowd.wait(lambda: any(map(has_counted, crowd.boxes.values())), FIRST_PLAY_WITHIN_S):
        took_s = time.time() - since_s
        print_line(f"第一条播放记录已入账 First play counted: {took_s:.1f} s 后 after the start")


def has_counted(box: Box) -> bool:
    """Whether the server has acknowledged a complete play of the current boot."""
    if box.player is None:
        return False
    boot = box.player.log.boot
    return any(play.seq <= boot.acked and is_whole(play) for play in boot.plays)


def is_whole(play: Play) -> bool:
    """Whether it fulfils a slot of the plan."""
    return play.manifest is not None and play.state == COMPLETED


@dataclass
class History:
    """Delivers the past weeks to the server; `left`: the parts still to be delivered."""

    settings: Settings
    mark: Mark
    base: str
    link: NetLink = field(init=False)
    archive: Archive = field(init=False)
    disks: dict[str, Disk] = field(init=False)
    left: int = field(init=False)

    def __post_init__(self) -> None:
        self.link = NetLink(self.base, sockets=False)
        self.archive = Archive(self.settings.data / PAST)
        self.disks = self.archive.read()
        days = {f"day {number}" for number in range(self.mark.wish.days + 1)}
        self.left = len(days - self.archive.notes())

    def hand_in(self) -> None:
        """Deliver day by day with retries, and print the completion."""
        noted, new = self.archive.notes(), 0
        for disk in self.disks.values() if not noted else ():
            _patiently(partial(report_switch, self.link, disk))
        for day in days_of(self.mark, self.settings.zone, self.disks):
            if day.name not in noted:
                new += self._one_day(day)
                self.archive.note(day.name)
                self.left = max(0, self.left - 1)
        self.left = 0
        if exports.NOTE not in noted:
            _patiently(self._make_files)
            self.archive.note(exports.NOTE)
        if new:
            print_line(f"历史播放记录已补齐 History handed in: {new} 条 plays")

    def _make_files(self) -> None:
        """Create exports that need the past: files, and an assessment pack."""
        zone, mark = self.settings.zone, self.mark
        days = (local_date(zone, at_ms) for at_ms in (mark.began_ms, mark.made_ms))
        desk = Desk(self.link, OFFICER, mark.passwords[OFFICER], self.base)
        try:
            exports.make_files(desk.sign_in(), *days)
        except DeskRefused as error:
            log.warning("demo_exports_failed", reason=str(error))

    def _one_day(self, day: Day) -> int:
        """Some screens at a time: the server commits concurrent batches together."""

        def one(name: str) -> int:
            disk, past = self.disks[name], day.pasts[name]
            pause = partial(gevent.sleep, PAST_PAUSE_S)
            return _patiently(partial(hand_in, self.link, disk, past, None, pause))

        return sum(Pool(PAST_AT_ONCE).imap_unordered(one, day.pasts))


def _patiently(work: Callable[[], T]) -> T:
    while True:
        try:
            return work()
        except (NoNetwork, Refused) as error:
            log.info("demo_history_delayed", reason=str(error))
            gevent.sleep(5)


def main() -> None:
    """Run until SIGTERM or SIGINT; the argument is the demo's start (s since 1970)."""
    from server.foundation.runtime.logs import set_up_logs
    from server.operations.demo.settings import demo_settings
    from server.operations.supervisor.parent_death import die_with_parent

    die_with_parent()
    settings = demo_settings()
    set_up_logs(settings.log_level)
    mark = read_mark(settings.data)
    if mark is None:
        sys.exit(f"没有演示数据 No demo in {settings.data}")
    over = gevent.event.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, over.set)
    live(settings, mark, float(sys.argv[1]) if len(sys.argv) > 1 else time.time(), over)
