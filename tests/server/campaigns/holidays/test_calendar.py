"""Holidays and make-up workdays: the national list, and what the district sets over it."""

from datetime import date

from server.campaigns.holidays.days import load
from tests.support.app.campaigns import Office, call
from tests.support.app.people import sign_in


def test_the_national_list_has_holidays_and_days_that_are_worked_instead(office: Office) -> None:
    days = office.author.client.get("/api/v1/calendar?year=2026").json["items"]

    kinds = {one["date"]: (one["kind"], one["source"]) for one in days}
    assert kinds["2026-10-01"] == ("holiday", "national")
    assert kinds["2026-10-10"] == ("workday", "national")
    assert "2026-10-12" not in kinds


def test_the_district_sets_a_day_and_takes_it_back(office: Office) -> None:
    admin = sign_in(office.world, "admin", over=1)
    core = office.world.core

    made = call(admin, "PUT", "/calendar/2026-12-01", kind="holiday", name="区运动会")
    with core.config.read() as session:
        set_ = load(session).is_workday(date(2026, 12, 1))
    gone = call(admin, "DELETE", "/calendar/2026-12-01")
    with core.config.read() as session:
        reset = load(session).is_workday(date(2026, 12, 1))

    assert (made.status_code, made.json["source"], gone.status_code) == (200, "district", 204)
    assert (set_, reset) == (False, True)


def test_a_national_holiday_can_be_made_an_ordinary_day(office: Office) -> None:
    admin = sign_in(office.world, "admin", over=1)

    call(admin, "PUT", "/calendar/2026-10-01", kind="ordinary")

    with office.world.core.config.read() as session:
        assert load(session).is_workday(date(2026, 10, 1))


def test_everyone_reads_it_and_only_administrators_change_it(office: Office) -> None:
    assert sign_in(office.world, "auditor").client.get("/api/v1/calendar").status_code == 200
    refused = call(office.author, "PUT", "/calendar/2026-12-01", kind="holiday")
    assert refused.status_code == 403


def test_an_invalid_date_is_missing(office: Office) -> None:
    admin = sign_in(office.world, "admin", over=1)

    assert call(admin, "PUT", "/calendar/2026-13-01", kind="holiday").status_code == 404
    assert office.world.visitor().get("/api/v1/calendar").status_code == 401
