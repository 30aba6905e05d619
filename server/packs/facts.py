"""What a pack says of venues beside their figures: who, where, asked how often, shown by what."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from server.accounts.models import Unit
from server.attestations.models import Attestation
from server.campaigns.models import CampaignVersion
from server.exemptions.models import ExemptedScreen, Exemption
from server.ids import public
from server.library.models import Photo
from server.screens.models import Screen, ScreenPause
from server.spotchecks.models import SpotCheck, SpotPicture
from server.venues.models import Venue

MOST_AT_ONCE = 500
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class VenueFacts:
    """A venue as it stands when the pack is made; `screens` are those that aren't retired."""

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
    screens: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What a campaign asks for, by its signed version."""

    first: date
    last: date
    target_kind: str
    target_value: float | None
    floor: float


@dataclass(frozen=True, slots=True)
class Spell:
    """[from_ms, until_ms) in which screens of a venue owed less: why, by which paper."""

    from_ms: int
    until_ms: int
    why: str
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """An approved attestation, and the digests of its photos."""

    id: str
    first: date
    last: date
    days: int
    plays_per_day: int
    photos: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a pack, and the same as instants [from_ms, until_ms)."""

    first: date
    last: date
    from_ms: int
    until_ms: int


def venue_facts(session: Session, venues: Collection[int]) -> dict[int, VenueFacts]:
    """Of some venues, by number."""
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
    counted = select(Screen.venue_id, func.count()).where(Screen.retired_at.is_(None))
    found = {}
    for some in _parts(venues):
        query_of_some = counted.where(Screen.venue_id.in_(some)).group_by(Screen.venue_id)
        screens = {key: count for key, count, *_ in session.execute(query_of_some)}
        for row in session.execute(query.where(Venue.id.in_(some))):
            values: Sequence[Any] = (*row, screens.get(row[0], 0))
            found[row[0]] = VenueFacts(*values)
    return found


def campaigns_asked(session: Session, campaigns: Collection[int]) -> dict[int, Asked]:
    """What campaigns ask for by number; fillers ask for nothing."""
    row = CampaignVersion
    columns = (row.starts_on, row.ends_on, row.target_kind, row.target_value, row.floor)
    query = select(row.campaign_id, *columns).where(
        row.standing == "signed", row.target_kind != "filler"
    )
    found: dict[int, Asked] = {}
    for some in _parts(campaigns):
        rows: Sequence[Any] = session.execute(query.where(row.campaign_id.in_(some))).all()
        found |= {key: Asked(*said) for key, *said in rows}
    return found


def exempted(session: Session, span: Span) -> Mapping[int, Sequence[Spell]]:
    """Approved exemptions that meet the days, by venue of then; each once."""
    row = Exemption
    query = (
        select(ExemptedScreen.venue_id, row.from_at, row.until_at, row.code, row.file)
        .select_from(row)
        .join(ExemptedScreen, ExemptedScreen.exemption_id == row.id)
        .where(row.state == "approved", row.from_at < span.until_ms, row.until_at > span.from_ms)
        .where(ExemptedScreen.from_at < span.until_ms, ExemptedScreen.until_at > span.from_ms)
        .order_by(row.from_at, row.id)
        .distinct()
        .add_columns(row.id)
    )
    rows: Sequence[Any] = session.execute(query).all()
    return _by_venue((venue, Spell(*said)) for venue, *said, _ in rows)


def paused(session: Session, span: Span) -> Mapping[int, Sequence[Spell]]:
    """Declared pauses that meet the days, by venue."""
    row = ScreenPause
    query = (
        select(Screen.venue_id, row.from_at, row.until_at, row.reason)
        .join(Screen, row.screen_id == Screen.id)
        .where(row.from_at < span.until_ms, row.until_at > span.from_ms)
        .order_by(row.from_at, row.id)
    )
    rows: Sequence[Any] = session.execute(query).all()
    return _by_venue((venue, Spell(*said)) for venue, *said in rows)


def attested(session: Session, span: Span) -> Mapping[int, Sequence[Said]]:
    """Approved attestations that meet the days, by venue, with their photos."""
    row = Attestation
    columns = (row.from_on, row.to_on, row.days, row.plays_per_day)
    query = select(row.venue_id, row.id, *columns).where(
        row.state == "approved", row.from_on <= span.last, row.counts_to >= span.first
    )
    rows: Sequence[Any] = session.execute(query.order_by(row.id)).all()
    photos = _photos(session, [public("attestation", number) for _, number, *_ in rows])
    return _by_venue((venue, _said(number, said, photos)) for venue, number, *said in rows)


def photographed(session: Session, span: Span) -> Mapping[int, Sequence[int]]:
    """Spot checks of the days whose photo is there, by venue."""
    row = SpotCheck
    query: Select[int, int] = (
        select(Screen.venue_id, row.id)
        .join(Screen, row.screen_id == Screen.id)
        .join(SpotPicture, (SpotPicture.check_id == row.id) & (SpotPicture.kind == "shown"))
        .where(row.kind == "photo", row.asked_at >= span.from_ms, row.asked_at < span.until_ms)
        .order_by(row.id)
    )
    return _by_venue((venue, check) for venue, check in session.execute(query))


def _said(number: int, said: Sequence[Any], photos: Mapping[str, Sequence[str]]) -> Said:
    name = public("attestation", number)
    first, last, days, plays_per_day = said
    return Said(name, first, last, days, plays_per_day, tuple(photos.get(name, ())))


def _photos(session: Session, owners: Collection[str]) -> Mapping[str, Sequence[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    ordered = sorted(owners)
    for begin in range(0, len(ordered), MOST_AT_ONCE):
        some = ordered[begin : begin + MOST_AT_ONCE]
        query = select(Photo.owner, Photo.digest).where(Photo.owner.in_(some)).order_by(Photo.id)
        for owner, digest in session.execute(query):
            found[owner].append(digest)
    return found


def _by_venue(rows: Iterator[tuple[int, T]]) -> Mapping[int, Sequence[T]]:
    found: defaultdict[int, list[T]] = defaultdict(list)
    for venue, one in rows:
        found[venue].append(one)
    return found


def _parts(numbers: Collection[int]) -> Iterator[Sequence[int]]:
    ordered = sorted(numbers)
    for begin in range(0, len(ordered), MOST_AT_ONCE):
        yield ordered[begin : begin + MOST_AT_ONCE]
