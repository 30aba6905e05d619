"""Draws: the server chooses the moment and the screen, so that nobody can prepare for either.

Checks come at a fixed rate for each screen on air, independent of earlier ones (a Poisson process),
so each is an even draw of the screen-time on air.
"""

import math
import random
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.audit_log.record import record
from server.accounts.models import Unit
from server.foundation.core import Core
from server.foundation.public_ids import public
from server.gateway.commands.service import ANSWER_S
from server.gateway.connection.presence import Presence
from server.inventory.screens.models import Screen
from server.reporting.spot_checks import plan as plans
from server.reporting.spot_checks.eligible_screens import playing
from server.reporting.spot_checks.models import SpotCheck, SpotPlan
from server.reporting.spot_checks.statistic.counting_rules import exempt_now

# Of a pause in which nobody drew (the machine slept) no more is made up for.
LONGEST_MS = 60_000
# Beyond an answer's own time, for a server that is busy.
ANSWER_MS = int(ANSWER_S * 1000) + 5_000


@dataclass(frozen=True)
class Reason:
    """Why a screen is checked, see `SpotCheck`; `asked_by` is a person's number."""

    why: str
    frame_unit_id: int | None = None
    asked_by: int | None = None


def draw(core: Core, presence: Presence, chance: random.Random, passed_ms: int) -> SpotCheck | None:
    """The check that falls into the last `passed_ms`, if one does; it still has to be asked.

    One of all connected screens is picked evenly, and dropped unless it has to play: the result is
    even among those on air, and only one screen has to be read. For a photo it is dropped also if
    the screen is exempt, as nobody has to be there.
    """
    connected = list(presence.connected())
    with core.config.read() as session:
        plan = plans.load(session)
    if not connected or chance.random() >= likelihood(plan, len(connected), passed_ms):
        return None
    screen_id, kind = chance.choice(connected), _kind(plan, chance)
    now_ms = core.clock.now_ms()
    with core.config.read() as session:
        if not playing(session, [screen_id], now_ms):
            return None
        if kind == "photo" and screen_id in exempt_now(session, now_ms):
            return None
        everywhere = session.scalars(select(Unit.id).where(Unit.parent_id.is_(None))).one()
    with core.config.write() as session:
        return begin(core, session, screen_id, kind, Reason("random", everywhere))


def likelihood(plan: SpotPlan, screens: int, passed_ms: int) -> float:
    """The probability of a draw in `passed_ms`, given the number of screens."""
    per_day = plan.per_day + plan.photos_per_day
    if not plan.open_ms or passed_ms <= 0:
        return 0.0
    expected = per_day * screens * min(passed_ms, LONGEST_MS) / plan.open_ms
    return -math.expm1(-expected)


def begin(core: Core, session: Session, screen_id: int, kind: str, reason: Reason) -> SpotCheck:
    """Record a check, before it is sent to anybody."""
    now_ms = core.clock.now_ms()
    patience_ms = ANSWER_MS if kind == "screenshot" else plans.photo_ms(plans.load(session))
    venue = session.get_one(Screen, screen_id).venue
    row = SpotCheck(
        screen_id=screen_id,
        venue_id=venue.id,
        unit_id=venue.unit_id,
        territory_id=venue.territory_unit_id,
        why=reason.why,
        frame_unit_id=reason.frame_unit_id,
        kind=kind,
        state="asked",
        asked_by=reason.asked_by,
        asked_at=now_ms,
        due_at=now_ms + patience_ms,
    )
    session.add(row)
    session.flush()
    detail = {"screen": public("screen", screen_id), "why": reason.why, "kind": kind}
    subject = public("spot_check", row.id)
    record(session, now_ms, reason.asked_by, "spot_check.ask", subject, **detail)
    return row


def _kind(plan: SpotPlan, chance: random.Random) -> str:
    both = plan.per_day + plan.photos_per_day
    return "photo" if chance.random() * both < plan.photos_per_day else "screenshot"
