"""Between reading and signing nobody can exchange the content: a verdict is on the version read."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from server.content.models import Asset
from tests.support.app.campaigns import (
    Office,
    act,
    call,
    draft,
    make_playlist,
    open_office,
    picture,
)
from tests.support.app.world import World

Change = Callable[[Office, str], TestResponse]


@pytest.fixture
def office(world: World) -> Office:
    return open_office(world)


def _patched(**changes: Any) -> Change:
    def change(office: Office, campaign: str) -> TestResponse:
        return call(office.author, "PATCH", f"/campaigns/{campaign}", **changes)

    return change


def _another_list(office: Office, campaign: str) -> TestResponse:
    playlist = make_playlist(office, picture(office, state="ready", sha256="5" * 64))
    return _patched(playlist_id=playlist)(office, campaign)


CHANGES: dict[str, Change] = {
    "pictures": _another_list,
    "where": _patched(selector={"venue_kinds": ["bank"]}),
    "days": _patched(ends_on="2026-12-30"),
    "hours": _patched(dayparts=[{"days": [1], "from": "08:00", "to": "12:00"}]),
    "frequency": _patched(target={"kind": "plays_per_hour", "value": 13}),
    "floor": _patched(floor=2),
    "gaps": _patched(min_gap_s=60),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", CHANGES)
def test_an_open_page_signs_no_campaign_that_was_changed_and_sent_again(
    office: Office, what: str
) -> None:
    campaign = draft(office)
    act(office.author, campaign, "submit", include_assets=True)
    read = _tags(office, f"/campaigns/{campaign}")

    assert CHANGES[what](office, campaign).status_code == 200
    assert act(office.author, campaign, "submit", include_assets=True).status_code == 200

    assert _both(office, f"/campaigns/{campaign}", read) == [412, 412]
    assert call(office.author, "GET", f"/campaigns/{campaign}").json["state"] == "submitted"
    assert (
        _both(office, f"/campaigns/{campaign}", _tags(office, f"/campaigns/{campaign}"))[0] == 200
    )


def test_an_open_page_signs_no_campaign_whose_picture_has_changed(office: Office) -> None:
    asset = picture(office, state="ready")
    campaign = draft(office, playlist_id=make_playlist(office, asset))
    act(office.author, campaign, "submit", include_assets=True)
    read = _tags(office, f"/campaigns/{campaign}")

    _change_picture(office, asset)

    assert _both(office, f"/campaigns/{campaign}", read) == [412, 412]


def test_an_open_page_signs_no_picture_that_was_changed_and_sent_again(office: Office) -> None:
    asset = picture(office, state="submitted")
    read = _tags(office, f"/media/{asset}")

    _change_picture(office, asset)

    assert _both(office, f"/assets/{asset}", read) == [412, 412]
    assert call(office.author, "GET", f"/assets/{asset}").json["state"] == "submitted"


@pytest.mark.slow
@pytest.mark.parametrize("page", ["takeovers", "approve"])
def test_an_open_page_signs_no_takeover_whose_picture_has_changed(
    office: Office, page: str
) -> None:
    asset = picture(office, state="ready")
    made = call(office.author, "POST", "/takeovers", asset_id=asset, selector={"all": True})
    takeover = made.json["id"]
    read = _tags(office, f"/{page}/{takeover}")

    _change_picture(office, asset)

    assert _both(office, f"/takeovers/{takeover}", read) == [412, 412]
    assert call(office.author, "GET", f"/takeovers/{takeover}").json["state"] == "submitted"
    now = _tags(office, f"/{page}/{takeover}")
    assert _both(office, f"/takeovers/{takeover}", now)[0] == 200


def test_the_page_and_the_api_have_the_same_tag(office: Office) -> None:
    """And the progress of a total meanwhile isn't part of it."""
    campaign = draft(office)
    act(office.author, campaign, "submit", include_assets=True)

    tag = office.reviewer.client.get(f"/api/v1/campaigns/{campaign}").headers["ETag"]

    assert _tags(office, f"/campaigns/{campaign}") == {tag.strip('"')}
    assert _tags(office, f"/approve/{campaign}") == {tag.strip('"')}


def _change_picture(office: Office, asset: str) -> None:
    """Changed and sent to sign-off again, as its author may."""
    assert call(office.author, "PATCH", f"/assets/{asset}", fit="crop").status_code == 200
    with office.world.core.config.write() as session:
        session.get_one(Asset, int(asset[2:])).state = "ready"  # its processing is over
    assert call(office.author, "POST", f"/assets/{asset}/submit").status_code == 200


def _tags(office: Office, page: str) -> set[str]:
    """The tags of the version on the reviewer's page, by all its buttons."""
    html = office.reviewer.client.get(page).text
    found = re.findall(r'/(?:approve|reject)" data-match="(\w+)" data-verdict', html)
    assert len(found) >= 2, html
    return set(found)


def _both(office: Office, path: str, read: set[str]) -> list[int]:
    """The answers to approving and rejecting with the tag of the version read."""
    (tag,) = read
    headers = {"If-Match": f'"{tag}"'}
    return [
        office.reviewer.client.post(f"/api/v1{path}/{act}", json=body, headers=headers).status_code
        for act, body in (("approve", {}), ("reject", {"reason": "不符"}))
    ]
