"""The address under which screens and people come is set once, and everything carries it."""

from pathlib import Path

import pytest

from tests.support.app.inventory import make_screen, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World, make_world

PATH = "/api/v1/settings"
ADDRESS = "https://anping.example.cn"
WRONG = (
    "anping.example.cn",
    "ftp://anping.example.cn",
    "http://",
    "https://a b.cn",
    "https://anping.example.cn/player",
    "https://user:pw@anping.example.cn",
    "http://10.1.2.3:99999",
    "http://10.1.2.3:0",
    "http://x" + 300 * "x",
    "http://[:::]:80",
    "javascript:alert(1)",
)


def sets(person: Person, address: str | None) -> str | None:
    answer = person.client.patch(PATH, json={"address": {"public_url": address}})
    assert answer.status_code == 200, answer.text
    found: str | None = answer.json["address"]["public_url"]
    return found


@pytest.mark.parametrize("typed", [ADDRESS, f"{ADDRESS}/", f"  {ADDRESS} "])
def test_it_is_kept_as_scheme_host_and_port(world: World, typed: str) -> None:
    assert sets(sign_in(world, "admin"), typed) == ADDRESS


@pytest.mark.parametrize("typed", WRONG)
def test_an_invalid_address_is_refused_with_an_example(world: World, typed: str) -> None:
    admin = sign_in(world, "admin")
    sets(admin, "http://10.1.2.3:8000")

    answer = admin.client.patch(PATH, json={"address": {"public_url": typed}})

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/address/public_url"
    assert admin.client.get(PATH).json["address"]["public_url"] == "http://10.1.2.3:8000"


@pytest.mark.slow
def test_pages_codes_and_players_use_it(world: World) -> None:
    make_venue(world)
    screen = make_screen(world)
    sets(sign_in(world, "admin"), ADDRESS)
    officer, admin = sign_in(world, "publicity"), sign_in(world, "admin")

    asked = world.visitor().post("/api/v1/player/pairing", json={})
    labels = officer.client.get(f"/labels?screen_id={screen.public_id}").text

    assert asked.json["verification_uri"] == f"{ADDRESS}/pair"
    assert f"{ADDRESS}/player/" in officer.client.get("/pair").text
    assert f"{ADDRESS}/v/" in labels
    assert "还没有设置访问地址" not in labels
    assert f"{ADDRESS}/player/" in admin.client.get("/settings/enrolment-keys").text


def test_its_card_holds_the_address_alone(world: World) -> None:
    page = sign_in(world, "admin").client.get("/settings").text
    card = page.partition('id="address"')[2].partition("</form>")[0]

    assert "访问地址" in card
    assert "guide.hidden" not in card
    assert 'name="guide.hidden"' in page


def test_a_form_from_that_address_is_no_forgery(world: World) -> None:
    admin = sign_in(world, "admin")
    there = {"Origin": ADDRESS}

    before = admin.client.patch(PATH, json={}, headers=there).status_code
    sets(admin, ADDRESS)
    after = admin.client.patch(PATH, json={}, headers=there).status_code

    assert (before, after) == (403, 200)


def test_it_can_be_taken_back(world: World) -> None:
    admin = sign_in(world, "admin")
    sets(admin, ADDRESS)

    assert sets(admin, "") is None
    assert f"{ADDRESS}/" not in admin.client.get("/settings").text


def test_the_environment_wins(tmp_path: Path) -> None:
    world = make_world(tmp_path, public_url=ADDRESS)
    admin = sign_in(world, "admin")
    make_venue(world)

    answer = admin.client.patch(PATH, json={"address": {"public_url": "http://10.1.2.3:8000"}})

    assert answer.status_code == 422
    assert "ANPING_PUBLIC_URL" in answer.json["detail"]
    assert f"{ADDRESS}/player/" in admin.client.get("/pair").text
    assert "在这里不能改" in admin.client.get("/settings").text


def test_only_the_districts_administrator_sets_it(world: World) -> None:
    officer = sign_in(world, "publicity")

    assert officer.client.patch(PATH, json={"address": {"public_url": ADDRESS}}).status_code == 403
