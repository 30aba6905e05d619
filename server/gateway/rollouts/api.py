"""`/player-releases`: releases of the player and their roll-outs."""

from functools import partial
from typing import Annotated, Any

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from pydantic import Field, StringConstraints
from sqlalchemy import select

from server.accounts.guards import actor, needs
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.resources import (
    Body,
    Paging,
    answered,
    check_unchanged,
    district_zone,
    page,
)
from server.foundation.rest.responses import Listed, answers
from server.gateway.connection.state import live
from server.gateway.rollouts import queries, schemas, service
from server.gateway.rollouts.models import PlayerRelease
from server.gateway.rollouts.serializers import Reader, release_document
from server.inventory.screens.status import OFFLINE_AFTER_MS

bp = APIBlueprint(
    "player_releases", __name__, url_prefix="/api/v1/player-releases", tag="Releases 播放终端版本"
)

Note = Annotated[str, StringConstraints(min_length=1, max_length=255)]
DAYS_30_S = 30 * 86_400


class RingBody(Body):
    """Size of a ring, and the condition for the next one.

    It ends at `percent` of all screens and at least `screens`, plus all with the `tag`. The next
    ring begins once `healthy` screens (0: half of the reachable ones) have run the release for
    `soak_s`.
    """

    percent: Annotated[float, Field(ge=0, le=100)] = 0
    screens: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    tag: Annotated[str, Field(max_length=60)] = ""
    soak_s: Annotated[int, Field(ge=0, le=DAYS_30_S)] = 86_400
    healthy: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class StartBody(Body):
    """Parameters of a roll-out; defaults in docs/operations.md.

    The last ring must be 100 %. `grace_s`: time for a screen to update, and to be observed after
    it; `listen_s`: uptime of the server before it sends any update; a ring halts at `failed`
    screens, if these are `failed_pct` of the updated ones.
    """

    rings: Annotated[list[RingBody], Field(min_length=1, max_length=10)] | None = None
    grace_s: Annotated[int, Field(ge=5, le=86_400)] = 900
    listen_s: Annotated[int, Field(ge=0, le=86_400)] = 1_800
    failed: Annotated[int, Field(ge=1, le=1_000)] = 2
    failed_pct: Annotated[float, Field(ge=0, le=100)] = 10


class WhyBody(Body):
    """The reason."""

    reason: Note


@bp.get("")
@needs("reports.read")
@bp.input(Paging, location="query")
@answers(Listed[schemas.Release])
def list_releases(query_data: Paging) -> dict[str, Any]:
    """All releases, newest first, with the progress of their roll-outs."""
    with core().config.read() as session:
        render = partial(release_document, session, reader=reader_now())
        return page(session, select(PlayerRelease), PlayerRelease.id, query_data, render)


@bp.get("/<release_id>")
@needs("reports.read")
@answers(schemas.Release)
def get_release(release_id: str) -> ResponseReturnValue:
    """One release."""
    return _answer(release_id)


@bp.post("/<release_id>/start")
@needs("settings.manage")
@bp.input(StartBody)
@answers(schemas.Release)
def start_release(release_id: str, json_data: StartBody) -> ResponseReturnValue:
    """Roll a release out in rings; it replaces a halted one."""
    options = json_data.model_dump(exclude_unset=True)
    if options.get("rings") is None:
        options.pop("rings", None)
    service.start(core(), actor(), release_id, options, check_unchanged)
    return _answer(release_id)


@bp.post("/<release_id>/halt")
@needs("settings.manage")
@bp.input(WhyBody)
@answers(schemas.Release)
def halt_release(release_id: str, json_data: WhyBody) -> ResponseReturnValue:
    """Send no further updates; updated screens keep the release."""
    service.halt(core(), actor(), release_id, json_data.reason, check_unchanged)
    return _answer(release_id)


@bp.post("/<release_id>/resume")
@needs("settings.manage")
@answers(schemas.Release)
def resume_release(release_id: str) -> ResponseReturnValue:
    """Continue after a halt; earlier failures are waived."""
    service.resume(core(), actor(), release_id, check_unchanged)
    return _answer(release_id)


@bp.post("/<release_id>/retry")
@needs("settings.manage")
@answers(schemas.Release)
def retry_release(release_id: str) -> ResponseReturnValue:
    """Retry the screens that failed."""
    service.retry(core(), actor(), release_id, check_unchanged)
    return _answer(release_id)


@bp.post("/<release_id>/roll-back")
@needs("settings.manage")
@bp.input(WhyBody)
@answers(schemas.Release)
def roll_back_release(release_id: str, json_data: WhyBody) -> ResponseReturnValue:
    """Return all screens to the release before."""
    service.roll_back(core(), actor(), release_id, json_data.reason, check_unchanged)
    return _answer(release_id)


def _answer(release_id: str) -> ResponseReturnValue:
    with core().config.read() as session:
        row = queries.find(session, release_id)
        document = release_document(session, row, reader_now())
        return answered(document, 200, tag_of=service.record_of(row))


def reader_now() -> Reader:
    """The requesting user, and the online screens."""
    return Reader(actor(), district_zone(), language(), online_now())


def online_now() -> frozenset[int]:
    """The screens with recent contact."""
    now_ms = core().clock.now_ms()
    contacts = live().presence.contacts()
    return frozenset(screen for screen, one in contacts if now_ms - one.at_ms < OFFLINE_AFTER_MS)
