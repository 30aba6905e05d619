"""Revising: the running version goes on until its successor is signed off."""

import pytest

from server.accounts.models import UserRole
from server.campaigns.models import Campaign
from server.campaigns.planning.orders import load_orders
from tests.support.app.campaigns import Office, act, call, draft, live, read, signed
from tests.support.app.people import sign_in

pytestmark = pytest.mark.slow


def ordered_targets(office: Office) -> list[float | None]:
    with office.world.core.config.read() as session:
        orders = load_orders(session, office.world.clock.now_ms())
    return [entry.content.target_value for entry in orders.entries]


def test_a_revision_is_beside_the_live_content_under_the_same_id(office: Office) -> None:
    campaign_id = live(office)

    revised = act(office.author, campaign_id, "revise")
    call(
        office.author,
        "PATCH",
        f"/campaigns/{campaign_id}",
        target={"kind": "plays_per_hour", "value": 30},
    )
    found = read(office.author, campaign_id)

    assert (revised.status_code, revised.json["revision"]["state"]) == (200, "draft")
    assert (found["state"], found["target"]["value"]) == ("live", 12)
    assert found["revision"]["target"]["value"] == 30
    assert ordered_targets(office) == [12]


def test_its_approval_swaps_the_content_and_keeps_the_id(office: Office) -> None:
    campaign_id = live(office)
    act(office.author, campaign_id, "revise")
    call(
        office.author,
        "PATCH",
        f"/campaigns/{campaign_id}",
        target={"kind": "plays_per_hour", "value": 30},
    )

    submitted = act(office.author, campaign_id, "submit").json
    assert (submitted["state"], submitted["revision"]["state"]) == ("live", "submitted")
    assert ordered_targets(office) == [12]
    act(office.reviewer, campaign_id, "approve")

    found = read(office.author, campaign_id)
    assert (found["state"], found["target"]["value"], found["revision"]) == ("live", 30, None)
    assert (found["version"], len(found["reviews"])) == (2, 2)
    assert ordered_targets(office) == [30]


def test_a_rejected_revision_is_a_draft_and_the_live_content_goes_on(office: Office) -> None:
    campaign_id = live(office)
    act(office.author, campaign_id, "revise")
    act(office.author, campaign_id, "submit")

    back = act(office.reviewer, campaign_id, "reject", reason="次数过多").json

    assert (back["state"], back["revision"]["state"]) == ("live", "draft")
    assert ordered_targets(office) == [12]


def test_who_revised_another_persons_campaign_cant_sign_the_revision_and_nor_can_its_author(
    office: Office,
) -> None:
    other = sign_in(office.world, "publicity", over=1)
    campaign_id = live(office)
    act(other, campaign_id, "revise")
    act(other, campaign_id, "submit")
    with office.world.core.config.write() as session:
        for person in (other, office.author):
            session.add(UserRole(user_id=person.user_id, role="reviewer", unit_id=1))

    assert act(other, campaign_id, "approve").json["code"] == "two_person"
    assert act(office.author, campaign_id, "approve").json["code"] == "two_person"
    assert act(office.reviewer, campaign_id, "approve").status_code == 200


def test_asking_twice_for_a_revision_keeps_the_one_that_is_there(office: Office) -> None:
    campaign_id = live(office)
    act(office.author, campaign_id, "revise")
    call(office.author, "PATCH", f"/campaigns/{campaign_id}", name="改了一半")

    again = act(office.author, campaign_id, "revise").json

    assert again["revision"]["name"] == "改了一半"


def test_a_revision_can_be_thrown_away(office: Office) -> None:
    campaign_id = live(office)
    act(office.author, campaign_id, "revise")

    assert call(office.author, "DELETE", f"/campaigns/{campaign_id}/revision").status_code == 204
    assert read(office.author, campaign_id)["revision"] is None
    assert call(office.author, "DELETE", f"/campaigns/{campaign_id}/revision").status_code == 404


def test_a_draft_needs_no_revision(office: Office) -> None:
    campaign_id = draft(office)

    assert act(office.author, campaign_id, "revise").status_code == 409
    assert call(office.author, "DELETE", f"/campaigns/{campaign_id}/revision").status_code == 404


def test_an_ended_campaign_lives_again_through_a_revision_with_later_dates(
    office: Office,
) -> None:
    campaign_id = live(office)
    with office.world.core.config.write() as session:
        session.get_one(Campaign, int(campaign_id[2:])).state = "ended"

    act(office.author, campaign_id, "revise")
    call(office.author, "PATCH", f"/campaigns/{campaign_id}", ends_on="2027-01-31")

    found = signed(office, campaign_id)
    assert (found["state"], found["ends_on"]) == ("live", "2027-01-31")


def test_a_revision_whose_first_day_is_to_come_waits_as_approved(office: Office) -> None:
    campaign_id = live(office)
    act(office.author, campaign_id, "revise")
    call(office.author, "PATCH", f"/campaigns/{campaign_id}", starts_on="2026-12-01")

    assert signed(office, campaign_id)["state"] == "approved"
