"""`/attestations`: reports of venues without our player, reviewed by another person."""

from datetime import date
from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from flask import Response, request
from flask.typing import ResponseReturnValue
from pydantic import Field

from server.accountability.attestations import queries, schemas, service
from server.accountability.attestations.models import Attestation
from server.accountability.attestations.serializers import attestation, attestation_document
from server.accountability.attestations.service import Statement
from server.accounts.guards import actor, needs
from server.accounts.idempotency.request_hook import claim_form
from server.campaigns.workflow.request_schemas import ApproveBody, RejectBody
from server.content.assets.evidence_photos import photos_of
from server.content.assets.file_responses import send_made_file
from server.content.paths import arrivals, limits_of
from server.content.uploads.multipart import received
from server.foundation.errors import NotFound
from server.foundation.public_ids import number
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import (
    Body,
    Paging,
    check_unchanged,
    district_zone,
    listed_with_parts,
    require_read,
    tagged,
)
from server.foundation.rest.responses import Listed, answers, refuses
from server.foundation.storage.disk_space import full_in_words

bp = APIBlueprint("attestations", __name__, url_prefix="/api/v1", tag="Attestations 人工上报")


AssetId = Annotated[str, Field(max_length=64)]


class AttestationQuery(Paging):
    """The filters of a list."""

    state: Literal["submitted", "approved", "rejected", "withdrawn"] | None = None
    venue_id: str | None = Field(None, max_length=20)


class AttestationBody(Body):
    """Which venue showed it on how many of which days, how often a day, and who saw it.

    `photos` are pictures of the library (`a_7`); photos may also be added afterwards.
    """

    venue_id: str = Field(max_length=64)
    first: date = Field(alias="from")
    last: date = Field(alias="to")
    days: int = Field(ge=1, le=service.LONGEST_DAYS)
    plays_per_day: int = Field(ge=1, le=100_000)
    person: str = Field("", max_length=60)
    note: str = Field("", max_length=1_000)
    photos: list[AssetId] = Field(default_factory=list, max_length=service.MOST_PHOTOS)


class EndAttestationBody(Body):
    """The last day for which it still counts: that of the frozen months if left out."""

    last: date | None = Field(None, alias="to")


@bp.get("/attestations")
@needs("reports.read")
@bp.input(AttestationQuery, location="query")
@answers(Listed[schemas.ListedAttestation])
def list_attestations(query_data: AttestationQuery) -> dict[str, Any]:
    """Attestations of the venues in the person's scope, newest first."""
    query = queries.in_scope(actor())
    if query_data.state is not None:
        query = query.where(Attestation.state == query_data.state)
    if query_data.venue_id is not None:
        query = query.where(Attestation.venue_id == number("venue", query_data.venue_id))
    return listed_with_parts(query, Attestation.id, query_data, attestation)


@bp.post("/attestations")
@needs("exemptions.write")
@bp.input(AttestationBody)
@answers(schemas.Attestation, 201)
def submit_attestation(json_data: AttestationBody) -> ResponseReturnValue:
    """Report by hand; it counts once it has a photo and a second person has approved it."""
    return _answer(service.submit(core(), actor(), Statement(**json_data.model_dump())), 201)


@bp.get("/attestations/<attestation_id>")
@needs("reports.read")
@answers(schemas.Attestation)
def get_attestation(attestation_id: str) -> ResponseReturnValue:
    """One attestation, with its photos and the verdict on it."""
    with core().config.read() as session:
        row = queries.find(session, actor(), queries.READ, attestation_id)
    return _answer(row)


@bp.post("/attestations/<attestation_id>/photos")
@needs("exemptions.write")
@answers(schemas.Attestation, 201)
@answers(schemas.Attestation, 200, "It has that photo already")
@refuses(507)
def add_photo(attestation_id: str) -> ResponseReturnValue:
    """Add a photo as multipart form data (`file`) before approval; at most nine.

    The photo is re-encoded; the stored and served copy has no camera metadata.
    """
    with received(request, arrivals(core()), limits_of(core().settings)) as form:
        claim_form(form.file.sha256, form.fields)
        with full_in_words():
            added = service.attach(core(), actor(), attestation_id, form.file)
    with core().config.read() as session:
        row = queries.find(session, actor(), queries.READ, attestation_id)
    return _answer(row, 201 if added else 200)


@bp.get("/attestations/<attestation_id>/photos/<digest>")
@needs("reports.read")
@answers(None, 200, "The photo", media_type="image/*", headers=("ETag", "Cache-Control"))
@refuses(416)
def get_photo(attestation_id: str, digest: str) -> Response:
    """A photo, for those who may see the attestation."""
    with core().config.read() as session:
        queries.find(session, actor(), queries.READ, attestation_id)
        photos = photos_of(session, attestation_id)
    if digest not in {photo.digest for photo in photos}:
        raise NotFound
    return send_made_file(core(), digest)


@bp.post("/attestations/<attestation_id>/approve")
@needs("exemptions.approve")
@bp.input(ApproveBody)
@answers(schemas.Attestation)
def approve_attestation(attestation_id: str, json_data: ApproveBody) -> ResponseReturnValue:
    """The second person's yes: it counts in coverage, in a column of its own.

    Refused (412) if a photo was added since it was read (If-Match).
    """
    opinion = json_data.opinion
    return _answer(service.approve(core(), actor(), attestation_id, opinion, require_read))


@bp.post("/attestations/<attestation_id>/reject")
@needs("exemptions.approve")
@bp.input(RejectBody)
@answers(schemas.Attestation)
def reject_attestation(attestation_id: str, json_data: RejectBody) -> ResponseReturnValue:
    """The second person's no, also once its month is frozen."""
    reason = json_data.reason
    return _answer(service.reject(core(), actor(), attestation_id, reason, require_read))


@bp.post("/attestations/<attestation_id>/end")
@needs("exemptions.write")
@bp.input(EndAttestationBody)
@answers(schemas.Attestation)
def end_attestation(attestation_id: str, json_data: EndAttestationBody) -> ResponseReturnValue:
    """Take back the last days of an approved one; never days of a frozen month."""
    return _answer(service.end(core(), actor(), attestation_id, json_data.last, check_unchanged))


@bp.delete("/attestations/<attestation_id>")
@needs("exemptions.write")
@answers(schemas.Attestation)
def withdraw_attestation(attestation_id: str) -> ResponseReturnValue:
    """Take it back; it counts no more."""
    return _answer(service.withdraw(core(), actor(), attestation_id, check_unchanged))


def _answer(row: Attestation, status: int = 200) -> ResponseReturnValue:
    with core().config.read() as session:
        return tagged(attestation_document(session, row, district_zone()), status)
