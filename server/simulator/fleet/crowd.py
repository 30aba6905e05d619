"""Hundreds of boxes in one process: a greenlet each, which mostly sleeps."""

from collections.abc import Callable, Mapping

import gevent
import structlog
from gevent.event import Event

from server.simulator.fleet.archive import Archive
from server.simulator.fleet.box import Box

log = structlog.get_logger(__name__)

# Interval at which disks are written: the most that a killed process loses.
SAVE_EVERY_S = 2.0
LONGEST_S = 60.0


class Crowd:
    """Boxes by name; `begin` switches them on gradually, `end` saves and stops them."""

    def __init__(self, boxes: Mapping[str, Box], archive: Archive | None = None) -> None:
        self.boxes = dict(boxes)
        self._archive = archive
        self._over = Event()
        self._greenlets: list[gevent.Greenlet] = []

    def begin(self, over_s: float) -> None:
        """Switch them on, spread over `over_s` seconds."""
        pause_s = over_s / max(1, len(self.boxes))
        for place, (name, box) in enumerate(self.boxes.items()):
            self._greenlets.append(gevent.spawn_later(place * pause_s, self._live, name, box))
        if self._archive is not None:
            self._greenlets.append(gevent.spawn(self._save))

    def end(self) -> None:
        """Switch all off in order; nothing recorded is lost."""
        self._over.set()
        gevent.killall(self._greenlets)
        for box in self.boxes.values():
            box.cut()
        if self._archive is not None:
            self._archive.write((name, box.disk) for name, box in self.boxes.items())

    def wait(self, until: Callable[[], bool], within_s: float) -> bool:
        """Run until a condition holds; returns whether it did."""
        with gevent.Timeout(within_s, False):
            while not until():
                gevent.sleep(0.05)
            return True
        return until()

    def _live(self, name: str, box: Box) -> None:
        waken = Event()
        box.fittings.wake = waken.set
        while not self._over.is_set():
            waken.clear()
            try:
                wait_s = box.step() / 1000
            except Exception as error:  # a box that fails must not end the others
                log.error("virtual_player_failed", box=name, exc_info=error)
                box.player, wait_s = None, 10.0
            waken.wait(min(wait_s, LONGEST_S))

    def _save(self) -> None:
        archive = self._archive
        while archive is not None and not self._over.is_set():
            gevent.sleep(SAVE_EVERY_S)
            archive.write((name, box.disk) for name, box in self.boxes.items())
