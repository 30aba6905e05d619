"""The contents of a pack: the signed-off assets of campaigns in play order, with their hours."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.campaigns import queries as campaign_queries
from server.campaigns.models import Campaign
from server.campaigns.planning.orders import ON_SCREENS, Entry, signed_entries
from server.content.models import Asset
from server.content.queries import followed
from server.foundation.durations import HOUR_S
from server.foundation.errors import Conflict, Invalid
from server.foundation.public_ids import public
from server.inventory.screens.facts import ScreenFacts, as_facts
from server.inventory.screens.models import Screen
from server.inventory.screens.rendition_classes import class_for
from server.inventory.venues import queries as venue_queries
from server.inventory.venues.models import Venue
from server.publishing.led_packages import labels as wording
from server.publishing.led_packages.models import LedPack

MOST_FILES: Final = 200
USUAL_HOURS: Final = 12.0


@dataclass(frozen=True)
class Piece:
    """One file of a pack: an asset in its place, for so long, within these days."""

    asset: Asset
    seconds: float
    entry: Entry
    until: date

    @property
    def starts_on(self) -> date:
        """The campaign's first day."""
        return self.entry.content.starts_on


def pieces_of(session: Session, actor: Actor, pack: LedPack, today: date) -> list[Piece]:
    """All pieces of a pack, in play order. Raises NotFound, Conflict, Invalid."""
    entries = _entries(session, actor, pack, today)
    found = [piece for entry in entries for piece in _pieces(session, entry, today)]
    if not found:
        nothing = wording.NOTHING if entries or pack.campaign_id else wording.NOTHING_HERE
        raise Conflict(nothing, code="nothing_to_export")
    if len(found) > MOST_FILES:
        raise Invalid.at("", wording.MANY.filled(most=MOST_FILES))
    return found


def per_hour(entry: Entry, durations_s: Sequence[float], hours: float) -> float | None:
    """Approximate plays an hour of a campaign; None for filler.

    `hours` are the venue's opening hours on a day.
    """
    content = entry.content
    value = content.target_value or 0.0
    if content.target_kind == "plays_per_hour":
        return value
    if content.target_kind == "plays_per_day":
        return value / hours
    if content.target_kind == "share_of_voice":
        return value * HOUR_S / fmean(durations_s)
    if content.target_kind == "longest_wait_s":
        return HOUR_S / value
    return entry.pace if content.target_kind == "total_plays" else None


def facts_of(venue: Venue) -> ScreenFacts:
    """A venue as a screen, to match selectors."""
    shadow = Screen(id=0, name="", rendition_class=class_for(None, None), tags=[])
    shadow.venue = venue
    return as_facts(shadow)


def panel_on_record(session: Session, venue_id: int) -> tuple[int, int] | None:
    """The pixels of the venue's screen, as they were entered."""
    query = (
        select(Screen.width, Screen.height)
        .where(Screen.venue_id == venue_id, Screen.retired_at.is_(None))
        .where(Screen.width.is_not(None), Screen.height.is_not(None))
        .order_by(Screen.id)
    )
    found = session.execute(query.limit(1)).first()
    return None if found is None else (found[0] or 0, found[1] or 0)


def require_sight(session: Session, actor: Actor, pack: LedPack) -> Campaign | Venue:
    """The campaign or venue of a pack. Raises NotFound if the person doesn't see it."""
    if pack.campaign_id is not None:
        text = public("campaign", pack.campaign_id)
        return campaign_queries.find(session, actor, "read", Campaign, text)
    return venue_queries.find(session, actor, "read", public("venue", pack.venue_id or 0))


def _entries(session: Session, actor: Actor, pack: LedPack, today: date) -> list[Entry]:
    about = require_sight(session, actor, pack)
    now = [one for one in signed_entries(session, 0) if one.content.ends_on >= today]
    if isinstance(about, Campaign):
        if about.state not in ON_SCREENS:
            raise Conflict(wording.NOT_SIGNED, code="not_signed")
        return [one for one in now if one.campaign_id == about.id]
    facts = facts_of(about)
    chosen = [one for one in now if one.choice.picks(facts)]
    return sorted(chosen, key=lambda one: (one.content.tier, one.campaign_id))


def _pieces(session: Session, entry: Entry, today: date) -> Iterator[Piece]:
    for item in entry.items:
        asset = session.get(Asset, item["asset_id"])
        shown = None if asset is None else followed(session, asset)
        if shown is None or shown.state != "approved":
            continue
        until = min(filter(None, (entry.content.ends_on, shown.expires_on)))
        if until >= today:
            yield Piece(shown, _seconds(item["duration_ms"], shown), entry, until)


def _seconds(duration_ms: int, asset: Asset) -> float:
    own = asset.duration_ms if asset.kind == "video" and asset.duration_ms else duration_ms
    return min(duration_ms, own) / 1000


def durations(pieces: Iterable[Piece]) -> dict[int, list[float]]:
    """The seconds of the pieces of each campaign."""
    found: dict[int, list[float]] = {}
    for piece in pieces:
        found.setdefault(piece.entry.campaign_id, []).append(piece.seconds)
    return found
