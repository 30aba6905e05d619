"""`/slides`: templates, live preview, and slides as assets; pictures for WeChat groups."""

from collections.abc import Iterable
from typing import Any, Literal

from apiflask import APIBlueprint
from flask import Response
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field

from media.errors import SlideInvalid
from media.slides import engine
from media.slides.checks.legibility import Viewing
from server.accounts.guards import actor, needs
from server.content import queries, schemas
from server.content.assets.api import document
from server.content.assets.content_checks import Finding, check_asset, check_slide
from server.content.assets.share_pictures import SHAPES, picture
from server.content.assets.slides import SlideDraft, as_problem, create_slide, preview
from server.content.assets.starter_pack import submit_starter
from server.foundation.i18n import Sentence
from server.foundation.rest.downloads import today
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.resources import Body, complete, tagged
from server.foundation.rest.responses import Listed, answers, changes_nothing

bp = APIBlueprint("slides", __name__, url_prefix="/api/v1", tag="Slides 图文")


# Attributes of template fields that are internal to the server.
INTERNAL = ("ahead", "furniture", "holds", "lists", "needs", "stale_days")


class SlideBody(Body):
    """A template's fields, as described by `/slide-templates`."""

    template: str = Field(min_length=1, max_length=60)
    fields: dict[str, Any]
    duration_s: float | None = Field(None, ge=1, le=3600)
    name: str | None = Field(None, min_length=1, max_length=200)
    unit_id: str | None = Field(None, max_length=64)


class PreviewBody(Body):
    """Fields, the picture's size in pixels, and the viewing conditions.

    With viewing distance and pixel pitch, illegible text is refused.
    """

    template: str = Field(min_length=1, max_length=60)
    fields: dict[str, Any]
    width: int = Field(1920, ge=1, le=8192)
    height: int = Field(1080, ge=1, le=8192)
    viewing_distance_m: float | None = Field(None, gt=0, le=1000)
    pixel_pitch_mm: float | None = Field(None, gt=0, le=1000)

    def viewing(self) -> Viewing | None:
        """None unless both are given."""
        if self.viewing_distance_m is None or self.pixel_pitch_mm is None:
            return None
        return Viewing(self.viewing_distance_m, self.pixel_pitch_mm)


class PictureQuery(BaseModel):
    """The shape of a picture."""

    shape: Literal["1:1", "3:4", "9:16"] = "1:1"


@bp.get("/slide-templates")
@needs("read")
@answers(Listed[schemas.Template])
def list_templates() -> dict[str, Any]:
    """Every template with its fields; the examples always make a valid slide."""
    return complete([worded(template) for template in engine.templates()])


@bp.post("/slides")
@needs("content.write")
@bp.input(SlideBody)
@answers(schemas.Asset, 201)
def make_slide(json_data: SlideBody) -> ResponseReturnValue:
    """Create an asset from a slide, ready to be submitted."""
    draft = SlideDraft(
        json_data.template,
        json_data.fields,
        json_data.duration_s,
        json_data.name,
        json_data.unit_id,
    )
    return tagged(document(create_slide(core(), actor(), draft)), 201)


@bp.post("/slides/preview")
@needs("read")
@bp.input(PreviewBody)
@changes_nothing
@answers(None, 200, "The picture", media_type="image/png")
def preview_slide(json_data: PreviewBody) -> Response:
    """The slide as PNG of exactly that size; nothing is stored."""
    draft = SlideDraft(json_data.template, json_data.fields)
    content = preview(core(), draft, json_data.width, json_data.height, json_data.viewing())
    return Response(content, mimetype="image/png")


@bp.post("/slides/check")
@needs("read")
@bp.input(SlideBody)
@changes_nothing
@answers(schemas.SlideChecked)
def check_fields(json_data: SlideBody) -> dict[str, Any]:
    """Findings of a slide while it is typed; nothing is stored."""
    try:
        seconds = json_data.duration_s or engine.template(json_data.template)["duration_s"]
        found = check_slide(core().settings, json_data.template, json_data.fields, seconds, today())
    except SlideInvalid as error:
        raise as_problem(error) from error
    return {"items": found_in(found.findings), "reading_s": found.reading_s}


@bp.get("/assets/<asset_id>/checks")
@needs("read")
@answers(Listed[schemas.Finding])
def list_checks(asset_id: str) -> dict[str, Any]:
    """Findings of an asset before sign-off, as of today."""
    with core().config.read() as session:
        asset = queries.find(session, actor(), "read", asset_id)
        found = check_asset(core().settings, asset, today())
    return complete(found_in(found))


@bp.post("/starter/submit")
@needs("content.write")
@answers(Listed[schemas.Asset])
def submit_pack() -> dict[str, Any]:
    """Submit the starter pack for sign-off, in one action; returns the submitted assets."""
    return complete([document(asset) for asset in submit_starter(core(), actor())])


@bp.get("/assets/<asset_id>/image")
@needs("read")
@bp.input(PictureQuery, location="query")
@answers(None, 200, "The picture, PNG or JPEG", media_type="image/*")
def get_picture(asset_id: str, query_data: PictureQuery) -> Response:
    """A picture for sharing in groups: 1:1, 3:4 or 9:16."""
    with core().config.read() as session:
        asset = queries.find(session, actor(), "read", asset_id)
    made = picture(core(), asset, SHAPES[query_data.shape])
    response = Response(made.content, mimetype=made.type)
    suffix = made.type.partition("/")[2]
    response.headers["Content-Disposition"] = f'attachment; filename="{asset_id}.{suffix}"'
    return response


def found_in(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings in the reader's language."""
    return [
        {"code": one.code, "pointer": one.pointer, "detail": one.detail.in_language(language())}
        for one in findings
    ]


def worded(template: dict[str, Any]) -> dict[str, Any]:
    """Titles and labels in the reader's language, under one name."""
    shown = _in_language(template, "title")
    shown["fields"] = [
        _in_language({key: field[key] for key in field if key not in INTERNAL}, "label")
        for field in template["fields"]
    ]
    return shown


def _in_language(described: dict[str, Any], key: str) -> dict[str, Any]:
    kept = {name: value for name, value in described.items() if name != f"{key}_en"}
    zh = described.get(key, described["name"])
    return kept | {key: Sentence(zh, described.get(f"{key}_en", zh)).in_language(language())}
