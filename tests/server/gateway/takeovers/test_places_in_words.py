"""Places of an act are shown by name, to those who may see them."""

import pytest

from tests.support.app.campaigns import Office, bank, call, open_office, picture
from tests.support.app.world import World

pytestmark = pytest.mark.slow


@pytest.fixture
def office(world: World) -> Office:
    return open_office(world)


def stop_of(office: Office, *screens: str) -> str:
    answer = call(office.author, "POST", "/stop", selector={"screen_ids": screens}, mode="safe")
    return str(answer.json["id"])


def test_a_stop_names_its_screen_on_its_page_and_in_the_list(office: Office) -> None:
    screen = bank(office.world, name="甲行")
    stop = stop_of(office, screen.public_id)

    page = office.author.client.get(f"/stop/{stop}").text
    listed = office.author.client.get("/takeovers").text

    assert "停播 · 甲行" in page
    assert "安全画面 · 甲行" in listed
    assert f">{screen.public_id}<" not in page + listed


def test_a_takeover_of_one_venue_names_it_also_where_it_is_approved(office: Office) -> None:
    venue = bank(office.world, name="乙行").venue_id
    body = {"asset_id": picture(office), "selector": {"venue_ids": [f"v_{venue}"]}}
    takeover = call(office.author, "POST", "/takeovers", **body).json["id"]

    for path in (f"/takeovers/{takeover}", f"/approve/{takeover}", "/takeovers"):
        assert "乙行" in office.reviewer.client.get(path).text


def test_of_many_screens_a_few_are_named_and_all_are_counted(office: Office) -> None:
    screens = [bank(office.world, name=f"{place} 号网点").public_id for place in range(1, 9)]
    stop = stop_of(office, *screens)

    text = office.author.client.get(f"/stop/{stop}").text.split("</h1>")[0]

    assert "等 8 处" in text
    assert ("1 号网点" in text, "8 号网点" in text) == (True, False)
