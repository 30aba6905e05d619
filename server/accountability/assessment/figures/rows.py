"""One row of a pack: a venue with its figures, status, evidence and remarks."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from server.accountability.assessment import labels as wording
from server.accountability.assessment.figures.venue_facts import (
    ApprovedAttestation,
    Asked,
    PhotoCheck,
    Spell,
    VenueFacts,
)
from server.accountability.assessment.period import Span
from server.accountability.coverage.serializers import days_met
from server.accountability.coverage.venue_status import VenueStatus
from server.foundation.i18n import share_text
from server.foundation.phone_masking import masked
from server.foundation.public_ids import public
from server.inventory.venues.kinds import KINDS
from server.reporting.delivery.columns import PLAY_COUNTS
from server.reporting.delivery.figures import Figures, rounded


@dataclass(frozen=True, slots=True)
class VenueContext:
    """Context beside the figures, by venue; `screens` are those that were placed there."""

    venues: Mapping[int, VenueFacts]
    screens: Mapping[int, Collection[int]]
    asked: Mapping[int, Sequence[Asked]]
    exempted: Mapping[int, Sequence[Spell]]
    paused: Mapping[int, Sequence[Spell]]
    attested: Mapping[int, Sequence[ApprovedAttestation]]
    photographed: Mapping[int, Sequence[PhotoCheck]]
    zone: tzinfo


def row_of(
    context: VenueContext,
    venue: VenueFacts,
    figures: Figures,
    status: VenueStatus | None,
    span: Span,
) -> dict[str, Any]:
    """The row as JSON; plays are null where none was expected because nothing could be counted."""
    counted = venue.access == "player" or figures.expected > 0
    asked = context.asked.get(venue.id, ())
    screens = len(context.screens.get(venue.id, ()))
    return {
        "venue_id": public("venue", venue.id),
        "unit": venue.unit,
        "territory": venue.territory,
        "name": venue.name,
        "kind": KINDS[venue.kind].name.zh if venue.kind in KINDS else venue.kind,
        "address": venue.address,
        "screens": screens or (0 if venue.access == "player" else None),
        "access": wording.ACCESS[venue.access],
        "contact": venue.contact,
        "phone": masked(venue.phone),
        **_played_within(asked, span),
        "frequency": wording.frequency(asked),
        **{state: getattr(figures, state) if counted else None for state in PLAY_COUNTS},
        "excused": figures.excused if counted else None,
        "delivery_rate": rounded(figures.delivery_rate),
        **_status_fields(status),
        "evidence": list(_evidence(context, venue.id)),
        "remarks": "；".join(_remarks(context, venue, figures, status)),
    }


def evidence_in_words(evidence: Sequence[Mapping[str, Any]]) -> str:
    """The number of photos of each kind: 人工上报 2 张、抽查 1 张."""
    photos: Counter[str] = Counter()
    for one in evidence:
        photos[one["kind"]] += len(one["photos"])
    return "、".join(f"{wording.EVIDENCE[kind]} {count} 张" for kind, count in photos.items())


def _played_within(asked: Sequence[Asked], span: Span) -> dict[str, str | None]:
    first = max(min((one.first for one in asked), default=span.first), span.first)
    last = min(max((one.last for one in asked), default=span.last), span.last)
    if not asked or first > last:
        return {"first": None, "last": None}
    return {"first": first.isoformat(), "last": last.isoformat()}


def _status_fields(status: VenueStatus | None) -> dict[str, Any]:
    if status is None:
        return {"state": None, "verdict": "", "days": 0, "days_met": 0.0}
    return {
        "state": status.state,
        "verdict": wording.VERDICTS[status.state],
        "days": status.days,
        "days_met": days_met(status),
    }


def _evidence(context: VenueContext, venue: int) -> Iterator[dict[str, Any]]:
    """Photos by digest with their days; those of spot checks have the id of the check."""
    for attestation in context.attested.get(venue, ()):
        if attestation.photos:
            days = {"first": attestation.first.isoformat(), "last": attestation.last.isoformat()}
            yield {
                "id": attestation.id,
                "kind": "attestation",
                **days,
                "photos": list(attestation.photos),
            }
    for check in context.photographed.get(venue, ()):
        name, day = public("spot_check", check.id), check.day.isoformat()
        yield {"id": name, "kind": "spot_check", "first": day, "last": day, "photos": [name]}


def _remarks(
    context: VenueContext, venue: VenueFacts, figures: Figures, status: VenueStatus | None
) -> Iterator[str]:
    if venue.access == "manual" and status is not None:
        attestations = context.attested.get(venue.id, ())
        yield wording.by_hand(attestations, days_met(status), status.days)
    exempted = context.exempted.get(venue.id, ())
    if exempted:
        spells = wording.spells(exempted, context.zone, by_code=True)
        yield f"免考核 {figures.excused} 次：{spells}"
    paused = context.paused.get(venue.id, ())
    if paused or figures.screen_off:
        spells = wording.spells(paused, context.zone, by_code=False)
        yield f"暂停关屏 {figures.screen_off} 次{f'：{spells}' if spells else ''}"
    if figures.pre_empted:
        yield f"插播占用 {figures.pre_empted} 次"
    if figures.pending:
        yield f"待回传 {figures.pending} 次（{share_text(figures.pending_share)}）"
