"""The life cycle of an asset: submit, approve or reject, withdraw, change, delete."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.accounts.recycle_bin import service as recycle_bin
from server.content import messages, queries
from server.content.events import AssetApproved, AssetReplaced, AssetWithdrawn
from server.content.models import Asset
from server.content.uploads.ai_material import change_ai
from server.content.uploads.fit_modes import change_fit
from server.foundation.core import Core
from server.foundation.errors import Conflict, Forbidden, NotFound
from server.foundation.jobs.service import enqueue, wake
from server.foundation.public_ids import public
from server.foundation.rest.preconditions import Check, unchecked

UsageCheck = Callable[[Session, Asset], bool]
GAVE_UP_CODE: Final = "failed"


def submit(core: Core, actor: Actor, asset_id: str) -> Asset:
    """Submit an asset for sign-off, also a withdrawn one. Raises Conflict."""
    with core.config.write() as session:
        asset = queries.find(session, actor, "content.write", asset_id)
        if asset.state not in ("ready", "withdrawn"):
            raise Conflict(messages.SIGNED_OFF if asset.state == "approved" else messages.NOT_READY)
        _submit(session, core.clock.now_ms(), actor, asset)
    return asset


def submit_within(session: Session, now_ms: int, actor: Actor, asset_ids: Iterable[int]) -> None:
    """Submit those that are ready, in the caller's transaction.

    Approved and submitted ones are left as they are. Raises Conflict for any other.
    """
    for asset in _all(session, asset_ids):
        if asset.state in ("approved", "submitted"):
            continue
        if asset.state != "ready":
            raise Conflict(messages.WITHDRAWN if asset.state == "withdrawn" else messages.NOT_READY)
        actor.require_change("content.write", asset.unit.path, asset.author_id)
        _submit(session, now_ms, actor, asset)


def approve(core: Core, actor: Actor, asset_id: str, check: Check = unchecked) -> Asset:
    """Approve an asset. Raises Conflict, and Forbidden for one's own work."""
    with core.config.write() as session:
        asset = queries.find(session, actor, "sign_off", asset_id)
        check(asset)
        if asset.state != "submitted":
            raise Conflict(messages.NOT_SUBMITTED)
        notices = _approve(session, core.clock.now_ms(), actor, asset)
    _publish(core, notices)
    return asset


def approve_within(
    session: Session, now_ms: int, actor: Actor, asset_ids: Iterable[int]
) -> list[object]:
    """Approve those that are submitted, in the caller's transaction.

    Approved ones are left as they are. Returns events to publish after the commit. Raises Conflict
    for any other state, and Forbidden for one's own work.
    """
    notices: list[object] = []
    for asset in _all(session, asset_ids):
        if asset.state == "approved":
            continue
        if asset.state != "submitted":
            raise Conflict(messages.NOT_SUBMITTED)
        actor.require("sign_off", asset.unit.path)
        notices += _approve(session, now_ms, actor, asset)
    return notices


def reject(core: Core, actor: Actor, asset_id: str, reason: str, check: Check = unchecked) -> Asset:
    """Reject it with a reason. Raises Conflict."""
    with core.config.write() as session:
        asset = queries.find(session, actor, "sign_off", asset_id)
        check(asset)
        if asset.state != "submitted":
            raise Conflict(messages.NOT_SUBMITTED)
        asset.state, asset.reason_zh, asset.reason_en = "ready", reason, reason
        _note(session, core.clock.now_ms(), actor, asset, "reject", reason=reason)
    return asset


def withdraw(core: Core, actor: Actor, asset_id: str, is_shown_by_others: UsageCheck) -> Asset:
    """Take an asset off the screens, or out of sign-off. Raises Conflict.

    A contact's own asset that the office uses can only be withdrawn by the office: Forbidden.
    """
    with core.config.write() as session:
        asset = queries.find(session, actor, "content.write", asset_id)
        _refuse_builtin(asset)
        is_contact = actor.is_contact_only("content.write", asset.unit.path)
        if is_contact and is_shown_by_others(session, asset):
            raise Forbidden(messages.OFFICE_SHOWS_IT)
        if asset.state in ("processing", "rejected"):
            raise Conflict(messages.NOT_ON_AIR)
        asset.state = "withdrawn"
        _note(session, core.clock.now_ms(), actor, asset, "withdraw")
    _publish(core, [AssetWithdrawn(asset.id)])
    return asset


def retry(core: Core, actor: Actor, asset_id: str) -> Asset:
    """Process an asset once more after the server gave up. Raises Conflict for any other."""
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        asset = queries.find(session, actor, "content.write", asset_id)
        if asset.state != "rejected" or asset.code != GAVE_UP_CODE:
            raise Conflict(messages.NOT_GIVEN_UP)
        asset.state, asset.code, asset.reason_zh, asset.reason_en = "processing", None, "", ""
        enqueue(session, "process_asset", asset.id, now_ms)
        _note(session, now_ms, actor, asset, "retry")
    wake(core)
    return asset


def change(
    core: Core, actor: Actor, asset_id: str, changes: Mapping[str, Any], check: Check
) -> Asset:
    """Set name, tags, expires_on, fit or ai; a submitted asset becomes ready again.

    With another fit it is reprocessed. Raises Conflict, and Invalid for the fit of a slide.
    """
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        asset = queries.find(session, actor, "content.write", asset_id)
        _refuse_builtin(asset)
        if asset.state == "approved":
            raise Conflict(messages.SIGNED_OFF, code="replace")
        check(asset)
        for column in changes.keys() - {"fit", "ai"}:
            setattr(asset, column, changes[column])
        if asset.state == "submitted":
            asset.state = "ready"
        if "fit" in changes:
            change_fit(session, now_ms, asset, changes["fit"])
        if "ai" in changes:
            change_ai(session, now_ms, asset, changes["ai"])
        _had_a_hand(asset, actor)
        _note(session, now_ms, actor, asset, "change", fields=sorted(changes))
    wake(core)
    return asset


def remove(core: Core, actor: Actor, asset_id: str, check: Check = unchecked) -> str:
    """Move an asset into the bin; returns the item's public id.

    Its files are kept as long as the item. One in state `processing` or `rejected` is deleted for
    good, and the id is empty. Raises Conflict if it is built in, submitted, referred to, or was
    signed off.
    """
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        asset = queries.find(session, actor, "content.write", asset_id)
        check(asset)
        _refuse_builtin(asset)
        if asset.signed_at is not None:
            raise Conflict(messages.ON_RECORD, code="withdraw")
        if asset.state == "submitted":
            raise Conflict(messages.WAITS, code="withdraw")
        _note(session, now_ms, actor, asset, "delete", name=asset.name)
        deletion = recycle_bin.Deletion(
            kind="asset",
            rows=[asset],
            name=asset.name,
            number=asset.id,
            unit_id=asset.unit_id,
            author_id=asset.author_id,
            files=sorted(queries.files_of(asset)),
        )
        # Interrupted processing can't be resumed after a restore; unusable files need none.
        is_whole = asset.state not in ("processing", "rejected")
        kept = recycle_bin.put(session, now_ms, actor, deletion) if is_whole else ""
        session.delete(asset)
        try:
            session.flush()
        except IntegrityError as error:
            raise Conflict(messages.IN_USE, code="withdraw") from error
        if not kept:
            for digest in deletion.files:
                enqueue(session, "forget_file", digest, now_ms)
    wake(core)
    return kept


def _all(session: Session, asset_ids: Iterable[int]) -> list[Asset]:
    wanted = set(asset_ids)
    query = select(Asset).where(Asset.id.in_(wanted)).order_by(Asset.id)
    found = session.scalars(query).all()
    if len(found) != len(wanted):
        raise NotFound
    return list(found)


def _submit(session: Session, now_ms: int, actor: Actor, asset: Asset) -> None:
    _refuse_builtin(asset)
    asset.state, asset.reason_zh, asset.reason_en = "submitted", "", ""
    _had_a_hand(asset, actor)
    _note(session, now_ms, actor, asset, "submit")


def _approve(session: Session, now_ms: int, actor: Actor, asset: Asset) -> list[object]:
    if actor.two_person and actor.user_id in {asset.author_id, *asset.editors}:
        raise Forbidden(messages.OWN_WORK, code="two_person")
    asset.single_person = not actor.two_person
    asset.reviewer_id, asset.state = actor.user_id, "approved"
    asset.signed_at, asset.editors = now_ms, []
    _note(session, now_ms, actor, asset, "approve", single_person=asset.single_person)
    if asset.replaces_id is None:
        return [AssetApproved(asset.id)]
    session.get_one(Asset, asset.replaces_id).replaced_by = asset.id
    return [AssetApproved(asset.id), AssetReplaced(asset.replaces_id)]


def _had_a_hand(asset: Asset, actor: Actor) -> None:
    asset.editors = sorted({*asset.editors, actor.user_id})


def _refuse_builtin(asset: Asset) -> None:
    if asset.builtin:
        raise Conflict(messages.BUILT_IN)


def _note(
    session: Session, now_ms: int, actor: Actor, asset: Asset, act: str, **detail: Any
) -> None:
    asset.changed_at = now_ms
    record(session, now_ms, actor.user_id, f"asset.{act}", public("asset", asset.id), **detail)


def _publish(core: Core, notices: Iterable[object]) -> None:
    for notice in notices:
        core.events.publish(notice)
