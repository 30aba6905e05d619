"""Figures of several workers are added up, whichever of them is asked."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from server.foundation.workers.relay import NobodyAnswered, Relay
from server.web.metrics.all_workers import AllWorkersCollector


@dataclass
class Line:
    """A double of the relay: the workers of a test are each other's peers."""

    name: str
    others: dict[str, "Line"] = field(default_factory=dict)
    answerers: dict[str, Callable[[Any], Any]] = field(default_factory=dict)
    handlers: dict[str, Callable[[str, Any], None]] = field(default_factory=dict)

    @property
    def peers(self) -> list[str]:
        """The others."""
        return list(self.others)

    def answer(self, kind: str, answerer: Callable[[Any], Any]) -> None:
        """Register what answers requests of a kind."""
        self.answerers[kind] = answerer

    def listen(self, kind: str, handler: Callable[[str, Any], None]) -> None:
        """Register the callback for messages of a kind."""
        self.handlers[kind] = handler

    def publish(self, kind: str, message: Any) -> None:
        """Send to all others."""
        for other in self.others.values():
            if kind in other.handlers:
                other.handlers[kind](self.name, message)

    def ask(self, worker: str, kind: str, query: Any, _timeout_s: float) -> Any:
        """Ask another one. Raises NobodyAnswered."""
        answerer = self.others[worker].answerers.get(kind)
        if answerer is None:
            raise NobodyAnswered
        return answerer(query)


def connect(*lines: Line) -> None:
    for line in lines:
        line.others = {other.name: other for other in lines if other is not line}


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
    connect(one, other, silent)

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
    connect(one, other)

    found = worker(other, 3, sockets=5, delay_s=0.1)

    name = "anping_http_route_requests_total{{'route': '{}'}}"
    assert found[name.format("/both")] == 5
    assert found[name.format("/other")] == 3
    assert found[name.format("/one")] == 2
    assert name.format("/other") not in first


def counting(line: Line, count: int) -> tuple[Counter, Callable[[], tuple[float, float]]]:
    """A worker's counter, and the sums of that and of sockets as a scrape gives them."""
    registry = CollectorRegistry()
    counter = Counter("play_batches", "-", namespace="anping", registry=registry)
    counter.inc(count)
    Gauge("anping_sockets", "-", registry=registry).set(5)
    together = AllWorkersCollector(cast("Relay", line), [registry])

    def scrape() -> tuple[float, float]:
        found = collected(together)
        return found["anping_play_batches_total"], found["anping_sockets"]

    return counter, scrape


def test_the_counts_of_one_that_does_not_answer_stay_until_it_is_gone() -> None:
    one, other = Line("one"), Line("other")
    counting(one, 2)
    _, scrape = counting(other, 3)
    connect(one, other)

    answering = scrape()
    one.answerers = {}
    silent = scrape()
    other.others = {}  # Redis is away: nobody can be asked
    away = scrape()
    other.handlers["lost"]("one", None)

    assert (answering, silent, away, scrape()) == ((5, 10), (5, 5), (5, 5), (3, 5))


def test_no_sum_is_less_than_one_that_another_worker_gave() -> None:
    one, other, third = Line("one"), Line("other"), Line("third")
    counter, by_one = counting(one, 2)
    _, by_other = counting(other, 3)
    _, by_third = counting(third, 4)
    connect(one, other, third)
    by_third()

    counter.inc(100)
    seen_by_one = by_one()
    one.answerers = {}
    seen_by_others = by_other(), by_third()

    assert (seen_by_one, *seen_by_others) == ((109, 15), (109, 10), (109, 10))


def test_what_comes_late_from_one_that_is_gone_is_not_kept() -> None:
    one, other = Line("one"), Line("other")
    counting(one, 2)
    _, scrape = counting(other, 3)
    connect(one, other)
    scrape()

    other.others = {}
    other.handlers["lost"]("one", None)
    one.publish("figures", [["anping_play_batches_total", [], 2.0]])

    assert scrape() == (3, 5)
