"""Playlists: ordered lists of assets, and the frozen copy of one that is signed off."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.recycle_bin import service as recycle_bin
from server.campaigns import queries
from server.campaigns.models import CampaignVersion, Playlist, PlaylistItem
from server.campaigns.trail import note
from server.campaigns.workflow import serializers as documents
from server.content.models import Asset
from server.foundation.core import Core
from server.foundation.errors import Conflict, Fault, Invalid
from server.foundation.i18n import Sentence
from server.foundation.rest.preconditions import Check, unchecked

PICTURE_MS: Final = 10_000
"""The duration of a picture in ms without one in list or asset."""
SHORTEST_MS: Final = 1_000
WRONG_ITEMS = Sentence("播放列表中有未知的素材。", "The list names unknown assets.")
IN_USE = Sentence(
    "有宣传任务使用此播放列表，不能删除；请先删除草稿，已送审的请撤下后保留。",
    "Campaigns use this list, so it stays: take it out of the drafts first.",
)


@dataclass(frozen=True)
class Entry:
    """One entry of a list: a public asset id, and its duration (ms) if not the asset's own."""

    asset_id: str
    duration_ms: int | None = None


@dataclass(frozen=True)
class PlaylistDraft:
    """The fields of a draft; None keeps a field."""

    name: str | None = None
    entries: Sequence[Entry] | None = None
    unit_id: str | None = None


def create(core: Core, actor: Actor, draft: PlaylistDraft) -> Playlist:
    """A new list. Raises Invalid for unknown assets, NotFound or Forbidden for the unit."""
    with core.config.write() as session:
        return make_within(core, session, actor, draft)


def make_within(core: Core, session: Session, actor: Actor, draft: PlaylistDraft) -> Playlist:
    """The same in a running transaction."""
    playlist = add_within(core, session, actor, draft)
    _note(core, session, actor, playlist, "create")
    return playlist


def add_within(core: Core, session: Session, actor: Actor, draft: PlaylistDraft) -> Playlist:
    """Make a list in a running transaction, as part of an act that is on record itself."""
    now_ms = core.clock.now_ms()
    playlist = Playlist(
        unit_id=queries.home_unit(session, actor, "campaigns.write", draft.unit_id),
        author_id=actor.user_id,
        name=draft.name or "",
        editors=[actor.user_id],
        created_at=now_ms,
        changed_at=now_ms,
        items=_items(session, actor, draft.entries or ()),
    )
    session.add(playlist)
    session.flush()
    return playlist


def change(
    core: Core, actor: Actor, playlist_id: str, draft: PlaylistDraft, unchanged: Check
) -> Playlist:
    """Rename or rearrange. Campaigns that were submitted keep the list as it was then."""
    with core.config.write() as session:
        playlist = queries.find(session, actor, "campaigns.write", Playlist, playlist_id)
        unchanged(documents.playlist(playlist))
        if draft.name is not None:
            playlist.name = draft.name
        if draft.entries is not None:
            playlist.items = _items(session, actor, draft.entries)
        playlist.editors = sorted({*playlist.editors, actor.user_id})
        playlist.changed_at = core.clock.now_ms()
        _note(core, session, actor, playlist, "change")
    return playlist


def remove(core: Core, actor: Actor, playlist_id: str, check: Check = unchecked) -> str:
    """Put a list into the bin that no campaign refers to; the bin's id for it. Raises Conflict."""
    with core.config.write() as session:
        playlist = queries.find(session, actor, "campaigns.write", Playlist, playlist_id)
        check(documents.playlist(playlist))
        uses = select(func.count()).where(CampaignVersion.playlist_id == playlist.id)
        if session.scalar(uses):
            raise Conflict(IN_USE)
        _note(core, session, actor, playlist, "delete")
        deletion = recycle_bin.Deletion(
            kind="playlist",
            rows=[playlist],
            name=playlist.name,
            number=playlist.id,
            unit_id=playlist.unit_id,
            author_id=playlist.author_id,
        )
        kept = recycle_bin.put(session, core.clock.now_ms(), actor, deletion)
        session.delete(playlist)
    return kept


def snapshot(session: Session, playlist_id: int) -> list[dict[str, Any]]:
    """The list as it is now with every duration settled; this is what gets signed off."""
    query = (
        select(PlaylistItem, Asset)
        .join(Asset, PlaylistItem.asset_id == Asset.id)
        .where(PlaylistItem.playlist_id == playlist_id)
        .order_by(PlaylistItem.position)
    )
    return [frozen(asset, item.duration_ms) for item, asset in session.execute(query)]


def rounds_ms(session: Session, playlist_ids: Collection[int]) -> Mapping[int, int]:
    """The length of one round of each list in ms, by its number."""
    query = (
        select(PlaylistItem.playlist_id, PlaylistItem.duration_ms, Asset.kind, Asset.duration_ms)
        .join(Asset, PlaylistItem.asset_id == Asset.id)
        .where(PlaylistItem.playlist_id.in_(playlist_ids))
    )
    found = dict.fromkeys(playlist_ids, 0)
    for playlist, requested_ms, kind, own_ms in session.execute(query):
        found[playlist] += _duration_ms(requested_ms, kind, own_ms)
    return found


def as_listed(session: Session, actor: Actor, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """The same of a list that isn't made. Raises Invalid for unknown assets."""
    items = _items(session, actor, entries)
    return [frozen(session.get_one(Asset, one.asset_id), one.duration_ms) for one in items]


def frozen(asset: Asset, requested_ms: int | None) -> dict[str, Any]:
    """One place of a frozen list."""
    duration_ms = _duration_ms(requested_ms, asset.kind, asset.duration_ms)
    return {"asset_id": asset.id, "kind": asset.kind, "duration_ms": duration_ms}


def _duration_ms(requested_ms: int | None, kind: str, own_ms: int | None) -> int:
    """Pictures last as long as set; clips run to their end, and can only be shortened."""
    if kind == "video" and own_ms is not None:
        return max(SHORTEST_MS, min(requested_ms or own_ms, own_ms))
    return requested_ms or own_ms or PICTURE_MS


def _items(session: Session, actor: Actor, entries: Sequence[Entry]) -> list[PlaylistItem]:
    items: list[PlaylistItem] = []
    faults: list[Fault] = []
    for index, entry in enumerate(entries):
        try:
            asset = queries.asset_named(session, actor, entry.asset_id, f"/items/{index}/asset_id")
        except Invalid as error:
            faults += error.faults
            continue
        items.append(PlaylistItem(position=index, asset_id=asset.id, duration_ms=entry.duration_ms))
    if faults:
        raise Invalid(WRONG_ITEMS, faults=faults)
    return items


def _note(core: Core, session: Session, actor: Actor, playlist: Playlist, act: str) -> None:
    detail = {"name": playlist.name, "items": len(playlist.items)}
    note(core, session, actor, f"playlist.{act}", playlist.id, **detail)
