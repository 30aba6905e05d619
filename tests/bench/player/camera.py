"""The camera: samples screens some hundred times a second and records what changes.

    python -m tests.bench.player.camera FILM.txt DISPLAY PIXELS WIDTH HEIGHT [DISPLAY ...]

A process of its own, ahead of all others on the processor, until its input ends. Each line of the
film is a run of samples with the same content: screen, ms since 1970 of the first and of the last
of them (this machine's clock, which is the server's), and the three rows as item:frame. A pause
between two samples of more than half a display frame is recorded as `blind`.
"""

from __future__ import annotations

import contextlib
import os
import select
import sys
import time
from pathlib import Path
from typing import TextIO

from tests.bench.player.marks import BLANK, Mark, read
from tests.bench.player.screen import Lens, Screen

PAUSE_S = 0.002
BLIND_MS = 8.0
PRIORITY = 10
AGAIN_S = 0.001
RESAMPLES = 4  # within a quarter of a display frame: the content can't have changed


class Watcher:
    """Turns the samples of one screen into runs."""

    def __init__(self, number: int, lens: Lens, film: TextIO) -> None:
        self._number = number
        self._lens = lens
        self._film = film
        self._seen: tuple[bytes, ...] = ()
        self._marks: tuple[Mark, ...] = ()
        self._first_ms = self._last_ms = 0.0

    def sample(self, now_ms: float) -> None:
        """One sample; a run that ended is written."""
        seen = self._lens.sample()
        if seen != self._seen:
            marks = tuple(read(row) for row in seen)
            for _ in range(RESAMPLES):
                if BLANK not in marks:
                    break
                # Maybe a row that is being written just now. The camera has a higher priority than
                # its writer, so it has to yield before it samples again.
                time.sleep(AGAIN_S)
                seen = self._lens.sample()
                marks = tuple(read(row) for row in seen)
            self._seen = seen
            if marks != self._marks:
                self.end()
                self._marks, self._first_ms = marks, now_ms
        self._last_ms = now_ms

    def end(self) -> None:
        """Write the run down."""
        if not self._marks:
            return
        rows = " ".join(f"{one.item}:{one.frame}" for one in self._marks)
        line = f"{self._number} {self._first_ms:.3f} {self._last_ms:.3f} {rows}\n"
        self._film.write(line)


def watch(screens: list[Screen], film: TextIO) -> None:
    """Sample until the input ends."""
    watchers = [Watcher(place, Lens(one), film) for place, one in enumerate(screens)]
    last_ms = time.time_ns() / 1e6
    while not select.select([sys.stdin], [], [], PAUSE_S)[0]:
        now_ms = time.time_ns() / 1e6
        if now_ms - last_ms > BLIND_MS:
            film.write(f"blind {last_ms:.3f} {now_ms:.3f}\n")
        last_ms = now_ms
        for watcher in watchers:
            watcher.sample(now_ms)
    for watcher in watchers:
        watcher.end()


def main(words: list[str]) -> None:
    """Read the arguments and film."""
    with contextlib.suppress(OSError):  # without the right to it the film has more blind spots
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
    fours = [words[place : place + 4] for place in range(1, len(words), 4)]
    screens = [Screen(a, Path(b), int(c), int(d)) for a, b, c, d in fours]
    with Path(words[0]).open("w", encoding="ascii", buffering=1) as film:
        print("filming", flush=True)
        watch(screens, film)


if __name__ == "__main__":
    main(sys.argv[1:])
