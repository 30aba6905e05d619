"""The crowd: boxes that live until SIGTERM, then hand in the rest and write down what they know."""

import json
import logging
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gevent
import gevent.event
import structlog
from gevent.pool import Pool

from server.operations.supervisor.parent_death import die_with_parent
from server.simulator.fleet.box import Box
from server.simulator.fleet.crowd import Crowd
from server.simulator.fleet.machine import Machine
from server.simulator.fleet.script import Episode
from server.simulator.player.courier import Courier
from server.simulator.player.disk import Boot, Credential, Disk
from server.simulator.player.fittings import Fittings
from server.simulator.player.shelf import Shelf
from server.simulator.wire.protocol import Json, NoNetwork, Refused
from tests.support.endurance.ledger import Ledger, NotingLink

OPTIONS, NEWS, LEDGER = "wish.json", "news.json", "ledger.json"
EVERY_S = 2.0
AT_ONCE = 20
REST_S = 300.0
OFF_MS = 3_000.0
"""No box is back sooner after its power went; its clock may be unsure by less."""
NOBODY = Boot("")


@dataclass(frozen=True)
class CrowdOptions:
    """Whom to play: by screen its token; the server's keys; troubles by the place in the row."""

    base: str
    keys: list[Json]
    tokens: dict[str, str]
    over_s: float
    minute_s: float

    def boxes(self, ledger: Ledger) -> dict[str, Box]:
        """One for each screen, with one shelf for all, as media are the same."""
        shelf = Shelf(shared=True)
        return {
            screen: self._box(place, screen, ledger, shelf)
            for place, screen in enumerate(self.tokens)
        }

    def _box(self, place: int, screen: str, ledger: Ledger, shelf: Shelf) -> Box:
        machine, cable = Machine(now_ms), NotingLink(self.base, ledger)
        fittings = Fittings(cable, machine, shelf, random.Random(place))
        disk = Disk(Credential(self.tokens[screen], screen, self.keys))
        return Box(disk, machine, cable, fittings, self._script(place))

    def _script(self, place: int) -> list[Episode]:
        """One in five loses its network, one in ten its power, again and again."""
        minute_ms, began_ms = self.minute_s * 1000, now_ms()
        if place % 5 == 1:
            at_ms = began_ms + (5 + place % 25) * minute_ms
            return [Episode("offline", at_ms, 3 * minute_ms, 30 * minute_ms)]
        if place % 10 == 2:
            at_ms = began_ms + (7 + place % 30) * minute_ms
            return [Episode("crash", at_ms, max(minute_ms / 2, OFF_MS), 35 * minute_ms)]
        return []


def now_ms() -> float:
    """True time of this process."""
    return time.time_ns() / 1_000_000


def live(folder: Path) -> None:
    """Play by the request in a folder; write news there, and in the end the ledger."""
    die_with_parent()
    # Each socket that a kill ends would have its line.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    over, ledger = gevent.event.Event(), Ledger()
    gevent.signal_handler(signal.SIGTERM, over.set)
    options = CrowdOptions(**json.loads((folder / OPTIONS).read_text()))
    crowd = Crowd(options.boxes(ledger))
    crowd.begin(options.over_s)
    while not over.wait(EVERY_S):
        write(folder / NEWS, news(crowd, ledger))
    last = news(crowd, ledger)
    crowd.end()
    left = sum(
        Pool(AT_ONCE).imap_unordered(
            lambda box: hand_in_the_rest(box, options.base, ledger), crowd.boxes.values()
        )
    )
    write(folder / LEDGER, {**last, **ledger.figures(), "left": left})


def news(crowd: Crowd, ledger: Ledger) -> Json:
    """How they are."""
    boxes = list(crowd.boxes.values())
    players = [box.player for box in boxes if box.player is not None]
    return {
        "on": len(players),
        "sockets": sum(box.cable.up for box in boxes),
        "words": dict(Counter(player.word() for player in players)),
        "told": sum(ledger.acknowledged.values()),
        "backlog": sum(boot.waiting for box in boxes for boot in box.disk.boots),
        "incidents": dict(Counter(one["code"] for box in boxes for one in box.disk.incidents)),
    }


def hand_in_the_rest(box: Box, base: str, ledger: Ledger) -> int:
    """By POST, with patience; how many plays still wait."""
    credential, link = box.disk.credential, NotingLink(base, ledger)
    assert credential is not None

    def send(batch: Json) -> Any:
        return link.send(credential.token, "plays", batch)

    courier = Courier(box.disk, send, lambda: None)
    deadline = time.monotonic() + REST_S
    while time.monotonic() < deadline:
        try:
            courier.hand_in(NOBODY)
        except (NoNetwork, Refused):
            gevent.sleep(1)
        else:
            break
    return sum(boot.waiting for boot in box.disk.boots)


def write(path: Path, content: Json) -> None:
    """Whole or not at all."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(content))
    fresh.replace(path)
