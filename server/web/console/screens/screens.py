"""Pages of screens: the grid with current content, one screen, binding by code."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from media.screen_classes import CLASSES, class_named
from playlists.windows import HOUR_MS
from server.accounts.guards import actor, needs
from server.campaigns.queries import campaign_names, filler_ids
from server.content.queries import Lacking, gaps_of_class
from server.foundation.errors import Conflict
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate
from server.foundation.rest.resources import district_zone
from server.gateway.commands.labels import ACTS
from server.gateway.connection.state import live
from server.gateway.status.contact import ContactState, contact_states
from server.inventory.district.links import player_address
from server.inventory.screens import bulk, queries
from server.inventory.screens.contact import contact, last_contact_ms
from server.inventory.screens.finding import tags
from server.inventory.screens.finding.lookup import Choice, chosen, venue_choice
from server.inventory.screens.labels import BRIEFLY, NUMBER, STATES
from server.inventory.screens.models import Screen
from server.inventory.screens.rendition_classes import NAMES, class_title
from server.inventory.screens.serializers import Seen, screen_document
from server.inventory.venues.access import may, place_of
from server.inventory.venues.models import Line
from server.inventory.venues.queries import find as find_venue
from server.inventory.venues.queries import in_scope as venues_in_scope
from server.inventory.venues.queries import lines_in_scope
from server.monitoring.duty import maintenance
from server.monitoring.fleet.last_hours import last_hours
from server.publishing.explain import scheduled_at
from server.publishing.explain.cli import left_out
from server.publishing.explain.explanation import why
from server.publishing.explain.hour_timeline import Names, hour_line
from server.publishing.explain.now_playing import Pictures, covered, next_up, now_on
from server.reporting.delivery.service import ReportQuery
from server.web.addresses import href
from server.web.console.fleet.strips import last_hours_strips
from server.web.console.report_charts.person_report import totals_of
from server.web.console.reports.delivery import cell
from server.web.console.screens.commands import control
from server.web.console.screens.devices import behind, waiting_arrivals
from server.web.console.screens.list_view import listing
from server.web.helpers import now, query_args, requested_instant, shown_state, today
from server.web.papers.register import FILTER_NAMES as REGISTER_FILTER_NAMES
from server.web.venue_page.links import document

pages = Blueprint("screens_pages", __name__)

MOST_GAPS = 20
PAUSED = Sentence("暂停，屏幕关闭", "Paused: the screen is off")
UNSURE = Sentence("应播：{title}（离线，未确认）", "Meant: {title} (offline, not confirmed)")


@pages.get("/screens")
@needs("read")
def list_page() -> str:
    """Screens in scope with their content due now."""
    with core().config.read() as session:
        return render_template(
            "screens/list.html",
            **listing(session, _with_hours, _acts),
            register_href=href("/papers/register", query_args(*REGISTER_FILTER_NAMES)),
            may_pair=bool(actor().roots("screens.pair")),
            arrivals=waiting_arrivals(session) if actor().roots("screens.pair") else 0,
            player_address=player_address(),
        )


def _with_hours(session: Session, rows: Sequence[Screen]) -> list[dict[str, Any]]:
    """Tiles with a strip of each screen's last 24 hours; None before there is anything of them."""
    strips = last_hours_strips(last_hours(core(), [row.id for row in rows]), core().settings.zone)
    shown = zip(rows, tiles(session, rows), strict=True)
    return [{**tile, "hours": strips.get(row.id)} for row, tile in shown]


def _acts(session: Session, wanted: Sequence[ColumnElement[bool]]) -> dict[str, Any]:
    """The context of the bar for acts on many screens; `found` is the number of screens."""
    if not actor().roots(maintenance.WRITE):
        return {"may_plan": False}
    lines = session.execute(lines_in_scope(actor()).with_only_columns(Line.id, Line.name)).all()
    return {
        "may_plan": True,
        "acts": [
            (act, translate(name)) for act, name in ACTS.items() if act != "move_line" or lines
        ],
        "own_lines": [(public("line", number), name) for number, name in lines],
        "found": len(bulk.matching(session, actor(), "screens.command", *wanted)),
    }


@pages.get("/screens/<screen_id>")
@needs("read")
def screen_page(screen_id: str) -> str:
    """One screen: its content due now, its loop, figures, remote commands, record."""
    requested_ms = requested_instant()
    with core().config.read() as session:
        row = queries.find(session, actor(), "read", screen_id)
        place = place_of(row.venue)
        may_pair = may(actor(), "screens.pair", place)
        return render_template(
            "screens/detail.html",
            screen=tiles(session, [row])[0],
            number=translate(NUMBER).format(row.id),
            **_on_air(session, row.id, requested_ms),
            **_time_navigation(requested_ms),
            assignment=scheduled_at.newest(core(), row.id),
            may_pair=may_pair,
            may_plan=may(actor(), maintenance.WRITE, place) and not row.retired_at,
            maintenance=maintenance.current_of(core(), session, actor(), row.id),
            page_code=document(core(), row) if may_pair else None,
            may_revoke=may(actor(), "screens.revoke", place),
            **control(session, row),
            **behind(session, row),
            backlog=_backlog(row.id),
            tags=tags.of_screens(session, actor()),
            classes=_classes(row.rendition_class),
            fitted=_fitted(session, row.rendition_class),
            pause_until=(now() + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M"),
            today=_today(screen_id),
            cell=cell,
        )


def expected_content(state: str, on_now: dict[str, Any]) -> str:
    """The content due on a screen, in words that don't claim that it is shown."""
    if state == "paused":
        return translate(PAUSED)
    title: str = on_now["title"]
    return (
        translate(UNSURE).format(title=title) if state == "offline" and on_now["plays"] else title
    )


def _fitted(session: Session, cls: str) -> dict[str, Any] | None:
    """The progress of renditions for an incomplete class; None otherwise."""
    shape = class_named(cls)
    if shape is None or shape in CLASSES:
        return None
    return {
        "title": translate(class_title(cls)),
        "waiting": Lacking(session, [shape], core().clock.now_ms()).count(),
        "gaps": [
            {
                "id": public("asset", one.asset_id),
                "name": asset.name,
                "reason": translate(Sentence(one.reason_zh, one.reason_en)),
            }
            for one, asset in gaps_of_class(session, actor(), cls, MOST_GAPS)
        ],
    }


def _classes(own: str) -> list[tuple[str, str]]:
    """The choices: the fixed classes, and the screen's own if it is an LED strip's."""
    names = [*NAMES, *({own} - set(NAMES))]
    return [(one, translate(class_title(one))) for one in names]


@pages.get("/pair")
@needs("screens.pair")
def pair_page() -> str:
    """Enter the code that a screen shows; the QR code's address brings it along."""
    requested = request.args.get("venue_id", "")
    with core().config.read() as session:
        query = venues_in_scope(actor(), "screens.pair").limit(1)
        bare = queries.in_scope(actor(), "screens.pair").where(
            Screen.enrolled_at.is_(None), Screen.retired_at.is_(None)
        )
        return render_template(
            "screens/pair.html",
            has_venues=session.scalar(query) is not None,
            has_records=session.scalar(bare.limit(1)) is not None,
            chosen=_chosen_venue(session, requested) if requested else None,
            arrivals=waiting_arrivals(session),
            code=request.args.get("code", ""),
            player_address=player_address(),
        )


def _backlog(screen_id: int) -> int | None:
    """The number of plays in the player's backlog, as of its last heartbeat."""
    last_contact = live().presence.contact(screen_id)
    return last_contact.beat.backlog if last_contact is not None else None


def _chosen_venue(session: Session, text: str) -> Choice | None:
    return chosen(lambda: venue_choice(find_venue(session, actor(), "screens.pair", text)))


def _on_air(session: Session, screen_id: int, requested_ms: int | None) -> dict[str, Any]:
    """The content due on the screen at `requested_ms`, or now, with its hour and the reasons."""
    now_ms = core().clock.now_ms()
    at_ms = now_ms if requested_ms is None else requested_ms
    shown = scheduled_at.showing_at(session, screen_id, at_ms, now_ms)
    pictures = Pictures(session, actor())
    if shown is not None:
        pictures.preload(asset.digest for asset in shown.plan.assets)
    names = Names(campaign_names(session, actor()), filler_ids(session))
    return {
        "now": now_on(pictures, shown),
        "next_up": next_up(pictures, shown) if shown else [],
        "covered": covered(shown),
        "hour": hour_line(pictures, shown, names) if shown else None,
        "why": _why(session, screen_id, at_ms, names) if shown else None,
    }


def _why(session: Session, screen_id: int, at_ms: int, names: Names) -> dict[str, Any] | None:
    """None for a screen that doesn't play any more."""
    now_ms = core().clock.now_ms()
    try:
        explanation = scheduled_at.explain_within(session, now_ms, screen_id, at_ms)
    except Conflict:
        return None
    others = left_out(session, screen_id, explanation, now_ms)
    barren = [one for one in others if one["state"] == "nothing_to_show"]
    return why(session, explanation, names, barren)


def _time_navigation(requested_ms: int | None) -> dict[str, Any]:
    """The instant on the page and the addresses of the hours beside it."""
    at_ms = core().clock.now_ms() if requested_ms is None else requested_ms

    def local(ms: int, form: str = "%Y-%m-%dT%H:%M") -> str:
        return datetime.fromtimestamp(ms / 1000, core().settings.zone).strftime(form)

    return {
        "is_other_instant": requested_ms is not None,
        "is_ahead": at_ms > core().clock.now_ms(),
        "at": local(at_ms),
        "at_text": local(at_ms, "%Y-%m-%d %H:%M:%S" if requested_ms else "%H:%M:%S"),
        "at_ms": at_ms,
        "earlier": local(at_ms - HOUR_MS),
        "later": local(at_ms + HOUR_MS),
    }


def _today(screen_id: str) -> dict[str, Any]:
    """The day's figures; empty for those who read no reports."""
    if not actor().roots("reports.read"):
        return {}
    return totals_of(ReportQuery(today(), today(), "day", screen_id=screen_id)).as_json()


def state_words(state: str, contact_state: ContactState) -> tuple[Sentence, str]:
    """A screen's state as lists and the board show it: one without contact is dark or idle.

    The API has both as `offline`, the state of the connection alone.
    """
    if state == "offline" and contact_state == "dark":
        return BRIEFLY["dark"]
    return STATES["idle"] if state == "offline" and contact_state == "idle" else STATES[state]


def tiles(session: Session, rows: Sequence[Screen]) -> list[dict[str, Any]]:
    """Screens for tiles and rows: state, last contact, content due now."""
    now_ms = core().clock.now_ms()
    pauses = queries.paused_now(session, now_ms)
    last_contacts = last_contact_ms(rows)
    shown = scheduled_at.showing_of(session, [row.id for row in rows], now_ms)
    pictures = Pictures(session, actor())
    found, contacts = [], contact_states(core(), live())
    for row in rows:
        on_now = now_on(pictures, shown[row.id])
        seen = Seen(now_ms, contact(row.id), pauses.get(row.id), last_contacts.get(row.id))
        document = screen_document(row, seen, district_zone())
        found.append(
            {
                **document,
                **shown_state(state_words(document["state"], contacts.of(row.id))),
                "venue_name": row.venue.name,
                "vehicle": row.venue.vehicle,
                "kind": row.venue.kind,
                "unit_name": row.venue.unit.name,
                "may_plan": row.retired_at is None
                and may(actor(), maintenance.WRITE, place_of(row.venue)),
                "now": on_now,
                "expected_content": expected_content(document["state"], on_now),
            }
        )
    return found
