"""What becomes of each message of a player, whether it came by socket or by POST."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import structlog

from server.foundation.core import Core
from server.foundation.errors import Busy, StorageFull, Unauthorized
from server.foundation.i18n import Sentence
from server.gateway.connection import on_air_check
from server.gateway.connection.beat_facts import sign_of
from server.gateway.connection.boot_check import is_ruled_out
from server.gateway.connection.messages import (
    PROTOCOL,
    Beat,
    ClockQuestion,
    Hello,
    Malformed,
    Receipt,
    Switched,
    read,
)
from server.gateway.connection.presence import Link
from server.gateway.connection.state import Live, Newest
from server.gateway.events import CloneSuspected, IncidentsReported, LinkChanged
from server.inventory.screens.service import ScreenIdentity, authenticate, note_size
from server.playlog.ingest import service as playback
from server.playlog.store.last_contact import Contact
from server.publishing.assignments import acknowledgements
from server.publishing.assignments.acknowledgements import ReceiptNote, SwitchNote
from server.publishing.assignments.key_handovers import RENEW_BELOW_MS
from server.publishing.queries import NOT_KNOWN, Outgoing

log = structlog.get_logger(__name__)

_RECEIPT: Final = msgspec.json.Decoder(tuple[Receipt])


class Refused(Exception):
    """A socket isn't let in; `code` is one of the protocol's words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Welcome:
    """A socket that was let in, and those that it replaces."""

    link: Link
    replaced: list[str]


def welcome(core: Core, live: Live, sid: str, auth: object) -> Welcome:
    """Let a socket in. Raises Refused."""
    if isinstance(auth, Mapping) and auth.get("protocol", PROTOCOL) != PROTOCOL:
        raise Refused("protocol_unsupported")
    if not isinstance(auth, Mapping) or not isinstance(auth.get("token"), str):
        raise Refused("unauthorized")
    try:
        hello = read(Hello, auth)
        identity = authenticate(core, hello.token)
    except (Malformed, Unauthorized) as error:
        raise Refused(error.code) from error
    if is_ruled_out(core, identity.screen_id, hello.boot):
        raise Refused("second_player")
    now_ms = core.clock.now_ms()
    first = live.presence.holder(identity.screen_id) is None
    link = Link(sid, identity, hello.boot, now_ms, hello.player, hello.version)
    replaced = live.presence.join(link)
    if first:
        core.events.publish(LinkChanged(link.screen_id, up=True, at_ms=now_ms))
    return Welcome(link, replaced)


def farewell(core: Core, live: Live, sid: str) -> None:
    """A socket is gone; the screen is offline if it was its last."""
    link = live.presence.leave(sid)
    if link is not None and live.presence.holder(link.screen_id) is None:
        now_ms = core.clock.now_ms()
        core.events.publish(LinkChanged(link.screen_id, up=False, at_ms=now_ms))


def newest_for(core: Core, live: Live, screen_id: int, version: int | None) -> Newest:
    """The version that a screen should have whose player has this one."""
    _heal(core, live, screen_id, version)
    return live.versions.of(core, screen_id)


def answer_clock(core: Core, question: ClockQuestion) -> dict[str, float]:
    """Server time, beside the player's own that it asked with."""
    return {"t0": question.t0, "t1": core.clock.exact_ms()}


def take_beat(core: Core, live: Live, screen_id: int, beat: Beat) -> dict[str, Any]:
    """A sign of life; the answer names the newest version, so that a lost push heals.

    It names the player that the screen is to run too, if that is known and it can be told.
    """
    live.tally.beats += 1
    now_ms = core.clock.now_ms()
    clash = live.presence.hear(screen_id, now_ms, beat)
    if clash is not None:
        core.events.publish(CloneSuspected(screen_id, clash.older, clash.newer, now_ms))
    if beat.incidents:
        core.events.publish(IncidentsReported(screen_id, beat.boot, beat.incidents, now_ms))
    _note_size(core, live, screen_id, beat)
    heard = live.presence.contact(screen_id)
    if heard is not None and heard.beat is beat:
        live.watch.hear(sign_of(screen_id, now_ms, beat))
    playback.note_contact(
        live.playback, Contact(screen_id, now_ms, beat.boot, beat.backlog, beat.version)
    )
    _heal(core, live, screen_id, beat.version)
    on_air_check.compare(core, live.playback, live.on_air, screen_id, beat)
    newest = live.versions.of(core, screen_id)
    answer: dict[str, Any] = {"version": newest.owed(beat.version)}
    wish = live.wishes.tell(screen_id, beat.player, now_ms)
    return answer if wish is None else {**answer, "player": wish}


def take_switched(core: Core, live: Live, screen_id: int, said: Switched) -> dict[str, Any]:
    """A manifest is on air; durable when this returns. Raises Busy."""
    live.notebook.switched(core, SwitchNote(screen_id, said.manifest, round(said.at)))
    playback.note_switched(live.playback, screen_id)
    return {}


def take_plays(core: Core, live: Live, screen: ScreenIdentity, payload: Any) -> dict[str, Any]:
    """A batch of plays; durable when this returns. Raises MalformedBatch and Busy."""
    if not isinstance(payload, Mapping):
        raise Malformed(Sentence("一批播放记录应为对象。", "a batch is an object"))
    return playback.take_in(core, live.playback, screen, payload)


def take_receipt(
    core: Core,
    live: Live,
    screen_id: int,
    version: int,
    said: object,
    over: str | None = NOT_KNOWN,
) -> bool:
    """The acknowledgement of an assignment of that version, with that takeover or stop; whether
    it was accepted.

    A malformed one says nothing.
    """
    try:
        receipt = read(Receipt, said)
    except Malformed as error:
        log.warning("receipt not understood", screen=screen_id, detail=error.detail.en)
        return False
    took = receipt.state == "accepted"
    if took:
        live.acked[screen_id] = version
    else:
        log.warning("assignment refused", screen=screen_id, reason=receipt.reason)
        if (receipt.version or 0) > version:
            acknowledgements.go_above(core, screen_id, receipt.version or 0)
    now_ms = core.clock.now_ms()
    note = ReceiptNote(screen_id, version, receipt.state, receipt.reason, now_ms, over)
    live.notebook.receipt(core, note)
    return took


def took_at_once(core: Core, live: Live, row: Outgoing, body: bytes) -> bool:
    """The same of a yes, as JSON in a list, and without waiting for anything.

    False: it is to go the usual way, nothing has happened.
    """
    if not live.notebook.gathering:
        return False
    try:
        receipt = _RECEIPT.decode(body)[0]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    if receipt.state != "accepted":
        return False
    live.acked[row.screen_id] = row.version
    now_ms = core.clock.now_ms()
    note = ReceiptNote(row.screen_id, row.version, "accepted", receipt.reason, now_ms, row.over)
    live.notebook.receipt(core, note)
    return True


def _note_size(core: Core, live: Live, screen_id: int, beat: Beat) -> None:
    """Keep the size of a screen's page; where that can't be written now, with a later beat."""
    size = (beat.size.width, beat.size.height) if beat.size is not None else None
    if size is None or live.sizes.get(screen_id) == size:
        return
    try:
        note_size(core, screen_id, *size)
    except (Busy, StorageFull) as error:
        log.info("a screen's size waits", screen=screen_id, reason=error.code)
    else:
        live.sizes[screen_id] = size


def _heal(core: Core, live: Live, screen_id: int, version: int | None) -> None:
    """Put right what the player's version shows to be wrong."""
    newest = live.versions.of(core, screen_id)
    if version is None:
        return
    now_ms = core.clock.now_ms()
    if version > newest.version > 0:
        # Another worker may have issued it a moment ago.
        live.versions.forget(screen_id)
        if version > live.versions.of(core, screen_id).version:
            acknowledgements.go_above(core, screen_id, version)
            live.versions.forget(screen_id)
    elif newest.expires_at - now_ms < RENEW_BELOW_MS:
        acknowledgements.renew(core, screen_id)
    elif newest.is_given(version) and live.acked.get(screen_id) != version:
        live.acked[screen_id] = version
        live.notebook.receipt(core, ReceiptNote(screen_id, version, "accepted", None, now_ms))
