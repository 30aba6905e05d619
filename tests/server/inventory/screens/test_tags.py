"""Tags are edited on screens and venues, suggested from those in use, and filter lists."""

import pytest

from tests.support.app.inventory import make_screen, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World


@pytest.fixture
def wang(world: World) -> Person:
    make_screen(world, venue=make_venue(world, name="银行", tags=["临街"]), tags=["大屏"])
    make_screen(world, venue=make_venue(world, name="百货大楼", tags=["临街"]))
    return sign_in(world, "publicity")


def test_lists_offer_the_tags_in_use_with_how_many_have_each(wang: Person) -> None:
    screens, venues = wang.client.get("/screens").text, wang.client.get("/venues").text

    assert "临街（2）" in screens
    assert "大屏（1）" in screens
    assert "临街（2）" in venues
    assert "大屏" not in venues


def test_a_list_is_narrowed_by_a_tag(wang: Person) -> None:
    page = wang.client.get("/venues?tag=临街").text
    big = wang.client.get("/screens?tag=大屏").text
    api = wang.client.get("/api/v1/screens?tag=临街").json["items"]

    assert "百货大楼" in page
    assert "银行" in big
    assert "百货大楼" not in big
    assert len(api) == 2, "a venue's tags find its screens, as in a selector"
    assert "没有符合条件的点位" in wang.client.get("/venues?tag=没有").text


@pytest.mark.parametrize("path", ["/screens/s_1", "/venues/v_1"])
def test_the_page_has_an_editor_with_suggestions(wang: Person, path: str) -> None:
    page = wang.client.get(path).text

    assert 'name="tags" data-as="json"' in page
    assert '<option value="临街">2</option>' in page


def test_retired_screens_are_found_by_their_state_alone(wang: Person) -> None:
    assert wang.client.post("/api/v1/screens/s_1/retire").status_code == 200

    listed = [one["id"] for one in wang.client.get("/api/v1/screens").json["items"]]
    retired = wang.client.get("/api/v1/screens?state=retired").json["items"]

    assert listed == ["s_2"]
    assert [one["id"] for one in retired] == ["s_1"]
    assert "临街（1）" in wang.client.get("/screens").text


@pytest.mark.slow
def test_a_venue_that_lost_its_last_screen_asks_what_it_is_now(wang: Person) -> None:
    assert "最后一块在用的屏" in wang.client.get("/screens/s_1/retire").text
    assert "没有在用的显示屏" not in wang.client.get("/venues/v_1").text

    wang.client.post("/api/v1/screens/s_1/retire")

    page = wang.client.get("/venues/v_1").text
    assert "没有在用的显示屏" in page
    assert "改为人工上报" in page
    again = wang.client.get("/screens/s_1/retire")
    assert (again.status_code, again.headers["Location"]) == (302, "/screens/s_1")
    wang.client.patch("/api/v1/venues/v_1", json={"access": "none"})
    assert "没有在用的显示屏" not in wang.client.get("/venues/v_1").text


def test_a_selector_is_narrowed_by_tags_that_are_offered_with_their_count(wang: Person) -> None:
    page = wang.client.get("/stop").text

    assert 'name="selector.tags[]" value="临街"' in page
    assert '临街 <span class="faint">2</span>' in page
    assert 'type="hidden" name="selector.tags"' not in page
