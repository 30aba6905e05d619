"""The map: venues in scope as points with their state; shapes and tiles from the data folder."""

import json
import re
from typing import Any

import pytest

from server.gateway.status.venue import VENUE_STATES
from server.inventory.venues.models import Venue
from server.reporting.venue_map.tiles import PNG
from tests.support.app.people import Person, sign_in
from tests.support.app.world import make_world
from tests.support.monitoring.screen_states import ScreenStates, make_screen_states

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> ScreenStates:
    made = make_screen_states(make_world(tmp_path_factory.mktemp("map")))
    with made.world.core.config.write() as session:
        for place, state in enumerate(made.venues):
            if state != "none":
                venue = session.get_one(Venue, made.venues[state])
                venue.lat, venue.lon = 34.2 + place / 100, 117.1
    return made


@pytest.fixture(scope="module")
def officer(here: ScreenStates) -> Person:
    return sign_in(here.world, "publicity")


def points(person: Person, **query: str) -> Any:
    answer = person.client.get("/api/v1/map/points", query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def by_name(places: Any) -> dict[str, str]:
    return {
        name: places["states"][state]
        for name, state in zip(places["name"], places["state"], strict=True)
    }


def test_each_venue_with_coordinates_is_a_point_in_its_state(
    here: ScreenStates, officer: Person
) -> None:
    found = points(officer)

    assert by_name(found) == {
        "东门农贸市场": "dark",
        "东门支行": "online",
        "城关早市": "idle",
        "城关小学": "paused",
        "河西支行": "unbound",
        "万象商场": "manual",
    }
    assert found["without"] == 1
    place = found["name"].index("东门农贸市场")
    assert (found["id"][place], found["screens"][place], found["dark"][place]) == ("v_1", 1, 1)
    assert found["kinds"][found["kind"][place]] == "农贸市场"
    assert found["units"][found["unit"][place]] == "东门社区"


@pytest.mark.parametrize("state", VENUE_STATES)
def test_the_list_of_venues_has_the_same_states_as_the_map(
    here: ScreenStates, officer: Person, state: str
) -> None:
    found = by_name(points(officer, state=state))
    page = officer.client.get("/venues", query_string={"state": state, "located": "true"}).text

    assert set(found.values()) <= {state}
    names = [one for one in by_name(points(officer)) if f">{one}</a>" in page]
    assert set(names) == set(found)


def test_the_map_is_narrowed_like_the_list(here: ScreenStates, officer: Person) -> None:
    assert set(by_name(points(officer, kind="bank"))) == {"东门支行", "河西支行"}
    assert len(points(officer, unit_id=here.unit("城关街道"))["id"]) == 4
    assert points(officer, unit_id=here.unit("河西街道"))["without"] == 1
    assert set(by_name(points(officer, q="早市"))) == {"城关早市"}


def test_a_person_sees_his_own_venues(here: ScreenStates) -> None:
    viewer = sign_in(here.world, "viewer", here.units["河西街道"])
    nobody = sign_in(here.world, "viewer", here.units["东门社区"])

    assert set(by_name(points(viewer))) == {"河西支行", "万象商场"}
    assert len(points(nobody)["id"]) == 2
    assert sign_in(here.world, "auditor").client.get("/api/v1/map/points").status_code == 403


def test_an_unchanged_map_is_answered_with_304(officer: Person) -> None:
    tag = officer.client.get("/api/v1/map/points").headers["ETag"]
    again = officer.client.get("/api/v1/map/points", headers={"If-None-Match": tag})

    assert again.status_code == 304


def test_shapes_and_problems_come_from_the_data_folder(here: ScreenStates, officer: Person) -> None:
    assert officer.client.get("/api/v1/map/shapes").get_json() == {
        "shapes": [],
        "problems": [],
        "tiles": None,
    }
    folder = here.world.core.settings.data / "map"
    folder.mkdir()
    line = {"type": "LineString", "coordinates": [[117.1, 34.2], [117.2, 34.3]]}
    (folder / "a.geojson").write_text(json.dumps(line))
    (folder / "b.geojson").write_text("no")
    answer = officer.client.get("/api/v1/map/shapes?lang=en").get_json()

    assert answer["shapes"][0]["parts"] == [[117.1, 34.2, 117.2, 34.3]]
    assert answer["problems"] == ["b.geojson: isn't GeoJSON."]


def test_tiles_are_served_as_they_are(here: ScreenStates, officer: Person) -> None:
    folder = here.world.core.settings.data / "map/tiles"
    for z, x, y, content in ((12, 3, 4, PNG + b"rest"), (13, 3, 4, b"<svg onload=x>")):
        place = folder / str(z) / str(x)
        place.mkdir(parents=True)
        (place / f"{y}.png").write_bytes(content)
    (folder / "notes").mkdir()
    answer = officer.client.get("/map/tiles/12/3/4.png")

    assert officer.client.get("/api/v1/map/shapes").get_json()["tiles"] == [12, 13]
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/png", PNG + b"rest")
    for path in ("13/3/4", "12/3/5", "12/9999/4", "99/0/0", "12/-1/4", "12/../4"):
        assert officer.client.get(f"/map/tiles/{path}.png").status_code == 404
    assert here.world.visitor().get("/map/tiles/12/3/4.png").status_code in (302, 401)


def test_the_page_leads_to_venues_without_coordinates(here: ScreenStates, officer: Person) -> None:
    unit = here.unit("河西街道")
    page = officer.client.get(f"/map?unit_id={unit}&state=dark").text

    assert f"/venues?unit_id={unit}&amp;located=false" in page
    listed = officer.client.get(f"/venues?unit_id={unit}&located=false").text
    assert "老街百货" in listed
    assert "万象商场</a>" not in listed


def test_the_legend_has_a_sign_of_its_own_for_each_state(officer: Person) -> None:
    page = officer.client.get("/map").text
    signs = dict(re.findall(r'<svg data-mark="(\w+)".*?>(.*?)</svg>[^<]+</span>', page))

    assert list(signs) == list(VENUE_STATES)
    assert "</svg>暂停</span>" in page
    assert len(set(signs.values()) - {signs["online"]}) == len(signs) - 2  # filled or hollow


def test_a_wrong_filter_is_reported(officer: Person) -> None:
    assert officer.client.get("/map?state=broken").status_code == 422
    assert officer.client.get("/api/v1/map/points?state=broken").status_code == 422


def test_the_form_of_a_venue_offers_the_map(here: ScreenStates, officer: Person) -> None:
    page = officer.client.get("/venues/v_1").text

    assert "data-place" in page
    assert 'name="lat"' in page
    assert "GCJ-02" in page
