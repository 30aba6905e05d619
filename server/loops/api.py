"""`/screens/{id}/manifest`, `/now` and `/seat`: what a screen is told to play, and what is on."""

from datetime import datetime
from typing import Any

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from playlists.manifest import decode
from playlists.seat import seat
from server.accounts.guards import actor, needs
from server.errors import NotFound
from server.extensions import core
from server.loops import queries
from server.loops.models import StoredManifest
from server.rest import district_zone, instant_ms, iso
from server.screens import queries as screens

bp = APIBlueprint("loops", __name__, url_prefix="/api/v1", tag="Screens 显示屏")


class SeatQuery(BaseModel):
    """An instant with its offset."""

    model_config = ConfigDict(extra="ignore")
    at: datetime


@bp.get("/screens/<screen_id>/manifest")
@needs("read")
def get_manifest(screen_id: str) -> dict[str, Any]:
    """The newest assignment's version and the digest of its manifest."""
    with core().config.read() as session:
        screen = screens.find(session, actor(), "read", screen_id)
        newest = queries.newest(session, screen.id)
    if newest is None:
        raise NotFound
    return {"version": newest.version, "digest": newest.manifest}


@bp.get("/screens/<screen_id>/now")
@needs("read")
def get_now(screen_id: str) -> dict[str, Any]:
    """What belongs on the screen now; a takeover is told beside it."""
    now_ms = core().clock.now_ms()
    with core().config.read() as session:
        screen = screens.find(session, actor(), "read", screen_id)
        live = [
            {"asset": asset, "from": iso(from_ms, zone), "until": iso(until_ms, zone)}
            for zone in (district_zone(),)
            for asset, from_ms, until_ms in queries.takeover_windows(session, screen.id)
            if from_ms <= now_ms < until_ms
        ]
        return {**_seat(session, screen.id, now_ms), "takeover": live[-1] if live else None}


@bp.get("/screens/<screen_id>/seat")
@needs("read")
@bp.input(SeatQuery, location="query")
def get_seat(screen_id: str, query_data: SeatQuery) -> dict[str, Any]:
    """What belonged, belongs or will belong on the screen at an instant, as far as is known."""
    with core().config.read() as session:
        screen = screens.find(session, actor(), "read", screen_id)
        return _seat(session, screen.id, instant_ms(query_data.at, "/at"))


def _seat(session: Session, screen_id: int, at_ms: int) -> dict[str, Any]:
    digest = queries.manifest_at(session, screen_id, at_ms)
    stored = session.get(StoredManifest, digest) if digest is not None else None
    if stored is None:
        raise NotFound
    return {"manifest": digest, **seat(decode(stored.body), at_ms).as_json()}
