"""The board: what it counts is what the lists behind its figures show, unit by unit."""

import io
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import openpyxl
import pytest
from sqlalchemy import select

from server.accountability.board.tally import Tally
from server.accounts.models import Unit, UserRole
from server.reporting.delivery.figures import Figures
from tests.support.app.inventory import make_unit, make_venue
from tests.support.app.people import Person, sign_in, sign_in_again
from tests.support.app.world import World, make_world
from tests.support.factories.incidents import make_incident
from tests.support.monitoring.crowd import make_crowd
from tests.support.monitoring.screen_states import ScreenStates, beats, make_screen_states

pytestmark = pytest.mark.slow

STATES = ("online", "late", "dark", "idle", "paused", "never_seen")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> ScreenStates:
    made = make_screen_states(make_world(tmp_path_factory.mktemp("board")))
    make_incident(made.world, made.screens["dark"])
    with made.world.core.config.write() as session:
        gate = session.get_one(Unit, made.units["城关街道"])
        gate.leader, gate.contact = "高主任", "办公室 13912345678"
    return made


@pytest.fixture(scope="module")
def officer(here: ScreenStates) -> Person:
    return sign_in(here.world, "publicity")


def board(person: Person, **query: str) -> Any:
    answer = person.client.get("/api/v1/board", query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def rows(person: Person, path: str, **query: str) -> list[Any]:
    answer = person.client.get(f"/api/v1/{path}", query_string={"limit": "200", **query})
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.get_json()["items"]
    return items


def report(person: Person, kind: str, **query: str) -> Any:
    answer = person.client.get(f"/api/v1/reports/{kind}", query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def by_name(found: Any) -> dict[str, Any]:
    return {row["name"]: row for row in found["items"]}


def test_each_screen_is_counted_once_in_its_state(here: ScreenStates, officer: Person) -> None:
    whole = board(officer)["unit"]

    assert {state: whole[state] for state in STATES} == {
        **dict.fromkeys(STATES, 1),
        "late": 0,
    }
    assert whole["screens"] == 5


def test_venues_are_counted_by_how_they_take_part(here: ScreenStates, officer: Person) -> None:
    whole = board(officer)["unit"]

    assert (whole["venues"], whole["player"], whole["manual"], whole["none"]) == (7, 5, 1, 1)


def test_a_unit_has_the_figures_of_all_below_it(here: ScreenStates, officer: Person) -> None:
    street = by_name(board(officer))["城关街道"]
    below = board(officer, unit_id=here.unit("城关街道"))

    assert (street["venues"], street["dark"], street["incidents"]) == (4, 1, 1)
    assert by_name(below)["东门社区"]["venues"] == 2
    assert {venue["name"] for venue in below["venues"]} == {"城关早市", "城关小学"}
    assert below["unit"]["venues"] == street["venues"]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("by", ["unit", "territory"])
def test_every_figure_of_screens_is_the_number_of_rows_behind_it(
    here: ScreenStates, officer: Person, state: str, by: str
) -> None:
    found = board(officer, by=by)
    names = {"unit": "unit_id", "territory": "territory_id"}

    for row in found["items"]:
        narrowed = {names[by]: row["unit_id"] or "none", "state": state}
        assert len(rows(officer, "screens", **narrowed)) == row[state], row["name"]


@pytest.mark.parametrize("access", ["player", "manual", "none"])
def test_every_figure_of_venues_is_the_number_of_rows_behind_it(
    here: ScreenStates, officer: Person, access: str
) -> None:
    for by, name in (("unit", "unit_id"), ("territory", "territory_unit_id")):
        for row in board(officer, by=by)["items"]:
            narrowed = {name: row["unit_id"] or "none", "access": access}
            assert len(rows(officer, "venues", **narrowed)) == row[access]


def test_incidents_are_those_of_the_list(here: ScreenStates, officer: Person) -> None:
    for by, name in (("unit", "unit_id"), ("territory", "territory_id")):
        for row in board(officer, by=by)["items"]:
            narrowed = {name: row["unit_id"] or "none", "state": "open"}
            assert len(rows(officer, "incidents", **narrowed)) == row["incidents"]


@pytest.mark.parametrize(("by", "name"), [("unit", "unit_id"), ("territory", "territory_id")])
def test_coverage_is_that_of_the_ledger(
    here: ScreenStates, officer: Person, by: str, name: str
) -> None:
    found = board(officer, by=by)
    days = {"from": found["from"], "to": found["to"], "group_by": "venue_kind"}
    rows_of_units = [row for row in found["items"] if row["unit_id"] is not None]

    assert rows_of_units
    for row in rows_of_units:
        totals = report(officer, "coverage", **days, **{name: row["unit_id"]})["totals"]
        figures = (row["covered_of"], row["reached"], row["attested"], row["coverage"])
        names = ("venues", "reached", "attested", "coverage")
        assert figures == tuple(totals[one] for one in names), row["name"]
    whole = report(officer, "coverage", **days)["totals"]["venues"]
    assert found["unit"]["covered_of"] == whole > 0


@pytest.mark.long
def test_plays_are_those_of_the_report(tmp_path: Path) -> None:
    crowd = make_crowd(make_world(tmp_path), 40)
    person = crowd.person("publicity")
    found = board(person)
    today = {"from": "2026-11-24", "to": "2026-11-24"}

    assert found["unit"]["expected"] > 0
    for row in [found["unit"], *found["items"]]:
        totals = report(person, "delivery", unit_id=row["unit_id"], **today)["totals"]
        assert (row["expected"], row["confirmed"], row["pending"]) == (
            totals["expected"],
            totals["confirmed"],
            totals["pending"],
        ), row["name"]
        assert row["delivery"] == pytest.approx(totals["delivery_rate"], abs=1e-4), row["name"]
    by_territory = board(person, by="territory")
    assert by_territory["unit"]["expected"] == found["unit"]["expected"]
    for row in by_territory["items"]:
        totals = report(person, "delivery", territory_id=row["unit_id"], **today)["totals"]
        assert row["expected"] == totals["expected"]


def test_figures_of_days_are_renewed_within_half_a_minute(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    person = sign_in(world, "publicity")
    make_venue(world, name="第一家", access="none")
    assert board(person)["unit"]["covered_of"] == 1
    make_venue(world, name="第二家", access="none")
    world.clock.forward(31_000)

    assert board(person)["unit"]["covered_of"] == 2


def test_by_territory_venues_without_one_are_shown(here: ScreenStates, officer: Person) -> None:
    found = by_name(board(officer, by="territory"))

    assert set(found) == {"城关街道", "未填属地"}
    assert (found["城关街道"]["venues"], found["未填属地"]["venues"]) == (4, 3)
    nowhere = board(officer, by="territory", unit_id="none")
    assert {venue["name"] for venue in nowhere["venues"]} == {"河西支行", "万象商场", "老街百货"}


def test_the_worst_comes_first_or_the_order_of_the_tree_does(
    here: ScreenStates, officer: Person
) -> None:
    worst = [row["name"] for row in board(officer)["items"]]
    tree = [row["name"] for row in board(officer, sort="tree")["items"]]

    assert worst[0] == "城关街道"
    assert tree == ["城关街道", "河西街道"]


def test_venues_of_a_unit_come_with_those_first_that_call_for_somebody(
    here: ScreenStates, officer: Person
) -> None:
    gate = board(officer, unit_id=here.unit("东门社区"))
    river = board(officer, unit_id=here.unit("河西街道"))

    assert [venue["state"] for venue in gate["venues"]] == ["dark", "online"]
    assert [venue["state"] for venue in river["venues"]] == ["unbound", "manual", "none"]


def test_a_venue_without_a_screen_lacks_that_and_not_a_player(tmp_path: Path) -> None:
    world: World = make_world(tmp_path)
    unit = make_unit(world, "新设街道")
    make_venue(world, unit=unit, name="新设网点")
    officer = sign_in(world, "publicity")

    def page(language: str) -> str:
        return officer.client.get(f"/board?unit_id=u_{unit}&lang={language}").text

    assert "未登记显示屏" in page("zh")
    assert "未绑定终端" not in page("zh")
    assert "No screen on record" in page("en")


def test_phone_numbers_are_shown_in_part_alone(here: ScreenStates, officer: Person) -> None:
    street = by_name(board(officer))["城关街道"]
    page = officer.client.get("/board").text

    assert (street["leader"], street["contact"]) == ("高主任", "办公室 139****5678")
    assert "13912345678" not in page


def test_a_person_of_a_street_sees_his_part_of_the_tree(here: ScreenStates) -> None:
    person = sign_in(here.world, "viewer", here.units["河西街道"])
    found = board(person)

    assert (found["unit"]["name"], found["unit"]["venues"]) == ("河西街道", 3)
    for unit in (here.unit("城关街道"), "u_1", "u_999"):
        foreign = person.client.get("/api/v1/board", query_string={"unit_id": unit})
        assert foreign.status_code == 404
        assert foreign.get_json() == person.client.get("/api/v1/board?unit_id=u_998").get_json()


def test_a_person_with_two_units_sees_them_side_by_side(here: ScreenStates) -> None:
    person = sign_in(here.world, "viewer", here.units["河西街道"])
    with here.world.core.config.write() as session:
        role = UserRole(user_id=person.user_id, role="viewer", unit_id=here.units["东门社区"])
        session.add(role)
    sign_in_again(here.world, person)
    found = board(person)

    assert set(by_name(found)) == {"河西街道", "东门社区"}
    assert found["unit"]["venues"] == 5


def test_a_contact_of_a_venue_sees_that_alone(here: ScreenStates) -> None:
    unit = here.units["东门社区"]
    person = sign_in(here.world, "venue", unit)
    make_venue(here.world, unit=unit, name="自己的店", contacts=(person.user_id,), access="none")
    found = board(person)

    assert [venue["name"] for venue in found["venues"]] == ["自己的店"]
    assert found["unit"]["screens"] == 0


def test_by_territory_a_foreign_unit_opens_only_for_ones_own_venues(here: ScreenStates) -> None:
    stranger = sign_in(here.world, "viewer", here.units["河西街道"])
    query = {"by": "territory", "unit_id": here.unit("东门社区")}

    assert stranger.client.get("/api/v1/board", query_string=query).status_code == 404


def test_venues_without_a_territory_are_no_unit(officer: Person) -> None:
    assert officer.client.get("/api/v1/board?unit_id=none").status_code == 404


def test_auditors_read_no_board(here: ScreenStates) -> None:
    auditor = sign_in(here.world, "auditor")

    assert auditor.client.get("/board").status_code == 403
    assert auditor.client.get("/api/v1/board").status_code == 403


def test_the_sheet_has_a_line_a_unit_and_the_whole(here: ScreenStates, officer: Person) -> None:
    answer = officer.client.get("/api/v1/board.xlsx?sort=tree")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    table = list(sheet.iter_rows(values_only=True))

    assert [row[0] for row in table[:4]] == ["责任单位", "城关街道", "河西街道", "合计"]
    dark = table[0].index("断联")
    assert [row[dark] for row in table[1:4]] == [1, 0, 1]


def test_the_column_of_leaders_is_there_once_somebody_leads(
    here: ScreenStates, officer: Person
) -> None:
    with here.world.core.config.write() as session:
        for unit in session.scalars(select(Unit)):
            unit.leader = unit.contact = ""
    before = officer.client.get("/board?view=list").text
    with here.world.core.config.write() as session:
        session.get_one(Unit, here.units["城关街道"]).leader = "刘主任"
    after = officer.client.get("/board?view=list").text

    assert "<th>负责人</th>" not in before
    assert "<th>负责人</th>" in after
    assert "<td>刘主任 " in after
    assert "<td>–</td>" in after


@pytest.mark.long
@pytest.mark.parametrize("path", ["/board", "/board?by=territory", "/board?view=list"])
def test_every_link_of_the_page_opens(here: ScreenStates, officer: Person, path: str) -> None:
    page = officer.client.get(path).text
    main = page.split("<main")[1]
    links = {part.split('"')[0].replace("&amp;", "&") for part in main.split('href="')[1:]}
    opened = {link: officer.client.get(link).status_code for link in links if link[0] == "/"}

    assert {link: status for link, status in opened.items() if status != 200} == {}
    assert any(urlsplit(link).path == "/screens" for link in opened)


def test_a_page_of_a_unit_narrows_its_plays_to_it(here: ScreenStates, officer: Person) -> None:
    """A report that forgets the territory would show everybody's plays."""
    page = officer.client.get(
        "/reports", query_string={"territory_id": here.unit("东门社区"), "group_by": "venue"}
    ).text

    assert f'name="territory_id" value="{here.unit("东门社区")}"' in page


def test_the_empty_board_shows_what_to_do(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    admin = sign_in(world, "admin")
    page = admin.client.get("/board").text

    assert "还没有责任单位和点位" in page
    assert "/settings/units" in page


def test_units_without_venues_are_shown_as_such(tmp_path: Path) -> None:
    world: World = make_world(tmp_path)
    make_unit(world, "新设街道")
    page = sign_in(world, "publicity").client.get("/board").text

    assert "新设街道" in page
    assert "还没有点位" in page


def test_wrong_days_are_reported(officer: Person) -> None:
    answer = officer.client.get("/api/v1/board?from=2026-11-24&to=2026-11-20")

    assert answer.status_code == 422


def test_pre_empted_and_excused_plays_do_not_lower_the_rate() -> None:
    tally = Tally(plays=Figures(expected=100, confirmed=90, pre_empted=6, excused=4))
    tally.add(Tally(plays=Figures(expected=50, confirmed=40)))
    assert tally.plays.delivery_rate == 130 / 140
    assert Tally(plays=Figures(expected=5, excused=5)).plays.delivery_rate is None


def test_the_overview_counts_the_screens_online_as_the_board_does(
    here: ScreenStates, officer: Person
) -> None:
    beats(here.world, here.screens["paused"])
    whole = board(officer)["unit"]

    page = re.sub(r"\s+", " ", officer.client.get("/?lang=zh").text)

    assert whole["paused"] == 1, "its player is heard, and it is off all the same"
    assert f">{whole['online']} / {whole['screens']}</strong>在线显示屏" in page
    # 断联 has a figure of its own; these two make up the whole.
    others = re.search(r"在线显示屏<small>([^<]*)</small>", page)
    assert others is not None
    named = sum(int(one.rpartition(" ")[2]) for one in others[1].split(" · "))
    assert "暂停 1" in others[1].split(" · ")
    assert "断联" not in others[1]
    assert whole["online"] + whole["dark"] + named == whole["screens"]
