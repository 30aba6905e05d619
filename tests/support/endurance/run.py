"""One course on a site: it passes, with its faults, and all are observed meanwhile."""

import json
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.support.devtools.session import DevToolsError
from tests.support.endurance.course import Course
from tests.support.endurance.crowd import NEWS
from tests.support.endurance.memory import MIB, Samples
from tests.support.endurance.screens import Screen
from tests.support.endurance.served import Site

BACK_S, HANDED_IN_S, WRITTEN_S = 300.0, 120.0, 420.0
MOST = 0.8
"""Of the players are on at any time, by their script."""
REPORT_EVERY = 3


@dataclass
class Run:
    """Observations, and violations."""

    course: Course
    site: Site
    crowd: subprocess.Popen[bytes]
    screens: list[Screen]
    samples: Samples
    began_s: float = field(default_factory=time.monotonic)
    short: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def at_s(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self.began_s

    def reports(self, text: str) -> None:
        """A line with its time."""
        print(f"{self.at_s / 60:6.1f} min  {text}", flush=True)

    def holds(self, is_so: bool, what: str) -> None:
        """Note it if it isn't so."""
        if not is_so:
            self.short.append(what)
            self.reports(f"FELL SHORT {what}"[:1000])

    @contextmanager
    def noting(self, what: str) -> Iterator[None]:
        """A violation is reported at the end; the rest goes on."""
        try:
            yield
        except (AssertionError, DevToolsError, OSError, sqlite3.Error) as error:
            self.holds(is_so=False, what=f"{what}: {error}"[:1000])

    def waits(self, happens: Callable[[], bool], within_s: float, what: str) -> None:
        """Fall short if it doesn't."""
        deadline = time.monotonic() + within_s
        while not happens():
            if time.monotonic() > deadline:
                self.holds(is_so=False, what=f"never: {what}")
                return
            time.sleep(0.5)

    def news(self) -> dict[str, Any]:
        """How the crowd is; nothing while it comes up."""
        path = self.site.folder / NEWS
        return dict(json.loads(path.read_text())) if path.exists() else {"on": 0}

    def begins(self) -> None:
        """All come up; time counts from then on."""
        for screen in self.screens:
            took_s = screen.comes_up(self.site.approved)
            self.reports(f"{screen.name} shows after {took_s:.1f} s")
        self.waits(self.most_are_on, BACK_S, "most players on at first")
        self.began_s = time.monotonic()
        for who in ("server", *(screen.name for screen in self.screens)):
            self.samples.begin(who, 0, 0.0)

    def most_are_on(self) -> bool:
        """Whether the crowd is there."""
        return bool(self.news()["on"] >= MOST * self.course.players)

    def passes(self) -> None:
        """The whole length, with its faults; what one takes beyond its time comes on top."""
        due = [(share * self.course.length_s, name) for share, name in self.course.faults]
        next_sample_s = late_s = 0.0
        while self.at_s < self.course.length_s + late_s:
            if self.at_s >= next_sample_s:
                next_sample_s = self.at_s + self.course.every_s
                self.samples_all()
            if due and self.at_s >= due[0][0] + late_s:
                took_s = self.suffers(due.pop(0)[1])
                late_s += max(0.0, took_s - self.course.still_s)
            self.watches(1.0)

    def watches(self, for_s: float) -> None:
        """Let time pass and sample the glass each second."""
        until_s = self.at_s + for_s
        while self.at_s < until_s:
            for screen in self.screens:
                with self.noting(f"the glass of {screen.name}"):
                    screen.checks_glass(self.site.approved)
            time.sleep(max(0.0, min(1.0, until_s - self.at_s)))

    def suffers(self, name: str) -> float:
        """One fault, until all is there again that was taken away; the seconds that took."""
        self.reports(f"fault: {name}")
        began_s = self.at_s
        faults = {
            "kill": self._kill,
            "still": lambda: self.site.is_suspended(self.course.still_s, self.watches),
            "locked": lambda: self.site.has_its_database_locked(self.course.still_s, self.watches),
            "browser": self._browser,
        }
        with self.noting(name):
            faults[name]()
        took_s = self.at_s - began_s
        self.reports(f"fault over: {name}, after {took_s:.1f} s")
        return took_s

    def _kill(self) -> None:
        self.site.is_killed(self.course.still_s / 4, self.watches)
        self.samples.begin("server", self.site.life, self.at_s)

    def _browser(self) -> None:
        """The last of them, so that the others live through all."""
        screen = self.screens[-1]
        screen.loses_power()
        took_s = screen.comes_up(self.site.approved)
        self.samples.begin(screen.name, screen.life, self.at_s)
        self.reports(f"{screen.name} shows again after {took_s:.1f} s")

    def samples_all(self) -> None:
        """Memory of all, and records of the browsers."""
        held = self.site.memory()
        self.samples.note("server", self.site.life, self.at_s, held)
        heaps = []
        for screen in self.screens:
            with self.noting(f"a look at {screen.name}"):
                screen.reads()
                facts = screen.memory()
                self.samples.note(screen.name, screen.life, self.at_s, facts)
                heaps.append(round(facts["heap"] / MIB, 2))
        if self.samples.of("server") % REPORT_EVERY == 1:
            mib = round(sum(held.values()) / MIB, 1)
            self.reports(f"server {mib} MiB, heaps {heaps} MiB, crowd {self.news()}")

    def ends(self) -> None:
        """All hand in what they have, and are switched off."""
        self.waits(self.most_are_on, BACK_S, "most players on in the end")
        ended_s = time.time()
        for screen in self.screens:
            with self.noting(f"the end of {screen.name}"):
                what = f"{screen.name} has handed in"
                self.waits(lambda one=screen: one.has_handed_in(ended_s), HANDED_IN_S, what)
                screen.loses_power()
        self.crowd.send_signal(signal.SIGTERM)
        self.holds(self.crowd.wait(WRITTEN_S) == 0, "the crowd ended badly")
