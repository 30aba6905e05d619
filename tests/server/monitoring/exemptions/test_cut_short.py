"""An approved exemption ends early: the bus came back, or its first month is frozen by now."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.support.app.clock import DAY_MS, MINUTE_MS
from tests.support.app.people import sign_in
from tests.support.reporting.exemptions import Street, page_of
from tests.support.reporting.reports import report

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONG = {"from": "2026-11-24T09:30:00+08:00", "until": "2027-02-01T00:00:00+08:00"}


@pytest.mark.slow
def test_from_then_on_plays_are_due_again(street: Street) -> None:
    exemption = street.approved()

    ended = street.does(street.chen, "end", exemption, until="2026-11-24T09:45:00+08:00").json

    assert (ended["state"], ended["screens"]) == ("approved", 1)
    assert ended["until"] == "2026-11-24T09:45:00+08:00"
    assert report(street.lin.client)["totals"]["excused"] == 60


def test_without_a_time_it_ends_now(street: Street) -> None:
    exemption = street.approved(**LONG)
    street.world.clock.forward(10 * MINUTE_MS)

    ended = street.does(street.chen, "end", exemption).json

    assert ended["until"] == "2026-11-24T10:10:00+08:00"


@pytest.mark.slow
@pytest.mark.parametrize(
    "until",
    ["2026-11-24T09:30:00+08:00", "2026-11-24T09:00:00+08:00", "2027-02-01T00:00:00+08:00",
     "2027-03-01T00:00:00+08:00"],
)  # fmt: skip
def test_it_is_only_ever_made_shorter(street: Street, until: str) -> None:
    exemption = street.approved(**LONG)

    answer = street.does(street.chen, "end", exemption, until=until)

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/until")
    found = street.chen.client.get(f"/api/v1/exemptions/{exemption}").json
    assert found["until"] == LONG["until"]


def test_what_waits_is_taken_back_instead(street: Street) -> None:
    exemption = street.asks(**LONG).json["id"]

    answer = street.does(street.chen, "end", exemption, until="2026-12-01T00:00:00+08:00")

    assert answer.status_code == 409
    assert "撤回" in answer.json["detail"]


@pytest.mark.slow
def test_one_over_months_ends_after_the_first_of_them_is_frozen(street: Street) -> None:
    exemption = street.approved(**LONG)
    street.world.clock.at_ms = round(datetime(2027, 1, 10, tzinfo=SHANGHAI).timestamp() * 1000)
    chen, lin = sign_in(street.world, "publicity"), sign_in(street.world, "reviewer")
    november = report(lin.client, **{"from": "2026-11-24", "to": "2026-11-30"})["totals"]
    page = page_of(chen, f"/settings/exemptions/{exemption}")

    taken_back = street.does(chen, "withdraw", exemption)
    into_november = street.does(chen, "end", exemption, until="2026-11-30T23:59:00+08:00")
    ended = street.does(chen, "end", exemption, until="2026-12-01T00:00:00+08:00")

    assert (taken_back.status_code, taken_back.json["code"]) == (409, "frozen")
    assert (into_november.status_code, into_november.json["code"]) == (409, "frozen")
    assert ended.json["until"] == "2026-12-01T00:00:00+08:00"
    after = report(lin.client, **{"from": "2026-11-24", "to": "2026-11-30"})["totals"]
    assert november["excused"] == after["excused"] > 0
    december = report(lin.client, **{"from": "2026-12-01", "to": "2026-12-05"})["totals"]
    assert december["excused"] == 0
    assert f'data-api="POST /api/v1/exemptions/{exemption}/end"' in page
    assert f'data-api="DELETE /api/v1/exemptions/{exemption}"' not in page


@pytest.mark.slow
def test_once_all_of_it_is_frozen_nothing_is_left_to_end(street: Street) -> None:
    exemption = street.approved()
    street.world.clock.forward(60 * DAY_MS)
    chen = sign_in(street.world, "publicity")

    answer = street.does(chen, "end", exemption, until="2026-11-24T09:45:00+08:00")

    assert (answer.status_code, answer.json["code"]) == (409, "frozen")
    page = page_of(chen, f"/settings/exemptions/{exemption}")
    assert "data-api" not in page


@pytest.mark.slow
def test_it_is_in_the_audit_trail_with_both_ends(street: Street) -> None:
    exemption = street.approved(**LONG)
    street.does(street.chen, "end", exemption, until="2026-12-01T00:00:00+08:00")

    newest = street.lin.client.get("/api/v1/audit").json["items"][0]

    assert (newest["action"], newest["object"]) == ("exemption.end", exemption)
    ends = [datetime.fromtimestamp(newest["detail"][name] / 1000, SHANGHAI)
            for name in ("before", "until")]  # fmt: skip
    assert [end.date().isoformat() for end in ends] == ["2027-02-01", "2026-12-01"]


@pytest.mark.slow
def test_a_verdict_on_the_version_before_it_was_cut_short_is_refused(street: Street) -> None:
    exemption = street.approved(**LONG)
    client, path = street.chen.client, f"/api/v1/exemptions/{exemption}"
    tag = client.get(path).headers["ETag"]
    body = {"until": "2026-12-01T00:00:00+08:00"}

    first = client.post(f"{path}/end", json=body, headers={"If-Match": tag})
    again = client.post(f"{path}/end", json=body, headers={"If-Match": tag})

    assert (first.status_code, again.status_code) == (200, 412)


@pytest.mark.slow
def test_the_page_of_the_trail_calls_it_by_its_reason_and_screens(street: Street) -> None:
    street.asks()

    page = sign_in(street.world, "admin").client.get("/settings/audit").text
    row = page.partition("<tbody>")[2].partition("</tr>")[0]

    assert re.search(r"申请了免考核“<a [^>]+>停电 [^<]+ 前台</a>”", row), row
