"""Texts of the phone page: the screen's data for its template."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.windows import Span
from server.foundation import phone_masking
from server.foundation.core import Core
from server.foundation.errors import AnpingError
from server.foundation.rest.request_language import translate
from server.gateway.connection.state import live
from server.inventory.screens.models import Screen, ScreenPause
from server.monitoring.incidents.catalogue import STATES
from server.monitoring.incidents.site_reports import KINDS
from server.monitoring.response import fault_reports
from server.publishing.explain import scheduled_at
from server.publishing.explain.now_playing import Pictures, now_on
from server.reporting.spot_checks.photos import wanted_on_site
from server.web.helpers import clock
from server.web.venue_page import current_view, pausing, pins
from server.web.venue_page.current_view import Interruption, LastHeartbeat, View

LAST: Final = 5
PLAYS: Final = frozenset({"playing", "fallback", "takeover", "safe"})


def page_of(core: Core, session: Session, screen: Screen) -> dict[str, Any]:
    """All that the page shows."""
    now_ms = core.clock.now_ms()
    view = current_view.current_view(core, session, screen, last_heartbeat(screen.id))
    return {
        "venue": screen.venue.name,
        "screen": screen.name,
        "now": _activity(view, now_ms),
        "on": _on(session, screen, view, now_ms),
        "interruptions": [_interruption(one, view.zone, now_ms) for one in view.interruptions],
        "hours": _hours(view.today, view.zone),
        "unit": _unit(screen),
        "photo": _photo(session, screen, view.zone, now_ms),
        "kinds": [(code, translate(name)) for code, name in KINDS.items()],
        "pause": _pause(session, screen, view.zone, now_ms),
        "reports": _reports(session, screen, view.zone, now_ms),
        "pauses": _pauses(session, screen, view.zone, now_ms),
        "at": clock(now_ms, view.zone, now_ms, seconds=True),
    }


def last_heartbeat(screen_id: int) -> LastHeartbeat | None:
    """The player's last heartbeat received by this process."""
    presence = live().presence
    found, link = presence.contact(screen_id), presence.holder(screen_id)
    if found is None:
        return None
    return LastHeartbeat(found.at_ms, found.beat, link.since_ms if link is not None else None)


def _activity(view: View, now_ms: int) -> dict[str, Any]:
    found = view.activity
    advice = current_view.ADVICE.get(found.state)
    return {
        "state": found.state,
        "text": translate(current_view.ACTIVITIES[found.state]),
        "tone": current_view.TONES.get(found.state, ""),
        "since": clock(found.since_ms, view.zone, now_ms),
        "until": clock(found.until_ms, view.zone, now_ms),
        "advice": translate(advice) if advice is not None else "",
    }


def _on(session: Session, screen: Screen, view: View, now_ms: int) -> str:
    """The title of the content due now; empty if it is dark or unknown."""
    if view.activity.state not in PLAYS:
        return ""
    shown = scheduled_at.showing_at(session, screen.id, now_ms, now_ms)
    title: str = now_on(Pictures(session), shown)["title"]
    return title


def _interruption(one: Interruption, zone: ZoneInfo, now_ms: int) -> dict[str, Any]:
    return {
        "what": translate(one.what),
        "label": one.label,
        "from": clock(one.from_ms, zone, now_ms) if one.from_ms > now_ms else "",
        "until": clock(one.until_ms, zone, now_ms),
    }


def _hours(today: Sequence[Span], zone: ZoneInfo) -> list[str]:
    """`08:30–17:30`; the end of a day is its 24:00."""

    def at(second: int, *, ends: bool) -> str:
        text = datetime.fromtimestamp(second, zone).strftime("%H:%M")
        return "24:00" if ends and text == "00:00" else text

    return [f"{at(begin, ends=False)}–{at(end, ends=True)}" for begin, end in today]


def _unit(screen: Screen) -> dict[str, Any]:
    """Whom to call: an office's line can be dialled, a person's mobile number stays masked."""
    unit = screen.venue.unit
    return {
        "name": unit.name,
        "contact": phone_masking.masked_mobiles(unit.contact),
        "lines": phone_masking.lines_of(unit.contact),
    }


def _photo(session: Session, screen: Screen, zone: ZoneInfo, now_ms: int) -> dict[str, Any] | None:
    row = wanted_on_site(session, screen, now_ms)
    return {"until": clock(row.due_at, zone, now_ms)} if row is not None else None


def _pause(session: Session, screen: Screen, zone: ZoneInfo, now_ms: int) -> dict[str, Any]:
    """Whether the screen can be paused from here now, the reason if not, and the running pause."""
    running = pausing.running(session, screen.id, now_ms)
    refused: AnpingError | None = pausing.refusal(session, screen, now_ms)
    locked_ms = pins.locked_until(session, screen.venue, now_ms)
    return {
        "running_until": clock(running.until_at if running else None, zone, now_ms),
        "refused": translate(refused.detail) if refused is not None else "",
        "locked_until": clock(locked_ms, zone, now_ms),
    }


def _reports(session: Session, screen: Screen, zone: ZoneInfo, now_ms: int) -> list[dict[str, Any]]:
    return [
        {
            "at": clock(row.at, zone, now_ms),
            "kind": translate(KINDS[row.kind]),
            "text": row.text,
            "state": translate(STATES[state][0]),
            "tone": STATES[state][1],
        }
        for row, state in fault_reports.last_of(session, screen.id, LAST)
    ]


def _pauses(session: Session, screen: Screen, zone: ZoneInfo, now_ms: int) -> list[dict[str, Any]]:
    """The last ones that were declared from this page."""
    query = select(ScreenPause).where(
        ScreenPause.screen_id == screen.id, ScreenPause.user_id.is_(None)
    )
    rows = session.scalars(query.order_by(ScreenPause.id.desc()).limit(LAST))
    return [
        {
            "from": clock(row.from_at, zone, now_ms),
            "until": clock(row.until_at, zone, now_ms),
            "reason": row.reason,
        }
        for row in rows
    ]
