"""This worker's own figures: players, the committer, locks and connections."""

from collections.abc import Callable, Iterator

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.pool import QueuePool

from server.foundation.core import Core
from server.gateway.connection.state import Live
from server.web.metrics.counters import Delay
from server.web.metrics.families import PREFIX, counters, gauge, gauges, histogram, histograms
from server.web.reading_process.client import ReadingClient


class OwnFigures(Collector):
    """Integers that this process keeps; no database is asked."""

    def __init__(
        self, core: Core, live: Live, delay: Delay, reading: Callable[[], ReadingClient | None]
    ) -> None:
        self._live = live
        self._delay = delay
        self._reading = reading
        self._databases = {"config": core.config, "plays": core.plays}

    def collect(self) -> Iterator[Metric]:
        """Called for each scrape."""
        yield gauge(
            "loop_delay_seconds",
            "Largest lag of the event loop since the last scrape",
            self._delay.taken(),
        )
        yield from self._players()
        yield from self._commits()
        yield from self._locks()
        yield from self._connections()
        yield from self._reads()

    def _players(self) -> Iterator[Metric]:
        tally = self._live.tally
        by_socket = tally.beats - tally.posted_beats
        yield counters(
            "beats",
            "Heartbeats of players, by transport",
            ["way"],
            [(("socket",), by_socket), (("post",), tally.posted_beats)],
        )
        yield counters(
            "pushes",
            "Orders (assignments) and manifests sent to players' sockets",
            ["kind"],
            [(("assignment",), tally.assignments), (("manifest",), tally.manifests)],
        )
        yield counters(
            "push_acks",
            "Acknowledgements of pushed orders",
            ["outcome"],
            [(("accepted",), tally.accepted), (("refused",), tally.refused)],
        )
        yield histogram(
            "push_ack_seconds", "Time from sending an order to its acknowledgement", tally.ack_s
        )

    def _commits(self) -> Iterator[Metric]:
        committer = self._live.playback.committer
        yield gauge("commits_waiting", "Works waiting for a commit", committer.waiting)
        yield gauge("commits_failing", "1 while plays can't be committed", committer.failing)
        yield histogram(
            "commit_seconds",
            "Time from the start of a group's transaction until it is durable",
            committer.groups.seconds,
        )
        yield histogram(
            "commit_group_size",
            "Works (mostly batches of plays) committed together",
            committer.groups.works,
        )

    def _locks(self) -> Iterator[Metric]:
        waits = {name: database.waits for name, database in self._databases.items()}
        yield histograms(
            "database_lock_wait_seconds",
            "Waiting time of each writing transaction for the lock",
            ["database"],
            [((name,), one.seconds) for name, one in waits.items()],
        )
        yield counters(
            "database_lock_failures",
            "Transactions that didn't get the lock: timed out, or the connection was lost",
            ["database"],
            [((name,), one.failures) for name, one in waits.items()],
        )

    def _connections(self) -> Iterator[Metric]:
        used = GaugeMetricFamily(
            f"{PREFIX}_database_connections",
            "Connections of the pool: in use, or idle",
            labels=["database", "state"],
        )
        most: dict[str, float] = {}
        for name, database in self._databases.items():
            pool = database.engine.pool
            if isinstance(pool, QueuePool):
                used.add_metric([name, "in_use"], pool.checkedout())
                used.add_metric([name, "idle"], pool.checkedin())
                most[name] = pool.size() + pool._max_overflow
        yield used
        yield gauges("database_connections_limit", "Size limit of the pool", "database", most)

    def _reads(self) -> Iterator[Metric]:
        reading = self._reading()
        calls, failures = (0, 0) if reading is None else (reading.calls, reading.failures)
        yield gauge("reading_calls", "Calls waiting for the reading process", calls)
        yield counters(
            "reading_failures",
            "Calls that the reading process failed to answer",
            (),
            [((), failures)],
        )
