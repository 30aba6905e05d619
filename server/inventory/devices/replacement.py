"""Replaces a broken box: the screen keeps its record, its plan and all plays."""

from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.foundation.core import Core
from server.foundation.errors import Conflict
from server.foundation.public_ids import public
from server.inventory.devices import history as boxes
from server.inventory.devices.serials import take_over
from server.inventory.enrolment import rejected_enrolments
from server.inventory.enrolment.credentials import call_back, void_tokens
from server.inventory.enrolment.pairing import RETIRED
from server.inventory.screens import queries
from server.inventory.screens.events import ScreenChanged, ScreenRevoked
from server.inventory.screens.models import Screen


def by_serial(core: Core, actor: Actor, text: str, serial: str) -> Screen:
    """Void the old box's token; the next box that enrols with this serial is the screen's.

    A box that has enrolled before and is unplaced is notified and enrols again; so is a revoked
    one, which was kept out until now. Raises NotFound, Forbidden, Conflict for a retired screen or
    a serial in use.
    """
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        screen = queries.find(session, actor, "screens.pair", text)
        if screen.retired_at is not None:
            raise Conflict(RETIRED, code="retired")
        merged = take_over(session, now_ms, actor, screen, serial)
        revoked = boxes.taken_from(session, serial)
        if revoked is not None and revoked.revoked_at is not None:
            call_back(session, revoked.id, screen.id)
        void_tokens(session, now_ms, screen.id)
        boxes.end(session, now_ms, screen, "replaced", actor.user_id)
        former, screen.serial = screen.serial, serial
        screen.awaited_since = now_ms
        rejected_enrolments.close(session, now_ms, screen.id)
        detail = {"serial": serial, "former": former}
        if merged is not None:
            detail["merged"] = public("screen", merged)
        record(session, now_ms, actor.user_id, "screen.replace", text, **detail)
    for gone in (screen.id, merged):
        if gone is not None:
            core.events.publish(ScreenRevoked(gone))
    core.events.publish(ScreenChanged(screen.id))
    return screen
