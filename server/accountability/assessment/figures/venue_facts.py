"""Facts about venues in a pack: name, contact, requested plays, exemptions, evidence."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from server.accountability.assessment.figures.placements import Fact, Stays
from server.accountability.assessment.period import Span
from server.accountability.attestations.models import Attestation
from server.accounts.models import Unit
from server.content.models import Photo
from server.foundation.civil_time import Civil
from server.foundation.public_ids import public
from server.inventory.screens.models import ScreenPause
from server.inventory.venues.models import Venue
from server.monitoring.exemptions.models import ExemptedScreen, Exemption
from server.reporting.delivery.queries import in_parts
from server.reporting.screen_hours.effective_versions import EffectiveVersion, in_force
from server.reporting.spot_checks.models import SpotCheck, SpotPicture


class VenueFacts(NamedTuple):
    """A venue as of the time when the pack is made."""

    id: int
    name: str
    unit: str
    unit_path: str
    territory: str
    kind: str
    address: str
    access: str
    contact: str
    phone: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The requirement of a campaign on the days first..last, by a version in force then."""

    first: date
    last: date
    target_kind: str
    target_value: float | None
    floor: float


@dataclass(frozen=True, slots=True)
class Spell:
    """[from_ms, until_ms) in which a venue's screens had fewer expected plays: reason and file."""

    from_ms: int
    until_ms: int
    why: str
    paper: str = ""


@dataclass(frozen=True, slots=True)
class ApprovedAttestation:
    """An approved attestation, and the digests of its photos."""

    id: str
    first: date
    last: date
    days: int
    plays_per_day: int
    photos: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PhotoCheck:
    """A spot check with an accepted photo, and the day on which it was asked."""

    id: int
    day: date


def venue_facts(session: Session, venues: Collection[int]) -> dict[int, VenueFacts]:
    """The facts of some venues, by number."""
    territory = aliased(Unit)
    query = (
        select(
            Venue.id,
            Venue.name,
            Unit.name,
            Unit.path,
            func.coalesce(territory.name, ""),
            Venue.kind,
            Venue.address,
            Venue.access,
            Venue.contact_name,
            Venue.contact_phone,
        )
        .join(Unit, Venue.unit_id == Unit.id)
        .outerjoin(territory, Venue.territory_unit_id == territory.id)
    )
    found = {}
    for some in in_parts(venues):
        for row in session.execute(query.where(Venue.id.in_(some))):
            found[row[0]] = VenueFacts._make(row)
    return found


def campaigns_asked(
    session: Session, civil: Civil, campaigns: Collection[int], span: Span
) -> Mapping[int, Sequence[Asked]]:
    """The requirements of campaigns on these days, by number; fillers have none."""
    found = {}
    for campaign, versions in in_force(session, campaigns).items():
        asked = (_asked(civil, one, span) for one in versions)
        found[campaign] = [one for one in asked if one is not None]
    return found


def exempted(session: Session, span: Span) -> list[Fact[Spell]]:
    """Approved exemptions that overlap the days, at the venues of their screens at the time."""
    row, place = Exemption, ExemptedScreen
    query = (
        select(place.venue_id, place.unit_id, row.from_at, row.until_at, row.code, row.file)
        .select_from(row)
        .join(ExemptedScreen, ExemptedScreen.exemption_id == row.id)
        .where(row.state == "approved", row.from_at < span.until_ms, row.until_at > span.from_ms)
        .where(ExemptedScreen.from_at < span.until_ms, ExemptedScreen.until_at > span.from_ms)
        .order_by(row.from_at, row.id)
    )
    rows: Sequence[Any] = session.execute(query).all()
    return [Fact(venue, unit, Spell(*columns)) for venue, unit, *columns in rows]


def paused(session: Session, span: Span, stays: Stays) -> list[Fact[Spell]]:
    """Declared pauses that overlap the days, at the venues of their screens at the time."""
    row = ScreenPause
    query = (
        select(row.screen_id, row.from_at, row.until_at, row.reason)
        .where(row.from_at < span.until_ms, row.until_at > span.from_ms)
        .order_by(row.from_at, row.id)
    )
    return _spells(session.execute(query).all(), stays)


def attested(session: Session, span: Span) -> Mapping[int, Sequence[ApprovedAttestation]]:
    """Approved attestations that meet the days, by venue, with their photos."""
    row = Attestation
    columns = (row.from_on, row.to_on, row.days, row.plays_per_day)
    query = select(row.venue_id, row.id, *columns).where(
        row.state == "approved", row.from_on <= span.last, row.counts_to >= span.first
    )
    rows: Sequence[Any] = session.execute(query.order_by(row.id)).all()
    photos = _photos(session, [public("attestation", number) for _, number, *_ in rows])
    found: defaultdict[int, list[ApprovedAttestation]] = defaultdict(list)
    for venue, number, first, last, days, plays in rows:
        name = public("attestation", number)
        found[venue].append(
            ApprovedAttestation(name, first, last, days, plays, tuple(photos.get(name, ())))
        )
    return found


def photographed(
    session: Session, span: Span, stays: Stays, civil: Civil
) -> list[Fact[PhotoCheck]]:
    """Spot checks of the days with an accepted photo, at the venues of their screens at the time.

    Photos not yet reviewed are left out, as a frozen pack can't be changed by a later verdict; the
    footnote states how many checks await review.
    """
    row = SpotCheck
    query = (
        select(row.screen_id, row.asked_at, row.id)
        .join(SpotPicture, (SpotPicture.check_id == row.id) & (SpotPicture.kind == "shown"))
        .where(row.kind == "photo", row.verdict == "good")
        .where(row.asked_at >= span.from_ms, row.asked_at < span.until_ms)
        .order_by(row.id)
    )
    found = session.execute(query)
    return [
        fact
        for screen, at_ms, check in found
        for fact in stays.facts(
            screen, at_ms, at_ms + 1, PhotoCheck(check, date.fromordinal(civil.day_of(at_ms)))
        )
    ]


def _asked(civil: Civil, one: EffectiveVersion, span: Span) -> Asked | None:
    """The version's requirement.

    None if it wasn't in force, didn't run in the span or is filler.
    """
    low_ms, high_ms = max(one.from_ms, span.from_ms), min(one.until_ms, span.until_ms)
    version = one.version
    if low_ms >= high_ms or version.target_kind == "filler":
        return None
    first = max(version.starts_on, date.fromordinal(civil.day_of(low_ms)))
    last = min(version.ends_on, date.fromordinal(civil.day_of(high_ms - 1)))
    if first > last:
        return None
    return Asked(first, last, version.target_kind, version.target_value, version.floor)


def _spells(rows: Sequence[Any], stays: Stays) -> list[Fact[Spell]]:
    return [
        fact
        for screen, from_ms, until_ms, *why in rows
        for fact in stays.facts(screen, from_ms, until_ms, Spell(from_ms, until_ms, *why))
    ]


def _photos(session: Session, owners: Collection[str]) -> Mapping[str, Sequence[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for some in in_parts(owners):
        query = select(Photo.owner, Photo.digest).where(Photo.owner.in_(some)).order_by(Photo.id)
        for owner, digest in session.execute(query):
            found[owner].append(digest)
    return found
