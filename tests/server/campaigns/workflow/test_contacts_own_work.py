"""A venue's contact may change what he made himself, not his unit's campaigns and media."""

import pytest

from tests.support.app.campaigns import (
    Office,
    act,
    call,
    campaign_body,
    live,
    make_playlist,
    open_office,
    picture,
)
from tests.support.app.inventory import make_venue, root_unit
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World

FILLER = {"kind": "filler", "value": None}


@pytest.fixture
def office(world: World) -> Office:
    return open_office(world)


@pytest.fixture
def contact(office: Office) -> Person:
    """Of a bank; his own unit is the office's."""
    person = sign_in(office.world, "venue", office.author.unit_id, over=root_unit(office.world))
    make_venue(office.world, contacts=(person.user_id,))
    return person


@pytest.mark.slow
def test_he_does_nothing_to_a_campaign_of_the_office(office: Office, contact: Person) -> None:
    campaign = live(office)
    boost = {"factor": 2, "reason": "周", "from": "2026-12-07T00:00:00+08:00"}
    boost["until"] = "2026-12-08T00:00:00+08:00"

    tried = {
        "withdraw": act(contact, campaign, "withdraw"),
        "boost": act(contact, campaign, "boost", **boost),
        "revise": act(contact, campaign, "revise"),
        "delete": call(contact, "DELETE", f"/campaigns/{campaign}"),
    }

    assert {name: answer.status_code for name, answer in tried.items()} == dict.fromkeys(tried, 403)
    assert "宣传人员" in tried["withdraw"].json["detail"]
    assert office.author.client.get(f"/api/v1/campaigns/{campaign}").json["state"] == "live"


def test_he_changes_no_playlist_and_no_picture_of_the_office(
    office: Office, contact: Person
) -> None:
    asset = picture(office)
    playlist = make_playlist(office, asset)

    tried = [
        call(contact, "PATCH", f"/playlists/{playlist}", items=[]),
        call(contact, "DELETE", f"/playlists/{playlist}"),
        call(contact, "PATCH", f"/assets/{asset}", name="x"),
        call(contact, "POST", f"/assets/{asset}/withdraw"),
        call(contact, "DELETE", f"/assets/{asset}"),
    ]

    assert [answer.status_code for answer in tried] == [403] * 5
    assert call(office.author, "POST", f"/assets/{asset}/withdraw").status_code == 200


@pytest.mark.slow
def test_he_is_shown_no_button_for_it(office: Office, contact: Person) -> None:
    asset, campaign = picture(office), live(office)

    for page in (f"/media/{asset}", f"/campaigns/{campaign}"):
        assert "/withdraw" in office.author.client.get(page).text
        answer = contact.client.get(page)
        assert answer.status_code == 200
        assert "/withdraw" not in answer.text


def test_with_his_own_filler_he_does_as_he_likes(office: Office, contact: Person) -> None:
    asset = picture(office, author=contact.user_id)
    made = call(contact, "POST", "/playlists", name="本行业务", items=[{"asset_id": asset}])
    playlist = made.json["id"]
    body = campaign_body(playlist, target=FILLER)
    campaign = call(contact, "POST", "/campaigns", **body).json["id"]

    assert call(contact, "PATCH", f"/campaigns/{campaign}", name="新").status_code == 200
    assert act(contact, campaign, "submit").status_code == 200
    assert call(contact, "PATCH", f"/playlists/{playlist}", name="新").status_code == 200
    assert call(contact, "POST", f"/assets/{asset}/withdraw").status_code == 200


@pytest.mark.slow
def test_a_contact_who_is_of_the_office_too_does_what_the_office_does(
    office: Office, contact: Person
) -> None:
    roles = {"roles": [{"role": one, "unit_id": "u_1"} for one in ("venue", "publicity")]}
    admin = sign_in(office.world, "admin")
    assert call(admin, "PATCH", f"/users/{contact.public_id}", **roles).status_code == 200

    assert act(contact, live(office), "withdraw").status_code == 200
