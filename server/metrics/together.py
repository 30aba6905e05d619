"""The figures of all workers in one: Prometheus asks whichever the kernel lets answer.

What is counted by each is added up. What each looks up in databases, folders and presence is the
same for all, and is the asked one's; of what may be bad the worst is told.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

from server.workers.relay import NobodyAnswered, Relay

QUESTION: Final = "figures"
PATIENCE_S: Final = 1.0
ADDED_UP: Final = frozenset(
    {
        "anping_sockets",
        "anping_socket_held_bytes",
        "anping_socket_dropped_total",
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
Key = tuple[str, tuple[tuple[str, str], ...]]
Values = Mapping[Key, float]


def _is_counted(family: Metric, sample: Sample) -> bool:
    """Whether a figure grows with what one worker does."""
    return family.type in {"counter", "histogram"} and not sample.name.endswith("_created")


class Together(Collector):
    """Asks the other workers for what they have counted, and adds it to this one's."""

    def __init__(self, relay: Relay, registries: Iterable[CollectorRegistry]) -> None:
        self._relay = relay
        self._registries = tuple(registries)
        relay.answer(QUESTION, lambda _said: self._said())

    def collect(self) -> Iterator[Metric]:
        """Called for each scrape; who doesn't answer within a second isn't in it."""
        others = self._ask()
        for family in self._own():
            merged = [self._with(family, sample, others) for sample in family.samples]
            family.samples = merged
            yield family

    def _own(self) -> Iterator[Metric]:
        for registry in self._registries:
            yield from registry.collect()

    def _said(self) -> list[list[Any]]:
        """What this worker has counted, as it goes to another one."""
        return [
            [sample.name, sorted(sample.labels.items()), sample.value]
            for family in self._own()
            for sample in family.samples
            if _is_counted(family, sample) or sample.name in ADDED_UP | WORST
        ]

    def _with(self, family: Metric, sample: Sample, others: Iterable[Values]) -> Sample:
        key = (sample.name, tuple(sorted(sample.labels.items())))
        found = [values[key] for values in others if key in values]
        if _is_counted(family, sample) or sample.name in ADDED_UP:
            return sample._replace(value=sample.value + sum(found))
        return sample._replace(value=max([sample.value, *found])) if found else sample

    def _ask(self) -> list[Values]:
        found: list[Values] = []

        def ask(worker: str) -> None:
            try:
                said = self._relay.ask(worker, QUESTION, None, PATIENCE_S)
            except NobodyAnswered:
                return
            found.append({(name, tuple(map(tuple, labels))): value for name, labels, value in said})

        threads = [threading.Thread(target=ask, args=(one,)) for one in self._relay.peers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return found
