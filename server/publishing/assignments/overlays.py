"""Overlays of a screen's plan: takeover or stop, a pause, and revoked files."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import structlog
from sqlalchemy.orm import Session

from playlists.wire.model import Asset
from server.campaigns.overrides.active import OnScreen, load_live
from server.content.queries import fallback_rendition, rendition_for, withdrawn_digests
from server.foundation.errors import NotFound
from server.inventory.screens.facts import ScreenFacts
from server.inventory.screens.queries import paused_now
from server.publishing.manifests.black_picture import black_asset
from server.publishing.manifests.builder import as_asset
from server.publishing.manifests.store import naming

log = structlog.get_logger(__name__)


class Overlays:
    """Takeovers, stops, pauses and withdrawals as of now, read once for many screens."""

    def __init__(self, session: Session, now_ms: int) -> None:
        self._session = session
        self._live = load_live(session, now_ms)
        self._cached: dict[tuple[str, str], dict[str, Any] | None] = {}
        self._withdrawn = frozenset(withdrawn_digests(session))
        self._naming = naming(session, self._withdrawn)
        self._pauses = paused_now(session, now_ms)

    def takeover(self, facts: ScreenFacts) -> Mapping[str, Any] | None:
        """The takeover of a screen as it goes over the wire; `until` None: until further notice."""
        over = self._live.for_screen(facts)
        if over is None:
            return None
        key = (over.id, facts.rendition_class)
        if key not in self._cached:
            self._cached[key] = self._wire(over, facts.rendition_class)
        return self._cached[key]

    def pause(self, facts: ScreenFacts) -> Mapping[str, Any] | None:
        """The declared pause of a screen as it goes over the wire."""
        running = self._pauses.get(facts.screen_id)
        if running is None:
            return None
        return {"from": running.from_at, "until": running.until_at}

    @property
    def revokes(self) -> bool:
        """Whether there is anything that screens must not show any more."""
        return bool(self._withdrawn)

    def revoked(
        self, manifests: Callable[[], frozenset[str]], takeover: Mapping[str, Any] | None
    ) -> tuple[str, ...]:
        """Files that a screen with these manifests, if it matters, must not show any more."""
        mine = manifests() if self._naming else ()
        found = {file for manifest in mine for file in self._naming.get(manifest, ())}
        if takeover is not None:
            found |= self._withdrawn & {takeover["asset"]["digest"]}
        return tuple(sorted(found))

    def _wire(self, over: OnScreen, cls: str) -> dict[str, Any] | None:
        try:
            asset = self._asset(over, cls)
        except NotFound:
            log.error("takeover_content_missing", takeover=over.id, rendition_class=cls)
            return None
        return {
            "id": over.id,
            "asset": asdict(asset) | {"blocks": list(asset.blocks)},
            "from": over.from_ms,
            "until": over.until_ms,
            "label": over.label,
            "drill": over.drill,
        }

    def _asset(self, over: OnScreen, cls: str) -> Asset:
        if over.asset_id is not None:
            return as_asset(rendition_for(self._session, over.asset_id, cls))
        if over.mode == "black":
            return black_asset(cls)
        return as_asset(fallback_rendition(self._session, cls))
