"""One row of a pack: a venue with its figures, status, evidence and remarks."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from server.accountability.assessment import labels as wording
from server.accountability.assessment.figures.venue_facts import (
    Asked,
    Looked,
    Said,
    Spell,
    VenueFacts,
)
from server.accountability.assessment.period import Span
from server.accountability.coverage.serializers import days_met
from server.accountability.coverage.venue_status import Standing
from server.foundation.i18n import share_text
from server.foundation.phone_masking import masked
from server.foundation.public_ids import public
from server.inventory.venues.kinds import KINDS
from server.reporting.delivery.columns import PLAY_COUNTS
from server.reporting.delivery.figures import Figures, rounded


@dataclass(frozen=True, slots=True)
class Known:
    """Context beside the figures, by venue; `screens` are those that were placed there."""

    venues: Mapping[int, VenueFacts]
    screens: Mapping[int, Collection[int]]
    asked: Mapping[int, Sequence[Asked]]
    exempted: Mapping[int, Sequence[Spell]]
    paused: Mapping[int, Sequence[Spell]]
    attested: Mapping[int, Sequence[Said]]
    photographed: Mapping[int, Sequence[Looked]]
    zone: tzinfo


def row_of(
    known: Known, venue: VenueFacts, figures: Figures, standing: Standing | None, span: Span
) -> dict[str, Any]:
    """The row as JSON; plays are null where none was expected because nothing could be counted."""
    counted = venue.access == "player" or figures.expected > 0
    asked = known.asked.get(venue.id, ())
    screens = len(known.screens.get(venue.id, ()))
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
        **_standing(standing),
        "evidence": list(_evidence(known, venue.id)),
        "remarks": "；".join(_remarks(known, venue, figures, standing)),
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


def _standing(standing: Standing | None) -> dict[str, Any]:
    if standing is None:
        return {"state": None, "verdict": "", "days": 0, "days_met": 0.0}
    return {
        "state": standing.state,
        "verdict": wording.STANDINGS[standing.state],
        "days": standing.days,
        "days_met": days_met(standing),
    }


def _evidence(known: Known, venue: int) -> Iterator[dict[str, Any]]:
    """Photos by digest with their days; those of spot checks have the id of the check."""
    for said in known.attested.get(venue, ()):
        if said.photos:
            days = {"first": said.first.isoformat(), "last": said.last.isoformat()}
            yield {"id": said.id, "kind": "attestation", **days, "photos": list(said.photos)}
    for check in known.photographed.get(venue, ()):
        name, day = public("spot_check", check.id), check.day.isoformat()
        yield {"id": name, "kind": "spot_check", "first": day, "last": day, "photos": [name]}


def _remarks(
    known: Known, venue: VenueFacts, figures: Figures, standing: Standing | None
) -> Iterator[str]:
    if venue.access == "manual" and standing is not None:
        said = known.attested.get(venue.id, ())
        yield wording.by_hand(said, days_met(standing), standing.days)
    exempted = known.exempted.get(venue.id, ())
    if exempted:
        told = wording.spells(exempted, known.zone, by_code=True)
        yield f"免考核 {figures.excused} 次：{told}"
    paused = known.paused.get(venue.id, ())
    if paused or figures.screen_off:
        told = wording.spells(paused, known.zone, by_code=False)
        yield f"暂停关屏 {figures.screen_off} 次{f'：{told}' if told else ''}"
    if figures.pre_empted:
        yield f"插播占用 {figures.pre_empted} 次"
    if figures.pending:
        yield f"待回传 {figures.pending} 次（{share_text(figures.pending_share)}）"
