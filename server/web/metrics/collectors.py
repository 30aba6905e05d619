"""The figures that are looked up when Prometheus asks; none has a screen's id as a label."""

import os
import shutil
from collections.abc import Callable, Iterator

from prometheus_client import Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from server.foundation.core import Core
from server.foundation.errors import Busy
from server.foundation.storage import reserve
from server.foundation.storage.last_backup import taken_ms
from server.gateway.connection.state import Live
from server.inventory.screens.status import OFFLINE_AFTER_MS, freshness
from server.web.metrics import data_folder, processes, queries
from server.web.metrics.families import counters, gauge, gauges
from server.web.reading_process.client import ReadingClient

RECENT_MS = OFFLINE_AFTER_MS
"""Players send a heartbeat each 30 s, so a contact within three of them counts."""


class Figures(Collector):
    """Reads databases, data folder, machine and all screens: any worker gives the same."""

    def __init__(
        self, core: Core, live: Live, version: str, reading: Callable[[], ReadingClient | None]
    ) -> None:
        self._core = core
        self._live = live
        self._version = version
        self._reading = reading

    def collect(self) -> Iterator[Metric]:
        """Called for each scrape."""
        yield gauges("build_info", "Version of the running release", "version", {self._version: 1})
        yield from self._contacts()
        yield from self._folder()
        yield from self._databases()
        yield from self._workers()
        yield from self._processes()
        yield from self._reads()

    def _contacts(self) -> Iterator[Metric]:
        presence, since = self._live.presence, self._core.clock.now_ms() - RECENT_MS
        recent = sum(contact.at_ms >= since for _, contact in presence.contacts())
        yield gauge("screens_connected", "Screens with a socket", len(presence.connected()))
        yield gauge(
            "screens_heard", "Screens with a heartbeat within 90 s, by socket or POST", recent
        )

    def _folder(self) -> Iterator[Metric]:
        data = self._core.settings.data
        disk = shutil.disk_usage(data)
        yield gauge("data_free_bytes", "Free space on the disk of the data folder", disk.free)
        yield gauge("data_size_bytes", "Size of the disk of the data folder", disk.total)
        yield gauge(
            "reserve_kept",
            "1 while disk space for stops is reserved",
            (data / reserve.NAME).exists(),
        )
        yield gauge(
            "backup_last_success_timestamp_seconds",
            "Time of the last complete backup; 0 for none",
            taken_ms(data) / 1000,
        )
        yield gauges(
            "certificate_expiry_timestamp_seconds",
            "Expiry of each certificate made by tls issue and tls init-ca",
            "host",
            {host: until.timestamp() for host, until in data_folder.certificates(data)},
        )

    def _workers(self) -> Iterator[Metric]:
        relay = self._core.relay
        whole, workers = (relay.is_whole, relay.workers) if relay is not None else (True, 1)
        yield gauge("redis_up", "1 while workers reach each other, or there is only one", whole)
        yield gauge("workers", "Workers that answer, including this one", workers)

    def _processes(self) -> Iterator[Metric]:
        found = processes.uses(os.getpid())
        yield gauges(
            "processes",
            "Processes of this server on this machine, by purpose",
            "process",
            {name: one.count for name, one in found.items()},
        )
        yield gauges(
            "processes_resident_bytes",
            "Resident memory of these processes; shared pages count for each",
            "process",
            {name: one.resident for name, one in found.items()},
        )
        yield counters(
            "processes_cpu_seconds",
            "Processor time of these processes, including ended ones",
            ["process"],
            [((name,), one.cpu_s) for name, one in found.items()],
        )

    def _reads(self) -> Iterator[Metric]:
        reading = self._reading()
        health = None if reading is None else reading.health()
        is_up = reading is None or health is not None
        memory = 0 if health is None else health.memory_bytes
        yield gauge(
            "reading_up", "1 while the reading process answers, or none is configured", is_up
        )
        yield gauge(
            "reading_memory_bytes",
            "Resident memory of the reading process; 0 while it is away",
            memory,
        )

    def _databases(self) -> Iterator[Metric]:
        up = {
            "config": self._core.config.answers(),
            "plays": self._core.plays.answers(),
        }
        yield gauges("database_up", "1 while the database can be read", "database", dict(up))
        if not up["config"]:
            return
        try:
            found = queries.waiting(self._core)
            as_of_s = queries.uptime_until_s(self._core) if up["plays"] else 0
        except (SQLAlchemyError, Busy):  # lost since the check above: the next scrape shows it
            return
        yield from self._screens(found)
        yield from self._jobs(found)
        yield gauges("incidents_open", "Open incidents", "code", dict(found.incidents))
        yield self._lags(found, as_of_s)

    def _screens(self, found: queries.Waiting) -> Iterator[Metric]:
        yield gauge("screens_bound", "Screens with a player", found.screens.bound)
        now_ms, by = self._core.clock.now_ms(), {"online": 0, "late": 0, "offline": 0}
        for screen, contact in self._live.presence.contacts():
            if screen not in found.paused:
                by[freshness(contact, now_ms)] += 1
        paused = len(found.paused)
        silent = found.screens.in_service - paused - by["online"] - by["late"]
        by |= {"offline": max(0, silent), "paused": paused}
        by |= {"never_seen": found.screens.never_seen, "revoked": found.screens.revoked}
        yield gauges(
            "screens",
            "Screens in service by state, as in the list of screens",
            "state",
            dict(by),
        )

    def _jobs(self, found: queries.Waiting) -> Iterator[Metric]:
        yield gauges("jobs", "Jobs not yet done", "state", dict(found.jobs))
        yield gauge("jobs_late_seconds", "Waiting time of the oldest due job", found.late_s)
        yield gauge(
            "jobs_newest_timestamp_seconds",
            "Time of the newest job: the timetable adds one each minute",
            found.newest_job_ms / 1000,
        )
        yield counters(
            "jobs_ended",
            "Runs of jobs by outcome: done, failed for good, or to be retried",
            ["kind", "outcome"],
            [((one.kind, one.outcome), one.ended) for one in found.ended],
        )

    def _lags(self, found: queries.Waiting, as_of_s: int) -> Metric:
        """The lag of roll-ups: of expected plays of past days, and of uptime.

        Plays have none, as they are rolled up in the transaction that ingests them.
        """
        until_ms = {
            "plays": max((one.last_at for one in found.ended if one.is_folding), default=0),
            "uptime": 1000 * as_of_s,
        }
        now_ms = self._core.clock.now_ms()
        return gauges(
            "rollup_lag_seconds",
            "Age of the last update of the roll-ups",
            "rollup",
            {name: max(0, now_ms - at_ms) / 1000 for name, at_ms in until_ms.items() if at_ms},
        )
