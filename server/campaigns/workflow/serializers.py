"""The JSON documents of playlists and campaigns."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

from sqlalchemy.orm import Session

from server.campaigns import queries
from server.campaigns.models import (
    Boost,
    Campaign,
    CampaignPace,
    CampaignVersion,
    Playlist,
    Review,
    Stop,
    Takeover,
)
from server.campaigns.overrides import target_screens
from server.campaigns.overrides.acknowledgements import acknowledgements
from server.foundation.public_ids import public
from server.foundation.rest.resources import iso
from server.inventory.screens.facts import ScreenFacts


def playlist(row: Playlist) -> dict[str, Any]:
    """The current playlist."""
    return {
        "id": public("playlist", row.id),
        "name": row.name,
        "unit_id": public("unit", row.unit_id),
        "author_id": public("user", row.author_id),
        "items": [
            {
                "asset_id": public("asset", item.asset_id),
                "duration_s": None if item.duration_ms is None else seconds(item.duration_ms),
            }
            for item in row.items
        ],
    }


def campaign(session: Session, row: Campaign, zone: tzinfo) -> dict[str, Any]:
    """The version in force, with the draft that may replace it as `revision`."""
    shown = queries.shown_version(session, row)
    revision = queries.open_version(session, row.id)
    reviews = queries.reviews_of(session, "campaign", row.id)
    return {
        "id": public("campaign", row.id),
        "unit_id": public("unit", row.unit_id),
        "author_id": public("user", row.author_id),
        "state": row.state,
        **version(shown),
        "boosts": [boost(one, zone) for one in queries.boosts_of(session, row.id)],
        "reviews": [review(one, zone) for one in reviews],
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
    return {
        "state": row.state,
        "total": total,
        "confirmed": row.confirmed,
        "pending": row.pending,
        "due": row.due,
        "remaining": max(total - row.confirmed, 0),
        "projected": projected(row, total),
        "ends_on": shown.ends_on.isoformat(),
        "unreachable": row.unreachable,
        "plays_per_hour": round(row.rate, 3),
        "most_per_hour": round(row.most, 3),
        "as_of": iso(row.at, zone),
    }


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


def campaign_id(row: Campaign) -> str:
    """The public id."""
    return public("campaign", row.id)


def version(row: CampaignVersion) -> dict[str, Any]:
    """One content of a campaign; `items` are there once it was submitted."""
    return {
        "name": row.name,
        "playlist_id": public("playlist", row.playlist_id),
        "items": [
            {
                "asset_id": public("asset", item["asset_id"]),
                "duration_s": seconds(item["duration_ms"]),
            }
            for item in row.items
        ],
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
        "dayparts": row.dayparts,
        "target": {"kind": row.target_kind, "value": plain(row.target_value)},
        "floor": plain(row.floor),
        "tier": row.tier,
        "min_gap_s": plain(row.min_gap_s),
        "selector": row.selector,
        "baseline": row.baseline,
        "version": row.number,
    }


def boost(row: Boost, zone: tzinfo) -> dict[str, Any]:
    """A boost, past ones too."""
    return {
        "id": public("boost", row.id),
        "factor": plain(row.factor),
        "from": iso(row.from_at, zone),
        "until": iso(row.until_at, zone),
        "reason": row.reason,
        "user": public("user", row.user_id),
        "at": iso(row.at, zone),
    }


def review(row: Review, zone: tzinfo) -> dict[str, Any]:
    """One person's verdict."""
    return {
        "step": row.step,
        "user": public("user", row.user_id),
        "at": iso(row.at, zone),
        "verdict": row.verdict,
        "opinion": row.opinion,
        "round": row.round,
    }


def seconds(ms: int) -> float | int:
    """Whole seconds as a whole number."""
    return ms // 1000 if ms % 1000 == 0 else ms / 1000


def plain(value: float | None) -> float | int | None:
    """A number as a person would write it: 12, not 12.0."""
    return int(value) if value is not None and value == int(value) else value


def takeover_document(
    session: Session, row: Takeover, zone: tzinfo, screens: Sequence[ScreenFacts] | None = None
) -> dict[str, Any]:
    """A takeover and, screen by screen, who has acknowledged it.

    `screens`: those that it is for, where they are known already.
    """
    if screens is None:
        screens = target_screens.screens_of(session, row)
    return {
        **takeover(session, row, zone),
        **acknowledgements(session, public("takeover", row.id), screens, zone),
    }


def takeover(session: Session, row: Takeover, zone: tzinfo) -> dict[str, Any]:
    """A takeover with its reviews."""
    return {
        "id": public("takeover", row.id),
        "unit_id": public("unit", row.unit_id),
        "author_id": public("user", row.author_id),
        "state": row.state,
        "asset_id": public("asset", row.asset_id),
        "selector": row.selector,
        "label": row.label,
        "reason": row.reason,
        "emergency": row.emergency,
        "drill": row.drill,
        "created_at": iso(row.created_at, zone),
        "from": iso(row.from_at, zone),
        "until": iso(row.until_at, zone),
        "ended_at": iso(row.ended_at, zone),
        "reviews": [review(one, zone) for one in queries.reviews_of(session, "takeover", row.id)],
    }


def stop_document(session: Session, row: Stop, zone: tzinfo) -> dict[str, Any]:
    """A stop and, screen by screen, who has acknowledged it."""
    screens = target_screens.screens_of(session, row)
    return {**stop(row, zone), **acknowledgements(session, public("stop", row.id), screens, zone)}


def stop(row: Stop, zone: tzinfo) -> dict[str, Any]:
    """A stop, lifted or not."""
    return {
        "id": public("stop", row.id),
        "unit_id": public("unit", row.unit_id),
        "author_id": public("user", row.author_id),
        "state": "live" if row.lifted_at is None else "ended",
        "mode": row.mode,
        "selector": row.selector,
        "at": iso(row.at, zone),
        "lifted_at": iso(row.lifted_at, zone),
        "lifted_by": None if row.lifted_by is None else public("user", row.lifted_by),
    }
