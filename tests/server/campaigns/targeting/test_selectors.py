"""Which screens a selector picks, for whom."""

from typing import Any

import pytest

from server.campaigns.forecast.impact import outlook, planned_entry
from server.campaigns.queries import open_version
from tests.support.app.campaigns import Office, call, campaign_body, draft, make_playlist, picture
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.people import sign_in
from tests.support.app.world import World

pytestmark = pytest.mark.slow


@pytest.fixture
def district(office: Office) -> dict[str, int]:
    """Banks and schools of two streets; names to screen numbers."""
    world = office.world
    north, south = make_unit(world, "北街道"), make_unit(world, "南街道")
    village = make_unit(world, "东村", parent=south)
    places = {
        "north bank": {"unit": north, "kind": "bank", "tags": ["大厅"]},
        "north school": {"unit": north, "kind": "school"},
        "south bank": {"unit": south, "kind": "bank"},
        "village bank": {"unit": village, "kind": "bank", "territory_unit_id": village},
        "north hall": {"unit": north, "kind": "government_hall", "territory_unit_id": village},
    }
    screens = {
        name: make_screen(world, venue=make_venue(world, **place)).id
        for name, place in places.items()
    }
    return {**screens, "north": north, "south": south, "village": village}


def picked(office: Office, district: dict[str, int], **selector: Any) -> set[str]:
    """The names of the screens that a campaign of the author's selects."""
    campaign_id = draft(office, selector=selector)
    with office.world.core.config.read() as session:
        version = open_version(session, int(campaign_id[2:]))
        assert version is not None
        now_ms = office.world.clock.now_ms()
        found = outlook(session, planned_entry(session, version, now_ms), now_ms)
    numbers = {one.screen_id for group in found.groups() for one in group.screens}
    return {name for name, number in district.items() if " " in name and number in numbers}


def test_all_is_every_screen_that_plays(office: Office, district: dict[str, int]) -> None:
    make_screen(office.world, enrolled_at=None)
    make_screen(office.world, revoked_at=1)
    make_screen(office.world, retired_at=1)

    campaign_id = draft(office, selector={"all": True})

    checked = call(office.author, "POST", f"/campaigns/{campaign_id}/check").json
    assert sum(group["screens"] for group in checked["groups"]) == 5


def test_a_unit_includes_itself_and_all_below(office: Office, district: dict[str, int]) -> None:
    south = picked(office, district, unit_ids=[f"u_{district['south']}"])

    assert south == {"south bank", "village bank"}


def test_a_territory_is_the_place_of_a_venue_not_its_unit(
    office: Office, district: dict[str, int]
) -> None:
    village = picked(office, district, territory_ids=[f"u_{district['village']}"])

    assert village == {"village bank", "north hall"}


def test_units_kinds_and_tags_narrow_each_other(office: Office, district: dict[str, int]) -> None:
    north = f"u_{district['north']}"

    assert picked(office, district, unit_ids=[north], venue_kinds=["bank"]) == {"north bank"}
    assert picked(office, district, venue_kinds=["bank", "school"], tags=["大厅"]) == {"north bank"}


def test_single_screens_and_venues_are_added(office: Office, district: dict[str, int]) -> None:
    found = picked(
        office,
        district,
        venue_kinds=["school"],
        screen_ids=[f"s_{district['south bank']}"],
    )

    assert found == {"north school", "south bank"}


def test_what_except_names_in_any_list_is_left_out(
    office: Office, district: dict[str, int]
) -> None:
    found = picked(
        office,
        district,
        all=True,
        **{
            "except": {
                "venue_kinds": ["school"],
                "unit_ids": [f"u_{district['village']}"],
                "screen_ids": [f"s_{district['north hall']}"],
            }
        },
    )

    assert found == {"north bank", "south bank"}


def test_a_selector_never_reaches_beyond_its_writers_authority(
    office: Office, district: dict[str, int]
) -> None:
    local = sign_in(office.world, "publicity", district["south"])
    mine = Office(office.world, local, office.reviewer, office.stranger)

    assert picked(mine, district, all=True) == {"south bank", "village bank"}
    assert picked(mine, district, venue_kinds=["bank"]) == {"south bank", "village bank"}


def test_it_is_resolved_again_when_screens_are_added(
    office: Office, district: dict[str, int], world: World
) -> None:
    local = sign_in(world, "publicity", district["south"])
    mine = Office(world, local, office.reviewer, office.stranger)
    campaign_id = draft(mine, selector={"all": True})
    make_screen(world, venue=make_venue(world, unit=district["village"]))
    make_screen(world, venue=make_venue(world, unit=district["north"]))

    checked = call(local, "POST", f"/campaigns/{campaign_id}/check").json

    assert sum(group["screens"] for group in checked["groups"]) == 3


def test_naming_a_foreign_object_is_answered_like_naming_a_missing_one(
    office: Office, district: dict[str, int]
) -> None:
    local = sign_in(office.world, "publicity", district["south"])
    mine = Office(office.world, local, office.reviewer, office.stranger)
    playlist_id = make_playlist(mine, picture(mine))

    def refusal(**selector: Any) -> list[tuple[str, str]]:
        body = campaign_body(playlist_id, selector=selector)
        answer = call(local, "POST", "/campaigns", **body)
        assert answer.status_code == 422
        return [(one["pointer"], one["detail"][5:]) for one in answer.json["errors"]]

    foreign = refusal(
        unit_ids=["u_1"],
        screen_ids=[f"s_{district['north bank']}"],
        venue_ids=["v_1"],
        territory_ids=[f"u_{district['north']}"],
    )
    missing = refusal(
        unit_ids=["u_8"], screen_ids=["s_8"], venue_ids=["v_8"], territory_ids=["u_8"]
    )

    assert [pointer for pointer, _ in foreign] == [pointer for pointer, _ in missing]
    assert len(foreign) == 4


def test_a_territory_is_visible_to_people_with_a_venue_there(
    office: Office, district: dict[str, int]
) -> None:
    local = sign_in(office.world, "publicity", district["north"])
    mine = Office(office.world, local, office.reviewer, office.stranger)

    found = picked(mine, district, territory_ids=[f"u_{district['village']}"])

    assert found == {"north hall"}
