"""The version of a campaign or takeover that a person has read, for its approval.

ETags (and `data-match`) are computed from this: changes since then are refused, but not what only
progresses (the state of a total, acknowledgements of screens).
"""

from collections.abc import Iterable, Mapping
from datetime import tzinfo
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.campaigns import queries
from server.campaigns.models import Campaign, Takeover
from server.campaigns.workflow import serializers as documents
from server.content.models import Asset
from server.foundation.public_ids import public

MOVES_ON = frozenset({"pacing"})


def campaign_as_read(session: Session, row: Campaign, zone: tzinfo) -> dict[str, Any]:
    """A campaign with the reach, the end and the content of what may be signed off."""
    document = documents.campaign(session, row, zone)
    version = queries.open_version(session, row.id) or queries.shown_version(session, row)
    return {
        **{name: value for name, value in document.items() if name not in MOVES_ON},
        "reach": version.reach,
        "ends_at": version.ends_at,
        "include_assets": version.include_assets,
        "content": _content(session, (item["asset_id"] for item in version.items)),
    }


def takeover_as_read(
    session: Session, row: Takeover, zone: tzinfo, shown: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """A takeover with its reach and its content; `shown`: its document, where it is at hand."""
    shown = documents.takeover(session, row, zone) if shown is None else shown
    return {**shown, "reach": row.reach, "content": _content(session, [row.asset_id])}


def _content(session: Session, asset_ids: Iterable[int]) -> list[dict[str, Any]]:
    """The parts that decide on the appearance of assets: all renditions derive from them."""
    columns = (
        Asset.id, Asset.sha256, Asset.fit, Asset.slide, Asset.duration_ms, Asset.expires_on,
    )  # fmt: skip
    query = select(*columns).where(Asset.id.in_(set(asset_ids))).order_by(Asset.id)
    return [
        {
            "id": public("asset", one.id),
            "sha256": one.sha256,
            "fit": one.fit,
            "slide": one.slide,
            "duration_ms": one.duration_ms,
            "expires_on": one.expires_on and one.expires_on.isoformat(),
        }
        for one in session.execute(query)
    ]
