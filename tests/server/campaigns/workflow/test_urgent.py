"""Urgent campaigns: one picture every so many seconds until then, in one act."""

from typing import Any

import pytest

from server.campaigns.planning.orders import load_orders
from server.campaigns.workflow.state_clock import advance
from server.content.models import Asset
from server.inventory.screens.queries import facts
from tests.support.app.campaigns import EVERYWHERE, Office, act, bank, call, live, picture, read
from tests.support.app.clock import DAY_MS

pytestmark = pytest.mark.slow

SLIDE = {
    "template": "slogan",
    "fields": {"lines": ["未知链接不点击"]},
}


def start(office: Office, **changes: Any) -> Any:
    body = {
        "selector": EVERYWHERE,
        "every_s": 300,
        "until": "2026-11-25T15:20:00+08:00",
        "reason": "本区刚发生冒充公检法案件",
        **changes,
    }
    return call(office.author, "POST", "/campaigns/urgent", **body)


def test_a_picture_becomes_a_submitted_tier_one_campaign_in_one_act(office: Office) -> None:
    bank(office.world)

    answer = start(office, asset_id=picture(office, state="ready"))

    assert answer.status_code == 201
    found = answer.json
    assert (found["state"], found["tier"], found["floor"]) == ("submitted", 1, 12)
    assert found["target"] == {"kind": "plays_per_hour", "value": 12}
    assert (found["starts_on"], found["ends_on"]) == ("2026-11-24", "2026-11-25")


def test_one_approval_signs_the_picture_and_puts_it_on_the_screens(office: Office) -> None:
    bank(office.world)
    asset_id = picture(office, state="ready")
    campaign_id = start(office, asset_id=asset_id).json["id"]

    approved = act(office.reviewer, campaign_id, "approve").json

    assert approved["state"] == "live"
    with office.world.core.config.read() as session:
        assert session.get_one(Asset, int(asset_id[2:])).state == "approved"


@pytest.mark.long
def test_a_slide_is_made_along_the_way(office: Office) -> None:
    bank(office.world)
    fields = office.author.client.get("/api/v1/slide-templates").json["items"][0]
    slide = {
        "template": fields["name"],
        "fields": {one["name"]: one["example"] for one in fields["fields"]},
    }

    answer = start(office, slide=slide)

    assert answer.status_code == 201
    assert act(office.reviewer, answer.json["id"], "approve").json["state"] == "live"


def test_a_slide_that_cant_be_drawn_is_pointed_at_and_nothing_is_made(office: Office) -> None:
    answer = start(office, slide={"template": "no-such", "fields": {}})

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"].startswith("/slide")
    assert office.author.client.get("/api/v1/campaigns").json["items"] == []


def test_it_ends_at_its_minute_in_the_plan_too_so_that_an_offline_bus_stops_it(
    office: Office,
) -> None:
    bank(office.world)
    campaign_id = start(office, asset_id=picture(office)).json["id"]
    act(office.reviewer, campaign_id, "approve")

    with office.world.core.config.read() as session:
        orders = load_orders(session, office.world.clock.now_ms()).for_screen(facts(session)[0])

    whole, last = orders
    assert (str(whole.starts_on), str(whole.ends_on), whole.dayparts) == (
        "2026-11-24",
        "2026-11-24",
        (),
    )
    assert (str(last.starts_on), str(last.ends_on)) == ("2026-11-25", "2026-11-25")
    assert [(part.hours.from_min, part.hours.until_min) for part in last.dayparts] == [
        (0, 15 * 60 + 20)
    ]


def test_its_state_ends_at_its_minute(office: Office) -> None:
    bank(office.world)
    campaign_id = start(office, asset_id=picture(office)).json["id"]
    act(office.reviewer, campaign_id, "approve")
    # From 09:00 on the first day to 15:19, then 15:20 on the second.
    office.world.clock.forward(DAY_MS + (6 * 60 + 19) * 60_000)
    advance(office.world.core)
    office.again()
    assert read(office.author, campaign_id)["state"] == "live"

    office.world.clock.forward(60_000)
    advance(office.world.core)

    assert read(office.author, campaign_id)["state"] == "ended"


def test_what_doesnt_fit_is_refused_and_nothing_is_left_behind(office: Office) -> None:
    bank(office.world)
    live(office, floor=235, target={"kind": "plays_per_hour", "value": 235})

    answer = start(office, asset_id=picture(office))

    assert (answer.status_code, answer.json["code"]) == (409, "does_not_fit")
    assert len(office.author.client.get("/api/v1/campaigns").json["items"]) == 1
    assert len(office.author.client.get("/api/v1/playlists").json["items"]) == 1


def test_it_needs_one_picture_a_reason_and_a_later_end(office: Office) -> None:
    asset_id = picture(office)

    assert start(office).status_code == 422
    assert start(office, asset_id=asset_id, slide=SLIDE).status_code == 422
    assert start(office, asset_id=asset_id, reason="").status_code == 422
    past = start(office, asset_id=asset_id, until="2026-11-24T08:59:00+08:00")
    assert (past.status_code, past.json["errors"][0]["pointer"]) == (422, "/until")
    assert start(office, asset_id="a_99").json["errors"][0]["pointer"] == "/asset_id"


def test_a_reviewer_doesnt_start_urgent_campaigns(office: Office) -> None:
    body = {
        "asset_id": picture(office),
        "selector": EVERYWHERE,
        "every_s": 300,
        "until": "2026-11-25T15:20:00+08:00",
        "reason": "x",
    }

    assert call(office.reviewer, "POST", "/campaigns/urgent", **body).status_code == 403
