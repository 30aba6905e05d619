"""Health of one screen in a roll-out: whether it updated, and how well it runs. Pure.

Silence is no failure if it began before the update was sent, during outages of the server or mass
outages, or after closing time.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal

from server.foundation.durations import HOUR_MS

State = Literal["waiting", "asked", "told", "updated", "failed"]
Reason = Literal["", "not_taken", "silent", "went_back", "stalled", "troubles"]
TOOK: Final[frozenset[State]] = frozenset({"updated", "failed"})


@dataclass(frozen=True, slots=True)
class ScreenProgress:
    """A screen's progress in a roll-out; times in ms, 0: not yet.

    `waiting`: in the ring, not its turn yet; `asked`: the update goes with its next heartbeat;
    `told`: it was sent. `before`: faults per hour before the update.
    """

    screen: int
    ring: int
    state: State = "waiting"
    sent_ms: int = 0
    updated_ms: int = 0
    failed_ms: int = 0
    reason: Reason = ""
    before: float = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """Current observations of a screen.

    `sent_ms`: since when heartbeats are answered with the release. `ill_ms`: since when it is
    continuously stalled or without content. `troubles`: faults since `troubles_from_ms` (the
    update, or the server's start); `before`: faults per hour before the update.
    `on_duty_since_ms`: since when it is on duty (None: off duty). `grace_s`: tolerated silence.
    """

    screen: int
    venue: int
    unit: int
    kind: str
    tags: frozenset[str] = frozenset()
    online: bool = False
    player: str = ""
    last_contact_ms: int = 0
    sent_ms: int = 0
    gave_up: bool = False
    ill_ms: int = 0
    before: float = 0
    troubles: int = 0
    troubles_from_ms: int = 0
    on_duty_since_ms: int | None = None
    grace_s: int = 90

    @property
    def well(self) -> bool:
        """Whether it is online with content; one without proves nothing, and is chosen late."""
        return self.online and not self.ill_ms


@dataclass(frozen=True, slots=True)
class Hearing:
    """Since when silence is attributed to the screen, and whether it is at the moment.

    `since_ms`: end of the last server outage, clock doubt or mass outage; `deaf`: one of them is in
    progress.
    """

    since_ms: int = 0
    deaf: bool = False


LEAST_TROUBLES: Final = 3
TIMES: Final = 2


@dataclass(frozen=True, slots=True)
class Criteria:
    """The target build, its observation time, and whether the roll-out continues.

    `is_rolling` false: it was halted, so screens needn't update any more.
    """

    target: str
    grace_s: int
    is_rolling: bool = True


def judge(
    one: ScreenProgress, seen: Seen, criteria: Criteria, hearing: Hearing, now_ms: int
) -> ScreenProgress:
    """The screen's new progress."""
    if one.state in {"waiting", "failed"}:
        return one
    if one.state == "asked" and seen.sent_ms:
        one = replace(one, state="told", sent_ms=seen.sent_ms, before=seen.before)
    is_sound = seen.online and not seen.gave_up
    if one.state != "updated" and is_sound and seen.player == criteria.target:
        sent_ms = one.sent_ms or now_ms
        return replace(one, state="updated", sent_ms=sent_ms, updated_ms=now_ms)
    if one.state == "asked":
        return one if seen.online else replace(one, state="waiting")
    if one.state == "updated" and is_sound and seen.player != criteria.target:
        # The page was loaded past its service worker, for instance: it gets time to return.
        one = replace(one, state="told", sent_ms=now_ms, updated_ms=0)
    reason = _failure(one, seen, criteria, hearing, now_ms)
    return one if not reason else replace(one, state="failed", failed_ms=now_ms, reason=reason)


def _failure(
    one: ScreenProgress, seen: Seen, criteria: Criteria, hearing: Hearing, now_ms: int
) -> Reason:
    if seen.gave_up:
        return "went_back"
    grace_ms = 1000 * criteria.grace_s
    began_ms = one.updated_ms or one.sent_ms
    early = seen.last_contact_ms < began_ms + grace_ms
    if early and _is_silent(seen, max(began_ms, hearing.since_ms), grace_ms, hearing, now_ms):
        return "silent"
    if not seen.online:
        return ""
    if one.state == "told":
        late = now_ms - max(began_ms, hearing.since_ms) >= grace_ms
        return "not_taken" if late and criteria.is_rolling else ""
    return _flaw(one, seen, grace_ms, now_ms)


def _flaw(one: ScreenProgress, seen: Seen, grace_ms: int, now_ms: int) -> Reason:
    """The fault of an updated screen that is in contact."""
    # Screens that were ill before the update don't count.
    if seen.ill_ms and seen.ill_ms >= one.sent_ms and now_ms - seen.ill_ms >= grace_ms:
        return "stalled"
    return "troubles" if _is_worse(one, seen, now_ms) else ""


def _is_silent(seen: Seen, since_ms: int, grace_ms: int, hearing: Hearing, now_ms: int) -> bool:
    """Whether it has been silent for longer than tolerated."""
    if hearing.deaf or seen.online or seen.on_duty_since_ms is None:
        return False
    since_ms = max(seen.last_contact_ms, since_ms, seen.on_duty_since_ms)
    return now_ms - since_ms >= max(grace_ms, 1000 * seen.grace_s)


def _is_worse(one: ScreenProgress, seen: Seen, now_ms: int) -> bool:
    """Whether faults are more than twice as frequent as before, and not a single one."""
    took_ms = max(now_ms - max(one.updated_ms, seen.troubles_from_ms), 1)
    rate = seen.troubles * HOUR_MS / took_ms
    return seen.troubles >= LEAST_TROUBLES and rate > TIMES * one.before
