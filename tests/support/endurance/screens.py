"""Real screens: Chromium with the real player, the plays on its disk, the objects of its page."""

import re
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from server.simulator.wire.protocol import COMPLETED
from tests.support.devices.box_process import BoxProcess
from tests.support.devices.kiosk import wait_until
from tests.support.devices.rendered_page import FACTS
from tests.support.devtools.page_memory import private_bytes, sample
from tests.support.devtools.session import DevTools, DevToolsError
from tests.support.endurance.ledger import OTHER, WHOLE
from tests.support.endurance.served import Site

UP_S = 120.0
# All that is on the player's disk: plays that have ended, and how far each boot is acknowledged.
READ = """async () => {
  const asked = (one) => new Promise((well, ill) => {
    one.onsuccess = () => well(one.result);
    one.onerror = () => ill(one.error);
  });
  const db = await asked(indexedDB.open("anping"));
  const all = db.transaction(["plays", "boots"]);
  const [plays, boots] = await Promise.all(
    ["plays", "boots"].map((name) => asked(all.objectStore(name).getAll())));
  db.close();
  return {
    boots: boots.map(({boot, acked, lost}) => [boot, acked, lost]),
    plays: plays.filter((play) => !play.open).map((play) =>
      [play.boot, play.seq, play.state, play.manifest !== null, play.wall + play.shown_ms]),
  };
}"""
RELOADING = re.compile("Execution context was destroyed|default execution context|navigated")


@dataclass
class Screen:
    """One box: its lives, its own records by boot and number, and oddities on its glass."""

    box: BoxProcess
    profile: Path
    name: str
    screen_id: str
    life: int = -1
    records: dict[tuple[str, int], tuple[int, bool, float]] = field(default_factory=dict)
    acked: dict[str, int] = field(default_factory=dict)
    boots: list[str] = field(default_factory=list)
    lost: list[Any] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    tools: DevTools | None = None

    def comes_up(self, approved: set[str]) -> float:
        """Switched on; after how many s something approved is on the glass."""
        began = self.box.switch_on()
        self.tools = DevTools(self.box.debugging)
        what = f"a picture on {self.name}"
        wait_until(lambda: self.facts().get("asset") in approved, UP_S, what, 0.2)
        self.life += 1
        return time.monotonic() - began

    def facts(self) -> dict[str, str]:
        """The player's report of its composited page."""
        return self._evaluates(FACTS) or {}

    def checks_glass(self, approved: set[str]) -> None:
        """Note whether the glass shows approved content."""
        facts = self.facts()
        if not facts:
            self.seen["loading"] += 1
        elif facts.get("asset") in approved:
            self.seen["approved"] += 1
        else:
            self.seen[f"{facts.get('life')} {facts.get('state')} {facts.get('asset')}"] += 1

    def reads(self) -> None:
        """Note what its disk has; it keeps the latest 500 that are acknowledged at least."""
        records = self._evaluates(READ)
        if records is None:
            return
        for boot, acked, lost in records["boots"]:
            if boot not in self.boots:
                self.boots.append(boot)
            self.acked[boot] = max(acked, self.acked.get(boot, 0))
            if lost is not None:
                self.lost.append([boot, lost])
        for boot, seq, state, is_planned, ended in records["plays"]:
            self.records[(boot, seq)] = (state, is_planned, ended)

    def _evaluates(self, function: str) -> Any:
        """The value of a function in its page; None while that reloads."""
        assert self.tools is not None
        try:
            return self.tools.evaluate(function)
        except DevToolsError as error:
            if not RELOADING.search(str(error)):
                raise
            return None

    def memory(self) -> dict[str, float]:
        """Its page's heap after collection (bytes), nodes, listeners; its process's own bytes."""
        assert self.tools is not None
        self.tools.send("Performance.enable")
        found = sample(self.tools)
        return {
            "heap": found.heap,
            "nodes": found.nodes,
            "listeners": found.listeners,
            "private": float(private_bytes(self.profile)),
        }

    def loses_power(self) -> None:
        """All of its processes are killed."""
        self.reads()
        self.is_switched_off()

    def is_switched_off(self) -> None:
        """Its processes are killed, and the connection to its page is closed."""
        self.box.cut_power()
        if self.tools is not None:
            self.tools.close()
            self.tools = None

    def has_handed_in(self, before_s: float) -> bool:
        """Whether all plays that ended before an instant (s) were acknowledged."""
        self.reads()
        return not any(
            seq > self.acked.get(boot, 0) and ended < before_s * 1000
            for (boot, seq), (_, _, ended) in self.records.items()
        )

    def recorded(self) -> dict[str, bytes]:
        """By boot a byte for each play, by its number, as in a ledger."""
        found: dict[str, bytearray] = {}
        for (boot, seq), (state, is_planned, _) in self.records.items():
            plays = found.setdefault(boot, bytearray())
            plays.extend(bytes(max(0, seq - len(plays))))
            plays[seq - 1] = WHOLE if is_planned and state == COMPLETED else OTHER
        return {boot: bytes(plays) for boot, plays in found.items()}


def make_screens(folder: Path, site: Site) -> list[Screen]:
    """The boxes of a site, each with its profile in a folder."""
    made = []
    for serial, screen in zip(site.serials, site.screens, strict=True):
        box = BoxProcess(folder / serial, site.address(serial))
        made.append(Screen(box, folder / serial, serial, screen))
    return made
