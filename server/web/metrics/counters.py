"""Counters incremented as things happen: requests, plays, and the lag of the event loop."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import gevent
from prometheus_client import CollectorRegistry, Counter, Histogram, Metric, ProcessCollector

from server.foundation.histograms import Buckets
from server.playlog.model.events import PlaysTaken
from server.playlog.rawlog.failure_texts import REASONS
from server.web.metrics.families import PREFIX, counter, counters, histogram
from server.web.metrics.routes import Routes

BOUNDS_S: Final = (0.025, 0.1, 0.3, 1.0, 5.0, 30.0)
LAGS_S: Final = (0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 5.0)
STEP_S: Final = 0.25


@dataclass
class Delay:
    """The lag of the event loop: its maximum since the last reading, and a histogram."""

    most_s: float = 0.0
    lags: Buckets = field(default_factory=lambda: Buckets(LAGS_S))

    def note(self, late_s: float) -> None:
        """Once it was so late."""
        self.most_s = max(self.most_s, late_s)
        self.lags.add(max(late_s, 0.0))

    def taken(self) -> float:
        """The maximum, and reset it."""
        most_s, self.most_s = self.most_s, 0.0
        return most_s


@dataclass
class Plays:
    """Plays that became durable, each once, and those of them that were put aside, by reason."""

    acknowledged: int = 0
    quarantined: dict[str, int] = field(default_factory=lambda: dict.fromkeys(REASONS, 0))

    def collect(self) -> Iterator[Metric]:
        """The families of a scrape."""
        yield counter(
            "plays_acknowledged",
            "Plays stored durably, duplicates not counted",
            self.acknowledged,
        )
        yield counters(
            "plays_quarantined",
            "Plays quarantined on ingest, by reason",
            ["reason"],
            [((reason,), count) for reason, count in self.quarantined.items()],
        )


@dataclass(eq=False)
class Counts:
    """The counters of one app, in a registry of their own."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    delay: Delay = field(default_factory=Delay)
    plays: Plays = field(default_factory=Plays)
    routes: Routes = field(default_factory=Routes)

    def __post_init__(self) -> None:
        self.requests = Counter(
            "http_requests",
            "Requests answered, without batches of plays by POST, by class of status",
            ["status"],
            namespace=PREFIX,
            registry=self.registry,
        )
        self.seconds = Histogram(
            "http_request_seconds",
            "Time from the start of a request to its answer",
            namespace=PREFIX,
            buckets=BOUNDS_S,
            registry=self.registry,
        )
        self.batches = Counter(
            "play_batches",
            "Batches of plays stored durably, duplicates included",
            namespace=PREFIX,
            registry=self.registry,
        )
        ProcessCollector(namespace=PREFIX, registry=self.registry)
        self.registry.register(self)
        for status in ("2xx", "3xx", "4xx", "5xx"):
            self.requests.labels(status)  # there from the beginning, so that rates are right

    def collect(self) -> Iterator[Metric]:
        """Figures kept as plain integers; called for each scrape."""
        yield from self.plays.collect()
        yield from self.routes.collect()
        yield histogram(
            "loop_lag_seconds",
            "Lag of the event loop, measured four times a second",
            self.delay.lags,
        )

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """A request was answered; `route` is its rule."""
        kind = f"{status // 100}xx"
        self.requests.labels(kind).inc()
        self.seconds.observe(seconds)
        self.routes.answered(route, method, kind, seconds)

    def took(self, notice: PlaysTaken) -> None:
        """A batch of plays became durable."""
        self.batches.inc()
        self.plays.acknowledged += notice.plays
        for reason in notice.put_aside:
            self.plays.quarantined[reason] = self.plays.quarantined.get(reason, 0) + 1


def watch_the_loop(delay: Delay) -> None:
    """Measure the lag of the event loop four times a second, until the process ends."""
    while True:
        due_s = time.monotonic() + STEP_S
        gevent.sleep(STEP_S)
        delay.note(time.monotonic() - due_s)
