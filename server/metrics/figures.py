"""The figures that are looked up when Prometheus asks; none has a screen's id as a label."""

from collections.abc import Callable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from server.core import Core
from server.errors import Busy
from server.metrics import machine, queries
from server.metrics.counting import PREFIX, Delay
from server.reading.asking import Reading
from server.realtime.live import Live

HEARD_MS = 90_000
"""Players beat each 30 s, so who was heard within three beats is there."""
By = dict[str, float]


class Figures(Collector):
    """Looks at one serving process, its databases and its data folder."""

    def __init__(
        self,
        core: Core,
        live: Live,
        delay: Delay,
        version: str,
        reading: Callable[[], Reading | None],
    ) -> None:
        self._core = core
        self._live = live
        self._delay = delay
        self._version = version
        self._reading = reading

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        """Called for each scrape."""
        yield _by("build_info", "The release that runs", "version", {self._version: 1})
        yield from self._contacts()
        yield from self._plays()
        yield from self._folder()
        yield from self._databases()
        yield from self._workers()
        yield from self._reads()

    def _contacts(self) -> Iterator[GaugeMetricFamily]:
        presence, since = self._live.presence, self._core.clock.now_ms() - HEARD_MS
        heard = sum(contact.at_ms >= since for _, contact in presence.contacts())
        yield _one("screens_connected", "Screens with a socket", len(presence.connected()))
        yield _one("screens_heard", "Screens heard within 90 s, by socket or POST", heard)
        yield _one(
            "loop_delay_seconds",
            "How late the loop that serves everybody was, at most, since the last scrape",
            self._delay.taken(),
        )

    def _plays(self) -> Iterator[GaugeMetricFamily]:
        committer = self._live.playback.committer
        yield _one("commits_waiting", "Pieces of work that wait for a commit", committer.waiting)
        yield _one("commits_failing", "1 while plays can't be committed", committer.failing)

    def _folder(self) -> Iterator[GaugeMetricFamily]:
        data = self._core.settings.data
        free, whole = machine.room(data)
        yield _one("data_free_bytes", "Free on the disk of the data folder", free)
        yield _one("data_size_bytes", "Size of the disk of the data folder", whole)
        yield _one(
            "reserve_kept", "1 while room for stops is set aside", machine.reserve_kept(data)
        )
        yield _one(
            "backup_last_success_timestamp_seconds",
            "When the last backup was whole; 0 for none",
            machine.last_backup_s(data),
        )
        ends = {host: until.timestamp() for host, until in machine.certificates(data)}
        yield _by(
            "certificate_expiry_timestamp_seconds",
            "Last instant of each certificate that tls issue and tls init-ca made",
            "host",
            ends,
        )

    def _workers(self) -> Iterator[GaugeMetricFamily]:
        relay = self._core.relay
        whole, workers = (relay.is_whole, relay.workers) if relay is not None else (True, 1)
        yield _one("redis_up", "1 while workers hear each other, or there is but one", whole)
        yield _one("workers", "Workers that are heard, with the one that was asked", workers)

    def _reads(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        reading = self._reading()
        calls, failures = (0, 0) if reading is None else (reading.calls, reading.failures)
        health = None if reading is None else reading.health()
        is_up = reading is None or health is not None
        yield _one("reading_up", "1 while the reading process answers, or none is kept", is_up)
        yield _one("reading_calls", "Calls that wait for it, or are being answered", calls)
        yield CounterMetricFamily(
            f"{PREFIX}_reading_failures", "Calls that it didn't answer", value=failures
        )
        memory = 0 if health is None else health.memory_bytes
        yield _one("reading_memory_bytes", "Its resident memory; 0 while it is away", memory)

    def _databases(self) -> Iterator[GaugeMetricFamily]:
        up = {
            "config": queries.answers(self._core.config),
            "plays": queries.answers(self._core.plays),
        }
        yield _by("database_up", "1 while a database can be read", "database", dict(up))
        if not up["config"]:
            return
        try:
            found = queries.waiting(self._core)
        except (SQLAlchemyError, Busy):  # it went away in between: the next scrape says so
            return
        yield _one("screens_bound", "Screens that have a player", found.screens)
        yield _by("jobs", "Jobs that aren't done", "state", dict(found.jobs))
        yield _one("jobs_late_seconds", "For how long the oldest due job has waited", found.late_s)
        yield _one(
            "jobs_newest_timestamp_seconds",
            "When the newest job was put in: the timetable puts one in each minute",
            found.newest_job_ms / 1000,
        )
        yield _by("incidents_open", "Incidents that aren't over", "code", dict(found.incidents))


def _one(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}_{name}", text, value=float(value))


def _by(name: str, text: str, label: str, values: By) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"{PREFIX}_{name}", text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], float(value))
    return family
