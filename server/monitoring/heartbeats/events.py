"""Events of heartbeats, published after commit for incident detection."""

from dataclasses import dataclass


@dataclass(frozen=True)
class UpstreamLost:
    """A mass outage began; `from_s`: the earliest last heartbeat of the lost screens.

    `screens`: the lost ones, of `online`; published again with all of them when more follow.
    Seconds since 1970 UTC.
    """

    from_s: int
    screens: frozenset[int]
    online: int


@dataclass(frozen=True)
class UpstreamBack:
    """A mass outage ended: most screens reconnected, a day passed, or the server restarted.

    `missing`: screens still without contact; each is judged by itself from now on.
    """

    from_s: int
    until_s: int
    missing: frozenset[int]
