"""Answers of `/screens/{id}/now` and `/commands`, and of the player's HTTP messages."""

from typing import Annotated, Any, Literal

from server.foundation.rest.responses import Answered, Instant, PublicId, ScreenId, UserId
from server.monitoring.rosters.schemas import Maintenance
from server.publishing.schemas import Seat

OutcomeState = Literal["waiting", "sent", "done", "answered", "refused", "no_answer", "offline"]


class Shown(Answered):
    """The content reported by the player."""

    manifest: str | None
    segment: int | None
    cycle: int | None
    slot: int | None
    asset: str | None


class Now(Seat):
    """The expected content of the screen, with its player's last report."""

    newest_version: int | None
    connected: bool
    last_contact: Instant | None
    player_state: str | None
    player_version: str | None
    on_air: Shown | None


class Answer(Answered):
    """The player's answer to a command."""

    id: str
    ok: bool
    result: Any = None
    error: str | None = None


class Meant(Answered):
    """The expected content; `offset_ms`: position in a clip."""

    what: Literal["playing", "takeover", "fallback", "off"]
    asset: str | None
    name: str | None
    offset_ms: int | None


class Screenshot(Answered):
    """A screenshot and the content expected at its time (server time).

    `difference` (0 to 255): the worst twentieth of 32 by 18 cells; up to 16 the two are alike.
    Pictures are null once deleted.
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
    """A command with its outcome.

    `refused` is by the player. A `result` that was too long is cut, and text.
    """

    id: Annotated[str, PublicId("command")]
    screen_id: ScreenId
    user_id: UserId
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
    """The newest version for this screen, and the build that it must run, if its player has one."""

    version: int
    player: str | None = None


class Clock(Answered):
    """Server time (`t1`, ms with fractions) with the player's own."""

    t0: float
    t1: float


class Noted(Answered):
    """An acknowledgement without content."""


class BulkUndone(Answered):
    """On how many screens an act was taken back; `changed_since` stay as somebody made them."""

    screens: int
    changed_since: int


class Bulk(Answered):
    """A bulk action; `/screens/bulk/{id}` has its progress.

    `maintenance` or `exemption_id` is what an act of that kind made; `undo_until` is until when
    it can be taken back.
    """

    id: Annotated[str, PublicId("bulk_act")]
    action: str
    screens: int
    undo_until: Instant | None
    maintenance: Maintenance | None
    exemption_id: Annotated[str, PublicId("exemption")] | None


class BulkAct(Answered):
    """A bulk action with screens by state; `failed`: all that did not succeed.

    `finished_at` is null while commands or answers are pending.
    """

    id: Annotated[str, PublicId("bulk_act")]
    action: str
    args: dict[str, Any]
    user_id: UserId
    created_at: Instant
    finished_at: Instant | None
    undone_at: Instant | None
    undo_until: Instant | None
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
    """The outcome on one screen; `text` in the reader's language."""

    screen_id: ScreenId
    name: str
    venue: str
    state: OutcomeState
    error: str | None
    text: str
    command_id: Annotated[str, PublicId("command")] | None
    at: Instant | None
