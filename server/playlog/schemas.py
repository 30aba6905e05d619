"""Answers of `/plays`, `/quarantine` and `/player/plays`."""

from server.foundation.rest.responses import Answered, Instant


class Play(Answered):
    """One play of the raw log, with its verdict."""

    screen_id: str
    boot: str
    seq: int
    verdict: str
    reason: str | None
    manifest: str | None
    segment: int
    cycle: int
    slot: int
    asset: str | None
    campaign_id: str | None
    start: Instant | None
    shown_ms: int
    state: int
    cause: int
    error: str | None


class PutAside(Answered):
    """A quarantined play, with the reason."""

    screen_id: str
    boot: str
    seq: int
    reason: str
    start: Instant | None
    received: Instant


class QuarantinedPlay(Answered):
    """A play of the batch that was quarantined."""

    seq: int
    reason: str


class Taken(Answered):
    """The high-water mark: the highest number stored without a hole, after the durable commit."""

    boot: str
    upto: int
    quarantined: list[QuarantinedPlay]
