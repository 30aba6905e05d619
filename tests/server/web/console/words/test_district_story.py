"""The district of pictures and page tests is consistent: its figures agree."""

import pytest

from tests.support.district.inventory import District
from tests.support.district.office import Json, Official
from tests.support.district.story import SILENT, WITHOUT_POWER

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.long]

HOUR_S, GRACE_S = 3600, 90
"""For so long after its last beat a screen beside a wall counts as there."""
DAYS = ("2026-11-23", "2026-11-24")


@pytest.fixture
def chen(district: District) -> Official:
    district.again()
    return district.chen


def by_screen(chen: Official, report: str, day: str) -> dict[str, Json]:
    asked = f"/reports/{report}?group_by=screen&from={day}&to={day}"
    return {one["screen_id"]: one for one in chen.does("GET", asked)["items"]}


@pytest.mark.parametrize("day", DAYS)
def test_screens_with_plays_had_contact_and_screens_up_played(chen: Official, day: str) -> None:
    plays, uptime = by_screen(chen, "delivery", day), by_screen(chen, "uptime", day)

    assert plays
    for screen, counted in plays.items():
        up_s = uptime[screen]["up_s"]
        assert bool(counted["confirmed"]) == bool(up_s), (screen, counted, uptime[screen])
        assert counted["shown_s"] <= up_s + uptime[screen]["unknown_s"], screen


def test_a_screen_is_down_just_while_its_plays_are_lost_or_still_to_come(
    chen: Official, district: District
) -> None:
    plays, uptime = by_screen(chen, "delivery", DAYS[1]), by_screen(chen, "uptime", DAYS[1])
    names = {screen: name for name, screen in district.screens.items()}

    down = {names[screen] for screen, one in uptime.items() if one["down_s"]}
    lost = {names[screen] for screen, one in plays.items() if one["missing"] or one["excused"]}

    assert down == {*SILENT, WITHOUT_POWER}
    assert lost == {WITHOUT_POWER}
    assert uptime[district.screens[WITHOUT_POWER]]["down_s"] == HOUR_S - GRACE_S
    assert plays[district.screens[SILENT[0]]]["pending"] > 1000


def test_the_one_dark_screen_has_a_fault_that_somebody_sees_to(
    chen: Official, district: District
) -> None:
    (fault,) = chen.does("GET", "/incidents?state=open")["items"]

    assert fault["screen_id"] == district.screens[SILENT[0]]
    assert fault["order"]["firm"]


def test_an_order_to_all_is_carried_out_by_those_that_were_there(
    chen: Official, district: District
) -> None:
    outcomes = chen.does("GET", "/screens/bulk/B_1/screens?limit=100")["items"]
    states = {one["screen_id"]: one["state"] for one in outcomes}

    assert states[district.screens[SILENT[0]]] == "offline"
    assert [states[district.screens[name]] for name in ("门诊大厅", "前台")] == ["answered"] * 2
    for screen, state in states.items():
        sent = chen.does("GET", f"/screens/{screen}/commands")["items"]
        assert [one["state"] for one in sent if one["name"] == "reload"] == [state]


def test_rings_of_the_release_are_those_of_the_rule(chen: Official, district: District) -> None:
    district.admin.signs_in()
    newest = district.admin.does("GET", "/player-releases")["items"][0]
    first, second, _all = newest["rings"]
    total = len(district.players)

    assert newest["state"] == "halted"
    assert first["screens"] == first["total"] == first["updated"] == total // 4
    assert second["screens"] == first["total"] + second["total"] == 2 * (total // 4)
    assert (second["updated"], second["failed"]) == (second["total"] - 2, 2)


def test_screens_with_a_failed_release_lost_no_play_and_show_it(
    chen: Official, district: District
) -> None:
    district.admin.signs_in()
    newest = district.admin.does("GET", "/player-releases")["items"][0]["id"]
    failed = district.admin.does("GET", f"/player-releases/{newest}")["failed_screens"]
    plays = by_screen(chen, "delivery", DAYS[1])

    assert {one["reason"] for one in failed} == {"not_taken"}
    assert [plays[one["screen_id"]]["missing"] for one in failed] == [0, 0]


def test_units_have_somebody_to_call_and_screens_a_secure_address(
    chen: Official, district: District
) -> None:
    district.admin.signs_in()
    units = district.admin.does("GET", "/units?limit=100")["items"]
    address = district.admin.does("GET", "/settings")["address"]["public_url"]

    assert all(one["leader"] and one["contact"] for one in units)
    assert address.startswith("https://")


def test_doubtful_boots_have_plays_and_none_of_them_count(chen: Official) -> None:
    reasons = {one["reason"]: one for one in chen.does("GET", "/quarantine?limit=100")["items"]}

    assert {"clone_suspected", "unknown_manifest"} <= reasons.keys()


def test_venues_have_a_place_and_vehicles_a_line(chen: Official) -> None:
    venues = chen.does("GET", "/venues?limit=100")["items"]
    moving = [one for one in venues if one["kind"] in {"bus", "taxi"}]

    assert all(one["lat"] and one["territory_unit_id"] for one in venues if one not in moving)
    assert all(one["vehicle"] for one in moving)
    assert [one["line_id"] for one in moving if one["kind"] == "bus"] == ["n_1"]


def test_people_on_duty_are_notified_of_the_fault(chen: Official) -> None:
    assert [one["name"] for one in chen.does("GET", "/duty-shifts/now")["items"]] == ["林国栋"]
    (target,) = chen.does("GET", "/notification-targets")["items"]
    messages = chen.does("GET", f"/notification-targets/{target['id']}/messages")["items"]

    assert "127.0.0.1" not in str(target)
    assert {one["state"] for one in messages} == {"sent"}
    assert any("站台灯箱屏断联" in one["title"] for one in messages)
