"""Who may ask for an exemption, who may approve it, and until when."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.support.app.clock import DAY_MS
from tests.support.app.inventory import make_unit
from tests.support.app.people import give_role, sign_in
from tests.support.reporting.exemptions import Street

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.slow
def test_it_is_asked_for_by_one_and_approved_by_another(street: Street) -> None:
    asked = street.asks(note="整条街停电", file="供电公司停电通知〔2026〕12 号").json

    done = street.does(street.lin, "approve", asked["id"], opinion="属实").json

    assert (asked["id"], asked["state"], asked["screens"]) == ("f_1", "submitted", None)
    assert asked["from"] == "2026-11-24T09:30:00+08:00"
    assert asked["file"] == "供电公司停电通知〔2026〕12 号"
    assert (done["state"], done["screens"]) == ("approved", 1)
    assert [(one["verdict"], one["opinion"]) for one in done["reviews"]] == [("approved", "属实")]
    listed = street.chen.client.get("/api/v1/exemptions?state=approved").json["items"]
    assert [one["id"] for one in listed] == ["f_1"]
    assert street.chen.client.get("/api/v1/exemptions?state=submitted").json["items"] == []


@pytest.mark.slow
def test_who_asked_cant_approve(street: Street) -> None:
    both = sign_in(street.world, "publicity")
    give_role(street.world, both, "reviewer")
    exemption = street.asks(both).json["id"]

    own = street.does(both, "approve", exemption)

    assert (own.status_code, own.json["code"]) == (403, "two_person")
    assert street.does(street.chen, "approve", exemption).status_code == 403
    assert street.does(street.lin, "approve", exemption).json["state"] == "approved"


@pytest.mark.slow
def test_rejected_it_shows_the_reason_and_is_over(street: Street) -> None:
    exemption = street.asks().json["id"]

    answer = street.does(street.lin, "reject", exemption, reason="没有依据").json

    assert (answer["state"], answer["reviews"][0]["opinion"]) == ("rejected", "没有依据")
    assert street.does(street.lin, "approve", exemption).status_code == 409
    assert street.does(street.chen, "withdraw", exemption).status_code == 409


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"until": "2026-11-24T09:30:00+08:00"}, "/until"),
        ({"until": "2028-11-24T09:30:00+08:00"}, "/until"),
        ({"code": "weather"}, "/code"),
        ({"selector": {}}, "/selector"),
        ({"selector": {"venue_kinds": ["taxi"]}}, "/selector"),
        ({"selector": {"screen_ids": ["s_99"]}}, "/selector/screen_ids"),
        ({"from": "2026-11-24T09:30:00"}, "/from"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(
    street: Street, changes: dict[str, Any], pointer: str
) -> None:
    answer = street.asks(**changes)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == pointer
    assert street.chen.client.get("/api/v1/exemptions").json["items"] == []


@pytest.mark.slow
def test_once_the_month_is_frozen_nothing_changes_any_more(street: Street) -> None:
    approved, asked = street.approved(), street.asks().json["id"]
    frozen_at = datetime(2026, 12, 31, tzinfo=SHANGHAI)
    street.world.clock.at_ms = round(frozen_at.timestamp() * 1000) - DAY_MS
    last_day = sign_in(street.world, "publicity")
    assert street.asks(last_day).status_code == 201
    street.world.clock.forward(DAY_MS)
    chen, lin = sign_in(street.world, "publicity"), sign_in(street.world, "reviewer")

    late = [
        street.asks(chen),
        street.does(lin, "approve", asked),
        street.does(chen, "withdraw", approved),
    ]

    assert [(one.status_code, one.json["code"]) for one in late] == [(409, "frozen")] * 3
    assert street.does(chen, "withdraw", asked).json["state"] == "withdrawn"


@pytest.mark.slow
def test_nobody_requests_or_sees_exemptions_outside_his_scope(street: Street) -> None:
    exemption = street.approved()
    stranger = sign_in(street.world, "publicity", unit=make_unit(street.world))

    assert street.asks(stranger).json["errors"][0]["pointer"] == "/selector/screen_ids"
    assert stranger.client.get(f"/api/v1/exemptions/{exemption}").status_code == 404
    assert stranger.client.get("/api/v1/exemptions").json["items"] == []
    assert street.asks(sign_in(street.world, "viewer")).status_code == 403


@pytest.mark.slow
def test_an_auditor_reads_them_and_changes_none(street: Street) -> None:
    exemption = street.approved()
    auditor = sign_in(street.world, "auditor")

    listed = auditor.client.get("/api/v1/exemptions").json["items"]
    one = auditor.client.get(f"/api/v1/exemptions/{exemption}")

    assert [item["id"] for item in listed] == [exemption]
    assert (one.status_code, one.json["reviews"][0]["verdict"]) == (200, "approved")
    assert auditor.client.get(f"/settings/exemptions/{exemption}").status_code == 200
    acts = [street.does(auditor, act, exemption) for act in ("approve", "withdraw", "end")]
    assert [answer.status_code for answer in acts] == [403, 403, 403]


@pytest.mark.slow
def test_actions_are_in_the_audit_trail(street: Street) -> None:
    exemption = street.approved()
    street.does(street.chen, "withdraw", exemption)

    trail = street.lin.client.get("/api/v1/audit").json["items"]

    acts = [one["action"] for one in trail if one["object"] == exemption]
    assert acts == ["exemption.withdraw", "exemption.approve", "exemption.ask"]
