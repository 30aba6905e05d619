"""`/playlists`: ordered lists of assets."""

from typing import Any

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from server.accounts.guards import actor, needs
from server.accounts.recycle_bin.service import BIN
from server.campaigns import queries
from server.campaigns.models import Playlist
from server.campaigns.playlists import service as playlist_service
from server.campaigns.playlists.service import PlaylistDraft
from server.campaigns.workflow import schemas
from server.campaigns.workflow import serializers as documents
from server.campaigns.workflow.request_schemas import PlaylistBody, PlaylistChanges, entries
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import Paging, check_unchanged, listed, long_body, tagged
from server.foundation.rest.responses import Listed, answers

bp = APIBlueprint("playlists", __name__, url_prefix="/api/v1", tag="Playlists 播放列表")


@bp.get("/playlists")
@needs("read")
@bp.input(Paging, location="query")
@answers(Listed[schemas.Playlist])
def list_playlists(query_data: Paging) -> dict[str, Any]:
    """Playlists in the person's scope, newest first."""
    return listed(queries.in_scope(Playlist, actor()), Playlist.id, query_data, documents.playlist)


@bp.post("/playlists")
@needs("campaigns.write")
@long_body
@bp.input(PlaylistBody)
@answers(schemas.Playlist, 201)
def create_playlist(json_data: PlaylistBody) -> ResponseReturnValue:
    """Make a playlist."""
    draft = PlaylistDraft(json_data.name, entries(json_data.items), json_data.unit_id)
    return tagged(documents.playlist(playlist_service.create(core(), actor(), draft)), 201)


@bp.get("/playlists/<playlist_id>")
@needs("read")
@answers(schemas.Playlist)
def get_playlist(playlist_id: str) -> ResponseReturnValue:
    """One playlist."""
    with core().config.read() as session:
        return tagged(
            documents.playlist(queries.find(session, actor(), "read", Playlist, playlist_id))
        )


@bp.patch("/playlists/<playlist_id>")
@needs("campaigns.write")
@long_body
@bp.input(PlaylistChanges)
@answers(schemas.Playlist)
def change_playlist(playlist_id: str, json_data: PlaylistChanges) -> ResponseReturnValue:
    """Rename or rearrange; submitted campaigns keep their copy of the list."""
    sent = json_data.model_fields_set
    draft = PlaylistDraft(
        json_data.name if "name" in sent else None,
        entries(json_data.items) if "items" in sent else None,
    )
    changed = playlist_service.change(core(), actor(), playlist_id, draft, check_unchanged)
    return tagged(documents.playlist(changed))


@bp.delete("/playlists/<playlist_id>")
@needs("campaigns.write")
@answers(None, 204, headers=(BIN,))
def delete_playlist(playlist_id: str) -> ResponseReturnValue:
    """Delete a playlist that no campaign refers to."""
    kept = playlist_service.remove(core(), actor(), playlist_id, check_unchanged)
    return "", 204, {BIN: kept}
