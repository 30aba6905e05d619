"""Search: by any name or number that people know, within their scope, by kind."""

from datetime import date
from typing import Any

import pytest

from server.web.navigation import GROUPS
from server.web.search.act_names import ACTS
from server.web.search.page_names import PAGES
from tests.support.app.campaigns import draft, open_office
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World, make_world
from tests.support.factories.incidents import make_incident

pytestmark = pytest.mark.slow
NOBODYS = {"page", "act"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = make_world(tmp_path_factory.mktemp("search"))
    office = open_office(made)
    draft(office, name="银行网点防刷单")
    street = make_unit(made, "城关街道")
    bus = make_venue(
        made,
        unit=street,
        kind="bus",
        name="3 路公交 012 号车",
        vehicle="苏C·3012D",
        contact_name="朱师傅",
        contact_phone="0516-5555 1234",
    )
    screen = make_screen(made, venue=bus, name="车厢前部", serial="BOX-00-7A")
    make_incident(made, screen, note="换过主板")
    make_venue(
        made,
        unit=street,
        kind="bank",
        name="建设银行城关支行",
        address="解放路 18 号",
        code="YH-001",
    )
    admin = sign_in(made, "admin")
    admin.client.post("/api/v1/lines", json={"name": "3 路", "depot": "东站", "code": "XL003"})
    return made


@pytest.fixture(scope="module")
def officer(world: World) -> Person:
    return sign_in(world, "publicity")


def found(person: Person, text: str, **filters: Any) -> dict[str, list[Any]]:
    answer = person.client.get("/api/v1/search", query_string={"q": text, **filters})
    assert answer.status_code == 200, answer.text
    return {group["kind"]: group["items"] for group in answer.get_json()["groups"]}


def titles(person: Person, text: str) -> dict[str, list[str]]:
    return {kind: [one["title"] for one in items] for kind, items in found(person, text).items()}


@pytest.mark.parametrize(
    ("text", "kind", "title"),
    [
        ("苏C·3012D", "screen", "3 路公交 012 号车 车厢前部"),
        ("苏c3012d", "screen", "3 路公交 012 号车 车厢前部"),
        ("3012", "venue", "3 路公交 012 号车"),
        ("ＢＯＸ００7ａ", "screen", "3 路公交 012 号车 车厢前部"),
        ("box-00-7a", "screen", "3 路公交 012 号车 车厢前部"),
        ("银行 城关", "venue", "建设银行城关支行"),
        ("公交 车厢", "screen", "3 路公交 012 号车 车厢前部"),
        ("解放路", "venue", "建设银行城关支行"),
        ("朱师傅", "venue", "3 路公交 012 号车"),
        ("051655551234", "venue", "3 路公交 012 号车"),
        ("yh001", "venue", "建设银行城关支行"),
        ("东站", "line", "3 路"),
        ("XL003", "line", "3 路"),
        ("城关街", "unit", "城关街道"),
        ("防刷单", "campaign", "银行网点防刷单"),
        ("防骗一月", "playlist", "防骗一月"),
        ("素材", "asset", "素材1"),
        ("主板", "incident", "3 路公交 012 号车 车厢前部"),
        ("覆盖率", "page", "覆盖台账"),
        ("pair", "page", "绑定"),
    ],
)
def test_it_is_found_by_common_data(officer: Person, text: str, kind: str, title: str) -> None:
    assert title in titles(officer, text).get(kind, [])


@pytest.mark.parametrize("text", ["", "   ", "没有这样的东西", "%", "_", "苏C9999", "'; DROP"])
def test_nothing_is_found_for_what_isnt_there(officer: Person, text: str) -> None:
    assert found(officer, text) == {}


def test_an_id_leads_to_its_object(officer: Person) -> None:
    (screen,) = found(officer, "s_1")["id"]
    (unit,) = found(officer, "U_1")["id"]

    assert (screen["href"], screen["title"]) == ("/screens/s_1", "3 路公交 012 号车 车厢前部")
    assert unit["href"] == "/board?unit_id=u_1"
    assert "id" not in found(officer, "s_99999999999999999999")


def test_exact_names_come_first(world: World, officer: Person) -> None:
    for name in ("万达", "万达二店", "新万达"):
        make_venue(world, name=name)

    assert titles(officer, "万达")["venue"] == ["万达", "万达二店", "新万达"]


def test_each_kind_shows_when_there_is_more(world: World, officer: Person) -> None:
    for place in range(7):
        make_venue(world, name=f"连锁店 {place}")
    answer = officer.client.get("/api/v1/search?q=连锁店").get_json()
    (group,) = answer["groups"]

    assert (len(group["items"]), group["more"]) == (5, True)
    assert len(found(officer, "连锁店", limit=20)["venue"]) == 7


def test_objects_outside_the_scope_are_missing(world: World) -> None:
    stranger = sign_in(world, "publicity", make_unit(world, "开发区"))

    for text in ("3012", "BOX", "s_1", "v_1", "i_1", "k_1", "城关", "防刷单", "东站", "主板"):
        hits = {
            kind: items
            for kind, items in found(stranger, text).items()
            if kind not in {"page", "act"}
        }
        assert hits == {}, text


def test_a_contact_of_a_venue_finds_his_own_alone(world: World) -> None:
    unit = make_unit(world, "河西街道")
    keeper = sign_in(world, "venue", unit)
    make_venue(world, unit=unit, name="河西小店", contacts=(keeper.user_id,))
    make_venue(world, unit=unit, name="河西大店")

    assert titles(keeper, "河西")["venue"] == ["河西小店"]


def test_people_are_found_by_who_administers_them(world: World, officer: Person) -> None:
    admin = sign_in(world, "admin")
    sign_in(world, "viewer", username="qianfang")

    (hit,) = found(admin, "qianfang")["user"]
    assert hit["note"].startswith("qianfang")
    assert "qianfang" in admin.client.get(hit["href"]).text
    assert "user" not in found(officer, "qianfang")


def test_pages_are_offered_to_those_who_may_open_them(world: World, officer: Person) -> None:
    admin = sign_in(world, "admin")

    assert titles(admin, "审计")["page"] == ["审计日志"]
    assert "page" not in found(officer, "审计")
    for page in PAGES:
        if admin.client.get(page.path).status_code == 403:
            shown = found(admin, page.name.zh).get("page", [])
            assert page.path not in [one["href"] for one in shown]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("新建任务", "新建宣传任务"),
        ("xjrw", "新建宣传任务"),
        ("XJXCRW", "新建宣传任务"),
        ("yjtb", "一键停播"),
        ("停播", "一键停播"),
        ("bd", "绑定显示屏"),
        ("导出本月", "导出本月播放报表"),
        ("tzbb", "导出本月播放报表"),
        ("new campaign", "新建宣传任务"),
    ],
)
def test_what_one_can_do_is_found_by_words_and_by_first_letters_of_sounds(
    officer: Person, text: str, title: str
) -> None:
    assert title in titles(officer, text)["act"]


def test_what_one_can_do_comes_first_and_leads_there(officer: Person) -> None:
    answer = officer.client.get("/api/v1/search", query_string={"q": "导出本月播放"}).get_json()

    first = answer["groups"][0]
    assert (first["kind"], first["title"]) == ("act", "操作")
    assert first["items"][0]["href"].startswith("/api/v1/reports/delivery.xlsx?from=2026-11-01&to=")
    assert officer.client.get(first["items"][0]["href"]).status_code == 200


def test_nobody_is_offered_what_he_may_not_do(world: World) -> None:
    viewer, reviewer = sign_in(world, "viewer"), sign_in(world, "reviewer")

    assert "act" not in found(viewer, "新建宣传任务")
    assert "act" not in found(reviewer, "新建人员")
    assert titles(reviewer, "停播")["act"] == ["一键停播"]


def test_what_is_offered_opens(world: World) -> None:
    # Who may do all of it: an administrator signs nothing off, and that is none of these.
    admin = sign_in(world, "admin")
    day = date(2026, 11, 24)

    opened = {act.path: admin.client.get(act.address(day)).status_code for act in ACTS}
    assert {path: status for path, status in opened.items() if status != 200} == {}


def test_every_entry_of_the_menu_is_found_by_name() -> None:
    menu = {page.path: page.action for page in PAGES}

    entries = [entry for group in GROUPS for entry in group.entries]
    assert {entry.path: entry.action for entry in entries}.items() <= menu.items()


def test_every_page_that_is_offered_opens(world: World, officer: Person) -> None:
    opened = {
        page.path: officer.client.get(page.path).status_code
        for page in PAGES
        if officer.client.get("/api/v1/me") and _may(officer, page.path, page.name.zh)
    }

    assert {path: status for path, status in opened.items() if status != 200} == {}
    assert len(opened) > 20


def _may(person: Person, path: str, name: str) -> bool:
    return path in [one["href"] for one in found(person, name).get("page", [])]


def test_somebody_without_a_role_finds_nothing(world: World) -> None:
    assert found(sign_in(world, None), "城关") == {}


def test_a_visitor_is_asked_to_sign_in(world: World) -> None:
    assert world.visitor().get("/api/v1/search?q=s_1").status_code == 401


def test_the_page_of_results_links_to_them_and_to_the_whole_list(officer: Person) -> None:
    page = officer.client.get("/search?q=城关").text

    assert 'href="/venues/v_2"' in page
    assert "没有找到" in officer.client.get("/search?q=没有这样的").text.split("<main")[1]


def test_input_is_shown_as_text(officer: Person) -> None:
    page = officer.client.get("/search", query_string={"q": "<script>alert(1)</script>"}).text

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page


def test_in_english_states_are_english(officer: Person) -> None:
    hits = officer.client.get("/api/v1/search?q=主板&lang=en").get_json()["groups"]

    assert hits[0]["title"] == "Incidents"
    assert hits[0]["items"][0]["note"] == "Dark · Open"
