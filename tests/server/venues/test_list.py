"""The list of venues: narrowed, sorted, as a list or a grid, all of it in the address."""

import re

import pytest

from server.realtime.venue_states import VENUE_STATES
from tests.support.believed import Believed, make_believed
from tests.support.people import Person, sign_in
from tests.support.places import make_venue
from tests.support.world import make_world

pytestmark = pytest.mark.slow

NAMES = {
    "dark": "东门农贸市场",
    "online": "东门支行",
    "idle": "城关早市 城关小学",
    "unbound": "河西支行",
    "manual": "万象商场",
    "none": "老街百货",
}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Believed:
    return make_believed(make_world(tmp_path_factory.mktemp("venues")))


@pytest.fixture(scope="module")
def officer(here: Believed) -> Person:
    return sign_in(here.world, "publicity")


def shown(person: Person, **wish: str) -> list[str]:
    page = person.client.get("/venues", query_string=wish)
    assert page.status_code == 200, page.text
    return re.findall(r'<a href="/venues/v_\d+">([^<]+)</a>', page.text)


@pytest.mark.parametrize("state", VENUE_STATES)
def test_each_venue_is_in_one_state(officer: Person, state: str) -> None:
    assert set(shown(officer, state=state)) == set(NAMES[state].split())


def test_it_is_narrowed_by_territory_and_words(here: Believed, officer: Person) -> None:
    east = here.unit("东门社区")

    assert len(shown(officer, territory_unit_id=east)) == 4
    assert set(shown(officer, territory_unit_id="none")) == {"河西支行", "万象商场", "老街百货"}
    assert shown(officer, q="早市") == ["城关早市"]
    assert set(shown(officer, access="manual")) == {"万象商场"}


def test_a_contact_finds_it(here: Believed, officer: Person) -> None:
    make_venue(here.world, name="电话亭", contact_name="吴师傅", contact_phone="051655550000")

    assert shown(officer, q="吴师傅") == shown(officer, q="55550000") == ["电话亭"]


@pytest.mark.parametrize("name", ["name", "kind", "unit", "access"])
def test_it_is_sorted_either_way(officer: Person, name: str) -> None:
    one, other = shown(officer, sort=name), shown(officer, sort=f"-{name}")

    assert sorted(one) == sorted(other)
    assert one != other


def test_the_grid_shows_the_same(officer: Person) -> None:
    page = officer.client.get("/venues?view=grid&kind=market").text

    assert page.count('class="tile"') == 2
    assert "2 个点位" in page


def test_a_wrong_wish_is_said(officer: Person) -> None:
    assert officer.client.get("/venues?state=broken").status_code == 422
    assert officer.client.get("/venues?unit_id=7").status_code == 404


def test_coordinates_are_taken_away_by_the_form(here: Believed, officer: Person) -> None:
    venue = make_venue(here.world, name="会搬走的", lat=34.2, lon=117.1)
    taken = officer.client.patch(f"/api/v1/venues/v_{venue}", json={"lat": None, "lon": None})

    assert taken.status_code == 200
    assert "会搬走的" in shown(officer, located="false")
