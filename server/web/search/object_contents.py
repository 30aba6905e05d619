"""Names for objects without one, by their content: an exemption by its reason and screens."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.accountability.assessment.models import AssessmentPack
from server.accounts.audit_log.labels import some_of
from server.accounts.models import User
from server.campaigns.labels import where_text
from server.campaigns.models import Stop
from server.foundation.i18n import Sentence
from server.foundation.public_ids import number, public
from server.gateway.commands.labels import ACTS
from server.gateway.models import BulkAct, BulkOutcome
from server.monitoring.duty.models import MaintainedScreen
from server.monitoring.exemptions.labels import CODES
from server.monitoring.exemptions.models import ExemptedScreen, Exemption
from server.monitoring.on_call.models import DutyShift
from server.publishing.led_packages.models import LedPack
from server.reporting.delivery.queries import names
from server.reporting.subscriptions.labels import KINDS
from server.reporting.subscriptions.models import ReportSchedule

NAMED: Final = 1
"""The number of screens that are named; the rest is counted."""
DAYS: Final = Sentence("{} 至 {}", "{} to {}")
SELECTED: Final = {
    "unit": ("unit_ids", "territory_ids"),
    "venue": ("venue_ids",),
    "screen": ("screen_ids",),
}
Number = InstrumentedAttribute[Any]
NameById = Mapping[int, str]


def _packs(session: Session, numbers: Collection[int], language: str) -> NameById:
    columns = (AssessmentPack.id, AssessmentPack.from_on, AssessmentPack.to_on)
    rows = session.execute(select(*columns).where(AssessmentPack.id.in_(numbers)))
    form = DAYS.in_language(language)
    return {row: form.format(f"{first:%m-%d}", f"{last:%m-%d}") for row, first, last in rows}


def _led_packs(session: Session, numbers: Collection[int], _language: str) -> NameById:
    """Named by the campaign or the venue, and the size of the panel."""
    columns = (LedPack.id, LedPack.campaign_id, LedPack.venue_id, LedPack.width, LedPack.height)
    rows = session.execute(select(*columns).where(LedPack.id.in_(numbers))).all()
    campaigns = names(session, "campaign", {row.campaign_id for row in rows} - {None})
    venues = names(session, "venue", {row.venue_id for row in rows} - {None})
    return {
        row.id: f"{called} {row.width}×{row.height}"
        for row in rows
        if (called := campaigns.get(row.campaign_id) or venues.get(row.venue_id))
    }


def _maintained(session: Session, numbers: Collection[int], language: str) -> NameById:
    owner, screen = MaintainedScreen.maintenance_id, MaintainedScreen.screen_id
    return _by_screens(session, owner, screen, numbers, language)


def _exempted(session: Session, numbers: Collection[int], language: str) -> NameById:
    owner, screen = ExemptedScreen.exemption_id, ExemptedScreen.screen_id
    screens = _by_screens(session, owner, screen, numbers, language)
    rows = session.execute(select(Exemption.id, Exemption.code).where(Exemption.id.in_(numbers)))
    codes: dict[str, Sentence] = {str(code): name for code, name in CODES.items()}
    return {
        row: f"{codes[code].in_language(language)} {screens.get(row, '')}".strip()
        for row, code in rows
    }


def _acts(session: Session, numbers: Collection[int], language: str) -> NameById:
    owner, screen = BulkOutcome.bulk_id, BulkOutcome.screen_id
    screens = _by_screens(session, owner, screen, numbers, language)
    rows = session.execute(select(BulkAct.id, BulkAct.action).where(BulkAct.id.in_(numbers)))
    return {
        row: f"{ACTS[action].in_language(language)} {screens.get(row, '')}".strip()
        for row, action in rows
        if action in ACTS
    }


def _stops(session: Session, numbers: Collection[int], language: str) -> NameById:
    """Named by their places, in the language of the request."""
    rows = session.execute(select(Stop.id, Stop.selector).where(Stop.id.in_(numbers)))
    selectors = {row[0]: row[1] for row in rows}
    place_names = _places(session, selectors.values())
    return {row: where_text(selector, place_names) for row, selector in selectors.items()}


def _schedules(session: Session, numbers: Collection[int], language: str) -> NameById:
    columns = (ReportSchedule.id, ReportSchedule.kind)
    rows = session.execute(select(*columns).where(ReportSchedule.id.in_(numbers)))
    return {row: KINDS[kind].in_language(language) for row, kind in rows}


def _shifts(session: Session, numbers: Collection[int], _language: str) -> NameById:
    """Named by the person on duty."""
    rows = session.execute(
        select(DutyShift.id, User.name, User.username)
        .join(User, User.id == DutyShift.user_id)
        .where(DutyShift.id.in_(numbers))
    )
    return {row: name or username for row, name, username in rows}


BY_CONTENT: Final[Mapping[str, Callable[[Session, Collection[int], str], NameById]]] = {
    "assessment_pack": _packs,
    "bulk_act": _acts,
    "duty_shift": _shifts,
    "exemption": _exempted,
    "led_pack": _led_packs,
    "maintenance": _maintained,
    "report_schedule": _schedules,
    "stop": _stops,
}


def _by_screens(
    session: Session, owner: Number, screen: Number, numbers: Collection[int], language: str
) -> NameById:
    rows = session.execute(select(owner, screen).where(owner.in_(numbers)).order_by(owner, screen))
    screens: dict[int, dict[int, None]] = defaultdict(dict)
    for row, one in rows:
        screens[row][one] = None
    screen_names = names(
        session, "screen", {one for some in screens.values() for one in list(some)[:NAMED]}
    )
    return {
        row: some_of(
            [screen_names.get(one, "") for one in list(some)[:NAMED]], len(some)
        ).in_language(language)
        for row, some in screens.items()
    }


def _places(session: Session, selectors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The names of selected units, venues and screens, by public id."""
    parts = [part for one in selectors for part in (one, one.get("except") or {})]
    wanted = {
        kind: {number(kind, text) for part in parts for key in keys for text in part.get(key) or ()}
        for kind, keys in SELECTED.items()
    }
    return {
        public(kind, row): name
        for kind, numbers in wanted.items()
        if numbers
        for row, name in names(session, kind, numbers).items()
    }
