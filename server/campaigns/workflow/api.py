"""`/campaigns`: content, places, hours, targets; sign-off and boosts."""

from typing import Any

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from server.accounts.guards import actor, needs
from server.accounts.recycle_bin.service import BIN
from server.campaigns import queries
from server.campaigns.changes import service as changes
from server.campaigns.content import Content
from server.campaigns.forecast import impact
from server.campaigns.models import Campaign
from server.campaigns.workflow import (
    approval,
    boosts,
    drafts,
    schemas,
    starter,
    urgent,
)
from server.campaigns.workflow import (
    serializers as documents,
)
from server.campaigns.workflow.boosts import BoostDraft
from server.campaigns.workflow.request_schemas import (
    ApproveBody,
    BoostBody,
    CampaignBody,
    CampaignChanges,
    CampaignQuery,
    RejectBody,
    SubmitBody,
    UrgentBody,
    entries,
)
from server.campaigns.workflow.reviewed_version import campaign_as_read
from server.campaigns.workflow.urgent import UrgentDraft
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.resources import (
    answered,
    check_unchanged,
    district_zone,
    instant_ms,
    listed_with_parts,
    long_body,
    require_read,
)
from server.foundation.rest.responses import Listed, answers, changes_nothing

bp = APIBlueprint("campaigns", __name__, url_prefix="/api/v1", tag="Campaigns 宣传任务")


@bp.get("/campaigns")
@needs("read")
@bp.input(CampaignQuery, location="query")
@answers(Listed[schemas.Campaign])
def list_campaigns(query_data: CampaignQuery) -> dict[str, Any]:
    """Campaigns in the person's scope, newest first."""
    wanted = queries.CampaignFilter(query_data.state, query_data.unit_id)
    query = queries.campaigns(actor(), wanted)
    return listed_with_parts(query, Campaign.id, query_data, documents.campaign)


@bp.post("/campaigns")
@needs("campaigns.write")
@long_body
@bp.input(CampaignBody)
@answers(schemas.Campaign, 201)
def create_campaign(json_data: CampaignBody) -> ResponseReturnValue:
    """Make a draft."""
    content = Content(**{"playlist_id": "", **json_data.changes()})
    campaign = drafts.create(core(), actor(), content, json_data.unit_id, entries(json_data.items))
    return _answer(public("campaign", campaign.id), 201)


@bp.post("/campaigns/urgent")
@needs("campaigns.write")
@long_body
@bp.input(UrgentBody)
@answers(schemas.Campaign, 201)
def start_urgent(json_data: UrgentBody) -> ResponseReturnValue:
    """One picture every so many seconds until then: one act, one approval."""
    draft = UrgentDraft(
        picture=json_data.picture(core()),
        selector=json_data.selector.stored(),
        every_s=json_data.every_s,
        until_ms=instant_ms(json_data.until, "/until"),
        reason=json_data.reason,
    )
    campaign = urgent.start(core(), actor(), draft)
    return _answer(public("campaign", campaign.id), 201)


@bp.post("/campaigns/starter")
@needs("campaigns.write")
@answers(schemas.Campaign, 201)
def publish_starter() -> ResponseReturnValue:
    """The starter pack as filler on all screens in reach: one act, one approval of all of it."""
    campaign = starter.publish(core(), actor())
    return _answer(public("campaign", campaign.id), 201)


@bp.get("/campaigns/<campaign_id>")
@needs("read")
@answers(schemas.Campaign)
def get_campaign(campaign_id: str) -> ResponseReturnValue:
    """The version in force, and the draft that may replace it as `revision`."""
    return _answer(campaign_id)


@bp.patch("/campaigns/<campaign_id>")
@needs("campaigns.write")
@long_body
@bp.input(CampaignChanges)
@answers(schemas.Campaign)
def change_campaign(campaign_id: str, json_data: CampaignChanges) -> ResponseReturnValue:
    """Change the draft or revision; a submitted one becomes a draft again."""
    items = entries(json_data.items)
    drafts.change(core(), actor(), campaign_id, json_data.changes(), check_unchanged, items)
    return _answer(campaign_id)


@bp.delete("/campaigns/<campaign_id>")
@needs("campaigns.write")
@answers(None, 204, headers=(BIN,))
def delete_campaign(campaign_id: str) -> ResponseReturnValue:
    """Delete a draft that was never submitted."""
    kept = drafts.remove(core(), actor(), campaign_id, check_unchanged)
    return "", 204, {BIN: kept}


@bp.delete("/campaigns/<campaign_id>/revision")
@needs("campaigns.write")
@answers(None, 204)
def delete_revision(campaign_id: str) -> ResponseReturnValue:
    """Discard the revision; the signed version stays in force."""
    drafts.drop_revision(core(), actor(), campaign_id, check_unchanged)
    return "", 204


@bp.get("/campaigns/<campaign_id>/check", endpoint="read_check")
@bp.post("/campaigns/<campaign_id>/check")
@needs("read")
@changes_nothing
@answers(schemas.Checked)
def check_campaign(campaign_id: str) -> dict[str, Any]:
    """The effect on its screens, by groups with equal inputs; it changes nothing."""
    return documents.checked(impact.check(core(), actor(), campaign_id, language()), language())


@bp.get("/campaigns/<campaign_id>/changes")
@needs("read")
@answers(schemas.Changes)
def campaign_changes(campaign_id: str) -> dict[str, Any]:
    """The changes of screens by approving the draft or revision."""
    return changes.changes(core(), actor(), campaign_id, language())


@bp.post("/campaigns/<campaign_id>/submit")
@needs("campaigns.write")
@bp.input(SubmitBody)
@answers(schemas.Campaign)
def submit_campaign(campaign_id: str, json_data: SubmitBody) -> ResponseReturnValue:
    """Send the draft or revision to sign-off."""
    approval.submit(core(), actor(), campaign_id, include_assets=json_data.include_assets)
    return _answer(campaign_id)


@bp.post("/campaigns/<campaign_id>/approve")
@needs("sign_off")
@bp.input(ApproveBody)
@answers(schemas.Campaign)
def approve_campaign(campaign_id: str, json_data: ApproveBody) -> ResponseReturnValue:
    """One step of sign-off, of the version that was read (If-Match)."""
    approval.approve(core(), actor(), campaign_id, json_data.opinion, require_read)
    return _answer(campaign_id)


@bp.post("/campaigns/<campaign_id>/reject")
@needs("sign_off")
@bp.input(RejectBody)
@answers(schemas.Campaign)
def reject_campaign(campaign_id: str, json_data: RejectBody) -> ResponseReturnValue:
    """Send it back to its makers, as it was read (If-Match)."""
    approval.reject(core(), actor(), campaign_id, json_data.reason, require_read)
    return _answer(campaign_id)


@bp.post("/campaigns/<campaign_id>/withdraw")
@needs("campaigns.write")
@answers(schemas.Campaign)
def withdraw_campaign(campaign_id: str) -> ResponseReturnValue:
    """Take it off the screens."""
    approval.withdraw(core(), actor(), campaign_id)
    return _answer(campaign_id)


@bp.post("/campaigns/<campaign_id>/copy")
@needs("campaigns.write")
@answers(schemas.Campaign, 201)
def copy_campaign(campaign_id: str) -> ResponseReturnValue:
    """A new draft with the same content."""
    campaign = drafts.duplicate(core(), actor(), campaign_id)
    return _answer(public("campaign", campaign.id), 201)


@bp.post("/campaigns/<campaign_id>/revise")
@needs("campaigns.write")
@answers(schemas.Campaign)
def revise_campaign(campaign_id: str) -> ResponseReturnValue:
    """Create a draft under the same id that replaces the signed version once approved."""
    drafts.revise(core(), actor(), campaign_id)
    return _answer(campaign_id)


@bp.post("/campaigns/<campaign_id>/boost")
@needs("campaigns.write")
@bp.input(BoostBody)
@answers(schemas.Boosted)
def boost_campaign(campaign_id: str, json_data: BoostBody) -> ResponseReturnValue:
    """Multiply its target between two instants, at once; answers who gives way."""
    draft = BoostDraft(
        factor=json_data.factor,
        from_ms=instant_ms(json_data.begins, "/from"),
        until_ms=instant_ms(json_data.ends, "/until"),
        reason=json_data.reason,
    )
    return boosts.boost(core(), actor(), campaign_id, draft)


def _answer(campaign_id: str, status: int = 200) -> ResponseReturnValue:
    with core().config.read() as session:
        campaign = queries.find(session, actor(), "read", Campaign, campaign_id)
        read = campaign_as_read(session, campaign, district_zone())
        return answered(documents.campaign(session, campaign, district_zone()), status, tag_of=read)
