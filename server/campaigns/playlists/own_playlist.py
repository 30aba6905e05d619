"""A campaign's own list: assets chosen on the campaign itself become a playlist of that name."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.campaigns import queries
from server.campaigns.content import Content
from server.campaigns.models import Playlist
from server.campaigns.planning.orders import Item
from server.campaigns.playlists import service as playlist_service
from server.campaigns.playlists.service import Entry, PlaylistDraft
from server.foundation.core import Core
from server.foundation.errors import Invalid
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public

ONE_OF = Sentence(
    "请选择一个播放列表，或直接选素材，二者选一。",
    "Choose a playlist, or the assets themselves: one of the two.",
)


def settled(
    core: Core,
    session: Session,
    actor: Actor,
    content: Content,
    entries: Sequence[Entry],
    unit: str | None,
) -> Content:
    """The content with the list that is named, or a new one of the assets. Raises Invalid."""
    _one_of(content.playlist_id, entries)
    if not entries:
        return content
    listed = PlaylistDraft(content.name, entries, unit)
    playlist = playlist_service.make_within(core, session, actor, listed)
    return replace(content, playlist_id=public("playlist", playlist.id))


def listed_items(
    session: Session, actor: Actor, content: Content, entries: Sequence[Entry]
) -> tuple[Item, ...]:
    """The entries of a draft, without making them. Raises Invalid."""
    _one_of(content.playlist_id, entries)
    if entries:
        return tuple(playlist_service.as_listed(session, actor, entries))
    playlist = queries.reference(session, actor, Playlist, content.playlist_id, "/playlist_id")
    return tuple(playlist_service.snapshot(session, playlist.id))


def _one_of(playlist_id: str, entries: Sequence[Entry]) -> None:
    if bool(playlist_id) == bool(entries):
        raise Invalid.at("/playlist_id", ONE_OF)
