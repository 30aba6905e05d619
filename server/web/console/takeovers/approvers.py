"""Who is to approve, whom to call, and who was notified, as pages show it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from server.accounts.guards import actor
from server.campaigns.targeting.signoff_scope import Selecting, signers_unit
from server.foundation.phone_masking import masked
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.request_language import translate
from server.monitoring.notifications.approval_requests import notified_targets
from server.monitoring.notifications.failure_texts import in_words
from server.monitoring.notifications.labels import STATES
from server.monitoring.on_call.queries import Asked, asked


def asked_about(
    session: Session, unit_path: str, author_id: int, row: Selecting | None = None
) -> list[Mapping[str, Any]]:
    """The people who may approve a person's request within a unit.

    They must be in charge of all of `row`. Those who may start or stop something there see whole
    phone numbers, all others a part.
    """
    over = unit_path if row is None else signers_unit(session, unit_path, row)
    people = asked(core(), session, over, author_id)
    whole = actor().may("takeover.start", unit_path) or actor().may("stop", unit_path)
    return [_person(one, whole=whole) for one in people]


def notified_approvers(session: Session, object_id: str) -> list[Mapping[str, Any]]:
    """The targets notified that it waits, each with the state of the message."""
    found: list[Mapping[str, Any]] = []
    for target, message in notified_targets(session, object_id):
        name, tone = STATES[message.state]
        found.append(
            {
                "name": target.name,
                "state": translate(name),
                "tone": tone,
                "reason": in_words(message.error, language()),
            }
        )
    return found


def _person(one: Asked, *, whole: bool) -> Mapping[str, Any]:
    return {
        "name": one.name,
        "unit": one.unit,
        "phone": one.phone if whole else masked(one.phone),
        "dial": one.phone.replace(" ", "") if whole else "",
        "until": None if one.until is None else one.until.strftime("%H:%M"),
    }
