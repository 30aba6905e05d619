"""`/assessment-packs`: the frozen, signed figures of units, with their files."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Annotated, Any, Final

from apiflask import APIBlueprint
from flask import Response, request
from flask.typing import ResponseReturnValue
from pydantic import FailFast, Field

from server.accountability.assessment import queries, schemas, service
from server.accountability.assessment.files.verify import MANIFEST
from server.accountability.assessment.files.zip_archive import zipped
from server.accountability.assessment.manifest import listed, manifest_file
from server.accountability.assessment.models import AssessmentPack, PackFile
from server.accountability.assessment.outcomes import Kind, Outcome
from server.accountability.assessment.serializers import pack, pack_document
from server.accountability.assessment.service import MOST_UNITS, PackRequest
from server.accounts.guards import actor, needs
from server.foundation.core import Core
from server.foundation.rest.downloads import XLSX
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import Body, Paging, district_zone, listed_with_parts, tagged
from server.foundation.rest.responses import Listed, answers, refuses

bp = APIBlueprint("packs", __name__, url_prefix="/api/v1", tag="Assessment packs 考核材料")

PDF: Final = "application/pdf"
ZIP: Final = "application/zip"
TYPES: Final = {"xlsx": XLSX, "pdf": PDF}


class PackQuery(Paging):
    """The filters of a list."""

    unit_id: Annotated[str | None, Field(max_length=20)] = None


class OutcomeBody(Body):
    """A figure of a unit entered by hand: cases, loss in 10,000 yuan, awareness in per cent."""

    unit_id: Annotated[str, Field(max_length=20)]
    kind: Kind
    value: Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]
    source: Annotated[str, Field(min_length=1, max_length=60)]
    on: date = Field(alias="date")


class PackBody(Body):
    """The units, the days (the district's, both inclusive), and figures entered by hand."""

    unit_ids: Annotated[
        list[Annotated[str, Field(max_length=20)]], Field(min_length=1, max_length=MOST_UNITS)
    ]
    first: date = Field(alias="from")
    last: date = Field(alias="to")
    outcomes: Annotated[list[OutcomeBody], Field(max_length=3 * MOST_UNITS), FailFast()] = Field(
        default_factory=list
    )


@bp.get("/assessment-packs")
@needs("packs.read")
@bp.input(PackQuery, location="query")
@answers(Listed[schemas.ListedPack])
def list_packs(query_data: PackQuery) -> dict[str, Any]:
    """Packs whose units are all in the person's scope, newest first."""
    query = queries.in_scope(actor(), query_data.unit_id)
    return listed_with_parts(query, AssessmentPack.id, query_data, pack)


@bp.post("/assessment-packs")
@needs("packs.ask")
@bp.input(PackBody)
@answers(schemas.Pack, 201)
def ask_for_pack(json_data: PackBody) -> ResponseReturnValue:
    """Ask for one; it is made in the background, then it never changes.

    Read it again until `state` is `ready`. The same days once more make another pack.
    """
    outcomes = [Outcome(**one.model_dump()) for one in json_data.outcomes]
    pack_request = PackRequest(json_data.unit_ids, json_data.first, json_data.last, outcomes)
    return _answer(service.ask(core(), actor(), pack_request), 201)


@bp.get("/assessment-packs/<assessment_pack_id>")
@needs("packs.read")
@answers(schemas.Pack)
def get_pack(assessment_pack_id: str) -> ResponseReturnValue:
    """One pack, with totals and files once it is ready."""
    with core().config.read() as session:
        row = queries.find(session, actor(), "packs.read", assessment_pack_id)
    return _answer(row)


@bp.post("/assessment-packs/<assessment_pack_id>/retry")
@needs("packs.ask")
@answers(schemas.Pack)
def retry_pack(assessment_pack_id: str) -> ResponseReturnValue:
    """Retry a failed pack."""
    return _answer(service.retry(core(), actor(), assessment_pack_id))


@bp.get("/assessment-packs/<assessment_pack_id>/manifest.json")
@needs("packs.read")
@answers(schemas.Manifest)
@refuses(409)
def get_pack_manifest(assessment_pack_id: str) -> Response:
    """Figures, digest, files and signature, as verified by `audit verify-pack`."""
    with core().config.read() as session:
        row = service.ready(session, actor(), assessment_pack_id)
        files = listed(list(queries.files_of(session, row.id)))
        content = manifest_file(core(), row, files, queries.figures_of(session, row.id) or "")
    return _file(content, "application/json", f"{assessment_pack_id} {MANIFEST}")


@bp.get("/assessment-packs/<assessment_pack_id>/files/<name>")
@needs("packs.read")
@answers(None, 200, "The sheet of a unit, as u_3.xlsx or u_3.pdf", media_type="*/*")
@refuses(409)
def get_pack_file(assessment_pack_id: str, name: str) -> Response:
    """A unit's file as it was made."""
    with core().config.read() as session:
        row = service.ready(session, actor(), assessment_pack_id)
        found = queries.file_of(session, row.id, name)
        return _file(found.content, TYPES[found.kind], found.name)


@bp.get("/assessment-packs/<assessment_pack_id>/files.zip")
@needs("packs.read")
@answers(None, 200, "All files and the manifest", media_type="*/*")
@refuses(409)
def get_pack_zip(assessment_pack_id: str) -> Response:
    """All files of a pack and its manifest as one ZIP, which can be verified offline."""
    with core().config.read() as session:
        row = service.ready(session, actor(), assessment_pack_id)
        files = list(queries.files_of(session, row.id))
        text = queries.figures_of(session, row.id) or ""
    content = manifest_file(core(), row, listed(files), text)
    at = datetime.fromtimestamp((row.frozen_at or 0) / 1000, district_zone())
    pieces = zipped(_contents(core(), files, content), at)
    name = f"考核材料 {row.from_on} 至 {row.to_on} {assessment_pack_id}.zip"
    # Streamed as is: Werkzeug would buffer it all to compute the length.
    response = _sent(Response(pieces, content_type=ZIP, direct_passthrough=True), name)
    response.set_etag(row.digest or "")
    response.make_conditional(request)
    return response


def _contents(
    core: Core, files: Iterable[PackFile], manifest: bytes
) -> Iterator[tuple[str, bytes]]:
    """One file after the other: a pack of a whole district is too large for memory."""
    for one in files:
        with core.config.read() as session:
            content = queries.content_of(session, one)
        yield one.name, content
    yield MANIFEST, manifest


def _file(content: bytes, kind: str, name: str) -> Response:
    response = _sent(Response(content, content_type=kind), name)
    response.add_etag()
    response.make_conditional(request)
    return response


def _sent(response: Response, name: str) -> Response:
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.cache_control.private = True
    return response


def _answer(row: AssessmentPack, status: int = 200) -> ResponseReturnValue:
    with core().config.read() as session:
        return tagged(pack_document(session, row, district_zone()), status)
