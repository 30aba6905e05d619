"""报表 → 覆盖台账: who is reached, a line each; every figure opens into its venues."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accountability.coverage.api import Query, ledger_of
from server.accountability.coverage.figures import OUTSIDE, State
from server.accountability.coverage.labels import HEADINGS, STATES
from server.accountability.coverage.serializers import days_met, ledger_document, rule_in_words
from server.accountability.coverage.service import CoverageGroup, Ledger, group_of
from server.accountability.coverage.venue_status import VenueStatus
from server.accountability.coverage.venues import venue_names
from server.accounts.guards import actor, needs
from server.accounts.models import Unit
from server.foundation.i18n import Sentence, share_text
from server.foundation.phone_masking import masked
from server.foundation.pinyin import by_name
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.request_language import translate
from server.foundation.rest.resources import district_zone, iso
from server.inventory.screens.models import Screen
from server.inventory.venues.kinds import KINDS
from server.inventory.venues.lookup_cache import PlaceCache
from server.inventory.venues.models import Venue
from server.inventory.venues.queries import in_scope
from server.playlog.ingest.flask_extension import playback
from server.reporting.delivery.headings import GROUP_HEADINGS
from server.reporting.delivery.labels import ID_KINDS
from server.web.addresses import href
from server.web.console.report_charts.coverage_charts import coverage_by_day, coverage_ranking
from server.web.console.report_charts.frame import report_tabs, spans
from server.web.console.reports.delivery import filters_named
from server.web.helpers import query_args, query_of

pages = Blueprint("coverage_pages", __name__)

NARROWS: Final[tuple[str, ...]] = ("unit_id", "territory_id", "venue_kind", "venue_id", "line_id")
SWITCHES: Final[tuple[CoverageGroup, ...]] = ("unit", "territory", "venue_kind", "line", "day")
SHOWN: Final = 300
# Shown on the first view; shares have a cell of their own.
COLUMNS: Final = (
    "venues",
    "online",
    "reached",
    "pending",
    "not_reached",
    "attested",
    "unattested",
    "without_screen",
)
# The columns that count more than one state.
WITHIN: Final = {
    "online": ("reached", "pending", "not_reached"),
    "manual": ("attested", "unattested"),
}
# Who is to be called comes first.
URGENCY: Final[tuple[State, ...]] = (
    "not_reached",
    "unattested",
    "pending",
    "without_screen",
    "attested",
    "reached",
    "closed",
    "exempt",
)
INSIDE: Final = frozenset(URGENCY).difference(OUTSIDE)
NOT_COVERED: Final = Sentence("未覆盖", "Not covered")
BAR: Final = (
    ("share-good", STATES["reached"][0], ("reached",)),
    ("share-said", STATES["attested"][0], ("attested",)),
    ("share-wait", STATES["pending"][0], ("pending",)),
    ("share-rest", NOT_COVERED, ("not_reached", "unattested", "without_screen")),
)
ALL: Final = Sentence("应覆盖点位", "Venues")
AWAITED: Final = Sentence(
    "待回传 {n} / {all} 个点位日（{share}）", "{n} of {all} venue-days pending ({share})"
)


@pages.get("/reports/coverage")
@needs("reports.read")
def coverage_page() -> ResponseReturnValue:
    """A line a unit (territory, kind, line, day), and the whole."""
    given = _given()
    if given.get("group_by") == "venue":
        return redirect(href("/reports/coverage/venues", {**given, "group_by": "unit"}))
    found = ledger_of(query_of(Query, given).about())
    ledger = ledger_document(found, language(), district_zone())
    kept = {name: given[name] for name in NARROWS if name in given}
    days = {"from": ledger["from"], "to": ledger["to"]}
    return render_template(
        "coverage/ledger.html",
        ledger=ledger,
        tabs=report_tabs(days),
        spans=spans(found.query.first, found.query.last),
        heading=translate(GROUP_HEADINGS[found.query.group_by]),
        by_day=coverage_by_day(found) if found.query.group_by == "day" else None,
        ranking=None
        if found.query.group_by == "day"
        else coverage_ranking(
            found, lambda row: _venues_of(ledger, kept, {row.label.field: row.label.value})
        ),
        awaited=_awaited(found),
        kept=kept,
        about=filters_named(kept),
        rule=rule_in_words(found, language()),
        groups=[(key, translate(GROUP_HEADINGS[key])) for key in SWITCHES],
        columns=_columns(),
        bar=_bar,
        bar_names=[(tone, translate(name)) for tone, name, _ in BAR],
        share=share_text,
        wide_href=href("/reports/coverage", {**days, "group_by": ledger["group_by"]}),
        venues_of=lambda row: _venues_of(ledger, kept, row),
        file_href=lambda suffix: href(
            f"/api/v1/reports/coverage.{suffix}",
            {**days, "group_by": ledger["group_by"], **kept},
        ),
    )


@pages.get("/reports/coverage/venues")
@needs("reports.read")
def venues_page() -> str:
    """The venues behind a figure, with the state of each and whom to call."""
    given = _given()
    query = query_of(Query, given).about()
    # A row for each venue, with its label, is more than a page of them needs.
    ledger = ledger_of(replace(query, group_by="venue_kind"))
    filters = query_args("of", "state")
    state = filters.get("state")
    chosen = list(_selected(ledger.statuses, query.group_by, filters))
    kept = {name: given[name] for name in NARROWS if name in given}
    days = {"from": query.first.isoformat(), "to": query.last.isoformat()}
    with core().config.read() as session:
        names = venue_names(session, playback().remembered(PlaceCache))
        rows = _venue_rows(session, _first(chosen, names))
    return render_template(
        "coverage/venues.html",
        rows=rows,
        count=len(chosen),
        shown=SHOWN,
        about=filters_named(kept),
        figure=_figure(state),
        as_of=iso(ledger.as_of, district_zone()),
        awaited=_awaited(ledger),
        rule=rule_in_words(ledger, language()),
        days=days,
        may_report=bool(actor().roots("exemptions.write")),
        back=href("/reports/coverage", {**days, "group_by": query.group_by, **kept}),
        xlsx=href(
            "/api/v1/reports/coverage.xlsx",
            {**days, "group_by": "venue", **kept, "state": state if state in STATES else ""},
        ),
    )


def _given() -> dict[str, str]:
    return query_args("from", "to", "group_by", *NARROWS)


def _columns() -> list[tuple[str, str]]:
    names = {heading.key: translate(heading.name) for heading in HEADINGS}
    return [(key, names[key]) for key in COLUMNS]


def _bar(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The parts of a line's bar, as percentages from the left."""
    parts, at = [], 0.0
    for tone, _, states in BAR:
        width = 100 * sum(row[state] for state in states) / row["venues"] if row["venues"] else 0.0
        parts.append({"tone": tone, "at": round(at, 2), "width": round(width, 2)})
        at += width
    return [part for part in parts if part["width"]]


def _venues_of(ledger: dict[str, Any], kept: dict[str, str], row: dict[str, Any] | None) -> str:
    """The venues of a row, of the totals without one; figures but the first add their state."""
    group = ledger["group_by"]
    query = {"from": ledger["from"], "to": ledger["to"], "group_by": group, **kept}
    if row is not None and group == "day":
        query |= {"from": row["day"], "to": row["day"]}
    elif row is not None:
        field = next(name for name in (f"{group}_id", group) if name in row)
        query["of"] = str(row[field] or "-")
    return href("/reports/coverage/venues", query)


def _selected(
    statuses: Iterable[VenueStatus], group: CoverageGroup, filters: dict[str, str]
) -> Iterator[VenueStatus]:
    """The venues of the figure that was opened."""
    state = filters.get("state")
    states = INSIDE if state is None else WITHIN.get(state, (state,))
    # A day is no group of venues: it is selected by `from` and `to`.
    of = None if group == "day" else filters.get("of")
    for one in statuses:
        if one.state in states and (of is None or of == _value_of(one, group)):
            yield one


def _first(statuses: Iterable[VenueStatus], names: Mapping[int, str]) -> Sequence[VenueStatus]:
    """The venues to show: those to be called first, then by name."""

    def name(one: VenueStatus) -> str:
        return by_name(names.get(one.venue.id) or public("venue", one.venue.id))

    alike: defaultdict[State, list[VenueStatus]] = defaultdict(list)
    for one in statuses:
        alike[one.state].append(one)
    found: list[VenueStatus] = []
    for state in URGENCY:
        if len(found) < SHOWN:
            found += sorted(alike[state], key=name)
    return found[:SHOWN]


def _value_of(one: VenueStatus, group: CoverageGroup) -> str:
    """The key of a venue's group in an address; a dash for none."""
    key = group_of(one.venue, group)
    if isinstance(key, int):
        return public(ID_KINDS.get(group, group), key) if key else "-"
    return str(key)


def _figure(state: str | None) -> str:
    names = {heading.key: heading.name for heading in HEADINGS}
    names |= {key: name for key, (name, _) in STATES.items()}
    return translate(names.get(state or "venues", ALL))


def _venue_rows(session: Session, statuses: Sequence[VenueStatus]) -> list[dict[str, Any]]:
    numbers = [one.venue.id for one in statuses]
    venues, opening = _venues(session, numbers), _that_open(session, numbers)
    causes = _causes(session, {one.venue.id for one in statuses if _has_nothing_due(one)})
    return [
        {
            "id": public("venue", one.venue.id),
            "access": one.venue.access,
            "opens": one.venue.id in opening,
            "idle": causes.get(one.venue.id, ""),
            "state": translate(STATES[one.state][0]),
            "tone": STATES[one.state][1],
            "days": one.days,
            "met": f"{days_met(one):g}",
            "kind": translate(KINDS[one.venue.venue_kind].name),
            **venues[one.venue.id],
        }
        for one in statuses
    ]


def _awaited(ledger: Ledger) -> str:
    """The number of venue-days still to come in, of those with plays due; "" for none."""
    if not ledger.waiting:
        return ""
    form, part = translate(AWAITED), share_text(ledger.pending_share)
    return form.format(n=ledger.waiting, all=ledger.expected, share=part)


def _has_nothing_due(one: VenueStatus) -> bool:
    return one.venue.access == "player" and not one.days and one.state == "not_reached"


def _causes(session: Session, idle: Collection[int]) -> dict[int, str]:
    """Why each of these venues has no plays due: `no_screen`, `unpaired` or `no_campaign`."""
    bound = Screen.enrolled_at.is_not(None)
    query = select(Screen.venue_id, bound).where(
        Screen.venue_id.in_(idle), Screen.retired_at.is_(None)
    )
    found: defaultdict[int, list[bool]] = defaultdict(list)
    for venue, is_bound in session.execute(query):
        found[venue].append(bool(is_bound))
    return {
        venue: "no_campaign" if any(found[venue]) else "unpaired" if found[venue] else "no_screen"
        for venue in idle
    }


def _venues(session: Session, numbers: Collection[int]) -> dict[int, dict[str, str]]:
    query = (
        select(Venue.id, Venue.name, Unit.name, Venue.contact_name, Venue.contact_phone)
        .join(Unit, Venue.unit_id == Unit.id)
        .where(Venue.id.in_(numbers))
    )
    return {
        number: {"name": name, "unit": unit, "contact": contact, "phone": masked(phone)}
        for number, name, unit, contact, phone in session.execute(query)
    }


def _that_open(session: Session, numbers: Collection[int]) -> set[int]:
    """The venues whose own page the person may open."""
    query = in_scope(actor()).with_only_columns(Venue.id)
    return set(session.scalars(query.where(Venue.id.in_(numbers))))
