"""The content due on a screen at an instant, explained: for pages, the API and the command."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.plan.explain import explain
from playlists.wire.manifest import decode
from playlists.wire.model import Manifest
from playlists.wire.seat import seat
from server.content.models import Asset, AssetRendition
from server.foundation.core import Core
from server.foundation.errors import Conflict
from server.foundation.i18n import Sentence
from server.inventory.screens.queries import facts
from server.publishing import queries
from server.publishing.assignments import rows as held
from server.publishing.manifests import store as manifests
from server.publishing.manifests.builder import Recipes

NOTHING_YET = Sentence(
    "该显示屏还没有节目单：请先绑定终端，或稍后再看。",
    "This screen has no plan yet: pair its player first, or look again shortly.",
)


@dataclass(frozen=True)
class Showing:
    """A screen's assignment at an instant: its plan, and the takeover of that time if any."""

    plan: Manifest
    takeover: dict[str, Any] | None
    at_ms: int


def showing_of(
    session: Session, screen_ids: Collection[int], at_ms: int
) -> dict[int, Showing | None]:
    """As `showing`, for many screens; None for those without an assignment."""
    assignments = held.load(session, screen_ids)
    names = {row.in_force(at_ms) for row in assignments.values()}
    plans = {name: _decoded(manifests.text(session, name)) for name in sorted(names) if name}
    return {
        number: Showing(plans[row.in_force(at_ms)], _running(row.takeover, at_ms), at_ms)
        if (row := assignments.get(number)) is not None and row.in_force(at_ms) in plans
        else None
        for number in screen_ids
    }


def showing_at(session: Session, screen_id: int, at_ms: int, now_ms: int) -> Showing | None:
    """The same for one screen at any instant, past ones too; None without any plan."""
    tenures = queries.tenures(session, screen_id)
    if not tenures:
        return None
    _, plan = _plan_at(session, screen_id, at_ms)
    return Showing(plan, _takeover_at(session, screen_id, at_ms, now_ms), at_ms)


def possible_at(session: Session, screen_id: int, at_ms: int, now_ms: int) -> list[Showing]:
    """Possible assignments of a screen at an instant, the newest plan first; empty without a plan.

    Several while the screen hasn't reported its switch: it may still have an earlier plan.
    """
    tenures = queries.tenures(session, screen_id)
    begun = [span for span in tenures if span.from_ms <= at_ms] or tenures[:1]
    takeover = _takeover_at(session, screen_id, at_ms, now_ms)
    found = []
    for span in reversed(begun):
        plan = _decoded(manifests.text(session, span.manifest))
        found.append(Showing(plan, takeover, at_ms))
        if span.reported:
            break
    return found


def revoked(session: Session, screen_id: int) -> frozenset[str]:
    """The revoked files of the screen's assignment."""
    row = held.load(session, [screen_id]).get(screen_id)
    return frozenset(row.revoked or () if row is not None else ())


def newest(core: Core, screen_id: int) -> dict[str, Any]:
    """Version and manifest digest of the newest assignment; both None before the first."""
    with core.config.read() as session:
        row = held.load(session, [screen_id]).get(screen_id)
    return {
        "version": row.version if row is not None else None,
        "digest": row.manifest if row is not None else None,
    }


def seat_at(core: Core, screen_id: int, at_ms: int) -> dict[str, Any]:
    """The seat as `server.cli seat` prints it, with the manifest and any takeover of that time.

    `asset_name` is what people call the picture on the glass. Raises Conflict if the screen has no
    plan yet.
    """
    with core.config.read() as session:
        name, plan = _plan_at(session, screen_id, at_ms)
        takeover = _takeover_at(session, screen_id, at_ms, core.clock.now_ms())
        place = seat(plan, at_ms).as_json()
        file = takeover["asset"]["digest"] if takeover else place.get("asset")
        named = _name_of(session, file)
    return {**place, "manifest": name, "takeover": takeover, "asset_name": named}


def explain_within(session: Session, now_ms: int, screen_id: int, at_ms: int) -> dict[str, Any]:
    """Why each order is on or not, by the present orders.

    Raises Conflict if the screen has no plan, or doesn't play any more.
    """
    name, plan = _plan_at(session, screen_id, at_ms)
    found = facts(session, [screen_id])
    if not found:
        raise Conflict(NOTHING_YET, code="no_plan")
    recipe = Recipes(session, now_ms).recipe(found[0])
    explained = explain(plan, recipe.orders, recipe.venue, at_ms).as_json()
    return {
        **explained,
        "manifest": name,
        "takeover": _takeover_at(session, screen_id, at_ms, now_ms),
        "asset_name": _name_of(session, explained["seat"].get("asset")),
    }


def _plan_at(session: Session, screen_id: int, at_ms: int) -> tuple[str, Manifest]:
    """The manifest of that time; before the first tenure the first one, after now the newest."""
    tenures = queries.tenures(session, screen_id)
    if not tenures:
        raise Conflict(NOTHING_YET, code="no_plan")
    before = [span for span in tenures if span.from_ms <= at_ms]
    name = before[-1].manifest if before else tenures[0].manifest
    return name, _decoded(manifests.text(session, name))


@lru_cache(maxsize=64)
def _decoded(text: str) -> Manifest:
    """Remembered, as all screens of a channel have the same and pages show many of them."""
    return decode(text)


def _takeover_at(
    session: Session, screen_id: int, at_ms: int, now_ms: int
) -> dict[str, Any] | None:
    """The current takeover of the screen; for a past instant any that it was assigned."""
    row = held.load(session, [screen_id]).get(screen_id)
    running = _running(row.takeover if row is not None else None, at_ms)
    if running is not None or at_ms >= now_ms:
        return running
    return queries.past_takeover(session, screen_id, at_ms)


def _running(takeover: dict[str, Any] | None, at_ms: int) -> dict[str, Any] | None:
    if takeover is None or not takeover["from"] <= at_ms < takeover["until"]:
        return None
    return takeover


def _name_of(session: Session, file: str | None) -> str | None:
    """The name of the asset that a file was made for."""
    if file is None:
        return None
    query = select(Asset.name).join(AssetRendition, AssetRendition.asset_id == Asset.id)
    query = query.where(AssetRendition.digest == file).order_by(Asset.id.desc())
    return session.scalar(query.limit(1))
