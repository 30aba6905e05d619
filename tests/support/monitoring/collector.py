"""The watch of a server over a real store, without the server: beats and ticks by hand."""

from dataclasses import dataclass, field
from typing import Any

from playlists.windows import Span
from server.foundation.db.session import Database
from server.monitoring.heartbeats.classifier import BeatSample
from server.monitoring.heartbeats.collector import HeartbeatCollector
from server.monitoring.heartbeats.fact_reader import Facts, read_facts
from server.playlog.store.group_commit import Committer
from server.playlog.store.snapshot import snapshot
from tests.support.app.cleanup import at_end

START_S = 1_795_482_000


@dataclass
class Watched:
    """Times are seconds since `START_S`; `drift_s` is how far the wall clock was moved."""

    database: Database
    committer: Committer = field(init=False)
    watch: HeartbeatCollector = field(init=False)
    drift_s: float = 0.0

    def __post_init__(self) -> None:
        self.committer = Committer(self.database)
        at_end(self.committer.close)
        self.begins()

    def begins(self) -> None:
        """A process: what one before this had in memory is gone."""
        self.committer.close()
        self.committer = Committer(self.database)
        at_end(self.committer.close)
        self.watch = HeartbeatCollector()
        self.committer.accompany(self.watch)
        with snapshot(self.database) as tx:
            self.watch.resume(tx)

    def beats(self, *at_s: float, screen: int = 9, state: str = "playing", **fields: Any) -> None:
        """A screen's player beats."""
        for at in at_s:
            self.watch.receive(
                BeatSample(screen, int(START_S + at + self.drift_s), state, **fields)
            )

    def ticks(self, *at_s: float, write: bool = True) -> None:
        """The server's own beat."""
        for at in at_s:
            self.watch.tick(round(1000 * (START_S + at + self.drift_s)), 500 + at)
            if write:
                self.writes()

    def writes(self) -> None:
        """What waits is written."""
        self.committer.write_companions()

    def runs(self, screen: int = 9) -> list[tuple[int, int, int]]:
        """The runs of a screen in the store."""
        query = "SELECT from_s, last_s, kind FROM contact_runs WHERE screen = ? ORDER BY from_s"
        rows = self.rows(query, screen)
        return [(low - START_S, last - START_S, kind) for low, last, kind in rows]

    def spans(self, table: str) -> list[Span]:
        """The two instants of each row of a table."""
        rows = self.rows(f"SELECT * FROM {table} ORDER BY from_s")  # noqa: S608 - own names
        return [(row[0] - START_S, row[1] and row[1] - START_S) for row in rows]

    def facts(self, from_s: int, until_s: int, *screens: int) -> Facts:
        """The stored facts of a time."""
        with snapshot(self.database) as tx:
            return read_facts(tx, START_S + from_s, START_S + until_s, screens or None)

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Straight from the store."""
        with snapshot(self.database) as tx:
            return tx.rows(query, values)


def since(spans: Any) -> list[Span]:
    """Spans in seconds since `START_S`."""
    return [(low - START_S, high - START_S) for low, high in spans]
