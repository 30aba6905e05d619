"""What `/screens/{id}/now` and `/commands`, and the player's messages by HTTP answer."""

from typing import Any

from server.answers import Answered, Instant
from server.loops.answers import Seat


class Shown(Answered):
    """What the player says it shows."""

    manifest: str | None
    segment: int | None
    cycle: int | None
    slot: int | None
    asset: str | None


class Now(Seat):
    """What belongs on the screen now, and beside it what its player said last."""

    newest_version: int | None
    connected: bool
    last_contact: Instant | None
    player_state: str | None
    player_version: str | None
    on_air: Shown | None


class Answer(Answered):
    """What the player answered to a command."""

    id: str
    ok: bool
    result: Any = None
    error: str | None = None


class Heard(Answered):
    """The newest version for this screen."""

    version: int


class Clock(Answered):
    """Server time (`t1`, ms with fractions) beside the player's own."""

    t0: float
    t1: float


class Noted(Answered):
    """Nothing to say but that it was taken in."""
