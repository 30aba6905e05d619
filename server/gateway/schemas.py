"""What `/screens/{id}/now` and `/commands`, and the player's messages by HTTP answer."""

from typing import Any, Literal

from server.foundation.rest.responses import Answered, Instant
from server.monitoring.rosters.schemas import Maintenance
from server.publishing.schemas import Seat


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


class Meant(Answered):
    """What belonged on the screen; `offset_ms` is where a clip was."""

    what: Literal["playing", "takeover", "fallback", "off"]
    asset: str | None
    name: str | None
    offset_ms: int | None


class Screenshot(Answered):
    """A screenshot beside what the seat said when it was taken (server time).

    `difference` (0 to 255) is that of the worst twentieth of 32 by 18 cells; up to 16 the two are
    alike. Pictures are null once they were deleted.
    """

    taken_at: Instant
    width: int
    height: int
    bytes: int
    picture: str | None
    meant: Meant | None
    meant_picture: str | None
    verdict: Literal["matches", "differs", "not_comparable"]
    difference: float | None


class Command(Answered):
    """A command that was sent, and what became of it.

    `refused` is by the player. A `result` that was too long is cut, and text.
    """

    id: str
    screen_id: str
    user_id: str
    name: str
    args: dict[str, Any]
    sent_at: Instant
    duration_ms: int | None
    state: Literal["sent", "answered", "refused", "no_answer", "offline"]
    result: Any
    result_cut: bool
    error: str | None
    summary: str
    screenshot: Screenshot | None


class Heard(Answered):
    """The newest version for this screen; which player it is to run, if its player has a build."""

    version: int
    player: str | None = None


class Clock(Answered):
    """Server time (`t1`, ms with fractions) beside the player's own."""

    t0: float
    t1: float


class Noted(Answered):
    """Nothing to say but that it was taken in."""


class Bulk(Answered):
    """What was ordered for how many screens; how it goes is told at `/screens/bulk/{id}`.

    `maintenance` or `exemption_id` is what an act of that kind made.
    """

    id: str
    action: str
    screens: int
    maintenance: Maintenance | None
    exemption_id: str | None


class BulkAct(Answered):
    """An act on many screens: how many are in which state; `failed` is all that didn't go.

    `finished_at` is null while commands are still to be sent, or answers awaited.
    """

    id: str
    action: str
    args: dict[str, Any]
    user_id: str
    created_at: Instant
    finished_at: Instant | None
    screens: int
    waiting: int
    sent: int
    done: int
    answered: int
    refused: int
    no_answer: int
    offline: int
    failed: int


class BulkOutcome(Answered):
    """What became of it on one screen; `text` says it in the reader's language."""

    screen_id: str
    name: str
    venue: str
    state: Literal["waiting", "sent", "done", "answered", "refused", "no_answer", "offline"]
    error: str | None
    text: str
    command_id: str | None
    at: Instant | None
