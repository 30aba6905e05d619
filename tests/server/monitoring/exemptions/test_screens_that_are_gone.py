"""A screen that was revoked or retired since is exempted for the time in which it had a plan."""

import pytest

from server.inventory.screens.models import Screen
from tests.support.app.clock import HOUR_MS
from tests.support.app.inventory import make_screen
from tests.support.app.people import sign_in_again
from tests.support.plays.on_air import keep_house, put_on_air
from tests.support.reporting.exemptions import PROGRAMME, Street, page_of
from tests.support.reporting.reports import report


def leaves(street: Street, screen_id: int, how: str) -> None:
    """The screen is revoked or retired now."""
    with street.world.core.config.write() as session:
        setattr(session.get_one(Screen, screen_id), f"{how}_at", street.world.clock.now_ms())
    keep_house(street.world)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["revoked", "retired"])
def test_what_it_did_not_play_before_is_excused(street: Street, how: str) -> None:
    leaves(street, street.dark.id, how)

    exemption = street.approved()

    found = street.lin.client.get(f"/api/v1/exemptions/{exemption}").json
    assert found["screens"] == 1
    assert report(street.lin.client)["totals"]["excused"] == 120


@pytest.mark.slow
def test_one_that_was_gone_by_then_is_not(street: Street) -> None:
    leaves(street, street.dark.id, "retired")
    never = make_screen(street.world, name="没有排期", retired_at=street.world.clock.now_ms())
    new = make_screen(street.world, name="新屏")
    put_on_air(street.world, new, PROGRAMME, street.world.clock.now_ms())
    street.world.clock.forward(HOUR_MS)
    sign_in_again(street.world, street.chen)

    later = street.asks(
        **{"from": "2026-11-24T10:30:00+08:00", "until": "2026-11-24T11:00:00+08:00"}
    )
    without_a_plan = street.asks(selector={"screen_ids": [never.public_id]})
    before_its_plan = street.asks(selector={"screen_ids": [new.public_id]})

    for answer in (later, without_a_plan, before_its_plan):
        assert answer.status_code == 422
        assert answer.json["errors"][0]["pointer"] == "/selector"


@pytest.mark.slow
def test_an_approval_that_would_excuse_none_is_refused_with_what_to_do(street: Street) -> None:
    exemption = street.asks(
        **{"from": "2026-11-24T10:30:00+08:00", "until": "2026-11-24T11:00:00+08:00"}
    ).json["id"]
    leaves(street, street.dark.id, "retired")

    page = page_of(street.lin, f"/settings/exemptions/{exemption}")
    refused = street.does(street.lin, "approve", exemption)

    assert (refused.status_code, refused.json["code"]) == (409, "no_screens")
    assert "请退回" in refused.json["detail"]
    assert "无法批准" in page
    found = street.lin.client.get(f"/api/v1/exemptions/{exemption}").json
    assert (found["state"], found["reviews"]) == ("submitted", [])
    assert street.does(street.lin, "reject", exemption, reason="改选范围").status_code == 200
