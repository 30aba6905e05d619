"""Texts on halted roll-outs, and their notification to the district's duty targets."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import User
from server.foundation.core import Core
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.gateway.rollouts import queries
from server.gateway.rollouts.labels import (
    ALERT_DO,
    ALERT_MORE,
    ALERT_SCREEN,
    ALERT_SEE,
    ALERT_TITLE,
    ALERT_TITLE_FAILED,
    BRAND,
    HALT_FAILURES,
    HALT_PERSON,
    REASONS,
)
from server.gateway.rollouts.models import PlayerRelease, ReleaseScreen
from server.gateway.rollouts.rounds.steps import in_ring, least_failures
from server.inventory.screens.models import Screen
from server.monitoring.notifications import sender
from server.monitoring.notifications.models import Message, NotificationTarget
from server.monitoring.notifications.queries import active
from server.monitoring.notifications.quiet_hours import loud_for

KIND: Final = "halted"
DUTY: Final = "duty"
PAGE: Final = "/settings/player"
SHOWN: Final = 10


def concerned(session: Session) -> list[NotificationTarget]:
    """The duty targets of the whole district, as roll-outs concern all of it."""
    return [
        one
        for one in active(session)
        if KIND in one.events and one.level == DUTY and one.unit.parent_id is None
    ]


def notify(core: Core, session: Session, row: PlayerRelease) -> None:
    """Notify them of a halt, outside quiet hours; `wake` the queue after commit."""
    now_ms = core.clock.now_ms()
    for target in concerned(session):
        wait_ms = loud_for(target, now_ms, core.settings.zone) - now_ms
        message = _written(core, session, row, target.language)
        sender.put(session, target, KIND, _occasion(row), now_ms, delay_ms=wait_ms, **message)


def is_over(session: Session, row: PlayerRelease) -> None:
    """Cancel unsent messages, as the roll-out was resumed or rolled back."""
    if row.halt is None:
        return
    query = select(Message).where(Message.occasion == _occasion(row), Message.state == "waiting")
    for message in session.scalars(query):
        message.state = "dropped"


def halt_text(session: Session, row: PlayerRelease) -> Sentence:
    """The reason of a halt as text."""
    why: Mapping[str, Any] = row.halt or {}
    if why.get("rule") == "person":
        user = session.get(User, why["user_id"])
        name = (user.name or user.username) if user is not None else "–"
        return HALT_PERSON.filled(name=name, note=why["note"])
    rules = queries.rules_of(row)
    members = in_ring(queries.progress_by_screen(session, row.id).values(), why.get("ring", 0))
    return HALT_FAILURES.filled(
        ring=why.get("ring", 0) + 1,
        total=len(members),
        count=len(why.get("screens", ())),
        least=least_failures(rules, len(members)),
        percent=f"{rules.failed_pct:g}",
        former=row.former or "–",
    )


def _occasion(row: PlayerRelease) -> str:
    return f"release:{row.id}:{(row.halt or {}).get('at_ms', 0)}"


def _written(core: Core, session: Session, row: PlayerRelease, language: str) -> dict[str, Any]:
    why: Mapping[str, Any] = row.halt or {}
    failed = list(why.get("screens", ()))
    title = ALERT_TITLE if why.get("rule") == "person" else ALERT_TITLE_FAILED
    lines = [halt_text(session, row).in_language(language)]
    lines += _screens(session, row, failed[:SHOWN], language)
    if len(failed) > SHOWN:
        lines.append(ALERT_MORE.in_language(language).format(len(failed)))
    lines.append(ALERT_DO.in_language(language))
    base = core.settings.public_url
    link = f"{base.rstrip('/')}{PAGE}" if base else ""
    lines += [ALERT_SEE.in_language(language).format(link)] if link else []
    at = datetime.fromtimestamp(why.get("at_ms", 0) / 1000, core.settings.zone)
    return {
        "title": BRAND.in_language(language) + title.in_language(language).format(row.name),
        "text": "\n".join(lines),
        "fields": {
            "kind": KIND,
            "code": public("player_release", row.id),
            "count": len(failed),
            "since": at.strftime("%Y-%m-%d %H:%M"),
            "url": link,
        },
    }


def _screens(session: Session, row: PlayerRelease, failed: list[int], language: str) -> list[str]:
    query = (
        select(Screen, ReleaseScreen.reason)
        .join(ReleaseScreen, ReleaseScreen.screen_id == Screen.id)
        .where(ReleaseScreen.release_id == row.id, Screen.id.in_(failed))
        .order_by(Screen.id)
    )
    line = ALERT_SCREEN.in_language(language)
    return [
        line.format(
            where=f"{screen.venue.vehicle or screen.venue.name} {screen.name}",
            why=REASONS[reason].in_language(language) if reason in REASONS else "",
        )
        for screen, reason in session.execute(query)
    ]
