"""`/assets`: uploads, their sign-off and renditions."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Annotated, Any, Final, Literal

from apiflask import APIBlueprint
from flask import current_app, request
from flask.typing import ResponseReturnValue
from pydantic import Field
from sqlalchemy.orm import Session

from media.ai.label import Declared
from media.screen_classes import Fit
from server.accounts.actor import Actor
from server.accounts.guards import actor, needs
from server.accounts.idempotency.request_hook import claim_form
from server.accounts.recycle_bin.service import BIN
from server.content import queries, schemas
from server.content.assets import lifecycle
from server.content.models import Asset
from server.content.paths import arrivals, limits_of
from server.content.serializers import asset_document, progress_by_asset
from server.content.uploads import fit_modes, ingest
from server.content.uploads.ai_material import ai_declared
from server.content.uploads.ingest import Upload
from server.content.uploads.multipart import Form, received
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.resources import (
    Body,
    Paging,
    answered,
    check_unchanged_by,
    district_zone,
    listed,
    require_read,
    tagged,
)
from server.foundation.rest.responses import Listed, answers, refuses
from server.foundation.storage.disk_space import full_in_words

bp = APIBlueprint("library", __name__, url_prefix="/api/v1", tag="Assets 素材")

SUCCESSORS: Final = "anping.successors"
"""The app's extension key of the check whether a successor affects others' campaigns."""
Successors = Callable[[Session, Actor, Iterable[int]], None]
SHOWN_BY_OTHERS: Final = "anping.shown_by_others"
"""The app's extension key of the check whether somebody else's campaign uses an asset."""
Tag = Annotated[str, Field(min_length=1, max_length=60)]
Tags = Annotated[list[Tag], Field(max_length=50)]
State = Literal["processing", "ready", "rejected", "submitted", "approved", "withdrawn"]


class AssetQuery(Paging):
    """Filter of a list; `q` searches names, `tag` is a whole one."""

    kind: Literal["image", "video"] | None = None
    state: State | None = None
    q: str | None = Field(None, max_length=120)
    tag: str | None = Field(None, max_length=60)


class AssetChanges(Body):
    """The fields to change; those left out stay as they are."""

    name: str = Field("", min_length=1, max_length=200)
    tags: Tags = Field(default_factory=list)
    expires_on: date | None = None
    fit: Fit = "whole"
    ai: Declared | None = None


class Refit(Body):
    """How the new version is fitted to screens of another shape."""

    fit: Fit


class Rejection(Body):
    """The reason, for the author."""

    reason: str = Field(min_length=1, max_length=500)


def document(asset: Asset) -> dict[str, Any]:
    """One asset with its progress, in the reader's language."""
    with core().config.read() as session:
        progress = progress_by_asset(session, [asset])
    return asset_document(asset, progress.get(asset.id), district_zone(), language())


@bp.get("/assets")
@needs("read")
@bp.input(AssetQuery, location="query")
@answers(Listed[schemas.Asset])
def list_assets(query_data: AssetQuery) -> dict[str, Any]:
    """Assets in the person's scope, newest first."""
    wanted = queries.Wanted(query_data.kind, query_data.state, query_data.q, query_data.tag)
    return listed(queries.listed(actor(), wanted), Asset.id, query_data, document)


@bp.post("/assets")
@needs("content.write")
@answers(schemas.TakenIn, 201)
@answers(schemas.TakenIn, 200, "The unit has an asset of the same content, which this is")
@refuses(507)
def upload_asset() -> ResponseReturnValue:
    """Upload a file as multipart form data (`file`; also `name`, `unit_id`, `fit`,
    and `ai`: the author's declaration on AI-made content, `none`, `unmarked` or `marked`).

    201 with the asset, or 200 with the unit's existing one of the same content. A PDF (or PPTX)
    becomes one asset for each page.
    """
    with received(request, arrivals(core()), limits_of(core().settings)) as form:
        claim_form(form.file.sha256, form.fields)
        with full_in_words():
            taken = ingest.take_in(core(), actor(), _upload(form))
    status = 200 if taken.duplicate else 201
    if taken.pages:
        pages = [public("asset", page.id) for page in taken.pages]
        body = {"kind": "document", "pages": pages, "duplicate": taken.duplicate}
        return answered(body, status)
    found = document(taken.asset)
    return answered(found | {"duplicate": taken.duplicate}, status, tag_of=found)


@bp.post("/assets/<asset_id>/replace")
@needs("content.write")
@answers(schemas.Asset, 201)
@refuses(507)
def replace_asset(asset_id: str) -> ResponseReturnValue:
    """Upload a new version, which replaces the old one everywhere once signed off."""
    with received(request, arrivals(core()), limits_of(core().settings)) as form:
        claim_form(form.file.sha256, form.fields)
        with full_in_words():
            asset = ingest.replace(core(), actor(), asset_id, _upload(form))
    return tagged(document(asset), 201)


@bp.post("/assets/<asset_id>/refit")
@needs("content.write")
@bp.input(Refit)
@answers(schemas.Asset, 201)
@answers(schemas.Asset, 200, "The new version that has this fit and isn't signed off yet")
def refit_asset(asset_id: str, json_data: Refit) -> ResponseReturnValue:
    """Create a new version of the same file with another fit; it replaces it once signed off."""
    asset, made = fit_modes.refit(core(), actor(), asset_id, json_data.fit)
    return tagged(document(asset), 201 if made else 200)


@bp.get("/assets/<asset_id>")
@needs("read")
@answers(schemas.Asset)
def get_asset(asset_id: str) -> ResponseReturnValue:
    """One asset."""
    with core().config.read() as session:
        asset = queries.find(session, actor(), "read", asset_id)
    return tagged(document(asset))


@bp.patch("/assets/<asset_id>")
@needs("content.write")
@bp.input(AssetChanges)
@answers(schemas.Asset)
def change_asset(asset_id: str, json_data: AssetChanges) -> ResponseReturnValue:
    """Change name, tags, last day, fit or `ai`; a submitted asset becomes ready again.

    With another fit or `ai` it is reprocessed, and keeps its renditions until that is complete. An
    asset that was signed off keeps both: `/assets/<id>/refit` creates a new version.
    """
    changes = json_data.model_dump(exclude_unset=True)
    return tagged(
        document(lifecycle.change(core(), actor(), asset_id, changes, check_unchanged_by(document)))
    )


@bp.delete("/assets/<asset_id>")
@needs("content.write")
@answers(None, 204, headers=(BIN,))
def delete_asset(asset_id: str) -> ResponseReturnValue:
    """Delete an asset that was never signed off and is used nowhere."""
    kept = lifecycle.remove(core(), actor(), asset_id, check_unchanged_by(document))
    return "", 204, {BIN: kept} if kept else {}


@bp.post("/assets/<asset_id>/submit")
@needs("content.write")
@answers(schemas.Asset)
def submit_asset(asset_id: str) -> ResponseReturnValue:
    """Submit it for sign-off."""
    return tagged(document(lifecycle.submit(core(), actor(), asset_id)))


@bp.post("/assets/<asset_id>/approve")
@needs("sign_off")
@answers(schemas.Asset)
def approve_asset(asset_id: str) -> ResponseReturnValue:
    """Approve the version that was read (If-Match); never one's own."""
    return tagged(document(lifecycle.approve(core(), actor(), asset_id, _require_read)))


@bp.post("/assets/<asset_id>/reject")
@needs("sign_off")
@bp.input(Rejection)
@answers(schemas.Asset)
def reject_asset(asset_id: str, json_data: Rejection) -> ResponseReturnValue:
    """Reject the version that was read (If-Match), with a reason."""
    reason = json_data.reason
    return tagged(document(lifecycle.reject(core(), actor(), asset_id, reason, _require_read)))


@bp.post("/assets/<asset_id>/withdraw")
@needs("content.write")
@answers(schemas.Asset)
def withdraw_asset(asset_id: str) -> ResponseReturnValue:
    """Take it off the screens; a contact's own only while no campaign of the office uses it."""
    is_shown_by_others = current_app.extensions[SHOWN_BY_OTHERS]
    asset = lifecycle.withdraw(core(), actor(), asset_id, is_shown_by_others)
    return tagged(document(asset))


@bp.post("/assets/<asset_id>/retry")
@needs("content.write")
@answers(schemas.Asset)
def retry_asset(asset_id: str) -> ResponseReturnValue:
    """Process it once more after a failure of the server (`code` is `failed`)."""
    return tagged(document(lifecycle.retry(core(), actor(), asset_id)))


def _require_read(asset: Asset) -> None:
    require_read(document(asset))
    with core().config.read() as session:
        check: Successors = current_app.extensions[SUCCESSORS]
        check(session, actor(), [asset.id])


def _upload(form: Form) -> Upload:
    fields = form.fields
    fit = fit_modes.requested_fit(fields.get("fit"), "/fit")
    ai = ai_declared(fields.get("ai"), "/ai")
    return Upload(
        form.file, fields.get("name") or None, fields.get("unit_id") or None, fit=fit, ai=ai
    )
