"""All that the serving process gathers for uptime, written together with every own beat.

The own beat and what was heard until then are durable in one transaction or not at all. So after
a kill the outage begins no later than the last contact that is known, and nobody is blamed for
what was heard and lost.
"""

from server.inventory.district.alert_thresholds import AlertRules
from server.monitoring.heartbeats.classifier import BeatClassifier, BeatSample
from server.monitoring.heartbeats.mass_outage import Notice, Upstream
from server.monitoring.heartbeats.runs import Runs
from server.monitoring.heartbeats.server_heartbeat import OwnBeat
from server.playlog.store.transaction import Tx


class HeartbeatCollector:
    """A companion of the committer; until it ticks it writes nothing."""

    def __init__(self) -> None:
        self._kinds = BeatClassifier()
        self._runs = Runs()
        self._own = OwnBeat()
        self._upstream = Upstream()
        self._is_writing = False
        self._follows = False

    def resume(self, tx: Tx) -> None:
        """Learn where the process before this one ended; before the first tick, and whenever the
        rounds become this worker's.
        """
        self._follows = False
        self._own.resume(tx)
        self._upstream.resume(tx)

    @property
    def alerts(self) -> AlertRules:
        """The thresholds that hold now."""
        return self._upstream.alerts

    def judge_by(self, alerts: AlertRules) -> None:
        """From now on these thresholds hold."""
        self._upstream.alerts = alerts
        self._kinds.failed_pct = alerts.impaired_failed_pct

    def hear(self, sign: BeatSample) -> None:
        """A screen's player beat."""
        self._upstream.hear(sign.screen, sign.at_s)
        lost = self._runs.note(sign.screen, sign.at_s, self._kinds.of(sign))
        if lost is not None:
            self._own.break_off(lost)

    def hear_afar(self, screen: int, at_s: int) -> None:
        """A screen's player beat to another worker, which writes it."""
        self._upstream.hear(screen, at_s)

    def forget(self, screen: int) -> None:
        """Another player was bound, or none may be any more."""
        self._kinds.forget(screen)
        self._runs.forget(screen)
        self._upstream.forget(screen)

    def tick(self, wall_ms: int, mono_s: float, *, hears_all: bool = True) -> None:
        """The server's own beat; unless all workers are heard nobody is missed."""
        vouched = self._own.tick(wall_ms, mono_s)
        self._upstream.look(wall_ms // 1000, vouched=vouched and hears_all)

    def follow(self) -> None:
        """Another worker beats for the server: what was heard here is written all the same."""
        self._follows = True
        self._own.rest()

    def take_notices(self) -> list[Notice]:
        """What became durable since the last time and is to be told."""
        return self._upstream.take_notices()

    def is_due(self) -> bool:
        """Whether there was a beat since the last time."""
        return self._own.is_due or self._follows

    def write(self, tx: Tx) -> None:
        """Write the own beat, then what was heard: never less than until that beat."""
        self._is_writing = self.is_due()
        if self._is_writing:
            self._own.write(tx)
            self._runs.write(tx)
            self._upstream.write(tx)

    def settle(self, *, committed: bool) -> None:
        """What was written is durable, or must be written again."""
        if self._is_writing:
            self._own.settle(committed=committed)
            self._runs.settle(committed=committed)
            self._upstream.settle(committed=committed)
            self._follows = self._follows and not committed
        self._is_writing = False
