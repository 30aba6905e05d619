"""Queries of assets: in a person's scope, for a class of screens, by digest."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from media.screen_classes import LARGE, ScreenClass, class_named
from server.accounts import queries as accounts
from server.accounts.actor import Actor, forbidden, within
from server.accounts.models import Unit
from server.accounts.recycle_bin.service import is_file_binned
from server.accounts.roles import Action
from server.content.models import Asset, AssetGap, AssetRendition, Photo
from server.content.reference_lists.reader import FIELDS, TITLES, list_in_force
from server.foundation.errors import NotFound, existing
from server.foundation.jobs.queries import is_under_way
from server.foundation.public_ids import number

MOST_SUCCESSORS = 20
SIGNED = frozenset({"approved"})
WITHOUT_SIGN_OFF = SIGNED | {"ready", "submitted"}
MOST_TAGGED = 2000
PICTURE_TYPE = "image/jpeg"
SHOWABLE = ("ready", "submitted", "approved")
FAILED_GAP = "failed"
FAILED_FOR_MS = 24 * 3_600_000


def find(session: Session, actor: Actor, action: Action, text: str) -> Asset:
    """The asset by public id.

    Raises NotFound outside the scope, Forbidden by role.
    """
    asset = existing(session.get(Asset, number("asset", text)))
    if action == "content.write":
        actor.require_change(action, asset.unit.path, asset.author_id)
    actor.require(action, asset.unit.path)
    return asset


@dataclass(frozen=True)
class Wanted:
    """Filter of a list of assets."""

    kind: str | None = None
    state: str | None = None
    q: str | None = None
    tag: str | None = None


def by_number(session: Session, asset_id: int) -> Asset:
    """The asset by number, as referenced by a row."""
    return session.get_one(Asset, asset_id)


def listed(actor: Actor, wanted: Wanted) -> Select[Asset]:
    """The assets in a person's scope; `q` searches names, `tag` is a whole one."""
    query = accounts.owned_in_scope(actor, "read", Asset)
    if wanted.kind is not None:
        query = query.where(Asset.kind == wanted.kind)
    if wanted.state is not None:
        query = query.where(Asset.state == wanted.state)
    if wanted.tag:
        # The tag's form in the column's JSON text; its quotes prevent partial matches.
        query = query.where(
            cast(Asset.tags, Text).contains(json.dumps(wanted.tag), autoescape=True)
        )
    if wanted.q:
        query = query.where(Asset.name.icontains(wanted.q, autoescape=True))
    return query


def tags_in_use(session: Session, actor: Actor) -> list[str]:
    """The tags of the newest assets in the person's scope, in order."""
    query = listed(actor, Wanted()).with_only_columns(Asset.tags)
    rows = session.scalars(query.order_by(Asset.id.desc()).limit(MOST_TAGGED))
    return sorted({tag for tags in rows for tag in tags})


def home_unit(session: Session, actor: Actor, text: str | None) -> Unit:
    """The unit of a new asset; the person's own one by default."""
    if text is not None:
        return accounts.find_unit(session, actor, "content.write", text)
    unit = session.get(Unit, actor.unit_id)
    if unit is not None and actor.may("content.write", unit.path):
        return unit
    roots = actor.roots("content.write")
    above = session.scalar(select(Unit).where(Unit.path.in_(roots)).order_by(Unit.path).limit(1))
    if above is None:
        raise forbidden()
    return above


def same_content(session: Session, unit_id: int, sha256: str) -> Asset | None:
    """The unit's newest asset of the same content; a rejected one may be uploaded again."""
    query = select(Asset).where(
        Asset.unit_id == unit_id,
        Asset.sha256 == sha256,
        Asset.state != "rejected",
        Asset.slide.is_(None),
    )
    return session.scalar(query.order_by(Asset.id.desc()).limit(1))


def successor(session: Session, asset_id: int, sha256: str, fit: str | None = None) -> Asset | None:
    """The asset's newest successor of that content; a rejected one may be uploaded again.

    With a fit, the one with it that isn't withdrawn.
    """
    query = select(Asset).where(
        Asset.replaces_id == asset_id, Asset.sha256 == sha256, Asset.state != "rejected"
    )
    if fit is not None:
        query = query.where(Asset.fit == fit, Asset.state != "withdrawn")
    return session.scalar(query.order_by(Asset.id.desc()).limit(1))


def rendition_for(session: Session, asset_id: int, cls: str) -> AssetRendition:
    """The rendition that a screen of a class shows of an asset, whatever its state.

    The nearest if there is none of that class. Raises NotFound if it has none at all (yet).
    """
    asset = session.get(Asset, asset_id)
    if asset is None or not asset.renditions:
        raise NotFound
    return nearest(followed(session, asset).renditions, cls)


def playable(
    session: Session, asset_ids: Iterable[int], cls: str, unsigned: Collection[int] = ()
) -> dict[int, AssetRendition]:
    """By asset number, the renditions of approved assets for a class of screens.

    A replaced asset has its successor's. Of `unsigned` those too that wait for sign-off.
    """
    found = {}
    for asset in session.scalars(select(Asset).where(Asset.id.in_(set(asset_ids)))):
        shown = followed(session, asset)
        states = WITHOUT_SIGN_OFF if asset.id in unsigned else SIGNED
        if shown.state in states and shown.renditions:
            found[asset.id] = nearest(shown.renditions, cls)
    return found


@dataclass(frozen=True)
class Lacking:
    """Assets that lack a rendition of some class, without a gap.

    `first`: the numbers of those with priority, if any; then newest first.
    """

    session: Session
    classes: Collection[ScreenClass]
    now_ms: int
    first: Select[int] | None = None

    def next(self, *, drawn: bool) -> int | None:
        """The number of the most urgent slide (drawn) or upload."""
        if not self.classes:
            return None
        ahead = false() if self.first is None else Asset.id.in_(self.first)
        place = case((Asset.builtin, 0), (ahead, 1), else_=2)
        query = self._those().where(_is_drawn() if drawn else ~_is_drawn())
        return self.session.scalar(query.order_by(place, Asset.id.desc()).limit(1))

    def count(self) -> int:
        """Number of such assets."""
        if not self.classes:
            return 0
        counted = self._those().with_only_columns(func.count())
        return self.session.scalar(counted) or 0

    def _those(self) -> Select[int]:
        lacks = [_lacks(one, self.now_ms) for one in self.classes]
        return select(Asset.id).where(
            Asset.state.in_(SHOWABLE), Asset.replaced_by.is_(None), or_(*lacks)
        )


def _is_drawn() -> ColumnElement[bool]:
    return or_(Asset.slide.is_not(None), Asset.builtin)


def _lacks(one: ScreenClass, now_ms: int) -> ColumnElement[bool]:
    made = exists().where(AssetRendition.asset_id == Asset.id, AssetRendition.cls == one.name)
    lasting = or_(AssetGap.code != FAILED_GAP, AssetGap.found_at > now_ms - FAILED_FOR_MS)
    gap = exists().where(AssetGap.asset_id == Asset.id, AssetGap.cls == one.name, lasting)
    if one not in LARGE:
        return and_(~made, ~gap)
    large = or_(_is_drawn(), Asset.width >= one.width, Asset.height >= one.height)
    return and_(~made, ~gap, large)


def gaps_of_class(
    session: Session, actor: Actor, cls: str, most: int
) -> list[tuple[AssetGap, Asset]]:
    """The newest gaps of a class, with the assets, in a person's scope."""
    mine = listed(actor, Wanted()).where(Asset.state.in_(SHOWABLE), Asset.replaced_by.is_(None))
    query = select(AssetGap, Asset).join(Asset, AssetGap.asset_id == Asset.id)
    query = query.where(AssetGap.cls == cls, Asset.id.in_(mine.with_only_columns(Asset.id)))
    rows = session.execute(query.order_by(AssetGap.id.desc()).limit(most))
    return [(gap, asset) for gap, asset in rows]


def followed(session: Session, asset: Asset) -> Asset:
    """The current asset in its place: itself, or its last successor."""
    for _ in range(MOST_SUCCESSORS):
        if asset.replaced_by is None:
            break
        asset = session.get_one(Asset, asset.replaced_by)
    return asset


def nearest(renditions: Collection[AssetRendition], cls: str) -> AssetRendition:
    """The one of the class, else one of the same orientation, else the first."""
    shape = class_named(cls)
    way = "portrait" if shape is not None and shape.height > shape.width else "landscape"
    ranked = sorted(renditions, key=lambda one: (one.cls != cls, not one.cls.startswith(way)))
    return ranked[0]


def fallback_rendition(session: Session, cls: str) -> AssetRendition:
    """The built-in waiting picture for a class. Raises NotFound before the first run."""
    asset = existing(waiting_picture(session))
    return nearest(asset.renditions, cls)


def waiting_picture(session: Session) -> Asset | None:
    """The built-in picture for screens without content; None before the first run."""
    return session.scalar(select(Asset).where(Asset.builtin).order_by(Asset.id).limit(1))


def starter_assets(session: Session, *states: str) -> list[Asset]:
    """The server's own assets in any of the states, except the waiting picture."""
    query = select(Asset).where(_is_starter(), Asset.state.in_(states))
    return list(session.scalars(query.order_by(Asset.id)))


def starter_numbers() -> Select[int]:
    """The numbers of the server's own assets, whatever their state."""
    return select(Asset.id).where(_is_starter())


def is_starter_under_way(session: Session) -> bool:
    """Whether a slide or clip of the starter pack is still to come, or in processing."""
    return is_under_way(session, "make_starter") or bool(starter_assets(session, "processing"))


def _is_starter() -> ColumnElement[bool]:
    return and_(Asset.author_id.is_(None), ~Asset.builtin)


def has_starter_clips(session: Session) -> bool:
    """Whether the clips of the starter pack were added."""
    query = select(Asset.id).where(Asset.author_id.is_(None), Asset.kind == "video")
    return session.scalar(query.limit(1)) is not None


def root_unit(session: Session) -> Unit:
    """The district. Raises NotFound before the first run."""
    return existing(accounts.root_unit(session))


def _withdrawn() -> Select[str]:
    other, its = aliased(Asset), aliased(AssetRendition)
    still_good = (
        exists()
        .where(its.digest == AssetRendition.digest)
        .where(its.asset_id == other.id, other.state == "approved")
    )
    query = select(AssetRendition.digest).join(Asset, AssetRendition.asset_id == Asset.id)
    return query.where(Asset.state == "withdrawn", Asset.signed_at.is_not(None), ~still_good)


# Run in each transaction that writes assignments: building the query took longer than running it.
_WITHDRAWN: Final = _withdrawn()


def withdrawn_digests(session: Session) -> list[str]:
    """Files of withdrawn assets that no approved asset has: no screen may show them."""
    return sorted(set(session.scalars(_WITHDRAWN)))


def name_of_file(session: Session, digest: str) -> str:
    """The name of the first asset with a file; the begin of its digest where there is none."""
    asset = session.scalar(assets_with_file(digest).order_by(Asset.id).limit(1))
    return asset.name if asset is not None else digest[:12]


def assets_with_file(digest: str) -> Select[Asset]:
    """The assets with a file."""
    return select(Asset).where(
        or_(
            Asset.thumbnail == digest,
            Asset.poster == digest,
            Asset.filmstrip == digest,
            exists().where(AssetRendition.asset_id == Asset.id, AssetRendition.digest == digest),
        )
    )


def assets_of_renditions(session: Session, digests: Iterable[str]) -> dict[str, Asset]:
    """By file, the first asset with it."""
    query = (
        select(AssetRendition.digest, Asset)
        .join(Asset, AssetRendition.asset_id == Asset.id)
        .where(AssetRendition.digest.in_(list(digests)))
        .order_by(Asset.id.desc())
    )
    return {row[0]: row[1] for row in session.execute(query)}


def type_of_file(session: Session, digest: str) -> str:
    """The media type of a file that was made here."""
    query = select(AssetRendition.type).where(AssetRendition.digest == digest).limit(1)
    return session.scalar(query) or PICTURE_TYPE


def person_may_fetch(session: Session, actor: Actor, digest: str) -> bool:
    """Whether a file belongs to an asset in the person's scope, or is built in."""
    query = assets_with_file(digest).join(Unit, Asset.unit_id == Unit.id)
    seen = or_(Asset.builtin, within(Unit.path, actor.roots("read")))
    return session.scalar(query.where(seen).limit(1)) is not None


def is_needed(session: Session, digest: str) -> bool:
    """Whether an original or a made file is still some asset's, in the bin too, or a photo."""
    is_original = select(Asset.id).where(Asset.sha256 == digest).limit(1)
    made_for = assets_with_file(digest).limit(1)
    is_photo = select(Photo.id).where(Photo.digest == digest).limit(1)
    queries = (is_original, made_for, is_photo)
    if any(session.scalar(query) is not None for query in queries):
        return True
    return is_file_binned(session, digest)


def files_of(asset: Asset) -> set[str]:
    """The digests of all files of an asset."""
    return made_for(asset) | {asset.sha256}


def made_for(asset: Asset) -> set[str]:
    """The digests of an asset's files except the original."""
    shown = (asset.thumbnail, asset.poster, asset.filmstrip)
    return {one.digest for one in asset.renditions} | {d for d in shown if d is not None}


def reference_lists(session: Session) -> list[dict[str, Any]]:
    """The lists of scams, tools and keywords in force, with their titles and fields."""
    return [
        {**list_in_force(session, name), "title": TITLES[name], "fields": FIELDS[name]}
        for name in TITLES
    ]
