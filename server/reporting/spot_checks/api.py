"""`/spot-checks`: random checks of screens, the pictures, and the statistic."""

import random
from collections.abc import Sequence
from typing import Any

import gevent
from apiflask import APIBlueprint
from flask import Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.accounts.idempotency.request_hook import claim_form
from server.content.paths import arrivals
from server.content.uploads.multipart import received
from server.foundation.rest.downloads import private_jpeg
from server.foundation.rest.flask_extensions import core, socketio
from server.foundation.rest.problems import language
from server.foundation.rest.resources import (
    check_unchanged,
    complete,
    district_zone,
    iso,
    long_body,
    page,
    tagged,
)
from server.foundation.rest.responses import Listed, answers, refuses
from server.foundation.storage.disk_space import full_in_words
from server.gateway.connection.socket_sender import Players
from server.gateway.connection.state import live
from server.reporting.spot_checks import photos, queries, schemas, service
from server.reporting.spot_checks import plan as plans
from server.reporting.spot_checks import serializers as documents
from server.reporting.spot_checks.capture import take
from server.reporting.spot_checks.models import SpotCheck
from server.reporting.spot_checks.request_schemas import (
    CheckQuery,
    SpotCheckBody,
    SpotDrawBody,
    SpotPlanChanges,
    SpotVerdictBody,
    StatisticQuery,
    WhichPicture,
)
from server.reporting.spot_checks.service import SampleRequest
from server.reporting.spot_checks.statistic.service import statistic

bp = APIBlueprint("spot_checks", __name__, url_prefix="/api/v1", tag="Spot checks 抽查")

# Where unpredictable numbers come from.
CHANCE = random.SystemRandom()


@bp.get("/spot-checks")
@needs("reports.read")
@bp.input(CheckQuery, location="query")
@answers(Listed[schemas.SpotCheck])
def list_spot_checks(query_data: CheckQuery) -> dict[str, Any]:
    """Checks in the person's scope, newest first."""
    with core().config.read() as session:
        query = queries.listed(actor(), query_data.wanted(), core().clock.now_ms())

        def document(row: SpotCheck) -> dict[str, Any]:
            return _documents(session, [row])[0]

        return page(session, query, SpotCheck.id, query_data, document)


@bp.post("/spot-checks")
@needs("spot_checks.ask")
@bp.input(SpotCheckBody)
@answers(schemas.SpotCheck, 201)
def ask_for_spot_check(json_data: SpotCheckBody) -> ResponseReturnValue:
    """Check one screen now; the answer comes within seconds: read the check again.

    Chosen by hand it isn't representative of other screens, so it is in no statistic.
    """
    row = service.ask(core(), actor(), json_data.screen_id, json_data.kind)
    _take([row])
    return _answer(row, 201)


@bp.post("/spot-checks/draw")
@needs("spot_checks.ask")
@long_body
@bp.input(SpotDrawBody)
@answers(schemas.DrawnChecks, 201)
def draw_spot_checks(json_data: SpotDrawBody) -> ResponseReturnValue:
    """Draw some of the selected screens that are on air now, fewer where fewer are.

    They are in the statistic if the draw was over all of one's screens, or over one unit.
    """
    sample_request = SampleRequest(json_data.selector.stored(), json_data.count, json_data.kind)
    rows = service.sample(core(), actor(), live().presence.connected(), sample_request, CHANCE)
    _take(rows)
    with core().config.read() as session:
        return complete(_documents(session, rows)), 201


@bp.get("/spot-checks/statistic")
@needs("reports.read")
@bp.input(StatisticQuery, location="query")
@answers(schemas.SpotStatistic)
def get_spot_check_statistic(query_data: StatisticQuery) -> dict[str, Any]:
    """The number of random checks, and the upper bound of the bad share."""
    asked = query_data.question()
    with core().config.read() as session:
        found = statistic(core(), session, actor(), asked)
    return {
        "from": asked.first.isoformat(),
        "to": asked.last.isoformat(),
        "as_of": iso(core().clock.now_ms(), district_zone()),
        **found.as_json(),
        "sentence": found.sentence.in_language(language()),
    }


@bp.get("/spot-checks/plan")
@needs("reports.read")
@answers(schemas.SpotCheckPlan)
def get_spot_check_plan() -> ResponseReturnValue:
    """The plan of draws."""
    with core().config.read() as session:
        return tagged(plans.document(plans.load(session)))


@bp.patch("/spot-checks/plan")
@needs("settings.manage")
@bp.input(SpotPlanChanges)
@answers(schemas.SpotCheckPlan)
def change_spot_check_plan(json_data: SpotPlanChanges) -> ResponseReturnValue:
    """Set how many are drawn (0: none), for the whole district."""
    changes = json_data.model_dump(include=json_data.model_fields_set)
    return tagged(plans.change(core(), actor(), changes, check_unchanged))


@bp.get("/spot-checks/<spot_check_id>")
@needs("reports.read")
@answers(schemas.SpotCheck)
def get_spot_check(spot_check_id: str) -> ResponseReturnValue:
    """One check, with the pictures of the shown and the expected content."""
    with core().config.read() as session:
        row = queries.find(session, actor(), queries.READ, spot_check_id)
    return _answer(row)


@bp.post("/spot-checks/<spot_check_id>/verdict")
@needs("spot_checks.judge")
@bp.input(SpotVerdictBody)
@answers(schemas.SpotCheck)
def judge_spot_check(spot_check_id: str, json_data: SpotVerdictBody) -> ResponseReturnValue:
    """Judge the picture; a later verdict replaces an earlier one."""
    body = json_data
    return _answer(service.judge(core(), actor(), spot_check_id, body.verdict, body.note))


@bp.post("/spot-checks/<spot_check_id>/photo")
@needs("spot_checks.photo")
@answers(schemas.SpotCheck, 201)
@refuses(507)
def upload_spot_photo(spot_check_id: str) -> ResponseReturnValue:
    """Upload the photo of a check that asks for one, as multipart form data (`file`).

    Only a re-encoded picture is kept, without location and device.
    """
    with received(request, arrivals(core()), photos.limits_of(core())) as form:
        claim_form(form.file.sha256, form.fields)
        with full_in_words():
            row = photos.take_in(core(), actor(), spot_check_id, form.file)
    return _answer(row, 201)


@bp.get("/spot-checks/<spot_check_id>/picture")
@needs("reports.read")
@bp.input(WhichPicture, location="query")
@answers(None, 200, "The picture", media_type="image/*", headers=("Cache-Control",))
def get_spot_picture(spot_check_id: str, query_data: WhichPicture) -> Response:
    """The shown or the expected picture (JPEG), for people who see the screen."""
    with core().config.read() as session:
        row = queries.find(session, actor(), queries.READ, spot_check_id)
        content = queries.picture(session, row.id, query_data.of)
    return private_jpeg(content, 3600)


def _take(rows: list[SpotCheck]) -> None:
    """Ask the screens while the person is answered already."""
    for row in rows:
        if row.kind == "screenshot":
            gevent.spawn(take, core(), live(), Players(socketio), row.id)


def _answer(row: SpotCheck, status: int = 200) -> ResponseReturnValue:
    with core().config.read() as session:
        (found,) = _documents(session, [row])
    return tagged(found, status)


def _documents(session: Session, rows: Sequence[SpotCheck]) -> list[dict[str, Any]]:
    beside = documents.beside(session, actor(), rows, core().clock.now_ms())
    return [documents.spot_check(row, beside, district_zone()) for row in rows]
