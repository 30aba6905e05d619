"""The content to display, pure: combines plan, takeover, revocation and expiry.

The twin of player/src/due.js.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final, Literal

from playlists.wire.model import Asset, Manifest
from playlists.wire.seat import Seat, next_change, seat

NEVER: Final = 2**53
PIECE_MS: Final = 60_000
NOWHERE: Final = (-1, -1, -1)

Kind = Literal["slot", "held", "takeover", "fallback", "off", "builtin"]
Place = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Plan:
    """A manifest by its name."""

    digest: str
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Overlay:
    """A takeover whose picture is available."""

    id: str
    asset: Asset
    from_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class Situation:
    """All inputs; times are server ms. `later`: the plan from `switch_at` on."""

    plan: Plan | None
    later: Plan | None = None
    switch_at: int = NEVER
    takeover: Overlay | None = None
    expires_at: int = NEVER
    revoked: Collection[str] = ()
    pause: tuple[int, int] | None = None

    def plan_at(self, at_ms: int) -> Plan | None:
        """The plan in force."""
        return self.later if self.later is not None and at_ms >= self.switch_at else self.plan


@dataclass(frozen=True, slots=True)
class Item:
    """One picture: its own time began at `start_ms`, its record ends at `end_ms`.

    Equal keys mean one continuous display; ask again at `until_ms`.
    """

    key: str
    kind: Kind
    asset: Asset | None = None
    start_ms: int = 0
    end_ms: int = NEVER
    until_ms: int = NEVER
    error: str | None = None
    plan: str | None = None
    place: Place = NOWHERE


def due_at(situation: Situation, at_ms: int) -> Item:
    """The content to display at an instant of server time."""
    plan = situation.plan_at(at_ms)
    name = plan.digest if plan is not None else None
    item = Item("builtin", "builtin", plan=name)
    edges = [situation.switch_at]
    if at_ms < situation.expires_at and plan is not None:
        edges += [situation.expires_at, *(situation.pause or ())]
        over = situation.takeover
        if over is None or over.asset.digest in situation.revoked or at_ms >= over.until_ms:
            item = _without_takeover(situation, plan, at_ms)
        elif at_ms >= over.from_ms:
            span = (over.from_ms, over.until_ms)
            item = _static_item("takeover", over.id, over.asset, span, at_ms)
        else:
            item = _without_takeover(situation, plan, at_ms)
            edges.append(over.from_ms)
    until_ms = min([item.end_ms, *(edge for edge in edges if edge > at_ms)])
    return replace(item, until_ms=until_ms, plan=name)


def fallback_of(manifest: Manifest, revoked: Collection[str]) -> Asset | None:
    """The fallback picture; None if it is revoked too."""
    asset = manifest.assets[manifest.fallback]
    return None if asset.digest in revoked else asset


def _without_takeover(situation: Situation, plan: Plan, at_ms: int) -> Item:
    """A declared pause, which only yields to takeovers, or the plan's content."""
    pause = situation.pause
    if pause is not None and pause[0] <= at_ms < pause[1]:
        return Item(f"pause:{pause[0]}", "off", end_ms=pause[1])
    return _planned(plan, situation.revoked, at_ms)


def _planned(plan: Plan, revoked: Collection[str], at_ms: int) -> Item:
    found = seat(plan.manifest, at_ms)
    edge = next_change(plan.manifest, at_ms)
    until_ms = NEVER if edge is None else edge
    if found.state == "fallback":
        asset = fallback_of(plan.manifest, revoked)
        if asset is None:
            return Item("builtin", "builtin", end_ms=until_ms)
        return _static_item("fallback", plan.digest, asset, (0, until_ms), at_ms)
    if found.state == "off":
        return Item(f"off:{found.segment}", "off", end_ms=until_ms)
    return _slot(plan, found, until_ms, revoked)


def _slot(plan: Plan, found: Seat, until_ms: int, revoked: Collection[str]) -> Item:
    place = (found.segment or 0, found.cycle or 0, found.slot or 0)
    loop = plan.manifest.loops[str(plan.manifest.segments[place[0]].loop)]
    slot = loop.slots[place[2]]
    asset = plan.manifest.assets[slot.asset]
    start_ms = found.at_ms - (found.offset_ms or 0)
    error = "revoked" if asset.digest in revoked else None
    kind: Kind = "held" if found.held else "slot"
    return Item(
        # Content withdrawn during its slot is replaced at once.
        key=f"{plan.digest}:{place[0]}:{place[1]}:{place[2]}:{kind}:{error}",
        kind=kind,
        asset=asset,
        start_ms=start_ms,
        end_ms=until_ms if found.held else start_ms + slot.duration_ms,
        error=error,
        place=place,
    )


def _static_item(kind: Kind, name: str, asset: Asset, span: tuple[int, int], at_ms: int) -> Item:
    """A fixed picture, split into pieces so that a long one leaves records."""
    is_video = asset.kind == "video" and asset.duration_ms
    length = asset.duration_ms if is_video and asset.duration_ms else PIECE_MS
    start_ms = span[0] + (at_ms - span[0]) // length * length
    end_ms = min(start_ms + length, span[1])
    return Item(f"{kind}:{name}:{start_ms}", kind, asset, start_ms, end_ms)
