"""Plays an hour before a campaign and since: on the same screens, measured, never made up."""

import csv
import io
from typing import Any

import openpyxl
import pytest
from sqlalchemy import update

from server.campaigns.models import CampaignVersion
from server.inventory.screens.models import Screen
from server.inventory.venues.models import Venue
from tests.support.app.clock import DAY_MS, HOUR_MS, START_MS
from tests.support.app.inventory import make_unit
from tests.support.app.people import sign_in, sign_in_again
from tests.support.app.world import World
from tests.support.plays.on_air import keep_house, put_on_air
from tests.support.plays.plays import make_programme
from tests.support.reporting.reports import remembering_nothing
from tests.support.reporting.rise_scenario import (
    BEFORE,
    MIDNIGHT,
    SINCE,
    District,
    make_rise,
    open_district,
)


@pytest.fixture
def district(world: World) -> District:
    return open_district(world)


def uplift_report(
    world: World, role: Any = "reviewer", unit: int | None = None, **query: str
) -> Any:
    client = sign_in(world, role, unit=unit).client
    answer = client.get("/api/v1/reports/uplift", query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json


@pytest.mark.slow
def test_plays_an_hour_rose_threefold(world: World, district: District) -> None:
    campaign = district.publish()
    make_rise(district, district.screen())

    (row,) = uplift_report(world)["items"]

    assert (row["campaign_id"], row["before"], row["since"], row["uplift"]) == (
        campaign,
        {"plays": 240, "hours": 4.0, "screens": 1, "per_hour": 60.0},
        {"plays": 360, "hours": 2.0, "screens": 1, "per_hour": 180.0},
        3.0,
    )
    assert row["own"]["per_hour"] == 120.0
    assert row["before_days"] == {"from": "2026-10-29", "to": "2026-11-25"}
    assert row["since_days"] == {"from": "2026-11-26", "to": "2026-11-26"}


@pytest.mark.slow
def test_without_plays_before_there_is_no_figure_and_never_a_zero(
    world: World, district: District
) -> None:
    district.publish()
    screen = district.screen()
    world.clock.forward(2 * DAY_MS)
    put_on_air(world, screen, SINCE, MIDNIGHT + 2 * DAY_MS)
    district.play(screen, SINCE, 2)

    (row,) = uplift_report(world)["items"]

    assert row["before"] == {"plays": 0, "hours": 0.0, "screens": 0, "per_hour": None}
    assert (row["uplift"], row["since"]["per_hour"]) == (None, None)
    assert row["all_screens"] == {"plays": 360, "hours": 2.0, "screens": 1, "per_hour": 180.0}


@pytest.mark.slow
def test_only_screens_that_were_bound_before_are_compared(world: World, district: District) -> None:
    district.publish()
    always, late = district.screen(), district.screen()
    put_on_air(world, late, SINCE, MIDNIGHT + 2 * DAY_MS)
    make_rise(district, always)
    district.play(late, SINCE, 2)

    (row,) = uplift_report(world)["items"]

    assert (row["before"]["screens"], row["since"]["screens"]) == (1, 1)
    assert row["uplift"] == 3.0
    assert row["all_screens"]["screens"] == 2


@pytest.mark.slow
def test_a_venues_own_content_is_no_publicity(world: World, district: District) -> None:
    district.publish()
    target = {"kind": "filler", "value": None}
    filler = district.office.publish(district.asset, target=target)
    own = make_programme(
        MIDNIGHT, lengths_s=(30, 30), campaigns=(0, 1), names=("k_9", filler), salt=2
    )
    screen = district.screen()
    put_on_air(world, screen, own, MIDNIGHT)
    put_on_air(world, screen, SINCE, MIDNIGHT + 2 * DAY_MS, version=2)
    district.play(screen, own, 0)
    district.play(screen, SINCE, 2)

    (row,) = uplift_report(world)["items"]

    assert (row["campaign_id"], row["before"]["plays"]) == ("k_1", 120)


@pytest.mark.slow
def test_hours_in_which_plays_may_still_come_in_count_for_nothing_yet(
    world: World, district: District
) -> None:
    district.publish()
    screen = district.screen()
    make_rise(district, screen)
    world.clock.forward(DAY_MS)

    (row,) = uplift_report(world)["items"]

    assert (row["since"]["hours"], row["uplift"]) == (2.0, 3.0)


@pytest.mark.slow
def test_hours_that_nobody_waits_for_any_more_count_as_hours_without_plays(
    world: World, district: District
) -> None:
    district.publish()
    screen = district.screen()
    make_rise(district, screen)
    world.clock.forward(32 * DAY_MS)
    keep_house(world)

    (row,) = uplift_report(world, to="2026-11-27")["items"]

    assert (row["since"]["plays"], row["since"]["hours"], row["uplift"]) == (360, 4.0, 1.5)


@pytest.mark.slow
def test_a_change_of_opening_hours_changes_no_figure_of_the_past(
    world: World, district: District
) -> None:
    district.publish()
    screen = district.screen()
    make_rise(district, screen)
    before = uplift_report(world)["items"]
    with world.core.config.write() as session:
        venue = session.get_one(Venue, screen.venue_id)
        venue.hours = {str(day): [["09:00", "10:00"], ["12:00", "22:00"]] for day in range(1, 8)}

    assert uplift_report(world)["items"] == before
    assert before[0]["uplift"] == 3.0


@pytest.mark.slow
def test_hours_are_those_of_the_plan_that_the_screen_had(world: World, district: District) -> None:
    district.publish()
    screen = district.screen()
    longer = make_programme(
        MIDNIGHT,
        lengths_s=(20, 20, 10, 10),
        campaigns=(0, 1, 1, -1),
        names=("k_9", "k_1"),
        hours=(9, 13),
    )
    put_on_air(world, screen, BEFORE, MIDNIGHT)
    put_on_air(world, screen, longer, MIDNIGHT + 2 * DAY_MS, version=2)
    district.play(screen, BEFORE, 0)
    district.play(screen, longer, 2)
    district.play(screen, longer, 3)

    (row,) = uplift_report(world)["items"]

    assert (row["since"]["plays"], row["since"]["hours"]) == (720, 6.0)
    assert row["uplift"] == 2.0


@pytest.mark.slow
def test_a_screen_that_was_retired_is_not_open_any_more(world: World, district: District) -> None:
    district.publish()
    screen = district.screen()
    make_rise(district, screen)
    with world.core.config.write() as session:
        session.get_one(Screen, screen.id).retired_at = START_MS + 2 * DAY_MS + HOUR_MS
    world.clock.forward(32 * DAY_MS)
    keep_house(world)

    (row,) = uplift_report(world, to="2026-11-26")["items"]

    assert row["since"]["hours"] == 1.0


@pytest.mark.slow
def test_a_revision_of_the_first_day_leaves_the_time_before(
    world: World, district: District
) -> None:
    campaign = district.publish()
    screen = district.screen()
    make_rise(district, screen)
    district.play(screen, SINCE, 3)
    before = uplift_report(world)["items"]

    district.office.revise(campaign, starts_on="2026-11-27")

    assert uplift_report(world)["items"] == before
    assert (before[0]["starts_on"], before[0]["uplift"]) == ("2026-11-26", 3.0)


@pytest.mark.slow
def test_a_campaign_that_was_revised_before_it_ran_begins_on_its_new_day(
    world: World, district: District
) -> None:
    campaign = district.publish(starts_on="2026-11-25")
    district.office.revise(campaign, starts_on="2026-11-26")
    make_rise(district, district.screen())

    (row,) = uplift_report(world)["items"]

    assert (row["starts_on"], row["before"]["plays"], row["uplift"]) == ("2026-11-26", 240, 3.0)


@pytest.mark.slow
def test_what_comes_in_late_is_counted(world: World, district: District) -> None:
    district.publish()
    screen = district.screen()
    make_rise(district, screen)
    before = uplift_report(world)["items"][0]["since"]
    district.play(screen, SINCE, 3)

    assert before["plays"] == 360
    assert uplift_report(world)["items"][0]["since"] == {
        "plays": 720, "hours": 4.0, "screens": 1, "per_hour": 180.0,
    }  # fmt: skip


@pytest.mark.slow
def test_days_after_a_campaign_was_taken_down_do_not_count(
    world: World, district: District
) -> None:
    district.publish()
    screen = district.screen()
    make_rise(district, screen)
    put_on_air(world, screen, BEFORE, MIDNIGHT + 3 * DAY_MS, version=3)
    district.play(screen, BEFORE, 3)

    (row,) = uplift_report(world)["items"]

    assert row["since_days"] == {"from": "2026-11-26", "to": "2026-11-26"}
    assert row["uplift"] == 3.0


@pytest.mark.slow
def test_each_kind_of_venue_has_its_own_figures(world: World, district: District) -> None:
    district.publish()
    bank, hall = district.screen("bank"), district.screen("government_hall")
    put_on_air(world, hall, SINCE, MIDNIGHT)
    make_rise(district, bank)
    district.play(hall, SINCE, 0)
    district.play(hall, SINCE, 2)

    (row,) = uplift_report(world)["items"]

    assert {one["venue_kind"]: one["uplift"] for one in row["venue_kinds"]} == {
        "bank": 3.0,
        "government_hall": 1.0,
    }
    assert row["before"]["screens"] == 2
    assert [one["name"] for one in row["venue_kinds"]] == ["银行网点", "政务服务大厅"]


@pytest.mark.slow
def test_days_limit_the_time_since_and_not_the_time_before(
    world: World, district: District
) -> None:
    district.publish()
    screen = district.screen()
    make_rise(district, screen)
    district.play(screen, SINCE, 3)

    (row,) = uplift_report(world, **{"from": "2026-11-27", "to": "2026-11-27"})["items"]

    assert (row["since"]["plays"], row["before"]["plays"]) == (360, 240)
    assert uplift_report(world, to="2026-11-25")["items"] == []


@pytest.mark.slow
def test_a_figure_by_hand_is_beside_the_measured_one(world: World, district: District) -> None:
    baseline = {"value": 45.0, "source": "三产服务科 10 月台账", "date": "2026-10-31"}
    district.publish(baseline=baseline)
    make_rise(district, district.screen())

    (row,) = uplift_report(world)["items"]

    assert row["reported"] == {**baseline, "uplift": 4.0}
    assert row["uplift"] == 3.0


@pytest.mark.slow
def test_a_figure_by_hand_of_nothing_makes_no_uplift(world: World, district: District) -> None:
    district.publish(baseline={"value": 0, "source": "未统计", "date": "2026-10-31"})
    make_rise(district, district.screen())

    assert uplift_report(world)["items"][0]["reported"]["uplift"] is None


def test_a_campaign_that_has_not_begun_has_no_days_yet(world: World, district: District) -> None:
    campaign = district.publish()

    (row,) = uplift_report(world, campaign_id=campaign)["items"]

    assert (row["since_days"], row["uplift"], row["venue_kinds"]) == (None, None, [])


@pytest.mark.slow
def test_a_street_sees_its_own_screens_and_no_others(world: World, district: District) -> None:
    here, elsewhere = make_unit(world, "城关街道"), make_unit(world, "开发区")
    campaign = district.publish()
    ours, theirs = district.screen(unit=here), district.screen()
    put_on_air(world, theirs, SINCE, MIDNIGHT)
    make_rise(district, ours)
    district.play(theirs, SINCE, 2)

    (row,) = uplift_report(world, "viewer", unit=here)["items"]
    stranger = sign_in(world, "viewer", unit=elsewhere).client
    foreign = stranger.get(f"/api/v1/reports/uplift?campaign_id={campaign}")
    missing = stranger.get("/api/v1/reports/uplift?campaign_id=k_999")

    assert row["all_screens"]["screens"] == 1
    assert uplift_report(world)["items"][0]["all_screens"]["screens"] == 2
    assert uplift_report(world, "viewer", unit=elsewhere)["items"] == []
    assert (foreign.status_code, foreign.json) == (404, missing.json)


@pytest.mark.slow
def test_a_contact_sees_his_own_venue_only(world: World, district: District) -> None:
    district.publish()
    contact = sign_in(world, "venue")
    mine, other = district.screen(contacts=(contact.user_id,)), district.screen()
    put_on_air(world, other, SINCE, MIDNIGHT)
    make_rise(district, mine)
    district.play(other, SINCE, 2)

    sign_in_again(world, contact)
    (row,) = contact.client.get("/api/v1/reports/uplift").json["items"]

    assert (row["all_screens"]["screens"], row["uplift"]) == (1, 3.0)


@pytest.mark.slow
def test_a_draft_has_nothing_to_compare(world: World, district: District) -> None:
    campaign = district.publish()
    with world.core.config.write() as session:
        session.execute(update(CampaignVersion).values(standing="draft"))

    assert uplift_report(world, campaign_id=campaign)["items"] == []


@pytest.mark.parametrize(
    "query",
    ["from=2026-11-20&to=2026-11-01", "from=2020-01-01&to=2026-01-01", "to=0001-01-01", "to=soon"],
)
def test_impossible_days_are_refused(world: World, query: str) -> None:
    answer = sign_in(world, "reviewer").client.get(f"/api/v1/reports/uplift?{query}")

    assert (answer.status_code, answer.json["code"]) == (422, "invalid")


@pytest.mark.slow
def test_the_csv_has_a_row_for_the_campaign_and_one_for_each_kind(
    world: World, district: District
) -> None:
    district.publish(baseline={"value": 45, "source": "=台账", "date": "2026-10-31"})
    make_rise(district, district.screen())
    answer = sign_in(world, "reviewer").client.get("/api/v1/reports/uplift.csv")

    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))

    named = dict(zip(rows[0], rows[1], strict=True))
    assert answer.headers["Content-Disposition"] == "attachment; filename=uplift-2026-11-26.csv"
    assert (named["点位类型"], named["为开始前的倍数"], named["人工填写来源"]) == (
        "全部",
        "3.00",
        "'=台账",
    )
    assert (rows[2][1], rows[2][-4:]) == ("银行网点", [""] * 4)
    assert rows[3][:2] == ["数据截至", "2026-11-26 12:00:00+08:00"]


@pytest.mark.slow
def test_a_workbook_has_real_numbers_and_leaves_out_unmeasured_ones(
    world: World, district: District
) -> None:
    district.publish()
    screen = district.screen()
    put_on_air(world, screen, SINCE, MIDNIGHT + 2 * DAY_MS)
    district.play(screen, SINCE, 2)
    data = sign_in(world, "reviewer").client.get("/api/v1/reports/uplift.xlsx?lang=en").data

    rows = list(openpyxl.load_workbook(io.BytesIO(data)).active.values)

    named = dict(zip(rows[0], rows[1], strict=True))
    assert (named["An hour before"], named["Times before"]) == (None, None)
    assert named["An hour on all"] == 180


@pytest.mark.slow
def test_what_changes_is_in_the_next_figure(world: World, district: District) -> None:
    district.publish()
    screens = [district.screen(), district.screen()]
    make_rise(district, screens[0])
    put_on_air(world, screens[1], BEFORE, MIDNIGHT)

    def late_plays() -> None:
        district.play(screens[1], BEFORE, 1)

    def another_plan() -> None:
        put_on_air(world, screens[1], SINCE, MIDNIGHT + 2 * DAY_MS, version=2)
        district.play(screens[1], SINCE, 2)

    def a_filler() -> None:
        with world.core.config.write() as session:
            session.execute(update(CampaignVersion).values(target_kind="filler"))

    found = uplift_report(world)
    for change in (another_plan, late_plays, a_filler):
        change()
        before, found = found, uplift_report(world)
        with remembering_nothing(world):
            assert uplift_report(world) == found, change.__name__
        assert found["items"] != before["items"], change.__name__
