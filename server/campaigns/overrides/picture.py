"""The content of a takeover or an urgent campaign: an asset, or a slide made on the spot."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.campaigns import queries
from server.campaigns.playlists.service import frozen
from server.content.assets.slides import MadeSlide, SlideDraft, add_slide_within, make_slide
from server.content.models import Asset
from server.foundation.core import Core
from server.foundation.errors import Fault, Invalid
from server.foundation.i18n import Sentence

ONE_OF = Sentence("请给出 asset_id 或 slide，二者选一。", "Give asset_id or slide, one of them.")


@dataclass(frozen=True)
class Picture:
    """An asset by its public id, or a slide that is drawn and not yet an asset."""

    asset_id: str | None = None
    slide: MadeSlide | None = None

    def within(self, core: Core, session: Session, actor: Actor) -> Asset:
        """The asset; a slide becomes one in the running transaction. Raises Invalid."""
        if self.slide is not None:
            return add_slide_within(core, session, actor, self.slide)
        return queries.asset_named(session, actor, self.asset_id or "", "/asset_id")

    def as_item(self, session: Session, actor: Actor) -> dict[str, Any]:
        """Its place in a frozen list; a slide has no number yet."""
        if self.slide is not None:
            return {"asset_id": 0, "kind": "image", "duration_ms": self.slide.duration_ms}
        return frozen(queries.asset_named(session, actor, self.asset_id or "", "/asset_id"), None)


def prepare(core: Core, asset_id: str | None, slide: SlideDraft | None) -> Picture:
    """Draw the slide if there is one; call it outside a transaction. Raises Invalid."""
    if (asset_id is None) == (slide is None):
        raise Invalid.at("/asset_id", ONE_OF)
    if slide is None:
        return Picture(asset_id)
    try:
        return Picture(slide=make_slide(core, slide))
    except Invalid as error:
        faults = [Fault(f"/slide{one.pointer}", one.detail) for one in error.faults]
        raise Invalid(error.detail, code=error.code, faults=faults) from error
