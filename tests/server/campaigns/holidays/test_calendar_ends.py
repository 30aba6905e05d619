"""Holidays are known until some day: people who order or sign beyond it get a notice."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from tests.support.app.campaigns import Office, act, bank, call, draft, live
from tests.support.app.people import sign_in

WORKDAYS = [{"days": [1, 2, 3, 4, 5], "from": "09:00", "to": "17:00", "calendar": "workdays"}]
HOLIDAYS = [{"days": [6, 7], "from": "09:00", "to": "17:00", "calendar": "holidays"}]
ANY_DAY = [{"days": [1, 2, 3, 4, 5], "from": "09:00", "to": "17:00"}]


def warnings(office: Office, campaign_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = act(office.author, campaign_id, "check").json["warnings"]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("dayparts", [WORKDAYS, HOLIDAYS])
def test_one_that_goes_by_the_calendar_beyond_its_end_is_warned_of(
    office: Office, dayparts: Any
) -> None:
    bank(office.world)

    found = warnings(office, draft(office, ends_on="2027-01-01", dayparts=dayparts))

    assert [one["code"] for one in found] == ["calendar_ends"]
    assert found[0]["known_until"] == "2026-12-31"
    assert found[0]["href"] == "/settings/calendar?year=2027"
    assert "2026-12-31" in found[0]["detail"]
    assert "设置 → 节假日" in found[0]["detail"]


@pytest.mark.parametrize(
    ("ends_on", "dayparts"),
    [("2026-12-31", WORKDAYS), ("2028-01-01", ANY_DAY), ("2028-01-01", [])],
)
def test_others_are_not(office: Office, ends_on: str, dayparts: Any) -> None:
    bank(office.world)

    assert warnings(office, draft(office, ends_on=ends_on, dayparts=dayparts)) == []


@pytest.mark.slow
def test_a_form_is_warned_before_it_is_saved_in_the_readers_language(office: Office) -> None:
    bank(office.world)
    saved = draft(office, ends_on="2027-06-30", dayparts=WORKDAYS)
    body = office.author.client.get(f"/api/v1/campaigns/{saved}").json
    names = ("name", "playlist_id", "starts_on", "ends_on", "dayparts", "target", "selector")
    form = {name: body[name] for name in names}

    answer = office.author.client.post(
        "/api/v1/campaigns/check", json=form, headers={"Accept-Language": "en"}
    )

    assert "known until 2026-12-31" in answer.json["warnings"][0]["detail"]


@pytest.mark.slow
def test_the_campaigns_page_shows_it_in_both_languages(office: Office) -> None:
    campaign_id = live(office, ends_on="2027-06-30", dayparts=WORKDAYS)

    page = office.author.client.get(f"/campaigns/{campaign_id}").text
    english = office.author.client.get(f"/campaigns/{campaign_id}?lang=en").text

    assert "节假日安排只录入到 2026-12-31" in page
    assert '<a href="/settings/calendar?year=2027">' in page
    assert "these are known until 2026-12-31" in english
    assert "09:00–17:00，仅工作日（含调休上班）" in page
    assert "09:00–17:00, Workdays only (make-up days too)" in english


@pytest.mark.slow
def test_a_single_day_makes_no_year_complete_but_all_free_days_do(office: Office) -> None:
    bank(office.world)
    admin = sign_in(office.world, "admin", over=1)
    campaign_id = draft(office, ends_on="2027-06-30", dayparts=WORKDAYS)

    call(admin, "PUT", "/calendar/2027-01-01", kind="holiday", name="元旦")
    one = warnings(office, campaign_id)
    for number in range(1, 11):
        day = date(2027, 2, 5) + timedelta(days=number)
        call(admin, "PUT", f"/calendar/{day}", kind="holiday", name="春节")

    assert len(one) == 1
    assert warnings(office, campaign_id) == []


@pytest.mark.slow
def test_the_page_of_a_year_shows_its_days_and_lets_administrators_set_them(
    office: Office,
) -> None:
    admin = sign_in(office.world, "admin", over=1)
    call(admin, "PUT", "/calendar/2026-12-12", kind="workday", name="迎检")

    read = office.stranger.client.get("/settings/calendar?year=2026").text
    chosen = admin.client.get("/settings/calendar?day=2026-12-12").text
    unknown = admin.client.get("/settings/calendar?year=2027").text

    assert "国庆节" in read
    assert "迎检" in read
    assert 'data-api="PUT' not in read
    assert 'data-api="PUT /api/v1/calendar/2026-12-12"' in chosen
    assert 'data-api="DELETE /api/v1/calendar/2026-12-12"' in chosen
    assert re.findall(
        r'href="/settings/calendar[?]day=([0-9-]+)"[^>]* aria-current="true"', chosen
    ) == ["2026-12-12"]
    assert chosen.count(" chosen") == 1
    assert read.count(" weekend") > 80
    assert " chosen" not in read
    assert "这一年的放假安排尚未录入" in unknown
    assert "这一年没有录入放假或调休的日子" in unknown
    assert "这一年的放假安排尚未录入" not in read


@pytest.mark.parametrize("query", ["year=abc", "year=1234567", "day=2026-02-30", "day=1900-01-01"])
def test_an_invalid_year_or_day_shows_this_year(office: Office, query: str) -> None:
    answer = office.author.client.get(f"/settings/calendar?{query}")

    assert answer.status_code == 200
    assert "节假日 2026" in answer.text
