"""The fit of a picture of another shape: whole on a blurred copy, or cropped.

An asset that was signed off keeps its fit like everything else: another fit is a new version, which
another person approves before it replaces the old one.
"""

from typing import Final, get_args

from sqlalchemy.orm import Session

from media.screen_classes import Fit
from media.treatment import Treatment
from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.content import messages, queries
from server.content.models import Asset
from server.content.uploads.ai_material import declared, process_again
from server.content.uploads.ingest import add_original, replaceable
from server.foundation.core import Core
from server.foundation.errors import Conflict, Invalid
from server.foundation.jobs.service import wake
from server.foundation.public_ids import public

FITS: Final[tuple[Fit, ...]] = get_args(Fit)


def requested_fit(requested: str | None, pointer: str) -> Fit | None:
    """The requested fit, None without one. Raises Invalid."""
    if not requested:
        return None
    for fit in FITS:
        if fit == requested:
            return fit
    raise Invalid.at(pointer, messages.NO_SUCH_FIT)


def fit_of(asset: Asset) -> Fit:
    """The fit with which an asset is processed."""
    return "crop" if asset.fit == "crop" else "whole"


def treatment_of(asset: Asset) -> Treatment:
    """How an asset is processed."""
    return Treatment(fit_of(asset), declared(asset))


def change_fit(session: Session, now_ms: int, asset: Asset, fit: Fit) -> None:
    """Reprocess an asset that was never signed off, in the caller's transaction.

    It keeps its renditions until that is complete. Raises Conflict, Invalid.
    """
    if asset.slide is not None:
        raise Invalid.at("/fit", messages.FIT_OF_SLIDE)
    if asset.fit == fit:
        return
    if asset.signed_at is not None:
        raise Conflict(messages.FIT_ON_RECORD, code="replace")
    asset.fit = fit
    process_again(session, now_ms, asset)


def refit(core: Core, actor: Actor, asset_id: str, fit: Fit) -> tuple[Asset, bool]:
    """A new version of the same original with another fit, and whether it was created just now.

    Raises Conflict for an asset that was never signed off or has that fit, Invalid for a slide.
    """
    with core.config.write() as session:
        old = replaceable(session, actor, asset_id)
        if old.slide is not None:
            raise Invalid.at("/fit", messages.FIT_OF_SLIDE)
        if old.fit == fit:
            raise Conflict(messages.SAME_FIT)
        existing = queries.successor(session, old.id, old.sha256, fit)
        if existing is not None:
            return existing, False
        asset = add_original(core, session, old.unit, old, actor.user_id)
        asset.replaces_id, asset.fit, asset.tags = old.id, fit, list(old.tags)
        asset.expires_on = old.expires_on
        asset.ai, asset.ai_label = old.ai, old.ai_label
        detail = {"replaces": asset_id, "fit": fit}
        subject = public("asset", asset.id)
        record(session, asset.created_at, actor.user_id, "asset.refit", subject, **detail)
    wake(core)
    return asset, True
