"""A street's reviewer signs nothing that is shown beyond his street, today or later."""

from dataclasses import dataclass
from typing import Any

import pytest

from server.library.models import Asset
from tests.support.campaigns import Office, act, call, draft, make_playlist, picture
from tests.support.clock import START_MS
from tests.support.exemptions import PROGRAMME
from tests.support.on_air import put_on_air
from tests.support.people import Person, sign_in
from tests.support.places import make_screen, make_unit, make_venue, root_unit
from tests.support.world import World

YES_AND_NO: dict[str, dict[str, Any]] = {"approve": {}, "reject": {"reason": "不符"}}


@dataclass
class Town:
    """Two streets; the author of the first orders for the district, two reviewers sign."""

    office: Office
    of_street: Person
    beyond: dict[str, dict[str, Any]]
    within: dict[str, dict[str, Any]]


@pytest.fixture
def town(world: World) -> Town:
    district = root_unit(world)
    street, other = make_unit(world, "宣传科"), make_unit(world, "外街道")
    office = Office(
        world,
        author=sign_in(world, "publicity", street, over=district),
        reviewer=sign_in(world, "reviewer", district),
        stranger=sign_in(world, "publicity", other),
    )
    ours, theirs = (make_venue(world, unit=unit, kind="bank") for unit in (street, other))
    here, there = make_screen(world, venue=ours), make_screen(world, venue=theirs)
    return Town(
        office,
        sign_in(world, "reviewer", street),
        {
            "everything": {"all": True},
            "a kind": {"venue_kinds": ["bank"]},
            "a tag": {"tags": ["东街"]},
            "a kind without a screen yet": {"venue_kinds": ["school"]},
            "a territory": {"territory_ids": [f"u_{street}"]},
            "the other street": {"unit_ids": [f"u_{other}"]},
            "both streets": {"unit_ids": [f"u_{street}", f"u_{other}"]},
            "a venue there": {"venue_ids": [f"v_{theirs}"]},
            "a screen there": {"screen_ids": [there.public_id]},
            "one here and one there": {"screen_ids": [here.public_id, there.public_id]},
            "his street and a screen there": {
                "unit_ids": [f"u_{street}"], "screen_ids": [there.public_id],
            },
            "all but a screen there": {"all": True, "except": {"screen_ids": [there.public_id]}},
        },
        {
            "his street": {"unit_ids": [f"u_{street}"]},
            "a kind there": {"unit_ids": [f"u_{street}"], "venue_kinds": ["bank"]},
            "a venue of his": {"venue_ids": [f"v_{ours}"]},
            "a screen of his": {"screen_ids": [here.public_id]},
        },
    )  # fmt: skip


@pytest.mark.slow
def test_he_gives_no_verdict_on_a_campaign_that_reaches_further(town: Town) -> None:
    for name, selector in town.beyond.items():
        campaign = _submitted(town, selector)
        assert _verdicts(town.of_street, f"/campaigns/{campaign}") == [403, 403], name
        page = town.of_street.client.get(f"/campaigns/{campaign}").text
        assert f"{campaign}/approve" not in page, name
        assert "超出您的审批范围" in page, name

    assert "待办" not in town.of_street.client.get("/").text


@pytest.mark.slow
def test_he_gives_no_verdict_on_a_takeover_that_reaches_further(town: Town) -> None:
    for name, selector in town.beyond.items():
        takeover = _asked(town, selector)
        assert _verdicts(town.of_street, f"/takeovers/{takeover}") == [403, 403], name
        for page in ("takeovers", "approve"):
            text = town.of_street.client.get(f"/{page}/{takeover}").text
            assert f"{takeover}/approve" not in text.replace(f"/approve/{takeover}", ""), name


@pytest.mark.slow
def test_he_lifts_no_stop_that_reaches_further(town: Town) -> None:
    for name, selector in town.beyond.items():
        made = call(town.office.author, "POST", "/stop", selector=selector, mode="safe")
        assert made.status_code == 201, (name, made.json)
        lifted = call(town.of_street, "DELETE", f"/stop/{made.json['id']}")
        assert lifted.status_code == 403, name


def test_he_decides_on_no_exemption_of_screens_beyond(town: Town) -> None:
    """Whoever reads it; a foreign one looks like nothing."""
    spell = {"from": "2026-11-24T09:00:00+08:00", "until": "2026-11-24T10:00:00+08:00"}
    world = town.office.world
    screens = [make_screen(world, venue=int(one["venue_ids"][0][2:])) for one in _venues(town)]
    for screen in screens:
        put_on_air(world, screen, PROGRAMME, START_MS)
    selector = {"screen_ids": [one.public_id for one in screens]}
    made = call(
        town.office.author, "POST", "/exemptions", selector=selector, code="power_cut", **spell
    )
    assert made.status_code == 201, made.json

    assert _verdicts(town.of_street, f"/exemptions/{made.json['id']}") == [403, 403]


@pytest.mark.slow
def test_he_signs_no_new_version_of_what_is_shown_beyond(town: Town) -> None:
    office = town.office
    old = picture(office)
    campaign = draft(office, playlist_id=make_playlist(office, old))
    act(office.author, campaign, "submit", include_assets=True)
    assert act(office.reviewer, campaign, "approve").status_code == 200
    new = picture(office, state="submitted", sha256="7" * 64)
    with office.world.core.config.write() as session:
        session.get_one(Asset, int(new[2:])).replaces_id = int(old[2:])

    alone = _verdicts(town.of_street, f"/assets/{new}")
    along = _submitted(town, town.within["his street"], new)

    assert alone == [403, 403]
    assert act(town.of_street, along, "approve").status_code == 403
    assert _verdicts(office.reviewer, f"/assets/{new}")[0] == 200


@pytest.mark.parametrize(
    "name", ["his street", "a kind there", "a venue of his", "a screen of his"]
)
def test_what_stays_in_his_street_he_signs(town: Town, name: str) -> None:
    selector = town.within[name]
    campaign, takeover = _submitted(town, selector), _asked(town, selector)

    assert act(town.of_street, campaign, "approve").status_code == 200
    answer = call(town.of_street, "POST", f"/takeovers/{takeover}/approve")
    assert answer.status_code == 200


def test_who_is_in_charge_of_all_is_the_one_who_is_asked(town: Town) -> None:
    campaign = _submitted(town, town.beyond["everything"])

    page = town.office.reviewer.client.get(f"/campaigns/{campaign}").text

    assert f"{campaign}/approve" in page
    assert act(town.office.reviewer, campaign, "approve").status_code == 200


def _submitted(town: Town, selector: dict[str, Any], *assets: str) -> str:
    listed = assets or (picture(town.office),)
    campaign = draft(
        town.office,
        selector=selector,
        playlist_id=make_playlist(town.office, *listed),
        target={"kind": "plays_per_hour", "value": 1},
    )
    answer = act(town.office.author, campaign, "submit", include_assets=True)
    assert answer.status_code == 200, answer.json
    return campaign


def _asked(town: Town, selector: dict[str, Any]) -> str:
    asset = picture(town.office)
    made = call(town.office.author, "POST", "/takeovers", asset_id=asset, selector=selector)
    assert made.status_code == 201, made.json
    return str(made.json["id"])


def _verdicts(person: Person, path: str) -> list[int]:
    return [
        call(person, "POST", f"{path}/{act}", **said).status_code
        for act, said in YES_AND_NO.items()
    ]


def _venues(town: Town) -> list[dict[str, Any]]:
    return [town.within["a venue of his"], town.beyond["a venue there"]]
