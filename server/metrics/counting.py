"""What is counted as it happens: requests, batches of plays, and how late the loop is."""

import time
from dataclasses import dataclass, field
from typing import Final

import gevent
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

PREFIX: Final = "anping"
BOUNDS_S: Final = (0.025, 0.1, 0.3, 1.0, 5.0, 30.0)
STEP_S: Final = 0.25


@dataclass
class Delay:
    """How much later than meant the loop came back to somebody, at most, since this was read."""

    most_s: float = 0.0

    def note(self, late_s: float) -> None:
        """Once it was so late."""
        self.most_s = max(self.most_s, late_s)

    def taken(self) -> float:
        """The most, and begin anew."""
        most_s, self.most_s = self.most_s, 0.0
        return most_s


@dataclass
class Counts:
    """The counters of one app, in a registry of their own."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    delay: Delay = field(default_factory=Delay)

    def __post_init__(self) -> None:
        self.requests = Counter(
            "http_requests",
            "Requests that were answered, but for batches of plays by POST, by class of status",
            ["status"],
            namespace=PREFIX,
            registry=self.registry,
        )
        self.seconds = Histogram(
            "http_request_seconds",
            "How long the server took for each of them",
            namespace=PREFIX,
            buckets=BOUNDS_S,
            registry=self.registry,
        )
        self.batches = Counter(
            "play_batches",
            "Batches of plays that became durable, repetitions included",
            namespace=PREFIX,
            registry=self.registry,
        )
        ProcessCollector(namespace=PREFIX, registry=self.registry)
        for status in ("2xx", "3xx", "4xx", "5xx"):
            self.requests.labels(status)  # there from the beginning, so that rates are right

    def answered(self, status: int, seconds: float) -> None:
        """A request was answered."""
        self.requests.labels(f"{status // 100}xx").inc()
        self.seconds.observe(seconds)


def watch_the_loop(delay: Delay) -> None:
    """Look four times a second how late the loop is, until the process ends."""
    while True:
        meant_s = time.monotonic() + STEP_S
        gevent.sleep(STEP_S)
        delay.note(time.monotonic() - meant_s)
