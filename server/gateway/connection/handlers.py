"""Handles each message of a player, whether received by socket or by POST."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
import structlog

from server.foundation.core import Core
from server.foundation.errors import Busy, StorageFull, Unauthorized
from server.foundation.i18n import Sentence
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
from server.gateway.connection.telemetry import on_air_check
from server.gateway.connection.telemetry.beat_facts import sign_of
from server.gateway.events import CloneSuspected, IncidentsReported, LinkChanged
from server.inventory.enrolment.screen_pace import CONNECT
from server.inventory.screens.service import ScreenIdentity, note_size
from server.playlog.ingest import service as playback
from server.playlog.store.last_contact import Contact
from server.publishing.assignments import acknowledgements
from server.publishing.assignments.acknowledgements import ReceiptNote, SwitchNote
from server.publishing.assignments.key_handovers import RENEW_BELOW_MS
from server.publishing.queries import UNRESOLVED, Outgoing

log = structlog.get_logger(__name__)

_RECEIPT: Final = msgspec.json.Decoder(tuple[Receipt])


class Refused(Exception):
    """A socket is refused; `code` is one of the protocol's error codes."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def welcome(core: Core, live: Live, sid: str, auth: object) -> tuple[Link, list[str]]:
    """Accept a socket; also returns those that it replaces. Raises Refused and TooMany."""
    if isinstance(auth, Mapping) and auth.get("protocol", PROTOCOL) != PROTOCOL:
        raise Refused("protocol_unsupported")
    if not isinstance(auth, Mapping) or not isinstance(auth.get("token"), str):
        raise Refused("unauthorized")
    try:
        hello = read(Hello, auth)
        identity = live.pace.authenticate(core, hello.token, CONNECT)
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
    return link, replaced


def farewell(core: Core, live: Live, sid: str) -> None:
    """A socket was closed; the screen is offline if it was its last."""
    link = live.presence.leave(sid)
    if link is not None and live.presence.holder(link.screen_id) is None:
        now_ms = core.clock.now_ms()
        core.events.publish(LinkChanged(link.screen_id, up=False, at_ms=now_ms))


def newest_for(core: Core, live: Live, screen_id: int, version: int | None) -> Newest:
    """The target version for a screen whose player has this one."""
    _heal(core, live, screen_id, version)
    return live.versions.of(core, screen_id)


def answer_clock(core: Core, question: ClockQuestion) -> dict[str, float]:
    """Server time, with the player's own time of the request."""
    return {"t0": question.t0, "t1": core.clock.exact_ms()}


def take_beat(core: Core, live: Live, screen_id: int, beat: Beat) -> dict[str, Any]:
    """Handle a heartbeat; the answer has the newest version, so that a lost push is repaired.

    It also has the build that the screen must run, if the player can be updated.
    """
    live.tally.beats += 1
    now_ms = core.clock.now_ms()
    clash = live.presence.record_beat(screen_id, now_ms, beat)
    if clash is not None:
        core.events.publish(CloneSuspected(screen_id, clash.older, clash.newer, now_ms))
    if beat.incidents:
        core.events.publish(IncidentsReported(screen_id, beat.boot, beat.incidents, now_ms))
    _note_size(core, live, screen_id, beat)
    contact = live.presence.contact(screen_id)
    if contact is not None and contact.beat is beat:
        live.watch.receive(sign_of(screen_id, now_ms, beat))
    kept = Contact(screen_id, now_ms, beat.boot, beat.backlog, beat.version)
    live.playback.contacts.note(kept)
    _heal(core, live, screen_id, beat.version)
    on_air_check.compare(core, live.playback, live.on_air, screen_id, beat)
    newest = live.versions.of(core, screen_id)
    answer: dict[str, Any] = {"version": newest.next_after(beat.version)}
    build = live.desired_builds.build_to_send(screen_id, beat.player, now_ms)
    return answer if build is None else {**answer, "player": build}


def take_switched(core: Core, live: Live, screen_id: int, switched: Switched) -> dict[str, Any]:
    """A manifest is on air; durable on return. Raises Busy."""
    live.notebook.switched(core, SwitchNote(screen_id, switched.manifest, round(switched.at)))
    playback.note_switched(live.playback, screen_id)
    return {}


def take_plays(core: Core, live: Live, screen: ScreenIdentity, payload: Any) -> dict[str, Any]:
    """Ingest a batch of plays; durable on return. Raises MalformedBatch and Busy."""
    if not isinstance(payload, Mapping):
        raise Malformed(Sentence("一批播放记录应为对象。", "a batch is an object"))
    return playback.take_in(core, live.playback, screen, payload)


def take_receipt(
    core: Core,
    live: Live,
    screen_id: int,
    version: int,
    payload: object,
    order: Outgoing | None = None,
) -> bool:
    """Handle the receipt of an assignment of that version; `order`, if it is at hand.

    Returns whether it was accepted. A malformed receipt is ignored.
    """
    try:
        receipt = read(Receipt, payload)
    except Malformed as error:
        log.warning("receipt_malformed", screen=screen_id, detail=error.detail.en)
        return False
    took = receipt.state == "accepted"
    if took:
        live.acked[screen_id] = version
    else:
        log.warning("assignment_refused", screen=screen_id, reason=receipt.reason)
        if (receipt.version or 0) > version:
            acknowledgements.go_above(core, screen_id, receipt.version or 0)
    now_ms = core.clock.now_ms()
    takeover, ends = (order.takeover, order.ends) if order is not None else (UNRESOLVED, ())
    note = ReceiptNote(screen_id, version, receipt.state, receipt.reason, now_ms, takeover, ends)
    live.notebook.receipt(core, note)
    return took


def took_at_once(core: Core, live: Live, row: Outgoing, body: bytes) -> bool:
    """Handle an accepting receipt (JSON in a list) without blocking.

    False, with no effect, if it must take the normal path.
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
    reason, at_ms = receipt.reason, core.clock.now_ms()
    note = ReceiptNote(
        row.screen_id, row.version, "accepted", reason, at_ms, row.takeover, row.ends
    )
    live.notebook.receipt(core, note)
    return True


def _note_size(core: Core, live: Live, screen_id: int, beat: Beat) -> None:
    """Store the size of a screen's page; if that fails, with a later heartbeat."""
    size = (beat.size.width, beat.size.height) if beat.size is not None else None
    if size is None or live.sizes.get(screen_id) == size:
        return
    try:
        note_size(core, screen_id, *size)
    except (Busy, StorageFull) as error:
        log.info("screen_size_deferred", screen=screen_id, reason=error.code)
    else:
        live.sizes[screen_id] = size


def _heal(core: Core, live: Live, screen_id: int, version: int | None) -> None:
    """Repair differences that the player's version reveals."""
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
