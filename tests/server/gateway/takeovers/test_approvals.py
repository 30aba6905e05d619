"""A waiting takeover or urgent campaign: those on duty are notified, and approve by phone."""

from typing import Any

import pytest
from sqlalchemy import select

from server.accounts.models import User
from server.monitoring.notifications.models import Message
from tests.support.app.campaigns import EVERYWHERE, Office, bank, call, open_office, picture
from tests.support.app.people import sign_in
from tests.support.app.world import World

pytestmark = pytest.mark.slow
PHONE, HIDDEN = "13805221234", "138****1234"


@pytest.fixture
def office(world: World) -> Office:
    made = open_office(world)
    with world.core.config.write() as session:
        session.get_one(User, made.reviewer.user_id).phone = PHONE
    return made


def target(office: Office, **changes: Any) -> str:
    body = {"name": "值班群", "kind": "webhook", "url": "http://gateway.example/x", **changes}
    made = call(office.author, "POST", "/notification-targets", **{"unit_id": "u_1", **body})
    assert made.status_code == 201, made.json
    return str(made.json["id"])


def start(office: Office, **changes: Any) -> str:
    body = {"asset_id": picture(office), "selector": EVERYWHERE, "label": "预警", **changes}
    made = call(office.author, "POST", "/takeovers", **body)
    assert made.status_code == 201, made.json
    return str(made.json["id"])


def urgent(office: Office) -> str:
    body = {
        "asset_id": picture(office),
        "selector": EVERYWHERE,
        "every_s": 600,
        "until": "2026-11-24T12:00:00+08:00",
        "reason": "连发警情",
    }
    made = call(office.author, "POST", "/campaigns/urgent", **body)
    assert made.status_code == 201, made.json
    return str(made.json["id"])


def messages(office: Office) -> list[Message]:
    with office.world.core.config.read() as session:
        return list(session.scalars(select(Message).order_by(Message.id)))


def test_targets_are_notified_at_once_in_quiet_hours_too_and_once(office: Office) -> None:
    bank(office.world)
    call(office.author, "POST", "/duty-shifts", unit_id="u_1", days=[2],
         user_id=office.reviewer.public_id)  # fmt: skip
    quiet = {"from": "00:00", "until": "23:59"}
    target(office, quiet_hours=quiet)
    target(office, events=["raised"])
    target(office, unit_id=f"u_{office.stranger.unit_id}")

    takeover = start(office, reason="三起警情", drill=True)

    (message,) = messages(office)
    assert message.title == "【安屏】待审批：（演练）全屏插播“预警”"
    assert (message.kind, message.state) == ("approval", "waiting")
    assert "1 块显示屏，1 个点位" in message.text
    assert f"值班：reviewer2 {HIDDEN}" in message.text
    assert PHONE not in message.text
    page = office.author.client.get(f"/takeovers/{takeover}").text
    assert ("值班群" in page, f"tel:{PHONE}" in page, f"/approve/{takeover}" in page) == (True,) * 3


def test_an_urgent_campaign_is_announced_and_approved_by_the_same_page(office: Office) -> None:
    bank(office.world)
    target(office)

    campaign = urgent(office)

    assert "加急滚播" in messages(office)[0].title
    page = office.reviewer.client.get(f"/approve/{campaign}").text
    assert f"POST /api/v1/campaigns/{campaign}/approve" in page
    assert f"POST /api/v1/campaigns/{campaign}/reject" in page
    assert "1 块显示屏" in page


def test_the_link_is_kept_through_the_sign_in(office: Office) -> None:
    takeover = start(office)

    first = office.world.visitor().get(f"/approve/{takeover}")

    assert (first.status_code, first.location) == (303, f"/login?next=%2Fapprove%2F{takeover}")


def test_one_page_for_signers_authors_and_readers(office: Office) -> None:
    bank(office.world)
    takeover = start(office)
    viewer = sign_in(office.world, "viewer", over=1)
    button = f"POST /api/v1/takeovers/{takeover}/approve"

    may = office.reviewer.client.get(f"/approve/{takeover}").text
    own = office.author.client.get(f"/approve/{takeover}").text
    other = viewer.client.get(f"/approve/{takeover}").text
    foreign = office.stranger.client.get(f"/approve/{takeover}")
    missing = office.stranger.client.get("/approve/t_999")
    strange = office.reviewer.client.get("/approve/elsewhere")

    assert (button in may, button in own, button in other) == (True, False, False)
    assert (f"tel:{PHONE}" in own, PHONE in other, HIDDEN in other) == (True, False, True)
    assert (foreign.status_code, missing.status_code, strange.status_code) == (404, 404, 404)
    call(office.reviewer, "POST", f"/takeovers/{takeover}/approve")
    assert button not in office.reviewer.client.get(f"/approve/{takeover}").text
