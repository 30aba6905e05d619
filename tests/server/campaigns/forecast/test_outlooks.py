"""While a form is filled in: the screens of a selector, and a preview of the hour."""

import pytest

from tests.support.app.campaigns import (
    Office,
    bank,
    call,
    campaign_body,
    draft,
    live,
    make_playlist,
    picture,
)
from tests.support.app.inventory import make_screen, make_unit, make_venue


def test_a_campaign_is_checked_before_it_is_saved(office: Office) -> None:
    bank(office.world)
    body = campaign_body(make_playlist(office, picture(office), duration_s=15))

    found = call(office.author, "POST", "/campaigns/check", **body).json

    assert [group["plays_per_hour"] for group in found["groups"]] == [12]
    assert 295 <= found["groups"][0]["longest_wait_s"] <= 310
    assert found["names"]["k_0"] == body["name"]
    assert call(office.author, "GET", "/campaigns").json["items"] == []


def test_more_plays_take_more_of_the_hour(office: Office) -> None:
    bank(office.world)
    playlist = make_playlist(office, picture(office), duration_s=15)

    plays = [
        call(
            office.author,
            "POST",
            "/campaigns/check",
            **campaign_body(playlist, target={"kind": "plays_per_hour", "value": value}),
        ).json["groups"][0]["plays_per_hour"]
        for value in (6, 12, 30)
    ]

    assert plays == [6, 12, 30]


@pytest.mark.slow
def test_a_changed_campaign_isnt_counted_beside_itself(office: Office) -> None:
    bank(office.world)
    playlist = make_playlist(office, picture(office), duration_s=15)
    target = {"kind": "plays_per_hour", "value": 200}
    campaign = live(office, playlist_id=playlist, target=target)
    body = campaign_body(playlist, target=target)

    alone = call(office.author, "POST", "/campaigns/check", **body, in_place_of=campaign).json
    beside = call(office.author, "POST", "/campaigns/check", **body).json

    assert alone["groups"][0]["gave_way"] == []
    assert beside["groups"][0]["gave_way"] != []


def test_wrong_values_are_named_as_when_saving(office: Office) -> None:
    body = campaign_body(
        make_playlist(office, picture(office)), starts_on="2026-12-31", ends_on="2026-12-01"
    )

    answer = call(office.author, "POST", "/campaigns/check", **body)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/ends_on"


def test_a_selector_is_counted_in_screens_and_venues(office: Office) -> None:
    world = office.world
    hall = make_venue(world, kind="hospital")
    make_screen(world, venue=hall)
    make_screen(world, venue=hall)
    bank(world)

    found = call(office.author, "POST", "/selectors/count", selector={"all": True}).json
    banks = call(office.author, "POST", "/selectors/count", selector={"venue_kinds": ["bank"]}).json

    assert (found["screens"], found["venues"]) == (3, 2)
    assert found["by_kind"] == {"hospital": 2, "bank": 1}
    assert (banks["screens"], banks["venues"]) == (1, 1)


def test_venues_that_take_no_takeovers_are_listed_separately(office: Office) -> None:
    world = office.world
    bank(world)
    bank(world, takeover_policy="emergency")
    bank(world, takeover_policy="never")
    reached = {
        purpose: call(
            office.author, "POST", "/selectors/count", selector={"all": True}, purpose=purpose
        ).json
        for purpose in ("takeover", "emergency", "stop")
    }

    assert {purpose: one["screens"] for purpose, one in reached.items()} == {
        "takeover": 1,
        "emergency": 2,
        "stop": 3,
    }
    assert reached["takeover"]["left_out"] == 2


def test_nobody_counts_beyond_his_reach(office: Office) -> None:
    make_screen(office.world, venue=make_venue(office.world, unit=make_unit(office.world, "别处")))

    found = call(office.stranger, "POST", "/selectors/count", selector={"all": True}).json

    assert found["screens"] == 0
    assert draft(office)
