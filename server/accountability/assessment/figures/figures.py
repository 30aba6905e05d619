"""The figures of a pack: a row for each venue, totals of each unit and of all, and their sources.

All of it is plain JSON: whole numbers, texts, and shares rounded to a hundredth of a percent.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.accountability.assessment.figures import venue_facts
from server.accountability.assessment.figures.rows import VenueContext, row_of
from server.accountability.assessment.figures.venue_context import (
    Beside,
    Whose,
    asked_at,
    context_for,
    is_of,
    read_beside,
)
from server.accountability.assessment.figures.venue_facts import VenueFacts
from server.accountability.assessment.period import Span
from server.accountability.coverage.figures import Figures as Coverage
from server.accountability.coverage.service import CoverageQuery, Ledger, coverage
from server.accountability.coverage.venue_status import VenueStatus
from server.accountability.coverage.venues import Filters
from server.accounts.actor import Actor, Grant
from server.accounts.models import Unit
from server.foundation.core import Core
from server.foundation.public_ids import public
from server.foundation.rest.resources import iso
from server.playlog.ingest.runtime import PlaylogRuntime
from server.reporting.delivery.columns import PLAY_COUNTS
from server.reporting.delivery.figures import Figures, rounded, summed
from server.reporting.delivery.queries import units_below
from server.reporting.delivery.service import Added, ReportQuery, delivery_by
from server.reporting.plays.acknowledged import Counts, counts_document
from server.reporting.spot_checks.statistic.scope import Question
from server.reporting.spot_checks.statistic.service import Statistic, statistic


@dataclass(frozen=True, slots=True)
class Wanted:
    """The contents of a pack to make; `asker` is the number of the person who asked.

    `outcomes`: the figures entered by hand, by unit.
    """

    units: Sequence[Unit]
    span: Span
    asker: int
    outcomes: Mapping[int, list[dict[str, Any]]] = field(default_factory=dict)


def gather(core: Core, parts: PlaylogRuntime, wanted: Wanted) -> dict[str, Any]:
    """All figures, as of now."""
    beside = read_beside(core, parts, wanted.span)
    found = [_of_unit(core, parts, wanted, unit, beside) for unit in wanted.units]
    apart = _apart(wanted.units)
    counted = [one for unit, one in zip(wanted.units, found, strict=True) if unit.id in apart]
    whole = summed(figures for _, figures, _ in counted)
    units = [document for document, _, _ in found]
    return {
        "from": wanted.span.first.isoformat(),
        "to": wanted.span.last.isoformat(),
        "as_of": min(unit["as_of"] for unit in units),
        "units": units,
        "totals": totals(whole, _venue_counts(ledger for _, _, ledger in counted)),
    }


def totals(figures: Figures, venues: dict[str, int]) -> dict[str, Any]:
    """Plays by state, and venues by whether they meet the target."""
    return {
        **{state: getattr(figures, state) for state in PLAY_COUNTS},
        "excused": figures.excused,
        "delivery_rate": rounded(figures.delivery_rate),
        "pending_share": rounded(figures.pending_share),
        **venues,
    }


def _of_unit(
    core: Core, parts: PlaylogRuntime, wanted: Wanted, unit: Unit, beside: Beside
) -> tuple[dict[str, Any], Figures, Ledger]:
    # Uses the grants at the time of the request; they may have been narrowed since.
    actor = Actor(wanted.asker, "", unit.id, (Grant("viewer", unit.path),))
    text, span = public("unit", unit.id), wanted.span
    query = ReportQuery(span.first, span.last, "venue", unit_id=text, acknowledged=True)
    added = delivery_by(core, parts, actor, query, "venue_campaign")
    of_venues = CoverageQuery(span.first, span.last, "venue", Filters(unit_id=text))
    ledger = coverage(core, parts, actor, of_venues)
    by_venue, campaigns = _by_venue(added)
    with core.config.read() as session:
        whose = Whose(unit, units_below(session, actor, text))
        asked = asked_at(session, core, wanted.span, campaigns)
        venues = venue_facts.venue_facts(session, {*by_venue, *_statuses(ledger)})
        context = context_for(core, beside, whose, venues, asked)
        checked = statistic(core, session, actor, Question(span.first, span.last, unit_id=text))
    rows = _rows(unit, ledger, by_venue, context, span)
    whole = summed(by_venue.values())
    screens = {screen for venue in venues for screen in context.screens.get(venue, ())}
    counts = {**_venue_counts([ledger]), "screens": len(screens)}
    document = {
        "unit_id": text,
        "name": unit.name,
        "leader": unit.leader or "",
        "contact": unit.contact or "",
        "as_of": iso(added.as_of, core.settings.zone),
        "rows": rows,
        "totals": totals(whole, counts),
        **_grounds(added, ledger, checked),
    }
    if unit.id in wanted.outcomes:
        document["outcomes"] = wanted.outcomes[unit.id]
    return document, whole, ledger


def _rows(
    unit: Unit,
    ledger: Ledger,
    by_venue: Mapping[int, Figures],
    context: VenueContext,
    span: Span,
) -> list[dict[str, Any]]:
    statuses = _statuses(ledger)
    ordered = sorted(context.venues.values(), key=_place)
    rows = []
    for number, venue in enumerate(ordered, 1):
        figures = by_venue.get(venue.id, Figures())
        row = row_of(context, venue, figures, statuses.get(venue.id), span)
        moved = not is_of(unit, venue)
        rows.append({"no": number, **row, "moved_to": venue.unit if moved else None})
    return rows


def _place(venue: VenueFacts) -> tuple[str, str, str, int]:
    return venue.unit_path, venue.kind, venue.name, venue.id


def _by_venue(added: Added) -> tuple[dict[int, Figures], dict[int, set[int]]]:
    """Settled figures and campaigns of each venue."""
    found: dict[int, Figures] = {}
    campaigns: dict[int, set[int]] = {}
    for key, figures in added.groups.items():
        # Of a group with plays alone that count for nothing expected there is nothing to settle.
        if isinstance(key, tuple) and figures != Figures():
            venue, campaign = key
            found.setdefault(venue, Figures()).add(figures)
            campaigns.setdefault(venue, set()).add(campaign)
    return {venue: figures.settled() for venue, figures in found.items()}, campaigns


def _statuses(ledger: Ledger) -> dict[int, VenueStatus]:
    return {one.venue.id: one for one in ledger.statuses}


def _grounds(added: Added, ledger: Ledger, checked: Statistic) -> dict[str, Any]:
    """The sources of the figures, and the rule by which they were judged."""
    counted = checked.as_json()
    counts = {name: value for name, value in counted.items() if isinstance(value, int)}
    return {
        "chain_head": added.head,
        "adjustments": added.late,
        "declared": dict(added.declared),
        "acknowledged": counts_document(sum((added.taken or {}).values(), Counts())),
        "thresholds": {
            "day_share": float(ledger.thresholds.day_share),
            "venue_share": float(ledger.thresholds.venue_share),
        },
        "spot_checks": {**counts, "sentence": checked.sentence.zh},
    }


def _venue_counts(ledgers: Iterable[Ledger]) -> dict[str, int]:
    """Venues by state, each once: these ledgers don't overlap."""
    whole = Coverage()
    for ledger in ledgers:
        whole.add(ledger.totals)
    return {
        "venues": whole.venues,
        "reached": whole.reached,
        "attested": whole.attested,
        "venues_pending": whole.pending,
        "without_screen": whole.without_screen,
    }


def _apart(units: Sequence[Unit]) -> set[int]:
    """Keys of the units that aren't below another one of them."""
    paths = [unit.path for unit in units]
    return {
        unit.id
        for unit in units
        if not any(unit.path.startswith(path) and unit.path != path for path in paths)
    }
