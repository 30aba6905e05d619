"""A campaign may be made of assets at once: they become a list of its name."""

import pytest

from tests.support.app.campaigns import (
    Office,
    bank,
    call,
    campaign_body,
    draft,
    picture,
    read,
    signed,
)


def body(**changes: object) -> dict[str, object]:
    made = campaign_body("")
    del made["playlist_id"]
    return {**made, **changes}


@pytest.mark.slow
def test_assets_make_a_list_that_is_named_as_the_campaign(office: Office) -> None:
    bank(office.world)
    first, second = picture(office), picture(office)
    items = [{"asset_id": first, "duration_s": 8}, {"asset_id": second}]

    made = call(office.author, "POST", "/campaigns", **body(items=items))

    assert made.status_code == 201, made.json
    assert "items" in made.json
    playlist = call(office.author, "GET", f"/playlists/{made.json['playlist_id']}").json
    assert playlist["name"] == made.json["name"]
    assert [(row["asset_id"], row["duration_s"]) for row in playlist["items"]] == [
        (first, 8),
        (second, None),
    ]
    assert signed(office, made.json["id"])["state"] == "live"


@pytest.mark.parametrize("both", [True, False])
def test_a_list_or_assets_one_of_the_two(office: Office, both: bool) -> None:
    existing = read(office.author, draft(office))["playlist_id"]
    more = {"playlist_id": existing, "items": [{"asset_id": picture(office)}]} if both else {}

    refused = call(office.author, "POST", "/campaigns", **body(**more))

    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.json["errors"]] == ["/playlist_id"]
    lists = call(office.author, "GET", "/playlists").json["items"]
    assert [one["id"] for one in lists] == [existing]


def test_an_unknown_asset_is_pointed_at_and_nothing_is_made(office: Office) -> None:
    items = [{"asset_id": picture(office)}, {"asset_id": "a_999"}]

    refused = call(office.author, "POST", "/campaigns", **body(items=items))

    assert [one["pointer"] for one in refused.json["errors"]] == ["/items/1/asset_id"]
    assert call(office.author, "GET", "/playlists").json["items"] == []
    assert call(office.author, "GET", "/campaigns").json["items"] == []


def test_a_draft_gets_another_list_by_its_assets(office: Office) -> None:
    campaign_id = draft(office)
    before = read(office.author, campaign_id)["playlist_id"]

    call(office.author, "PATCH", f"/campaigns/{campaign_id}", items=[{"asset_id": picture(office)}])

    after = read(office.author, campaign_id)["playlist_id"]
    assert after != before
    assert call(office.author, "GET", f"/playlists/{before}").status_code == 200


def test_a_form_with_assets_is_checked_with_nothing_made(office: Office) -> None:
    bank(office.world)
    items = [{"asset_id": picture(office), "duration_s": 15}]

    found = call(office.author, "POST", "/campaigns/check", **body(items=items)).json

    assert found["groups"][0]["plays_per_hour"] == 12
    assert call(office.author, "GET", "/playlists").json["items"] == []
