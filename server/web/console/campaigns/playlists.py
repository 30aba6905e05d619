"""Pages of playlists, and the assets that lists and takeovers choose from."""

from typing import Any

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.campaigns import queries
from server.campaigns.durations import length
from server.campaigns.models import Playlist
from server.campaigns.playlists.service import rounds_ms
from server.campaigns.workflow import serializers as documents
from server.content import queries as library
from server.content.models import Asset
from server.content.serializers import file_url
from server.foundation.public_ids import number, public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate
from server.web.helpers import listed

pages = Blueprint("playlist_pages", __name__)

USABLE = ("ready", "submitted", "approved")
MOST_CHOICES = 500


@pages.get("/playlists")
@needs("read")
def playlists_page() -> str:
    """Playlists in scope."""
    with core().config.read() as session:
        query = queries.in_scope(Playlist, actor())
        found = listed(session, query, Playlist.id, documents.playlist)
        numbers = [number("playlist", one["id"]) for one in found["items"]]
        rounds = rounds_ms(session, numbers)
    return render_template(
        "playlists/list.html",
        playlists=[
            {**one, "round": translate(length(rounds[key])) if one["items"] else "–"}
            for key, one in zip(numbers, found["items"], strict=True)
        ],
        **found,
        may_write=bool(actor().roots("campaigns.write")),
    )


@pages.get("/playlists/new")
@needs("campaigns.write")
def new_playlist_page() -> str:
    """A form for a new list."""
    with core().config.read() as session:
        assets = usable_assets(session)
    return render_template("playlists/form.html", playlist=None, assets=assets, may_write=True)


@pages.get("/playlists/<playlist_id>")
@needs("read")
def playlist_page(playlist_id: str) -> str:
    """One list, to rearrange."""
    with core().config.read() as session:
        playlist = queries.find(session, actor(), "read", Playlist, playlist_id)
        shown = documents.playlist(playlist)
        on_it = [item.asset_id for item in playlist.items]
        path = queries.unit_path(session, playlist.unit_id)
        return render_template(
            "playlists/form.html",
            playlist=shown,
            assets=usable_assets(session, on_it),
            may_write=actor().may_change("campaigns.write", path, playlist.author_id),
        )


def usable_assets(session: Session, also: list[int] | None = None) -> list[dict[str, Any]]:
    """Assets that may be put on a list (and those that are on it); all are signed off with it."""
    usable = Asset.state.in_(USABLE) & ~Asset.builtin
    query = library.listed(actor(), library.Wanted()).where(usable | Asset.id.in_(also or []))
    return [
        {
            "id": public("asset", row.id),
            "name": row.name,
            "kind": row.kind,
            "thumbnail": file_url(row.thumbnail),
            "duration_ms": row.duration_ms,
        }
        for row in session.scalars(query.order_by(Asset.id.desc()).limit(MOST_CHOICES))
    ]
