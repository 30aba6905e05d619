"""Figures of several workers are added up, whichever of them is asked."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from server.foundation.workers.relay import NobodyAnswered, Relay
from server.web.metrics.all_workers import QUESTION, AllWorkersCollector


@dataclass
class Line:
    """A double of the relay: the workers of a test are each other's peers."""

    name: str
    others: dict[str, "Line"] = field(default_factory=dict)
    answerer: Callable[[Any], Any] | None = None
    lose: Callable[[str, Any], None] | None = None

    @property
    def peers(self) -> list[str]:
        """The others."""
        return list(self.others)

    def answer(self, kind: str, answerer: Callable[[Any], Any]) -> None:
        """Wire it."""
        assert kind == QUESTION
        self.answerer = answerer

    def listen(self, kind: str, handler: Callable[[str, Any], None]) -> None:
        """Register the callback for a lost peer."""
        assert kind == "lost"
        self.lose = handler

    def ask(self, worker: str, _kind: str, query: Any, _timeout_s: float) -> Any:
        """Ask another one. Raises NobodyAnswered."""
        answerer = self.others[worker].answerer
        if answerer is None:
            raise NobodyAnswered
        return answerer(query)


def worker(line: Line, count: int, *, sockets: float, delay_s: float) -> dict[str, float]:
    """A worker with figures; its answer to a scrape."""
    registry = CollectorRegistry()
    Counter("play_batches", "-", namespace="anping", registry=registry).inc(count)
    Gauge("anping_sockets", "-", registry=registry).set(sockets)
    Gauge("anping_screens_heard", "-", registry=registry).set(7)
    Gauge("anping_loop_delay_seconds", "-", registry=registry).set(delay_s)
    routes = Counter("anping_http_route_requests", "-", ["route"], registry=registry)
    for route in ("/both", f"/{line.name}"):
        routes.labels(route).inc(count)
    seconds = Histogram("anping_http_request_seconds", "-", buckets=[1.0], registry=registry)
    seconds.observe(0.1 * count)
    return collected(AllWorkersCollector(cast("Relay", line), [registry]))


def collected(together: AllWorkersCollector) -> dict[str, float]:
    return {
        f"{sample.name}{sample.labels or ''}": sample.value
        for family in together.collect()
        for sample in family.samples
    }


def test_counters_are_added_up_and_of_gauges_of_trouble_the_worst_is_given() -> None:
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


def test_a_route_that_only_another_worker_was_asked_for_is_there_too() -> None:
    one, other = Line("one"), Line("other")
    first = worker(one, 2, sockets=10, delay_s=0.5)
    other.others = {"one": one}

    found = worker(other, 3, sockets=5, delay_s=0.1)

    name = "anping_http_route_requests_total{{'route': '{}'}}"
    assert found[name.format("/both")] == 5
    assert found[name.format("/other")] == 3
    assert found[name.format("/one")] == 2
    assert name.format("/other") not in first


def test_the_counts_of_one_that_does_not_answer_stay_until_it_is_gone() -> None:
    one, other, registry = Line("one"), Line("other"), CollectorRegistry()
    worker(one, 2, sockets=10, delay_s=0.5)
    other.others = {"one": one}
    Counter("play_batches", "-", namespace="anping", registry=registry).inc(3)
    Gauge("anping_sockets", "-", registry=registry).set(5)
    together = AllWorkersCollector(cast("Relay", other), [registry])

    def seen() -> tuple[float, float]:
        found = collected(together)
        return found["anping_play_batches_total"], found["anping_sockets"]

    answering = seen()
    one.answerer = None
    silent = seen()
    other.others = {}  # Redis is away: nobody can be asked
    away = seen()
    assert other.lose is not None
    other.lose("one", None)

    assert (answering, silent, away, seen()) == ((5, 15), (5, 5), (5, 5), (3, 5))
