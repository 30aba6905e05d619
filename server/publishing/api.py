"""`/manifests/<digest>` for players, and the content due on a screen for people."""

from datetime import datetime
from typing import Any

from apiflask import APIBlueprint
from flask import Response, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field

from server.accounts.guards import actor, needs, open_to_all
from server.campaigns.queries import campaign_names, filler_ids
from server.foundation.errors import Invalid
from server.foundation.i18n import Sentence
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import instant_ms
from server.foundation.rest.responses import answers
from server.inventory.screens.queries import find
from server.publishing import schemas, service
from server.publishing.explain import scheduled_at
from server.publishing.explain.explanation import why
from server.publishing.explain.hour_timeline import Names

bp = APIBlueprint("loops", __name__, url_prefix="/api/v1", tag="Screens 显示屏")
manifests = APIBlueprint("manifests", __name__, tag="Player 播放终端")

FOR_EVER = "public, max-age=31536000, immutable"
WRONG_INSTANT = Sentence(
    "时间请写成带时区偏移的 ISO 8601，例如 2026-11-24T08:00:00+08:00。",
    "Give an ISO 8601 time with its offset, for example 2026-11-24T08:00:00+08:00.",
)


class InstantQuery(BaseModel):
    """An instant with its offset, or ms since 1970 UTC; left out: now."""

    at: str | None = Field(None, max_length=40)

    def at_ms(self) -> int:
        """The instant. Raises Invalid."""
        if self.at is None:
            return core().clock.now_ms()
        # A plus sign that wasn't escaped in the address arrives as a blank.
        text = self.at.strip().replace(" ", "+")
        if text.isascii() and text.isdigit() and len(text) <= 15:
            return int(text)
        try:
            return instant_ms(datetime.fromisoformat(text), "/at")
        except ValueError as error:
            raise Invalid.at("/at", WRONG_INSTANT) from error


@manifests.get("/manifests/<digest>")
@open_to_all  # it names files by digests, which only a credential opens
@answers(
    None,
    200,
    "The manifest: docs/protocol.md, part 3",
    media_type="application/json",
    headers=("ETag", "Cache-Control"),
)
@answers(None, 304, "The reader has it")
def manifest(digest: str) -> ResponseReturnValue:
    """A manifest's text exactly as it was digested; may be kept for ever."""
    response = Response(service.manifest_text(core(), digest), mimetype="application/json")
    response.set_etag(digest)
    response.headers["Cache-Control"] = FOR_EVER
    return response.make_conditional(request)


@bp.get("/screens/<screen_id>/manifest")
@needs("read")
@answers(schemas.Newest)
def newest_manifest(screen_id: str) -> dict[str, Any]:
    """The version and manifest of the screen's newest assignment; null before the first."""
    return scheduled_at.newest(core(), _screen(screen_id))


@bp.get("/screens/<screen_id>/seat")
@needs("read")
@bp.input(InstantQuery, location="query")
@answers(schemas.Seat)
def seat(screen_id: str, query_data: InstantQuery) -> dict[str, Any]:
    """The content due on the screen at an instant, by its present or future plan."""
    return scheduled_at.seat_at(core(), _screen(screen_id), query_data.at_ms())


@bp.get("/screens/<screen_id>/explain")
@needs("read")
@bp.input(InstantQuery, location="query")
@answers(schemas.Explained)
def explain(screen_id: str, query_data: InstantQuery) -> dict[str, Any]:
    """The content at an instant, and the reasons for and against each campaign.

    `sentence` has it as text.
    """
    number, at_ms = _screen(screen_id), query_data.at_ms()
    with core().config.read() as session:
        explained = scheduled_at.explain_within(session, core().clock.now_ms(), number, at_ms)
        names = Names(campaign_names(session, actor()), filler_ids(session))
        return {**explained, "sentence": why(session, explained, names)["sentence"]}


def _screen(screen_id: str) -> int:
    """The number of a screen in the person's scope. Raises NotFound."""
    with core().config.read() as session:
        return find(session, actor(), "read", screen_id).id
