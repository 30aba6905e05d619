"""Codes in the console, on the glass and on stickers: who sees, replaces and prints them."""

from pathlib import Path

import pytest

from server.inventory.screens.models import ScreenCode
from server.inventory.venues.models import Venue
from server.simulator.player.binding_statement import vouched_for
from server.simulator.player.disk import Credential
from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World, make_world
from tests.support.processes.reading_process import read_by_another
from tests.support.reporting.venue_page import code_of, open_door

pytestmark = pytest.mark.slow


@pytest.fixture
def officer(world: World) -> Person:
    return sign_in(world, "publicity")


def path(screen: BoundScreen) -> str:
    return f"/api/v1/screens/{screen.public_id}/code"


def test_each_screen_has_a_code_that_stays(world: World, officer: Person) -> None:
    screen, other = make_screen(world), make_screen(world)

    first = officer.client.get(path(screen)).json

    assert first["state"] == "live"
    assert len(first["code"]) == 22
    assert first["address"] == f"http://localhost/v/{first['code']}"
    assert first["qr_svg"].startswith("<svg")
    assert officer.client.get(path(screen)).json == first
    assert officer.client.get(path(other)).json["code"] != first["code"]
    assert world.visitor().get(f"/v/{first['code']}").status_code == 200


def test_the_public_address_is_what_phones_open(tmp_path: Path) -> None:
    public = make_world(tmp_path, public_url="https://anping.example.cn")
    screen = make_screen(public)

    answer = public.visitor().get("/api/v1/player/page", headers=screen.headers)

    assert answer.json["address"].startswith("https://anping.example.cn/v/")
    labels = f"/labels?screen_id={screen.public_id}"
    assert "还没有设置访问地址" not in sign_in(public, "publicity").client.get(labels).text


def test_before_a_public_address_is_set_stickers_are_better_not_printed(
    world: World, officer: Person
) -> None:
    page = officer.client.get(f"/labels?screen_id={make_screen(world).public_id}").text

    assert "还没有设置访问地址" in page


def test_a_screen_has_one_number_on_its_sticker_and_its_page(world: World, officer: Person) -> None:
    screen = make_screen(world, name="门厅")
    sticker = officer.client.get(f"/labels?screen_id={screen.public_id}").text
    page = officer.client.get(f"/screens/{screen.public_id}").text

    assert f"屏号 {screen.id}<" in sticker
    assert f"屏号 {screen.id}<" in page
    assert f'href="/screens/{screen.public_id}">← 门厅</a>' in sticker
    assert "编号" not in sticker.partition("<main")[2]


def test_a_replaced_code_leads_nowhere_at_once(world: World, officer: Person) -> None:
    door = open_door(world)
    made = officer.client.post(path(door.screen))

    assert made.status_code == 201
    assert made.json["code"] != door.code
    assert door.page().status_code == 404
    assert world.visitor().get(f"/v/{made.json['code']}").status_code == 200


def test_a_revoked_code_is_replaced_only_on_request(world: World, officer: Person) -> None:
    door = open_door(world)
    etag = officer.client.get(path(door.screen)).headers["ETag"]
    revoked = officer.client.delete(path(door.screen), headers={"If-Match": etag})

    assert revoked.json["state"] == "revoked"
    assert door.page().status_code == 404
    assert officer.client.get(path(door.screen)).json["code"] is None
    own = world.visitor().get("/api/v1/player/page", headers=door.screen.headers).json
    assert (own["address"], own["qr_svg"]) == (None, None)
    assert (
        "没有可打印的张贴码"
        in officer.client.get(f"/labels?screen_id={door.screen.public_id}").text
    )
    with world.core.config.read() as session:
        row = session.get_one(ScreenCode, door.screen.id)
        assert (row.code, row.code_hash) == (None, None), "nothing remembers the old one"

    assert officer.client.post(path(door.screen)).json["state"] == "live"


@pytest.mark.parametrize(
    ("kind", "cls"),
    [("bus", "landscape-1080p"), ("taxi", "landscape-1080p"), ("bank", "led-384x64")],
)
def test_vehicles_and_led_strips_have_none_on_the_glass_and_on_paper(
    world: World, officer: Person, kind: str, cls: str
) -> None:
    venue = make_venue(world, kind=kind)
    screen = make_screen(world, venue=venue, rendition_class=cls)

    answer = officer.client.get(path(screen)).json
    assert (answer["state"], answer["code"], answer["address"], answer["qr_svg"]) == (
        "none",
        *[None] * 3,
    )
    assert officer.client.post(path(screen)).status_code == 409
    own = world.visitor().get("/api/v1/player/page", headers=screen.headers).json
    assert own["qr_svg"] is None
    assert "没有可打印的张贴码" in officer.client.get(f"/labels?venue_id=v_{venue}").text
    page = officer.client.get(f"/screens/{screen.public_id}").text
    assert "公交车、出租车和 LED 条屏没有现场码" in page


@pytest.mark.parametrize(("kind", "leads"), [("bus", False), ("taxi", False), ("bank", True)])
def test_the_page_of_a_venue_leads_to_stickers_where_screens_have_codes(
    world: World, officer: Person, kind: str, leads: bool
) -> None:
    venue = make_venue(world, kind=kind)
    make_screen(world, venue=venue)

    page = officer.client.get(f"/venues/v_{venue}").text

    assert (f"/labels?venue_id=v_{venue}" in page) is leads


def test_a_screen_that_moves_onto_a_bus_loses_its_page(world: World) -> None:
    door = open_door(world)
    with world.core.config.write() as session:
        session.get_one(Venue, door.screen.venue_id).kind = "bus"

    assert door.page().status_code == 404


def test_only_who_may_change_the_screen_sees_its_code(world: World) -> None:
    unit, elsewhere = make_unit(world), make_unit(world, "别处")
    screen = make_screen(world, venue=make_venue(world, unit=unit))
    code = code_of(world, screen)
    for role in ("viewer", "reviewer", "auditor", "venue"):
        client = sign_in(world, role, unit).client  # type: ignore[arg-type] # one of the roles
        assert client.get(path(screen)).status_code in (403, 404), role
        assert client.get(f"/labels?screen_id={screen.public_id}").status_code in (403, 404)
        assert code not in client.get(f"/screens/{screen.public_id}").text
    stranger = sign_in(world, "publicity", elsewhere).client
    assert stranger.get(path(screen)).status_code == 404
    assert stranger.get(f"/labels?screen_id={screen.public_id}").status_code == 404
    assert stranger.get(f"/labels?venue_id=v_{screen.venue_id}").status_code == 404
    assert stranger.get(f"/labels?unit_id=u_{unit}").status_code == 404


def test_a_player_gets_its_own_page_alone(world: World) -> None:
    door, other = open_door(world), make_screen(world)
    own = world.visitor().get("/api/v1/player/page", headers=door.screen.headers).json

    assert own["address"].endswith(door.path)
    theirs = world.visitor().get("/api/v1/player/page", headers=other.headers).json
    assert theirs["address"] != own["address"]
    assert world.visitor().get("/api/v1/player/page").status_code == 401


def test_what_a_player_is_to_show_of_its_page_is_signed_for_it_alone(world: World) -> None:
    door = open_door(world)
    keys = world.core.signer.public_keys()

    own = world.visitor().get("/api/v1/player/page", headers=door.screen.headers).json

    vouched = vouched_for(own["signed"], Credential("", door.screen.public_id, keys))
    assert vouched is not None
    assert (vouched["qr_svg"], vouched["issued_at"]) == (own["qr_svg"], world.clock.now_ms())
    assert vouched_for(own["signed"], Credential("", "s_999", keys)) is None


def test_the_screens_page_shows_prints_replaces_and_revokes_it(
    world: World, officer: Person
) -> None:
    door = open_door(world)
    page = officer.client.get(f"/screens/{door.screen.public_id}").text

    assert f"http://localhost{door.path}" in page
    assert "<svg" in page
    assert f'href="/labels?screen_id={door.screen.public_id}"' in page
    assert f'data-api="POST {path(door.screen)}"' in page
    assert f'data-api="DELETE {path(door.screen)}"' in page


def test_stickers_are_printed_for_a_screen_a_venue_or_a_whole_unit(
    world: World, officer: Person
) -> None:
    unit = make_unit(world, "城关街道")
    below = make_unit(world, "西关社区", unit)
    hall = make_venue(world, unit=unit, name="政务大厅", kind="government_hall")
    first, second = make_screen(world, venue=hall), make_screen(world, venue=hall, name="二楼屏")
    third = make_screen(world, venue=make_venue(world, unit=below, name="社区服务站"))
    make_screen(world, venue=make_venue(world, unit=unit, kind="bus"))
    make_screen(world, venue=hall, retired_at=1)
    make_screen(world)

    def printed(**query: str) -> tuple[list[BoundScreen], str]:
        page = officer.client.get("/labels", query_string=query).text
        ours = (first, second, third)
        return [one for one in ours if code_of(world, one) in page], page

    assert printed(screen_id=second.public_id)[0] == [second]
    assert printed(venue_id=f"v_{hall}")[0] == [first, second]
    found, page = printed(unit_id=f"u_{unit}")
    assert found == [first, second, third]
    assert page.count('class="label"') == 3
    assert "不打印：1 块" in page, "the bus"
    for text in ("政务大厅", "二楼屏", "扫码：看播放、报修、暂停", "城关街道"):
        assert text in page
    assert "请选择责任单位" in officer.client.get("/labels").text


def test_a_screen_that_has_no_code_yet_can_be_read_where_nothing_is_written(
    world: World, officer: Person
) -> None:
    recorded = make_screen(world, enrolled_at=None)
    read_by_another(world)

    assert officer.client.get(f"/screens/{recorded.public_id}").status_code == 200
    assert officer.client.get(f"/labels?screen_id={recorded.public_id}").status_code == 200
    assert officer.client.get(path(recorded)).get_json()["state"] == "live"
