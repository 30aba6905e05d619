"""A campaign's way from draft to screen: submitted, signed off, rejected, withdrawn."""

import pytest
from sqlalchemy import select

from server.accounts.models import AuditEntry
from server.campaigns.events import CampaignsChanged
from server.campaigns.models import Campaign
from server.content.models import Asset
from tests.support.app.campaigns import (
    Office,
    act,
    call,
    draft,
    live,
    make_playlist,
    picture,
    read,
    signed,
)
from tests.support.app.clock import DAY_MS
from tests.support.app.people import sign_in

pytestmark = pytest.mark.slow


def test_a_campaign_goes_from_draft_over_submitted_to_live(office: Office) -> None:
    campaign_id = draft(office)
    assert read(office.author, campaign_id)["state"] == "draft"

    assert act(office.author, campaign_id, "submit").json["state"] == "submitted"
    approved = act(office.reviewer, campaign_id, "approve", opinion="同意").json

    assert approved["state"] == "live"
    assert [
        (one["step"], one["user"], one["verdict"], one["opinion"]) for one in approved["reviews"]
    ] == [(1, office.reviewer.public_id, "approved", "同意")]


def test_one_whose_first_day_is_still_to_come_waits_as_approved(office: Office) -> None:
    campaign_id = draft(office, starts_on="2026-11-25")

    assert signed(office, campaign_id)["state"] == "approved"


def test_approval_is_published_after_the_commit_so_that_screens_get_new_loops(
    office: Office,
) -> None:
    reasons: list[str] = []
    office.world.core.events.listen(CampaignsChanged, lambda notice: reasons.append(notice.reason))
    campaign_id = draft(office)
    act(office.author, campaign_id, "submit")
    assert reasons == []

    act(office.reviewer, campaign_id, "approve")

    assert reasons == ["approve"]


def test_a_rejection_needs_a_reason(office: Office) -> None:
    campaign_id = draft(office)
    act(office.author, campaign_id, "submit")

    assert act(office.reviewer, campaign_id, "reject", reason=" ").status_code == 422


def test_changing_a_submitted_campaign_takes_it_out_of_sign_off(office: Office) -> None:
    campaign_id = draft(office)
    act(office.author, campaign_id, "submit")

    changed = call(office.author, "PATCH", f"/campaigns/{campaign_id}", tier=2).json

    assert (changed["state"], changed["tier"]) == ("draft", 2)
    assert act(office.reviewer, campaign_id, "approve").status_code == 409


def test_a_reviewer_who_read_an_older_content_cant_sign_the_newer_one(office: Office) -> None:
    campaign_id = draft(office)
    act(office.author, campaign_id, "submit")
    seen = office.reviewer.client.get(f"/api/v1/campaigns/{campaign_id}").headers["ETag"]
    call(office.author, "PATCH", f"/campaigns/{campaign_id}", name="换了内容")
    act(office.author, campaign_id, "submit")

    stale = office.reviewer.client.post(
        f"/api/v1/campaigns/{campaign_id}/approve", json={}, headers={"If-Match": seen}
    )

    assert stale.status_code == 412
    assert read(office.author, campaign_id)["state"] == "submitted"


def test_a_signed_off_version_cant_be_changed_but_revised(office: Office) -> None:
    campaign_id = live(office)

    answer = call(office.author, "PATCH", f"/campaigns/{campaign_id}", name="偷换")

    assert (answer.status_code, answer.json["code"]) == (409, "revise")


def test_assets_that_go_along_are_signed_off_with_the_campaign(office: Office) -> None:
    asset_id = picture(office, state="ready")
    campaign_id = draft(office, playlist_id=make_playlist(office, asset_id))

    alone = act(office.author, campaign_id, "submit")
    assert (alone.status_code, alone.json["code"]) == (409, "assets_not_signed_off")
    assert alone.json["assets"] == [asset_id]
    signed(office, campaign_id)

    with office.world.core.config.read() as session:
        asset = session.get_one(Asset, int(asset_id[2:]))
    assert (asset.state, asset.reviewer_id) == ("approved", office.reviewer.user_id)


def test_a_campaign_isnt_signed_while_one_of_its_assets_waits_on_its_own(office: Office) -> None:
    asset_id = picture(office, state="submitted")
    campaign_id = draft(office, playlist_id=make_playlist(office, asset_id))
    act(office.author, campaign_id, "submit")

    answer = act(office.reviewer, campaign_id, "approve")

    assert (answer.status_code, answer.json["code"]) == (409, "assets_not_signed_off")


def test_a_later_edit_of_the_playlist_changes_nothing_that_was_signed_off(office: Office) -> None:
    first, second = picture(office), picture(office)
    playlist_id = make_playlist(office, first, duration_s=15)
    campaign_id = live(office, playlist_id=playlist_id)

    edited = call(office.author, "PATCH", f"/playlists/{playlist_id}", items=[{"asset_id": second}])

    assert edited.json["items"][0]["asset_id"] == second
    assert read(office.author, campaign_id)["items"] == [{"asset_id": first, "duration_s": 15}]


def test_an_empty_list_and_a_past_last_day_arent_submitted(office: Office) -> None:
    empty = act(office.author, draft(office, playlist_id=make_playlist(office)), "submit")
    over = act(office.author, draft(office, starts_on="2026-11-01", ends_on="2026-11-23"), "submit")

    assert (empty.status_code, empty.json["code"]) == (409, "empty_playlist")
    assert (over.status_code, over.json["code"]) == (409, "over")


def test_a_submission_that_waits_too_long_isnt_signed_after_its_last_day(office: Office) -> None:
    campaign_id = draft(office, ends_on="2026-11-24")
    act(office.author, campaign_id, "submit")
    office.world.clock.forward(DAY_MS)
    office.again()

    assert act(office.reviewer, campaign_id, "approve").json["code"] == "over"


def test_only_submitted_versions_are_judged(office: Office) -> None:
    campaign_id = draft(office)

    assert act(office.reviewer, campaign_id, "approve").status_code == 409
    assert act(office.reviewer, campaign_id, "reject", reason="无").status_code == 409
    assert act(office.reviewer, live(office), "approve").status_code == 409


def test_withdrawing_takes_a_live_campaign_off_for_good(office: Office) -> None:
    campaign_id = live(office)

    assert act(office.author, campaign_id, "withdraw").json["state"] == "withdrawn"

    assert act(office.author, campaign_id, "withdraw").status_code == 409
    assert act(office.author, campaign_id, "revise").status_code == 409
    assert act(office.author, campaign_id, "submit").status_code == 409
    assert call(office.author, "PATCH", f"/campaigns/{campaign_id}", name="x").status_code == 409


def test_a_stranger_finds_no_door_to_the_campaign(office: Office) -> None:
    campaign_id = draft(office)
    missing = office.stranger.client.get("/api/v1/campaigns/k_999")

    for answer in (
        office.stranger.client.get(f"/api/v1/campaigns/{campaign_id}"),
        act(office.stranger, campaign_id, "submit"),
        act(office.stranger, campaign_id, "withdraw"),
        act(office.stranger, campaign_id, "check"),
        call(office.stranger, "PATCH", f"/campaigns/{campaign_id}", name="x"),
        call(office.stranger, "DELETE", f"/campaigns/{campaign_id}"),
    ):
        assert (answer.status_code, answer.json) == (404, missing.json)


def test_a_publicity_person_cant_sign_and_a_reviewer_cant_write(office: Office) -> None:
    campaign_id = draft(office)

    assert act(office.author, campaign_id, "approve").status_code == 403
    assert act(office.reviewer, campaign_id, "submit").status_code == 403
    assert call(office.reviewer, "PATCH", f"/campaigns/{campaign_id}").status_code == 403


def test_each_step_is_in_the_audit_trail(office: Office) -> None:
    campaign_id = live(office)
    act(office.author, campaign_id, "withdraw")

    with office.world.core.config.read() as session:
        query = select(AuditEntry).where(AuditEntry.object == campaign_id).order_by(AuditEntry.id)
        entries = session.scalars(query).all()
    assert [entry.action for entry in entries] == [
        "campaign.create",
        "campaign.submit",
        "campaign.approve",
        "campaign.withdraw",
    ]


def test_submitting_and_approving_need_no_body_but_rejecting_does(office: Office) -> None:
    path = f"/api/v1/campaigns/{draft(office)}"

    submitted = office.author.client.post(f"{path}/submit")
    rejected = office.reviewer.client.post(f"{path}/reject")
    broken = office.reviewer.client.post(
        f"{path}/approve", data="{", content_type="application/json"
    )
    approved = office.reviewer.client.post(f"{path}/approve")

    assert (submitted.status_code, approved.json["state"]) == (200, "live")
    assert (rejected.status_code, rejected.json["errors"][0]["pointer"]) == (422, "/reason")
    assert broken.status_code == 400


def test_a_second_approval_in_the_same_instant_finds_nothing_left_to_sign(office: Office) -> None:
    second = sign_in(office.world, "reviewer", over=1)
    campaign_id = draft(office)
    act(office.author, campaign_id, "submit")

    assert act(office.reviewer, campaign_id, "approve").status_code == 200
    assert act(second, campaign_id, "approve").status_code == 409

    with office.world.core.config.read() as session:
        assert session.get_one(Campaign, int(campaign_id[2:])).rounds == 1
