"""Figures of several workers are added up, whichever of them is asked."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from server.metrics.together import QUESTION, Together
from server.workers.relay import NobodyAnswered, Relay


@dataclass
class Line:
    """Stands for the relay: the workers of a test are each other's peers."""

    name: str
    others: dict[str, "Line"] = field(default_factory=dict)
    answerer: Callable[[Any], Any] | None = None

    @property
    def peers(self) -> list[str]:
        """The others."""
        return list(self.others)

    def answer(self, kind: str, answerer: Callable[[Any], Any]) -> None:
        """Wire it."""
        assert kind == QUESTION
        self.answerer = answerer

    def ask(self, worker: str, _kind: str, said: Any, _timeout_s: float) -> Any:
        """Ask another one. Raises NobodyAnswered."""
        answerer = self.others[worker].answerer
        if answerer is None:
            raise NobodyAnswered
        return answerer(said)


def worker(line: Line, count: int, *, sockets: float, delay_s: float) -> dict[str, float]:
    """A worker with figures; what it says when it is asked."""
    registry = CollectorRegistry()
    Counter("play_batches", "-", namespace="anping", registry=registry).inc(count)
    Gauge("anping_sockets", "-", registry=registry).set(sockets)
    Gauge("anping_screens_heard", "-", registry=registry).set(7)
    Gauge("anping_loop_delay_seconds", "-", registry=registry).set(delay_s)
    seconds = Histogram("anping_http_request_seconds", "-", buckets=[1.0], registry=registry)
    seconds.observe(0.1 * count)
    together = Together(cast("Relay", line), [registry])
    return {
        f"{sample.name}{sample.labels or ''}": sample.value
        for family in together.collect()
        for sample in family.samples
    }


def test_what_is_counted_is_added_up_and_of_what_is_bad_the_worst_is_told() -> None:
    one, other, silent = Line("one"), Line("other"), Line("silent")
    worker(one, 2, sockets=10, delay_s=0.5)
    other.others = {"one": one, "silent": silent}

    found = worker(other, 3, sockets=5, delay_s=0.1)

    assert found["anping_play_batches_total"] == 5
    assert found["anping_sockets"] == 15
    assert found["anping_screens_heard"] == 7
    assert found["anping_loop_delay_seconds"] == 0.5
    assert found["anping_http_request_seconds_count"] == 2
    assert found["anping_http_request_seconds_bucket{'le': '1.0'}"] == 2
    assert found["anping_play_batches_created"] <= time.time()
