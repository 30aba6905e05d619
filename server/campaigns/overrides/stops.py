"""Stop: everything selected to the safe picture or to black, by one person; another lifts it."""

from typing import Any, Final

from server.accounts.actor import Actor
from server.campaigns import queries
from server.campaigns.events import TakeoversChanged
from server.campaigns.models import Stop
from server.campaigns.overrides.target_screens import screens_of_any
from server.campaigns.targeting import signoff_scope
from server.campaigns.targeting.author_scope import reach_for
from server.campaigns.trail import note
from server.campaigns.workflow import serializers as documents
from server.foundation.core import Core
from server.foundation.errors import Conflict, Forbidden
from server.foundation.i18n import Sentence
from server.foundation.rest.preconditions import Check, unchecked

LIFTED: Final = Sentence("已恢复播放。", "It was lifted already.")
OWN_STOP: Final = Sentence(
    "停播须由发起人以外的审批人恢复。",
    "A stop is lifted by a reviewer other than the person who stopped.",
)


def stop(core: Core, actor: Actor, selector: dict[str, Any], mode: str) -> Stop:
    """In force at once, by one person; it ignores the venues' policies. Raises Invalid.

    `mode` is the replacement on the selected screens: `safe` or `black`.
    """
    with core.config.write() as session:
        row = Stop(
            unit_id=queries.home_unit(session, actor, "stop"),
            author_id=actor.user_id,
            mode=mode,
            selector=selector,
            reach=reach_for(session, actor, "stop", selector),
            single_person=not core.settings.two_person,
            at=core.clock.now_ms(),
        )
        session.add(row)
        session.flush()
        note(core, session, actor, "stop.start", row.id, mode=mode)
    core.events.publish(TakeoversChanged(screens_of_any(core, [row])))
    return row


def lift(core: Core, actor: Actor, stop_id: str, check: Check = unchecked) -> Stop:
    """Let the screens go on. Raises Conflict, and Forbidden for who stopped."""
    with core.config.write() as session:
        row = queries.find(session, actor, "sign_off", Stop, stop_id)
        check(documents.stop_document(session, row, core.settings.zone))
        if row.lifted_at is not None:
            raise Conflict(LIFTED)
        if core.settings.two_person and row.author_id == actor.user_id:
            raise Forbidden(OWN_STOP, code="two_person")
        signoff_scope.require_all(session, actor, row)
        row.single_person = not core.settings.two_person
        row.lifted_at, row.lifted_by = core.clock.now_ms(), actor.user_id
        session.flush()
        note(core, session, actor, "stop.lift", row.id, two_person=core.settings.two_person)
    core.events.publish(TakeoversChanged(screens_of_any(core, [row])))
    return row
