"""Collects heartbeats in the serving process and writes them with the server's own.

The server's heartbeat and all contacts until then are durable in one transaction, or not at all. So
after a kill the server outage begins no later than the last stored contact, and lost contacts are
not held against screens.
"""

from server.inventory.district.alert_thresholds import AlertRules
from server.monitoring.heartbeats.classifier import BeatClassifier, BeatSample
from server.monitoring.heartbeats.mass_outage import Notice, Upstream
from server.monitoring.heartbeats.runs import Runs
from server.monitoring.heartbeats.server_heartbeat import OwnBeat
from server.playlog.store.transaction import Tx


class HeartbeatCollector:
    """A companion of the committer; writes nothing before its first tick."""

    def __init__(self) -> None:
        self._kinds = BeatClassifier()
        self._runs = Runs()
        self._own = OwnBeat()
        self._upstream = Upstream()
        self._is_writing = False
        self._follows = False

    def resume(self, tx: Tx) -> None:
        """Load the end of the previous process's run.

        Call before the first tick, and whenever this worker takes over the lead.
        """
        self._follows = False
        self._own.resume(tx)
        self._upstream.resume(tx)

    @property
    def alerts(self) -> AlertRules:
        """The thresholds in force."""
        return self._upstream.alerts

    def judge_by(self, alerts: AlertRules) -> None:
        """Replace the thresholds."""
        self._upstream.alerts = alerts
        self._kinds.failed_pct = alerts.impaired_failed_pct

    def receive(self, sign: BeatSample) -> None:
        """Record a heartbeat of a player."""
        self._upstream.receive(sign.screen, sign.at_s)
        lost = self._runs.note(sign.screen, sign.at_s, self._kinds.of(sign))
        if lost is not None:
            self._own.break_off(lost)

    def receive_remote(self, screen: int, at_s: int) -> None:
        """Record a heartbeat received by another worker, which writes it."""
        self._upstream.receive(screen, at_s)

    def forget(self, screen: int) -> None:
        """Reset a screen: another player was bound, or none is any more."""
        self._kinds.forget(screen)
        self._runs.forget(screen)
        self._upstream.forget(screen)

    def tick(self, wall_ms: int, mono_s: float, *, receives_all: bool = True) -> None:
        """The server's own heartbeat; mass outages are only detected while all workers report."""
        vouched = self._own.tick(wall_ms, mono_s)
        self._upstream.detect(wall_ms // 1000, vouched=vouched and receives_all)

    def follow(self) -> None:
        """Another worker leads: contacts of this one are still written."""
        self._follows = True
        self._own.rest()

    def take_notices(self) -> list[Notice]:
        """Durable events since the previous call, to be published."""
        return self._upstream.take_notices()

    def is_due(self) -> bool:
        """Whether there was a heartbeat of the server since the last write."""
        return self._own.is_due or self._follows

    def write(self, tx: Tx) -> None:
        """Write the server's heartbeat, then all contacts up to it."""
        self._is_writing = self.is_due()
        if self._is_writing:
            self._own.write(tx)
            self._runs.write(tx)
            self._upstream.write(tx)

    def settle(self, *, committed: bool) -> None:
        """The written rows are durable, or must be written again."""
        if self._is_writing:
            self._own.settle(committed=committed)
            self._runs.settle(committed=committed)
            self._upstream.settle(committed=committed)
            self._follows = self._follows and not committed
        self._is_writing = False
