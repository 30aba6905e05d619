"""Requests by route: by the rule of an address, never by the address itself."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from prometheus_client import Metric

from server.foundation.histograms import Buckets
from server.web.metrics.families import counters, histograms

BOUNDS_S: Final = (0.05, 0.3, 1.0, 5.0)
"""Few, as there are hundreds of routes; `anping_http_request_seconds` has more."""
NO_ROUTE: Final = "none"
METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
OTHER: Final = "other"


@dataclass
class Route:
    """Answers of one route to one method, by class of status."""

    answers: dict[str, int] = field(default_factory=dict)
    seconds: Buckets = field(default_factory=lambda: Buckets(BOUNDS_S))


@dataclass
class Routes:
    """Requested routes by rule and method: no more than the app has."""

    found: dict[tuple[str, str], Route] = field(default_factory=dict)

    def answered(self, rule: str, method: str, status: str, seconds: float) -> None:
        """Count an answer; unknown methods share one series."""
        key = (rule, method if method in METHODS else OTHER)
        route = self.found.get(key)
        if route is None:
            route = self.found[key] = Route()
        route.answers[status] = route.answers.get(status, 0) + 1
        route.seconds.add(seconds)

    def collect(self) -> Iterator[Metric]:
        """The families of a scrape."""
        found = sorted(self.found.items())
        yield counters(
            "http_route_requests",
            "Requests of anping_http_requests by route",
            ["route", "method", "status"],
            [
                ((*key, status), count)
                for key, route in found
                for status, count in route.answers.items()
            ],
        )
        yield histograms(
            "http_route_seconds",
            "Time from the start of a request to its answer, by route",
            ["route", "method"],
            [(key, route.seconds) for key, route in found],
        )
