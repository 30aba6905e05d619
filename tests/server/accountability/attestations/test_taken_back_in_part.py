"""An approved attestation over a frozen month and open ones gives up its open days."""

from typing import Any

import pytest

from tests.support.app.clock import DAY_MS
from tests.support.app.people import Person, sign_in
from tests.support.reporting.coverage import Town, day, states
from tests.support.reporting.reports import report

PATH = "/api/v1/attestations"
SPAN = {"from": "2026-11-28", "to": "2026-12-05", "days": 8}


def ends(person: Person, attestation: str, **body: Any) -> Any:
    return person.client.post(f"{PATH}/{attestation}/end", json=body)


def attested(town: Town, first: str, last: str) -> bool:
    return states(report(town.reader(), "coverage", **{"from": first, "to": last})) == {
        "attested": 1
    }


def page_of(person: Person, attestation: str) -> str:
    return person.client.get(f"/attestations/{attestation}").text.partition("<header")[2]


@pytest.fixture
def mall(town: Town) -> str:
    venue = town.manual()
    town.becomes(14)
    return venue


def freezes_november(town: Town) -> Person:
    """It is the 1st of January; a person of the publicity office."""
    town.becomes(38)
    return sign_in(town.world, "publicity")


@pytest.mark.slow
def test_open_days_are_withdrawn_and_reported_again(town: Town, mall: str) -> None:
    attestation = town.approved(mall, **SPAN)
    chen = freezes_november(town)
    before = attested(town, "2026-12-01", "2026-12-05")

    whole = chen.client.delete(f"{PATH}/{attestation}")
    ended = ends(chen, attestation)
    again = town.attests(chen, mall, **{"from": "2026-12-01", "to": "2026-12-05", "days": 1})

    assert (whole.status_code, whole.json["code"]) == (409, "frozen")
    assert (ended.json["state"], ended.json["ended_on"]) == ("approved", "2026-11-30")
    assert (ended.json["to"], ended.json["days"]) == ("2026-12-05", 8)
    assert before
    assert not attested(town, "2026-12-01", "2026-12-05")
    assert attested(town, "2026-11-28", "2026-11-30")
    assert again.status_code == 201


@pytest.mark.slow
def test_the_frozen_days_keep_their_share(town: Town, mall: str) -> None:
    """6 of 8 days are 3/4 a day, under the threshold; as 6 of the 3 that are left it were over."""
    attestation = town.approved(mall, **{**SPAN, "days": 6})
    chen = freezes_november(town)
    before = report(town.reader(), "coverage", **{"from": "2026-11-28", "to": "2026-11-30"})

    assert ends(chen, attestation).status_code == 200

    after = report(town.reader(), "coverage", **{"from": "2026-11-28", "to": "2026-11-30"})
    assert after["totals"] == before["totals"]
    assert states(after) == {"unattested": 1}


@pytest.mark.slow
def test_it_may_end_on_any_open_day_of_it_and_on_no_frozen_one(town: Town, mall: str) -> None:
    attestation = town.approved(mall, **SPAN)
    chen = freezes_november(town)

    frozen = ends(chen, attestation, to="2026-11-29")
    outside = [
        ends(chen, attestation, to=one) for one in ("2026-12-05", "2027-01-01", "2026-11-01")
    ]
    partly = ends(chen, attestation, to="2026-12-02")
    longer = ends(chen, attestation, to="2026-12-03")

    assert (frozen.status_code, frozen.json["code"]) == (409, "frozen")
    assert [one.json["errors"][0]["pointer"] for one in (*outside, longer)] == ["/to"] * 4
    assert partly.json["ended_on"] == "2026-12-02"


@pytest.mark.slow
def test_waiting_and_wholly_frozen_reports_have_no_part_to_withdraw(town: Town, mall: str) -> None:
    approved = town.approved(mall)
    waiting = town.attests(sign_in(town.world, "publicity"), mall, **SPAN).json["id"]
    chen = freezes_november(town)

    refused = [ends(chen, one) for one in (approved, waiting)]

    assert [one.status_code for one in refused] == [409, 409]
    assert refused[0].json["code"] == "frozen"


@pytest.mark.slow
def test_who_may_not_withdraw_it_may_not_end_it(town: Town, mall: str) -> None:
    attestation = town.approved(mall, **SPAN)
    freezes_november(town)

    assert ends(sign_in(town.world, "reviewer"), attestation).status_code == 403
    assert ends(sign_in(town.world, "venue"), attestation).status_code == 404


@pytest.mark.slow
def test_the_button_is_there_while_it_does_something(town: Town, mall: str) -> None:
    attestation, old = town.approved(mall, **SPAN), town.approved(mall)
    fresh = sign_in(town.world, "publicity")
    whole, part = f"DELETE {PATH}/{attestation}", f"POST {PATH}/{attestation}/end"
    early = page_of(fresh, attestation)
    chen = freezes_november(town)
    middle, all_frozen = page_of(chen, attestation), page_of(chen, old)
    ends(chen, attestation)
    late = page_of(chen, attestation)

    assert [name in early for name in (whole, part)] == [True, False]
    assert [name in middle for name in (whole, part)] == [False, True]
    assert "data-api" not in all_frozen + late
    assert "只计到 2026-11-30" in late
    assert "只计到 2026-11-30" in chen.client.get("/attestations").text


@pytest.mark.slow
def test_the_next_report_begins_where_it_ended(town: Town, mall: str) -> None:
    attestation = town.approved(mall, **SPAN)
    chen = freezes_november(town)
    ends(chen, attestation)

    page = chen.client.get(f"/attestations/new?venue_id={mall}").text

    assert 'name="from" type="date" value="2026-12-01"' in page


@pytest.mark.slow
def test_it_is_in_the_audit_trail_and_an_old_reading_ends_nothing(town: Town, mall: str) -> None:
    attestation = town.approved(mall, **SPAN)
    chen = freezes_november(town)
    tag = chen.client.get(f"{PATH}/{attestation}").headers["ETag"]
    body, headers = {"to": "2026-12-02"}, {"If-Match": tag}

    answers = [
        chen.client.post(f"{PATH}/{attestation}/end", json=body, headers=headers) for _ in range(2)
    ]

    assert [one.status_code for one in answers] == [200, 412]
    newest = sign_in(town.world, "reviewer").client.get("/api/v1/audit").json["items"][0]
    assert (newest["action"], newest["object"]) == ("attestation.end", attestation)
    assert newest["detail"] == {"before": "2026-12-05", "to": "2026-12-02"}


@pytest.mark.slow
def test_a_frozen_one_may_only_be_rejected(town: Town, mall: str) -> None:
    author = sign_in(town.world, "publicity")
    waiting = town.attests(author, mall).json["id"]
    town.shows(author, waiting)
    town.world.clock.forward(60 * DAY_MS)
    lin = sign_in(town.world, "reviewer")

    page = page_of(lin, waiting)
    approved = lin.client.post(f"{PATH}/{waiting}/approve", json={})
    rejected = lin.client.post(f"{PATH}/{waiting}/reject", json={"reason": "过期"})

    assert f"{waiting}/approve" not in page
    assert f"{waiting}/reject" in page
    assert "只能退回" in page
    assert (approved.status_code, approved.json["code"]) == (409, "frozen")
    assert rejected.json["state"] == "rejected"
    assert f"/attestations/{waiting}" not in lin.client.get("/").text


@pytest.mark.slow
def test_after_a_long_gap_the_form_begins_with_the_first_open_month(town: Town) -> None:
    venue = town.manual()
    town.becomes(5)
    town.attests(sign_in(town.world, "publicity"), venue, to=day(1), days=2)
    town.becomes(95)  # the 27th of February
    chen = sign_in(town.world, "publicity")

    page = chen.client.get(f"/attestations/new?venue_id={venue}").text

    assert 'name="from" type="date" value="2027-01-01"' in page
    assert 'name="to" type="date" value="2027-02-26"' in page
    offered = {"from": "2027-01-01", "to": "2027-02-26"}
    assert town.attests(chen, venue, **offered).status_code == 201
