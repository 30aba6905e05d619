"""The starter pack goes on the air by one act of one person and one approval of another."""

import re
from typing import Any

import pytest

from server.campaigns.models import Campaign, Playlist
from server.campaigns.planning.orders import load_orders
from server.content.models import Asset
from server.foundation.jobs.models import Job
from server.foundation.jobs.service import enqueue
from server.inventory.screens.queries import facts
from tests.support.app.campaigns import Office, act, bank, call, live, picture, read
from tests.support.app.people import sign_in
from tests.support.factories.assets import make_asset

pytestmark = pytest.mark.slow


def pack(office: Office, state: str = "ready") -> list[int]:
    """Two slides and a clip of the server's own, which no person made."""
    kinds = ("image", "image", "video")
    return [make_asset(office.world, state=state, kind=kind) for kind in kinds]


def publish(office: Office) -> Any:
    return call(office.author, "POST", "/campaigns/starter")


def states(office: Office, numbers: list[int]) -> set[str]:
    with office.world.core.config.read() as session:
        return {session.get_one(Asset, one).state for one in numbers}


def made_by(office: Office) -> int:
    """How many lists and campaigns there are."""
    with office.world.core.config.read() as session:
        return session.query(Playlist).count() + session.query(Campaign).count()


def on_screens(office: Office) -> list[str]:
    """What the planner has for the only screen."""
    with office.world.core.config.read() as session:
        orders = load_orders(session, office.world.clock.now_ms())
        return [order.id for order in orders.for_screen(facts(session)[0])]


def test_one_act_makes_list_and_filler_for_all_screens_and_submits_both(office: Office) -> None:
    bank(office.world)
    numbers = pack(office)

    answer = publish(office)

    assert answer.status_code == 201, answer.json
    made = answer.json
    assert (made["state"], made["target"]) == ("submitted", {"kind": "filler", "value": None})
    assert made["selector"]["all"] is True
    assert [one["asset_id"] for one in made["items"]] == [f"a_{one}" for one in numbers]
    assert states(office, numbers) == {"submitted"}


def test_nothing_unsigned_is_on_a_screen_before_the_approval(office: Office) -> None:
    bank(office.world)
    pack(office)
    before = on_screens(office)

    campaign = publish(office).json["id"]

    assert on_screens(office) == before == []
    assert act(office.author, campaign, "approve").status_code == 403
    assert on_screens(office) == []


def test_one_approval_signs_pictures_and_campaign_each_by_its_own_entry(office: Office) -> None:
    bank(office.world)
    numbers = pack(office)
    campaign = publish(office).json["id"]

    approved = act(office.reviewer, campaign, "approve")

    assert approved.status_code == 200, approved.json
    assert states(office, numbers) == {"approved"}
    assert campaign in on_screens(office)
    with office.world.core.config.read() as session:
        signers = {session.get_one(Asset, one).reviewer_id for one in numbers}
    assert signers == {office.reviewer.user_id}


def test_the_reviewer_reads_one_line_that_names_the_pictures_with_it(office: Office) -> None:
    bank(office.world)
    pack(office)
    publish(office)

    page = office.reviewer.client.get("/todo").text

    assert page.count("起步素材") == 1
    assert "含待审画面 3 幅" in page


def test_a_second_act_makes_no_second_campaign(office: Office) -> None:
    bank(office.world)
    pack(office)
    first = publish(office).json["id"]

    again = publish(office)
    assert (again.status_code, again.json["code"]) == (409, "starter_published")

    act(office.author, first, "withdraw")
    assert publish(office).status_code == 201


def test_while_the_clips_are_being_made_nothing_is_published_by_halves(office: Office) -> None:
    numbers = pack(office)
    with office.world.core.config.write() as session:
        enqueue(session, "make_starter", "pack", office.world.clock.now_ms())
    waiting = publish(office)
    with office.world.core.config.write() as session:
        session.query(Job).delete()
        session.get_one(Asset, numbers[2]).state = "processing"
    encoding = publish(office)

    assert [one.status_code for one in (waiting, encoding)] == [409, 409]
    assert {one.json["code"] for one in (waiting, encoding)} == {"being_made"}
    assert made_by(office) == 0


def test_of_a_pack_without_anything_left_nothing_is_published(office: Office) -> None:
    pack(office, "withdrawn")

    answer = publish(office)

    assert (answer.status_code, answer.json["code"]) == (409, "nothing_left")


def test_a_campaign_of_ones_own_leaves_the_pack_to_be_published(office: Office) -> None:
    bank(office.world)
    pack(office)
    live(office)

    assert publish(office).status_code == 201


def test_a_street_doesnt_submit_what_is_the_districts(office: Office) -> None:
    numbers = pack(office)

    answer = call(office.stranger, "POST", "/campaigns/starter")

    assert answer.status_code == 403
    assert states(office, numbers) == {"ready"}
    assert made_by(office) == 0


def test_reviewers_and_viewers_publish_nothing(office: Office) -> None:
    pack(office)
    viewer = sign_in(office.world, "viewer")

    for person in (office.reviewer, viewer):
        assert call(person, "POST", "/campaigns/starter").status_code == 403


def test_what_was_signed_off_already_is_published_with_the_rest(office: Office) -> None:
    bank(office.world)
    numbers = pack(office, "approved")

    campaign = publish(office).json["id"]

    assert act(office.reviewer, campaign, "approve").status_code == 200
    assert states(office, numbers) == {"approved"}
    assert read(office.author, campaign)["state"] == "live"


def test_the_number_beside_the_menu_is_that_of_the_lines(office: Office) -> None:
    bank(office.world)
    pack(office)
    picture(office, state="submitted")
    publish(office)

    page = office.reviewer.client.get("/waiting").text

    assert set(re.findall(r"待办 </span>(\d+)<", page)) == {"2"}, page
