"""The figures of all workers in one, as Prometheus reaches any of them.

Counters are added up, of gauges of trouble the worst is given. Figures from databases, folders and
presence are the same for all, and are read by one worker only.

Prometheus takes a falling sum for a restart, and counts all of it once more. So the last counts of
a worker that doesn't answer, or can't be reached while Redis is away, stay in the sum until it is
known to be gone. Figures that a worker has exposed, alone or in another one's sum, are published
to all others, so that none of them has older ones in a later sum.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

from server.foundation.workers.relay import NobodyAnswered, Relay

REQUEST: Final = "publish-figures"
FIGURES: Final = "figures"
"""A worker's figures, published to all others."""
PATIENCE_S: Final = 1.0
ADDED_UP: Final = frozenset(
    {
        "anping_sockets",
        "anping_socket_connections",
        "anping_socket_stalled",
        "anping_socket_held_bytes",
        "anping_database_connections",
        "anping_database_connections_limit",
        "anping_commits_waiting",
        "anping_process_virtual_memory_bytes",
        "anping_process_resident_memory_bytes",
        "anping_process_open_fds",
        "anping_process_max_fds",
    }
)
WORST: Final = frozenset(
    {"anping_loop_delay_seconds", "anping_commits_failing", "anping_process_start_time_seconds"}
)
SUFFIXES: Final = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}
Key = tuple[str, tuple[tuple[str, str], ...]]
Values = Mapping[Key, float]
Row = list[Any]
"""A sample in a message: its name, pairs of label and value, value."""


def _is_counted(family: Metric, sample: Sample) -> bool:
    """Whether a figure grows with what one worker does."""
    return family.type in {"counter", "histogram"} and not sample.name.endswith("_created")


def _lacking(family: Metric, others: Iterable[Values]) -> list[Sample]:
    """Series of a family that only others have: a route that this worker was never asked for."""
    if family.type not in SUFFIXES:
        return []
    names = {family.name + suffix for suffix in SUFFIXES[family.type]}
    there = {_key(sample) for sample in family.samples}
    found: dict[Key, float] = {}
    for values in others:
        for key, value in values.items():
            if key[0] in names and key not in there:
                found[key] = found.get(key, 0.0) + value
    return [Sample(name, dict(labels), value) for (name, labels), value in found.items()]


def _key(sample: Sample) -> Key:
    return sample.name, tuple(sorted(sample.labels.items()))


def _rows(family: Metric) -> list[Row]:
    """What other workers need of a family."""
    return [
        [sample.name, sorted(sample.labels.items()), sample.value]
        for sample in family.samples
        if _is_counted(family, sample) or sample.name in ADDED_UP | WORST
    ]


def _values(rows: Iterable[Row]) -> Values:
    return {(name, tuple(map(tuple, labels))): value for name, labels, value in rows}


class AllWorkersCollector(Collector):
    """Collects the other workers' counters, and adds them to this one's."""

    def __init__(self, relay: Relay, registries: Iterable[CollectorRegistry]) -> None:
        self._relay = relay
        self._registries = tuple(registries)
        self._latest: dict[str, list[Row]] = {}
        relay.answer(REQUEST, lambda _payload: self._publish())
        relay.listen(FIGURES, self._remember)
        relay.listen("lost", lambda worker, _payload: self._forget(worker))

    def collect(self) -> Iterator[Metric]:
        """Called for each scrape; who doesn't answer within a second is in it by his last counts,
        and with nothing else.
        """
        answered = self._request()
        latest = {worker: _values(rows) for worker, rows in list(self._latest.items())}
        present = [latest[worker] for worker in answered if worker in latest]
        own: list[Row] = []
        for family in self._own():
            own += _rows(family)
            others = list(latest.values()) if family.type in SUFFIXES else present
            merged = [self._with(family, sample, others) for sample in family.samples]
            family.samples = [*merged, *_lacking(family, others)]
            yield family
        self._relay.publish(FIGURES, own)

    def _publish(self) -> None:
        self._relay.publish(FIGURES, [row for family in self._own() for row in _rows(family)])

    def _remember(self, worker: str, rows: list[Row]) -> None:
        if worker in self._relay.peers:
            self._latest[worker] = rows

    def _forget(self, worker: str) -> None:
        self._latest.pop(worker, None)

    def _own(self) -> Iterator[Metric]:
        for registry in self._registries:
            yield from registry.collect()

    def _with(self, family: Metric, sample: Sample, others: Iterable[Values]) -> Sample:
        key = _key(sample)
        found = [values[key] for values in others if key in values]
        if _is_counted(family, sample) or sample.name in ADDED_UP:
            return sample._replace(value=sample.value + sum(found))
        return sample._replace(value=max([sample.value, *found])) if found else sample

    def _request(self) -> list[str]:
        """Have all others publish their figures. Those that did so in time."""
        answered: list[str] = []

        def request(worker: str) -> None:
            try:
                self._relay.ask(worker, REQUEST, None, PATIENCE_S)
            except NobodyAnswered:
                return
            answered.append(worker)

        threads = [threading.Thread(target=request, args=(one,)) for one in self._relay.peers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answered
