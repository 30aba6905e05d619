"""The uptime report: seconds are added by any grouping, and nothing of others' is seen."""

import csv
import io
from collections.abc import Sequence
from typing import Any, get_args

import pytest
from flask.testing import FlaskClient

from server.inventory.venues.models import Line, Venue
from server.monitoring.availability.packed_records import DAYS as DAYS_OF_A_BLOCK
from server.reporting.uptime.service import UptimeGroup
from server.reporting.uptime.sums import FoldedDaysReader
from tests.support.app.inventory import make_screen, make_unit, make_venue, root_unit
from tests.support.app.people import Person, sign_in, sign_in_again
from tests.support.app.world import World
from tests.support.monitoring.heartbeats import ContactHistory, at

pytestmark = pytest.mark.slow
PATH = "/api/v1/reports/uptime"
H = 3600
DAYS = {"from": "2026-11-24", "to": "2026-11-24"}


class Town:
    """A street with a shop and a kiosk, a depot with a bus; the 24th is over."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.history = ContactHistory(world)
        self.street, self.depot = make_unit(world, "城关街道"), make_unit(world, "公交公司")
        with world.core.config.write() as session:
            line = Line(unit_id=self.depot, name="1 路", created_at=0)
            session.add(line)
            session.flush()
            self.line = line.id
        self.shop = self.screen("shop", "09:00", "17:00", self.street)
        self.kiosk = self.screen("other", "10:00", "12:00", self.street)
        self.bus = self.screen("bus", "06:00", "20:00", self.depot, line_id=self.line)
        self.history.we_were_up("23 00:00", "24 06:00")
        self.history.beats(self.shop, "24 09:00", "24 17:00")
        self.history.beats(self.bus, "24 06:00", "24 07:00")
        self.history.shows(self.shop, "24 09:00", "24 16:00")
        self.history.reports_all_until(self.shop, "24 23:00")
        self.history.reports_all_until(self.kiosk, "24 23:00")
        self.history.we_are_up_until("25 00:30")
        self.viewer = sign_in(world, "viewer")

    def screen(self, kind: str, opens: str, closes: str, unit: int, **fields: Any) -> int:
        hours = {str(day): [[opens, closes]] for day in range(1, 8)}
        venue = make_venue(
            self.world,
            kind=kind,
            name=kind,
            unit=unit,
            territory_unit_id=unit,
            hours=hours,
            **fields,
        )
        enrolled_ms = at("23 00:00") * 1000
        return make_screen(self.world, venue=venue, name="屏", enrolled_at=enrolled_ms).id


@pytest.fixture
def town(world: World) -> Town:
    return Town(world)


def report(client: FlaskClient, **query: Any) -> Any:
    answer = client.get(PATH, query_string=DAYS | query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Server-Timing"].startswith("total;dur=")
    return answer.json


def test_a_groups_figure_adds_seconds_and_averages_nothing(town: Town) -> None:
    items = report(town.viewer.client)["items"]

    street, depot = items
    # 8 of 8 h and 0 of 2 h
    assert street["unit_id"] == f"u_{town.street}"
    assert (street["monitored_s"], street["up_s"], street["down_s"]) == (10 * H, 8 * H, 2 * H)
    assert street["uptime_pct"] == 80.0
    # an hour and six hours of grace, of 14
    assert (depot["name"], depot["up_s"], depot["uptime_pct"]) == ("公交公司", 7 * H, 50.0)


def test_display_uptime_is_a_range_until_the_log_is_complete(town: Town) -> None:
    street, depot = report(town.viewer.client)["items"]

    # 7 of 10 h proven; of the bus nothing is reported yet
    assert (street["display_low_pct"], street["display_high_pct"]) == (70.0, 70.0)
    assert (depot["display_low_pct"], depot["display_high_pct"]) == (0.0, 100.0)
    assert (street["freshness_pct"], street["running_pct"]) == (100.0, 80.0)


def test_figures_of_the_screens_are_beside_the_mean(town: Town) -> None:
    totals = report(town.viewer.client)["totals"]

    # 100 %, 0 %, 50 %
    assert (totals["meets_target_pct"], totals["median_pct"], totals["p10_pct"]) == (33.33, 50.0, 0)


@pytest.mark.parametrize("group", get_args(UptimeGroup))
def test_every_grouping_adds_up_to_the_same_totals(town: Town, group: str) -> None:
    found = report(town.viewer.client, group_by=group)

    assert found["totals"] == report(town.viewer.client)["totals"]
    for name in ("monitored_s", "up_s", "down_s", "unknown_s", "excused_s"):
        assert sum(row[name] for row in found["items"]) == found["totals"][name]
    assert found["totals"]["monitored_s"] == 24 * H


def test_hours_are_separate(town: Town) -> None:
    items = report(town.viewer.client, group_by="hour")["items"]

    # the bus runs from six, is up until 13:00 (its grace); the kiosk is dark from ten to twelve
    figures = {row["hour"][11:13]: (row["monitored_s"], row["up_s"]) for row in items}
    assert figures["06"] == (H, H)
    assert figures["10"] == (3 * H, 2 * H)
    assert figures["13"] == (2 * H, H)
    assert (min(figures), max(figures)) == ("06", "19")


def test_days_of_years_are_added_up_a_month_at_a_time(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The figures of single screens of all days at once take gigabytes."""
    asked: list[Sequence[int]] = []
    add_up = FoldedDaysReader._added_by_day

    def noted(reading: FoldedDaysReader, block: int, wanted: Sequence[int]) -> Any:
        asked.append(wanted)
        return add_up(reading, block, wanted)

    monkeypatch.setattr(FoldedDaysReader, "_added_by_day", noted)
    found = report(town.viewer.client, **{"from": "2025-11-01", "group_by": "day"})

    assert sum(map(len, asked)) == 389
    assert max(map(len, asked)) <= DAYS_OF_A_BLOCK
    assert [row["day"] for row in found["items"]] == ["2026-11-23", "2026-11-24"]


def test_several_days_are_added(town: Town) -> None:
    found = report(town.viewer.client, **{"from": "2026-11-23", "group_by": "day"})

    assert [row["day"] for row in found["items"]] == ["2026-11-23", "2026-11-24"]
    assert [row["monitored_s"] for row in found["items"]] == [24 * H, 24 * H]
    assert found["totals"]["up_s"] == 15 * H


def test_today_is_shown_as_of_now(town: Town) -> None:
    town.history.we_are_up_until("25 07:30")
    sign_in_again(town.world, town.viewer)

    found = report(town.viewer.client, **{"from": "2026-11-25", "to": "2026-11-25"})

    assert found["as_of"] == "2026-11-25T07:30:00+08:00"
    # The bus alone is in service.
    assert (found["totals"]["monitored_s"], found["totals"]["unknown_s"]) == (1.5 * H, 22.5 * H)


def test_within_a_minute_today_is_not_worked_out_again(town: Town) -> None:
    report(town.viewer.client)
    town.history.we_are_up_until("25 00:30:59")

    assert report(town.viewer.client)["as_of"] == "2026-11-25T00:30:00+08:00"
    town.history.we_are_up_until("25 00:31")
    assert report(town.viewer.client)["as_of"] == "2026-11-25T00:31:00+08:00"


def test_what_comes_late_is_in_the_next_report(town: Town) -> None:
    before = report(town.viewer.client, screen_id=f"s_{town.bus}")["totals"]
    town.history.shows(town.bus, "24 06:00", "24 20:00")
    town.history.we_are_up_until("25 00:32")
    after = report(town.viewer.client, screen_id=f"s_{town.bus}")["totals"]

    assert (before["display_low_pct"], before["running_pct"]) == (0.0, 50.0)
    assert (after["display_low_pct"], after["running_pct"]) == (100.0, 100.0)


def test_before_anything_was_watched_there_are_no_figures(world: World) -> None:
    make_screen(world)

    found = report(sign_in(world, "viewer").client)

    assert (found["as_of"], found["items"]) == (None, [])
    assert found["totals"]["uptime_pct"] is None


@pytest.mark.parametrize(
    ("name", "hours"),
    [("unit", 10), ("territory", 10), ("venue", 8), ("screen", 8), ("line", 14)],
)
def test_filters_narrow_it(town: Town, name: str, hours: int) -> None:
    public = {
        "unit": f"u_{town.street}",
        "territory": f"u_{town.street}",
        "venue": "v_1",
        "screen": f"s_{town.shop}",
        "line": f"n_{town.line}",
    }[name]

    found = report(town.viewer.client, **{f"{name}_id": public})

    assert found["totals"]["monitored_s"] == hours * H


def test_venue_kinds_are_filtered_by_name(town: Town) -> None:
    assert report(town.viewer.client, venue_kind="bus")["totals"]["monitored_s"] == 14 * H


def test_others_figures_are_not_seen_nor_asked_for(town: Town) -> None:
    officer = sign_in(town.world, "transport", town.depot)

    assert [row["name"] for row in report(officer.client)["items"]] == ["公交公司"]
    for name, public in (("unit_id", f"u_{town.street}"), ("screen_id", f"s_{town.shop}")):
        answer = officer.client.get(PATH, query_string=DAYS | {name: public})
        assert answer.status_code == 404


def moves(town: Town, screen: int, venue: str) -> None:
    """At noon of the 25th a screen is put elsewhere; it is past midnight now."""
    report(town.viewer.client)
    admin = _admin(town)
    town.history.we_are_up_until("25 12:00")
    for person in (admin, town.viewer):
        sign_in_again(town.world, person)
    admin.client.patch(f"/api/v1/screens/s_{screen}", json={"venue_id": venue})
    report(town.viewer.client)
    town.history.we_are_up_until("26 00:30")
    sign_in_again(town.world, town.viewer)


def test_a_days_figures_belong_to_the_screens_place_at_its_end(town: Town) -> None:
    moves(town, town.shop, "v_3")

    found = report(town.viewer.client, **{"to": "2026-11-25", "group_by": "venue"})

    hours = {row["venue_id"]: row["monitored_s"] // H for row in found["items"]}
    # On the 25th it was a bus's.
    assert hours == {"v_1": 8, "v_2": 4, "v_3": 14 + 14 + 14}


def test_a_screen_with_two_placements_in_a_unit_is_one_screen_of_it(town: Town) -> None:
    moves(town, town.shop, "v_2")

    found = report(town.viewer.client, **{"to": "2026-11-25", "unit_id": f"u_{town.street}"})

    # 8 of 8 h, then 0 of the kiosk's 2 h; the kiosk 0 of 4 h
    (street,) = found["items"]
    assert (street["median_pct"], street["p10_pct"]) == (40.0, 0)
    assert found["totals"] == {name: street[name] for name in found["totals"]}


def test_a_screen_is_named_by_its_venue_of_that_time_not_by_anothers(town: Town) -> None:
    moves(town, town.shop, "v_3")
    officer = sign_in(town.world, "viewer", town.street)
    query = DAYS | {"to": "2026-11-25", "group_by": "screen"}

    shown, file = (
        officer.client.get(f"{PATH}{suffix}", query_string=query) for suffix in ("", ".csv")
    )

    assert [row["name"] for row in shown.json["items"]] == ["shop 屏", "other 屏"]
    assert "shop 屏" in file.text
    assert "bus" not in file.text


def test_a_reader_of_a_vehicle_may_query_its_line_of_any_unit(town: Town) -> None:
    with town.world.core.config.write() as session:
        session.get_one(Line, town.line).unit_id = town.street
    officer = sign_in(town.world, "viewer", town.depot)
    stranger = sign_in(town.world, "viewer", make_unit(town.world, "别的公司"))

    found = report(officer.client, line_id=f"n_{town.line}")

    assert found["totals"]["monitored_s"] == 14 * H
    for path in (PATH, "/api/v1/reports/delivery", "/api/v1/spot-checks/statistic"):
        options = {"query_string": DAYS | {"line_id": f"n_{town.line}"}}
        assert officer.client.get(path, **options).status_code == 200
        assert stranger.client.get(path, **options).status_code == 404


def test_a_depot_or_vehicles_alone_can_be_asked_for(town: Town) -> None:
    with town.world.core.config.write() as session:
        session.get_one(Venue, 3).depot = "东站"

    assert report(town.viewer.client, depot="东站")["totals"]["monitored_s"] == 14 * H
    assert report(town.viewer.client, vehicles="true")["totals"]["monitored_s"] == 14 * H
    assert report(town.viewer.client, depot="西站")["totals"]["monitored_s"] == 0


@pytest.mark.parametrize("group", ["screen", "venue"])
def test_files_of_places_have_line_depot_state_and_last_contact(town: Town, group: str) -> None:
    with town.world.core.config.write() as session:
        session.get_one(Venue, 3).depot = "东站"
    query = DAYS | {"group_by": group}

    answer = town.viewer.client.get(f"{PATH}.csv", query_string=query)
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))

    assert rows[0][1:6] == ["线路", "场站", "状态（现在）", "最近联系", "可监测时长（小时）"]
    assert rows[3][1:5] == ["1 路", "东站", "非运营时段", "2026-11-24 07:00"]
    assert rows[2][1:5] == ["", "", "非运营时段", ""]
    assert rows[4][:5] == ["合计", "", "", "", ""]


def test_files_have_hours_and_percentages_and_explain_unknown(town: Town) -> None:
    answer = town.viewer.client.get(f"{PATH}.csv", query_string=DAYS)
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))

    assert rows[0][:4] == ["责任单位", "可监测时长（小时）", "在线时长（小时）", "中断时长（小时）"]
    assert rows[1][:4] == ["城关街道", "10.0", "8.0", "2.0"]
    assert rows[1][6] == "80.00%"
    assert rows[3][0] == "合计"
    assert any("无法判定" in cell for row in rows for cell in row)
    assert town.viewer.client.get(f"{PATH}.xlsx", query_string=DAYS).data[:2] == b"PK"


def test_days_in_the_wrong_order_are_refused(town: Town) -> None:
    answer = town.viewer.client.get(PATH, query_string={"from": "2026-11-25", "to": "2026-11-24"})

    assert answer.status_code == 422


def _admin(town: Town) -> Person:
    return sign_in(town.world, "admin", root_unit(town.world))
