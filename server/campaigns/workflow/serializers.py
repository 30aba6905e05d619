"""The JSON documents of playlists and campaigns."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

from sqlalchemy.orm import Session

from playlists.plan.forms import seconds
from server.campaigns import queries
from server.campaigns.models import (
    Boost,
    Campaign,
    CampaignPace,
    CampaignVersion,
    Playlist,
    Stop,
    Takeover,
)
from server.campaigns.overrides import target_screens
from server.campaigns.overrides.acknowledgements import acknowledgements
from server.campaigns.workflow import schemas
from server.foundation.public_ids import public
from server.foundation.rest.documents import document
from server.foundation.rest.resources import iso
from server.inventory.screens.facts import ScreenFacts


def playlist(row: Playlist) -> dict[str, Any]:
    """The current playlist."""
    return document(
        schemas.Playlist, row, items=[_item(item, item.duration_ms) for item in row.items]
    )


def _item(item: object, duration_ms: int | None, **given: Any) -> dict[str, Any]:
    duration_s = None if duration_ms is None else seconds(duration_ms)
    return document(schemas.PlaylistItem, item, duration_s=duration_s, **given)


def campaign(session: Session, row: Campaign, zone: tzinfo) -> dict[str, Any]:
    """The version in force, with the draft that may replace it as `revision`."""
    shown = queries.shown_version(session, row)
    revision = queries.open_version(session, row.id)
    return {
        "id": public("campaign", row.id),
        "unit_id": public("unit", row.unit_id),
        "author_id": public("user", row.author_id),
        "state": row.state,
        **version(shown),
        "boosts": [boost(one, zone) for one in queries.boosts_of(session, row.id)],
        "reviews": reviews(session, "campaign", row.id, zone),
        "revision": _revision(revision, shown),
        "pacing": pacing(session, shown, zone),
        "created_at": iso(row.created_at, zone),
    }


def pacing(session: Session, shown: CampaignVersion, zone: tzinfo) -> dict[str, Any] | None:
    """The last computed state of a total; None before that, and for other targets."""
    row = session.get(CampaignPace, shown.campaign_id)
    if row is None or row.version != shown.number or shown.target_kind != "total_plays":
        return None
    total = int(shown.target_value or 0)
    return document(
        schemas.Pacing,
        row,
        zone,
        total=total,
        remaining=max(total - row.confirmed, 0),
        projected=projected(row, total),
        ends_on=shown.ends_on,
        plays_per_hour=round(row.rate, 3),
        most_per_hour=round(row.most, 3),
        as_of=row.at,
    )


def projected(row: CampaignPace, total: int) -> int | None:
    """The plays on the last day at the current ratio; None at the beginning.

    Plays so far divided by plays due so far, times the whole total.
    """
    due, reached = row.due - row.begun_with, row.confirmed - row.begun_with
    if due <= 0:
        return None
    return row.begun_with + reached * (total - row.begun_with) // due


def _revision(row: CampaignVersion | None, shown: CampaignVersion) -> dict[str, Any] | None:
    if row is None or row is shown:
        return None
    return {"state": row.standing, **version(row)}


def checked(found: dict[str, Any], language: str) -> dict[str, Any]:
    """The answer of `/check` with its warnings and notices in words."""
    worded = {key: [one.as_json(language) for one in found[key]] for key in ("warnings", "notices")}
    return {**found, **worded}


def version(row: CampaignVersion) -> dict[str, Any]:
    """One content of a campaign; `items` are there once it was submitted."""
    return document(
        schemas.Content,
        row,
        items=[_item(one, one["duration_ms"], asset_id=one["asset_id"]) for one in row.items],
        target={"kind": row.target_kind, "value": plain(row.target_value)},
        floor=plain(row.floor),
        min_gap_s=plain(row.min_gap_s),
        version=row.number,
    )


def boost(row: Boost, zone: tzinfo) -> dict[str, Any]:
    """A boost, past ones too."""
    times = {"from_": row.from_at, "until": row.until_at}
    return document(schemas.Boost, row, zone, factor=plain(row.factor), user=row.user_id, **times)


def reviews(session: Session, kind: str, number: int, zone: tzinfo) -> list[dict[str, Any]]:
    """The verdicts on an object of a kind."""
    rows = queries.reviews_of(session, kind, number)
    return [document(schemas.Review, row, zone, user=row.user_id) for row in rows]


def plain(value: float | None) -> float | int | None:
    """A number as a person would write it: 12, not 12.0."""
    return int(value) if value is not None and value == int(value) else value


def takeover_receipts(
    session: Session, row: Takeover, zone: tzinfo, screens: Sequence[ScreenFacts] | None = None
) -> dict[str, Any]:
    """Screen by screen, who has acknowledged a takeover.

    `screens`: those that it is for, where they are known already.
    """
    if screens is None:
        screens = target_screens.screens_of(session, row)
    return acknowledgements(session, public("takeover", row.id), screens, zone)


def takeover(session: Session, row: Takeover, zone: tzinfo) -> dict[str, Any]:
    """A takeover with its reviews."""
    verdicts = reviews(session, "takeover", row.id, zone)
    times = {"from_": row.from_at, "until": row.until_at}
    return document(schemas.ListedTakeover, row, zone, reviews=verdicts, **times)


def stop_document(session: Session, row: Stop, zone: tzinfo) -> dict[str, Any]:
    """A stop and, screen by screen, who has acknowledged it."""
    screens = target_screens.screens_of(session, row)
    return {**stop(row, zone), **acknowledgements(session, public("stop", row.id), screens, zone)}


def stop(row: Stop, zone: tzinfo) -> dict[str, Any]:
    """A stop, lifted or not."""
    return document(
        schemas.ListedStop, row, zone, state="live" if row.lifted_at is None else "ended"
    )
