"""A server's contacts of its screens, written by its own parts."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from server.monitoring.availability import rollup_job
from server.monitoring.availability.day_store import mark, stored_rows
from server.monitoring.availability.packed_records import Record, unpacked
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.ingest.runtime import PlaylogRuntime
from server.playlog.store.snapshot import snapshot
from server.playlog.store.transaction import Tx
from tests.support.app.world import World

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> int:
    """Seconds of `24 06:10`: a day of November 2026 (31 is the first of December) in Shanghai."""
    day, clock = text.split()
    hour, minute, second = (int(part) for part in f"{clock}:00".split(":")[:3])
    first = datetime(2026, 11, 1, hour, minute, second, tzinfo=SHANGHAI)
    return round(first.timestamp()) + (int(day) - 1) * 86_400


@dataclass(frozen=True)
class ContactHistory:
    """Facts about the screens of a world; times are texts such as `24 06:10`."""

    world: World

    @property
    def parts(self) -> PlaylogRuntime:
        """What takes in plays."""
        return playback_of(self.world.app)

    def run(self, sql: str, *values: object) -> None:
        """A statement on the plays."""

        def work(tx: Tx) -> None:
            tx.run(sql, values)

        self.parts.committer.submit(work)

    def we_were_up(self, begin: str, end: str) -> None:
        """The server's own beats."""
        self.run("INSERT INTO server_runs (from_s, last_s) VALUES (?, ?)", at(begin), at(end))

    def we_are_up_until(self, end: str) -> None:
        """The last run of the server's own beats goes on; it is that time now."""
        newest = "(SELECT MAX(from_s) FROM server_runs)"
        self.run(f"UPDATE server_runs SET last_s = ? WHERE from_s = {newest}", at(end))  # noqa: S608 - fixed
        self.world.clock.at_ms = at(end) * 1000

    def beats(self, screen: int, begin: str, end: str, kind: int = 0) -> None:
        """Beats from one time to another."""
        self.run(
            "INSERT INTO contact_runs (screen, from_s, last_s, kind) VALUES (?, ?, ?, ?)",
            *(screen, at(begin), at(end), kind),
        )

    def shows(self, screen: int, begin: str, end: str) -> None:
        """Plays that prove display came in."""
        low, high = at(begin), at(end)
        self.run(
            "INSERT INTO evidence_runs (screen, from_s, until_s) VALUES (?, ?, ?)",
            *(screen, low, high),
        )
        self.run(
            "INSERT INTO batches (screen, boot, first, n, t0, span, received_at, manifest, source, "
            "codec, columns, head, claim) VALUES (?, 1, 1, 1, ?, ?, ?, 0, 0, 0, ?, ?, 0)",
            *(screen, low * 1000, (high - low) * 1000, self.world.clock.now_ms(), b"", b""),
        )

    def reports_all_until(self, screen: int, end: str) -> None:
        """The screen's log is complete up to a time."""
        self.run(
            "INSERT INTO logs (screen, played_until, slots_until, told_until, manifest, "
            "before_until, widest_ms) VALUES (?, 0, 0, ?, 0, 0, 0) "
            "ON CONFLICT (screen) DO UPDATE SET told_until = excluded.told_until",
            *(screen, at(end) * 1000),
        )

    def keep(self) -> int:
        """What the job does once a minute."""
        return rollup_job.keep(self.world.core, self.parts)

    def as_of(self) -> int:
        """Until when figures were worked out last."""
        with snapshot(self.world.core.plays) as tx:
            return mark(tx, "as_of")

    def day(self, screen: int, day: int = 24) -> Record:
        """The folded figures of a day of November 2026."""
        number = date(2026, 11, 1).toordinal() + day - 1
        with snapshot(self.world.core.plays) as tx:
            return unpacked(stored_rows(tx, number)[screen].figures)
