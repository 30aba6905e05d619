"""Pages that are about one screen find it among all there are, not among the newest few hundred."""

import re
from typing import Any

import pytest

from server.accounts.roles import Role
from server.inventory.screens.models import Screen
from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World

PAGES = {
    "/plays?screen_id={}": "report",
    "/plays/exports?screen_id={}": "report",
    "/quarantine?screen_id={}": "report",
    "/spot-checks?screen_id={}": "report",
    "/preview?screen={}": "look",
}


@pytest.fixture
def screen(world: World) -> BoundScreen:
    """An old one among newer ones."""
    found = make_screen(world, name="旧屏", serial="OLD-1", venue=make_venue(world, name="老站"))
    for _ in range(3):
        make_screen(world)
    return found


def choices(person: Person, purpose: str, typed: str = "老站") -> list[Any]:
    query = {"q": typed, "purpose": purpose}
    answer = person.client.get("/api/v1/choices/screens", query_string=query)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json["items"]]


@pytest.mark.slow
@pytest.mark.parametrize(("path", "purpose"), PAGES.items())
def test_the_one_in_the_address_is_named_and_all_others_can_be_found(
    world: World, screen: BoundScreen, path: str, purpose: str
) -> None:
    officer = sign_in(world, "publicity")

    page = officer.client.get(path.format(screen.public_id)).text

    assert 'value="老站 · 旧屏"' in page
    assert f'value="{screen.public_id}"' in page
    assert f'data-choose="/api/v1/choices/screens?purpose={purpose}"' in page
    assert re.search(r"/combobox[-.]", page)
    assert '<option value="s_' not in page
    assert choices(officer, purpose) == [screen.public_id]


@pytest.mark.slow
def test_a_spot_check_is_asked_of_any_screen_on_which_one_may(
    world: World, screen: BoundScreen
) -> None:
    officer, viewer = sign_in(world, "publicity"), sign_in(world, "viewer")
    path = f"/spot-checks?screen_id={screen.public_id}"

    assert "purpose=spot_check" in officer.client.get(path).text
    assert choices(officer, "spot_check") == [screen.public_id]
    assert "purpose=spot_check" not in viewer.client.get(path).text
    assert choices(viewer, "spot_check") == []


def test_records_of_a_retired_screen_can_be_found_still(world: World, screen: BoundScreen) -> None:
    officer = sign_in(world, "publicity")
    with world.core.config.write() as session:
        session.get_one(Screen, screen.id).retired_at = world.clock.now_ms()

    assert choices(officer, "report") == [screen.public_id]
    assert choices(officer, "look") == []


def test_an_auditor_finds_the_screens_whose_records_he_reads(
    world: World, screen: BoundScreen
) -> None:
    auditor = sign_in(world, "auditor")

    assert choices(auditor, "report") == [screen.public_id]
    assert choices(auditor, "look") == choices(auditor, "pair") == []
    assert 'value="老站 · 旧屏"' in auditor.client.get(f"/plays?screen_id={screen.public_id}").text
    assert auditor.client.get("/plays").text.count("data-choose=") == 1


@pytest.mark.parametrize("role", ["publicity", "viewer", "auditor"])
def test_what_belongs_to_others_is_neither_found_nor_named(
    world: World, screen: BoundScreen, role: Role
) -> None:
    other = sign_in(world, role, make_unit(world, "别处"))

    assert choices(other, "report") == choices(other, "report", screen.public_id) == []
    for path in ("/plays/exports", "/spot-checks"):
        page = other.client.get(f"{path}?screen_id={screen.public_id}").text
        assert "旧屏" not in page


def test_a_report_of_one_screen_names_it(world: World, screen: BoundScreen) -> None:
    officer = sign_in(world, "publicity")

    page = officer.client.get(f"/reports?group_by=day&screen_id={screen.public_id}").text

    assert "老站 · 旧屏" in page
