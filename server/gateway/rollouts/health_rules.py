"""What a roll-out makes of one screen: whether it took the release, and how that went. Pure.

A screen that was silent before it was told is no failure, nor is silence while the server itself
or something between it and many screens was out, nor after closing time.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal

from server.foundation.durations import HOUR_MS

State = Literal["waiting", "asked", "told", "updated", "failed"]
Reason = Literal["", "not_taken", "silent", "went_back", "stalled", "troubles"]
TOOK: Final[frozenset[State]] = frozenset({"updated", "failed"})


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a screen stands in a roll-out; times in ms, 0: not yet.

    `waiting`: its ring has come and its turn hasn't; `asked`: it is told with its next beat;
    `told`: a beat of it was answered so. `before` is how many troubles an hour it told until then.
    """

    screen: int
    ring: int
    state: State = "waiting"
    told_ms: int = 0
    updated_ms: int = 0
    failed_ms: int = 0
    reason: Reason = ""
    before: float = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a screen now.

    `told_ms`: since when its beats are answered with the release; `ill_ms`: since when, without a
    break, it stands still or has nothing to show; `troubles`: how often since `troubles_from_ms`
    (it took the release, or the server was started) it told that something failed; `before`: how
    often an hour until it was told; `meant_ms`: since when it is meant to run (None: it isn't
    now); `grace_s`: for how long its silence says nothing.
    """

    screen: int
    venue: int
    unit: int
    kind: str
    tags: frozenset[str] = frozenset()
    online: bool = False
    player: str = ""
    heard_ms: int = 0
    told_ms: int = 0
    gave_up: bool = False
    ill_ms: int = 0
    before: float = 0
    troubles: int = 0
    troubles_from_ms: int = 0
    meant_ms: int | None = None
    grace_s: int = 90


@dataclass(frozen=True, slots=True)
class Hearing:
    """Since when silence of a screen would be its own, and whether none is now.

    `since_ms`: the end of the last outage of the server, doubt in its clock, or loss of many
    screens at once; `deaf`: one of them is going on.
    """

    since_ms: int = 0
    deaf: bool = False


LEAST_TROUBLES: Final = 3
TIMES: Final = 2


@dataclass(frozen=True, slots=True)
class Wish:
    """The player that screens are to run, for how long each is watched, and whether they are
    still told so: who was called back needn't take it any more."""

    target: str
    grace_s: int
    stands: bool = True


def judge(one: Standing, seen: Seen, wish: Wish, hearing: Hearing, now_ms: int) -> Standing:
    """Where the screen stands now."""
    if one.state in {"waiting", "failed"}:
        return one
    if one.state == "asked" and seen.told_ms:
        one = replace(one, state="told", told_ms=seen.told_ms, before=seen.before)
    if one.state != "updated" and seen.player == wish.target and seen.online and not seen.gave_up:
        told_ms = one.told_ms or now_ms
        return replace(one, state="updated", told_ms=told_ms, updated_ms=now_ms)
    if one.state == "asked":
        return one if seen.online else replace(one, state="waiting")
    if one.state == "updated" and seen.online and seen.player != wish.target and not seen.gave_up:
        # Somebody loaded the page past its worker, say: it has its time to come back.
        one = replace(one, state="told", told_ms=now_ms, updated_ms=0)
    reason = _failure(one, seen, wish, hearing, now_ms)
    return one if not reason else replace(one, state="failed", failed_ms=now_ms, reason=reason)


def _failure(one: Standing, seen: Seen, wish: Wish, hearing: Hearing, now_ms: int) -> Reason:
    if seen.gave_up:
        return "went_back"
    grace_ms = 1000 * wish.grace_s
    began_ms = one.updated_ms or one.told_ms
    early = seen.heard_ms < began_ms + grace_ms
    if early and _is_silent(seen, max(began_ms, hearing.since_ms), grace_ms, hearing, now_ms):
        return "silent"
    if not seen.online:
        return ""
    if one.state == "told":
        late = now_ms - max(began_ms, hearing.since_ms) >= grace_ms
        return "not_taken" if late and wish.stands else ""
    return _flaw(one, seen, grace_ms, now_ms)


def _flaw(one: Standing, seen: Seen, grace_ms: int, now_ms: int) -> Reason:
    """What is wrong with a screen that took it and speaks."""
    # Who was ill before it was told is no better and no worse.
    if seen.ill_ms and seen.ill_ms >= one.told_ms and now_ms - seen.ill_ms >= grace_ms:
        return "stalled"
    return "troubles" if _is_worse(one, seen, now_ms) else ""


def _is_silent(seen: Seen, since_ms: int, grace_ms: int, hearing: Hearing, now_ms: int) -> bool:
    """Whether nothing was heard of it for so long that it should have been."""
    if hearing.deaf or seen.online or seen.meant_ms is None:
        return False
    since_ms = max(seen.heard_ms, since_ms, seen.meant_ms)
    return now_ms - since_ms >= max(grace_ms, 1000 * seen.grace_s)


def _is_worse(one: Standing, seen: Seen, now_ms: int) -> bool:
    """Whether it tells of troubles more than twice as often as before, and not just once."""
    took_ms = max(now_ms - max(one.updated_ms, seen.troubles_from_ms), 1)
    rate = seen.troubles * HOUR_MS / took_ms
    return seen.troubles >= LEAST_TROUBLES and rate > TIMES * one.before
