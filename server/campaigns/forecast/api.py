"""`/campaigns/check` and `/selectors/count`: answers while a form is being filled in."""

from typing import Any

from apiflask import APIBlueprint

from server.accounts.guards import actor, needs
from server.campaigns.content import Content
from server.campaigns.forecast import preview
from server.campaigns.forecast.preview import FormCheck
from server.campaigns.forecast.schemas import Reached
from server.campaigns.workflow import schemas
from server.campaigns.workflow import serializers as documents
from server.campaigns.workflow.request_schemas import CampaignBody, Id, SelectorBody, entries
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.resources import Body, long_body
from server.foundation.rest.responses import answers, changes_nothing

bp = APIBlueprint("outlooks", __name__, url_prefix="/api/v1", tag="Campaigns 宣传任务")


class CheckBody(CampaignBody):
    """A campaign as in the form; `in_place_of`: the one being changed.

    A brief answer only has the tightest and the typical group.
    """

    in_place_of: Id | None = None
    brief: bool = False


class CountBody(Body):
    """A selector, and its purpose: venues may exclude takeovers from their screens."""

    selector: SelectorBody
    purpose: preview.Purpose = "campaign"


@bp.post("/campaigns/check")
@needs("campaigns.write")
@long_body
@bp.input(CheckBody)
@changes_nothing
@answers(schemas.CheckedForm)
def check_form(json_data: CheckBody) -> dict[str, Any]:
    """The effect of a campaign on its screens; nothing is saved."""
    sent = json_data.changes()
    sent.pop("in_place_of", None)
    sent.pop("brief", None)
    asked = FormCheck(
        Content(**{"playlist_id": "", **sent}),
        json_data.in_place_of,
        language(),
        json_data.brief,
        tuple(entries(json_data.items)),
    )
    return documents.checked(preview.check_content(core(), actor(), asked), language())


@bp.post("/selectors/count")
@needs("read")
@long_body
@bp.input(CountBody)
@changes_nothing
@answers(Reached)
def count_screens(json_data: CountBody) -> dict[str, Any]:
    """The number of bound screens and venues that a selector reaches now."""
    selector = json_data.selector.stored()
    return preview.reached(core(), actor(), selector, json_data.purpose).as_json()
