"""Rules by which incidents begin and end. Pure; whole seconds since 1970 UTC.

Time that the server can't judge is never held against a screen: after an outage or a start of the
server each screen counts as seen at that start.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from playlists.windows import Span, clip, subtract, total_ms, union
from server.foundation.durations import DAY_S
from server.inventory.district.alert_thresholds import AS_DELIVERED, AlertRules
from server.inventory.screens.status import LATE_S
from server.monitoring.heartbeats.classifier import Kind
from server.monitoring.incidents.status import LastHeartbeat, holds, is_vehicle, stretch


@dataclass(frozen=True, slots=True)
class Ground:
    """Inputs shared by all screens of a round.

    `now_s`: the server's last heartbeat. `listening_s`: since when it has run without a break and
    with a trusted clock. `midnight_s`: start of the district's day. `alerts`: the thresholds in
    force.
    """

    now_s: int
    listening_s: int
    midnight_s: int
    alerts: AlertRules = AS_DELIVERED


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive heartbeats of one kind, from the first to the last."""

    from_s: int
    last_s: int
    kind: int


def offline_since(
    heartbeat: LastHeartbeat,
    operating: Sequence[Span],
    excused: Sequence[Span],
    ground: Ground,
    wait_s: int = 0,
) -> int | None:
    """Since when a screen is offline, if that has lasted long enough in its hours; else None.

    Fixed screens: the grace has passed, and since then or since opening time it should have run for
    `raise_minutes`. Vehicles: the grace passed before the current service began, and that was
    `raise_minutes` ago; within the service in which contact was lost it may be in a tunnel or at a
    depot. After a mass outage (ended at `wait_s`) detection pauses for `upstream_wait_minutes`.
    """
    if heartbeat.last_s is None or heartbeat.retired:
        return None
    silent_s = max(heartbeat.last_s, ground.listening_s) + heartbeat.grace_s
    raise_s, waited_s = ground.alerts.raise_s, 60 * ground.alerts.upstream_wait_minutes
    lasted = ground.now_s - silent_s >= raise_s and ground.now_s - wait_s >= waited_s
    if not lasted or not holds(operating, ground.now_s):
        return None
    current = stretch(subtract(union(operating), union(excused)), ground.now_s)
    if current is None:
        return None
    begin_s = _service_start(current, ground) if is_vehicle(heartbeat.grace_s) else current[0]
    if is_vehicle(heartbeat.grace_s) and begin_s < silent_s:
        return None
    if ground.now_s - begin_s < raise_s:
        return None
    opened = stretch(operating, ground.now_s)
    return max(heartbeat.last_s, opened[0] if opened else begin_s)


def back_online(runs: Sequence[Run], grace_s: int, ground: Ground) -> bool:
    """Whether a screen has been up for the last `clear_minutes`, and still is."""
    from_s = ground.now_s - ground.alerts.clear_s
    up = union((one.from_s, one.last_s + grace_s) for one in runs)
    return total_ms(clip(up, from_s, ground.now_s + 1)) == ground.alerts.clear_s + 1


def impaired_since(run: Run | None, ground: Ground) -> int | None:
    """Since when an online screen reports being impaired, if for long enough; else None."""
    if run is None or run.kind != Kind.IMPAIRED or ground.now_s - run.last_s >= LATE_S:
        return None
    return run.from_s if ground.now_s - run.from_s >= ground.alerts.raise_s else None


def well_again(run: Run | None, ground: Ground) -> bool:
    """Whether its heartbeats have been fine, or off duty, for `clear_minutes`."""
    if run is None or run.kind != Kind.FINE or ground.now_s - run.last_s >= LATE_S:
        return False
    return ground.now_s - run.from_s >= ground.alerts.clear_s


def _service_start(current: Span, ground: Ground) -> int:
    """When a vehicle's current service began; one without an end starts with each day."""
    return max(current[0], ground.midnight_s) if ground.now_s - current[0] > DAY_S else current[0]
