"""A shop's contact changes nothing of the office's, by any route that changes things."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from server.campaigns.models import Campaign
from server.content.models import Asset
from tests.support.access import routes, table
from tests.support.access.asking import ask, dump
from tests.support.access.marks import Mark
from tests.support.access.street import LATER, Street, make_street
from tests.support.app.campaigns import campaign_body
from tests.support.app.first_run import make_waiting_picture
from tests.support.app.world import World, make_world
from tests.support.factories.assets import make_asset

pytestmark = pytest.mark.slow

HIS_OWN: Final = {
    "PATCH /api/v1/venues/<venue_id>": "how he is reached",
    "POST /api/v1/attestations/<attestation_id>/photos": "he shows what is said of his venue",
    "POST /api/v1/spot-checks/<spot_check_id>/photo": "he is asked for it",
    "POST /api/v1/campaigns/<campaign_id>/led-packs": "a file made for him of what he may read",
    "POST /api/v1/venues/<venue_id>/led-packs": "the same",
    "POST /api/v1/campaigns/<campaign_id>/check": "changes nothing",
}
PERSONAL: Final = {
    "token_id", "play_export_id", "report_schedule_id", "report_file_id", "led_pack_id", "upload",
}  # fmt: skip
"""A person's own objects; others are answered as missing (tests/rules/access/test_access.py)."""


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    world = make_world(Path(tmp_path_factory.mktemp("street")) / "server")
    make_waiting_picture(world)
    street = make_street(world, Mark("heronQ7"))
    _office_reports(street)
    yield street
    world.close()


def _office_reports(street: Street) -> None:
    """What the office reported and asked for about the contact's own venue, in place of his."""
    attestation = {"venue_id": street.ids["manual_venue_id"], "days": 1, "plays_per_day": 40}
    days = {"from": "2026-11-22", "to": "2026-11-22"}
    spell = {"from": "2026-11-24T09:00:00+08:00", "until": LATER, "code": "power_cut"}
    of_it = {"screen_ids": [street.ids["screen_id"]]}
    street.ids |= {
        "attestation_id": street.makes("publicity", "/attestations", **attestation, **days),
        "exemption_id": street.makes("publicity", "/exemptions", selector=of_it, **spell),
    }


def test_he_changes_nothing_of_the_office_by_any_route(street: Street) -> None:
    before, let_in, tried = dump(street.world), [], 0
    for door in routes.of_objects(street.world):
        if not door.writes or door.name in HIS_OWN or PERSONAL & set(door.objects):
            continue
        tried += 1
        answer = ask(street.people["venue"], door, street.ids)
        if answer.status not in (403, 404):
            let_in.append(f"{door.name} ({door.guard}): {answer.status} {answer.code}")

    assert let_in == [], "\n".join(let_in)
    assert {t: r for t, r in dump(street.world).items() if before[t] != r} == {}
    assert tried > 60


def test_his_rights_are_exactly_those_of_the_table(street: Street) -> None:
    """Or a door that isn't there any more would stay open in this file."""
    doors = {door.name: door for door in routes.of_objects(street.world)}

    assert set(HIS_OWN) <= set(doors)
    assert all(table.may("venue", doors[name].guard) for name in HIS_OWN)


def test_he_sends_no_picture_of_the_office_to_sign_off_with_his_filler(street: Street) -> None:
    world, contact = street.world, street.people["venue"]
    asset = int(street.ids["asset_id"][2:])
    _set_state(world, asset, "ready")
    items = [{"asset_id": street.ids["asset_id"]}]
    playlist = street.makes("venue", "/playlists", name="本店", items=items)
    filler = {"kind": "filler", "value": None}
    own = campaign_body(playlist, target=filler, selector={"venue_ids": [street.ids["venue_id"]]})
    campaign = street.makes("venue", "/campaigns", **own)

    sent = contact.client.post(
        f"/api/v1/campaigns/{campaign}/submit", json={"include_assets": True}
    )

    assert sent.status_code == 403
    with world.core.config.read() as session:
        assert session.get_one(Asset, asset).state == "ready"


def test_he_sends_nothing_of_the_starter_pack_to_sign_off(street: Street) -> None:
    world = street.world
    with world.core.config.write() as session:
        asset = session.get_one(Asset, int(street.ids["signed_asset_id"][2:]))
        asset.state, asset.author_id, asset.tags = "ready", None, ["starter"]
    sent = street.people["venue"].client.post("/api/v1/starter/submit")

    assert (sent.status_code, _state(world, asset.id)) == (403, "ready")


def test_what_he_made_in_an_office_before_is_the_offices(street: Street) -> None:
    """He was of the publicity office once; his campaign is on air for the district."""
    campaign = street.ids["campaign_id"]
    with street.world.core.config.write() as session:
        row = session.get_one(Campaign, int(campaign[2:]))
        row.author_id = street.people["venue"].user_id
    contact = street.people["venue"].client

    answers = [
        contact.post(f"/api/v1/campaigns/{campaign}/{act}", json={}).status_code
        for act in ("withdraw", "copy", "submit", "revise")
    ]

    assert answers == [403] * 4
    assert "/withdraw" not in contact.get(f"/campaigns/{campaign}").text


def test_his_own_picture_is_the_offices_to_take_off_once_the_office_shows_it(
    street: Street,
) -> None:
    """Nobody's campaign loses its picture by a shop's hand; he asks."""
    picture, unused = _his_own(street), _his_own(street, sha256="6" * 64)
    items = [{"asset_id": picture}]
    playlist = street.makes("publicity", "/playlists", name="采用", items=items)
    street.makes("publicity", "/campaigns", **campaign_body(playlist, name="采用"))
    contact, office = (street.people[role].client for role in ("venue", "publicity"))

    refused = contact.post(f"/api/v1/assets/{picture}/withdraw")
    page = contact.get(f"/media/{picture}").text

    assert (refused.status_code, _state(street.world, int(picture[2:]))) == (403, "approved")
    assert "由其决定撤下" in refused.get_json()["detail"]
    assert (f"{picture}/withdraw" in page, "由其决定撤下" in page) == (False, True)
    assert f"{unused}/withdraw" in contact.get(f"/media/{unused}").text
    assert contact.post(f"/api/v1/assets/{unused}/withdraw").status_code == 200
    assert office.post(f"/api/v1/assets/{picture}/withdraw").status_code == 200


def test_he_withdraws_media_used_in_his_own_filler_alone(street: Street) -> None:
    picture = _his_own(street, sha256="5" * 64)
    playlist = street.makes("venue", "/playlists", name="本店", items=[{"asset_id": picture}])
    own = {"kind": "filler", "value": None}
    where = {"venue_ids": [street.ids["venue_id"]]}
    street.makes("venue", "/campaigns", **campaign_body(playlist, target=own, selector=where))

    taken = street.people["venue"].client.post(f"/api/v1/assets/{picture}/withdraw")

    assert taken.status_code == 200


@pytest.mark.parametrize("state", ["submitted", "live"])
def test_a_takeover_of_his_picture_is_the_offices_too(street: Street, state: str) -> None:
    picture = _his_own(street, sha256=("3" if state == "live" else "4") * 64)
    takeover = street.makes(
        "publicity", "/takeovers", asset_id=picture,
        selector={"screen_ids": [street.ids["screen_id"]]},
    )  # fmt: skip
    if state == "live":
        street.does("reviewer", f"/takeovers/{takeover}/approve")

    refused = street.people["venue"].client.post(f"/api/v1/assets/{picture}/withdraw")

    assert refused.status_code == 403


def _his_own(street: Street, **fields: Any) -> str:
    author = {"unit": street.unit, "author": street.people["venue"].user_id}
    return f"a_{make_asset(street.world, **author, **fields)}"


def _set_state(world: World, asset: int, state: str) -> None:
    with world.core.config.write() as session:
        session.get_one(Asset, asset).state = state


def _state(world: World, asset: int) -> str:
    with world.core.config.read() as session:
        return session.get_one(Asset, asset).state
