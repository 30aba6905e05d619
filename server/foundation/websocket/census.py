"""Counts connections by state, and the backlog of slow readers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector


@dataclass(slots=True)
class Census:
    """Connections by state (outside any namespace, inside one, closing), and their backlog.

    `stalled`: connections with a backlog, of `held` bytes in all; `dropped`: frames never sent to
    slow readers since the start.
    """

    entering: int = 0
    open: int = 0
    closing: int = 0
    stalled: int = 0
    held: int = 0
    dropped: int = 0


class Sockets(Collector):
    """Exports the counts of the layer in use as metrics; `count` returns them."""

    def __init__(self) -> None:
        self.count: Callable[[], Census] = Census

    def collect(self) -> Iterator[Metric]:
        """Called for each scrape."""
        now = self.count()
        states = {"entering": now.entering, "open": now.open, "closing": now.closing}
        yield GaugeMetricFamily("anping_sockets", "Open websockets.", value=sum(states.values()))
        by_state = GaugeMetricFamily(
            "anping_socket_connections",
            "Websockets by state: not yet in a namespace, open, or closing.",
            labels=["state"],
        )
        for state, count in states.items():
            by_state.add_metric([state], count)
        yield by_state
        yield GaugeMetricFamily(
            "anping_socket_stalled", "Clients reading too slowly now.", value=now.stalled
        )
        yield GaugeMetricFamily(
            "anping_socket_held_bytes",
            "Bytes queued for clients reading too slowly.",
            value=now.held,
        )
        yield CounterMetricFamily(
            "anping_socket_dropped",
            "Events dropped for clients reading too slowly.",
            value=now.dropped,
        )
