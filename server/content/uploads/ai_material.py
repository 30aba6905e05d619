"""AI-made content in an asset, as its author declared it.

An asset that was signed off keeps its declaration: it is on record, and in its pictures.
"""

from typing import Final, cast, get_args

from sqlalchemy.orm import Session

from media.ai.label import Declaration, Declared
from server.content import messages
from server.content.models import Asset
from server.foundation.errors import Conflict, Invalid
from server.foundation.jobs.service import enqueue
from server.foundation.public_ids import public

CHOICES: Final[tuple[Declared, ...]] = get_args(Declared)


def ai_declared(given: str | None, pointer: str) -> Declared | None:
    """The author's declaration in a form, None without one. Raises Invalid."""
    if not given:
        return None
    for one in CHOICES:
        if one == given:
            return one
    raise Invalid.at(pointer, messages.NO_SUCH_AI)


def declared(asset: Asset) -> Declaration:
    """The facts on an asset; we propagate it under its unit's name and its own id."""
    content = cast("Declared | None", asset.ai)
    return Declaration(content, asset.ai_label, asset.unit.name, public("asset", asset.id))


def change_ai(session: Session, now_ms: int, asset: Asset, declaration: Declared | None) -> None:
    """Set the author's declaration, in the caller's transaction; differing pictures are rebuilt.

    Raises Conflict for an asset that was signed off, Invalid for a slide.
    """
    if asset.slide is not None:
        raise Invalid.at("/ai", messages.AI_OF_SLIDE)
    if asset.ai == declaration:
        return
    if asset.signed_at is not None:
        raise Conflict(messages.AI_ON_RECORD, code="replace")
    before, asset.ai = declared(asset), declaration
    after = declared(asset)
    if (before.draws_mark, before.written) != (after.draws_mark, after.written):
        process_again(session, now_ms, asset)


def process_again(session: Session, now_ms: int, asset: Asset) -> None:
    """Enqueue its processing, in the caller's transaction, unless its file was rejected."""
    if asset.state != "rejected" or asset.renditions:
        asset.state, asset.code = "processing", None
        enqueue(session, "process_asset", asset.id, now_ms)
