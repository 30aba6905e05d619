"""While a takeover or a stop is on screens that a person may see, every page of his shows it."""

import re

import pytest

from server.campaigns.overrides.acknowledgements import note_receipt
from server.foundation.durations import MINUTE_MS
from server.monitoring.incidents.models import Incident
from tests.support.app.campaigns import EVERYWHERE, Office, bank, call, open_office, picture
from tests.support.app.console_sockets import OpenPage, notify_pages
from tests.support.app.inventory import BoundScreen, make_unit
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.browser.page_inventory import statements

pytestmark = pytest.mark.slow
PAGES = ("/", "/screens", "/campaigns", "/reports", "/settings", "/no-such-page")


@pytest.fixture
def office(world: World) -> Office:
    return open_office(world)


def takeover(office: Office, label: str = "台风橙色预警", **fields: object) -> str:
    asked = call(
        office.author, "POST", "/takeovers",
        asset_id=picture(office), selector=EVERYWHERE, label=label, **fields,
    ).json["id"]  # fmt: skip
    done = call(office.reviewer, "POST", f"/takeovers/{asked}/approve")
    assert done.status_code == 200, done.json
    return str(asked)


def stop(person: Person) -> str:
    done = call(person, "POST", "/stop", selector=EVERYWHERE, mode="black")
    return str(done.json["id"])


def confirm(office: Office, screen: BoundScreen, name: str) -> None:
    note_receipt(office.world.core, screen.id, name, office.world.clock.now_ms())


def bar(person: Person, path: str = "/") -> str:
    """The bar of a page, in words."""
    html = person.client.get(path).text
    found = re.search(r'<div class="emergency".*?\n</div>', html, re.DOTALL)
    assert found is not None, path
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.group())).strip()


def part(person: Person) -> str:
    """The bar as open pages fetch it."""
    return str(person.client.get("/emergency").text)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_shows_what_is_on_and_how_many_confirmed(office: Office, path: str) -> None:
    first, _ = bank(office.world), bank(office.world)
    assert bar(office.author, path) == ""
    name = takeover(office)
    confirm(office, first, name)

    found = bar(office.author, path)

    assert "紧急插播中： 台风橙色预警".replace(" ", "") in found.replace(" ", "")
    assert "1/2 已确认" in found
    assert "查看 结束插播" in found


def test_its_buttons_are_acts_in_english_too(office: Office) -> None:
    bank(office.world)
    takeover(office)

    html = office.author.client.get("/emergency", headers={"Accept-Language": "en"}).text

    assert re.findall(r'class="btn btn-sm"[^>]*>([^<]+)<', html) == ["Show", "End"]


def test_it_counts_down_to_the_end_and_is_gone_with_it(office: Office) -> None:
    bank(office.world)
    takeover(office)
    ends = office.world.clock.now_ms() + 10 * MINUTE_MS
    assert f'data-until="{ends}"' in part(office.author)

    office.world.clock.forward(10 * MINUTE_MS)

    assert "emergency-bar" not in part(office.author)


def test_a_stop_shows_since_when_and_is_lifted_by_another_reviewer_only(office: Office) -> None:
    bank(office.world)
    name = stop(office.reviewer)
    other = sign_in(office.world, "reviewer", over=1)

    assert "一键停播中： 黑屏".replace(" ", "") in bar(office.reviewer).replace(" ", "")
    assert f"DELETE /api/v1/stop/{name}" not in part(office.reviewer)
    assert f"DELETE /api/v1/stop/{name}" in part(other)
    call(other, "DELETE", f"/stop/{name}")
    assert bar(office.reviewer) == ""


def test_a_drill_is_marked_as_one(office: Office) -> None:
    bank(office.world)
    takeover(office, "应急演练", drill=True)

    assert "演练插播中" in bar(office.author)
    assert "is-drill" in part(office.author)


def test_who_has_a_screen_below_is_shown_his_own_and_no_way_to_end_it(office: Office) -> None:
    street = make_unit(office.world, "河东街道")
    below = sign_in(office.world, "publicity", street)
    bank(office.world)
    his = bank(office.world, unit=street)
    name = takeover(office)
    confirm(office, his, name)

    found = bar(below)

    assert "本辖区 1/1 已确认" in found
    assert "查看" not in found
    assert "结束" not in found


def test_who_has_no_screen_under_it_is_shown_nothing(office: Office) -> None:
    bank(office.world)
    takeover(office)

    assert bar(office.stranger) == ""
    assert bar(sign_in(office.world, "auditor", over=1)) == ""


def test_it_costs_as_many_statements_whatever_is_on(office: Office) -> None:
    for _ in range(3):
        bank(office.world)
    with statements(office.world) as quiet:
        part(office.author)
    takeover(office)
    stop(office.reviewer)
    with statements(office.world) as one:
        part(office.author)
    for _ in range(4):
        takeover(office)
        stop(office.reviewer)
        bank(office.world)
    with statements(office.world) as many:
        found = part(office.author)

    assert len(many) == len(one)
    # A quiet page asks one question in place of the three that are among these.
    assert len(one) - len(quiet) <= 10
    assert found.count('<section class="emergency-bar') == 2
    assert "另有 8 项正在插播或停播" in found


def test_an_outage_upstream_is_shown_in_amber_as_none_of_the_screens_own(office: Office) -> None:
    now_ms = office.world.clock.now_ms()
    with office.world.core.config.write() as session:
        session.add(
            Incident(
                code="upstream",
                unit_id=1,
                open_key="upstream",
                state="open",
                since=now_ms,
                raised_at=now_ms,
                facts={"victims": 120},
                note="",
                firm="",
                firm_phone="",
                order_note="",
            )
        )

    assert "09:00 起 120 块屏同时失去联系" in bar(office.author)
    assert "is-outage" in part(office.author)


def test_open_pages_are_hinted_at_it_when_it_begins_and_at_each_receipt(office: Office) -> None:
    screen = bank(office.world)
    page = OpenPage(office.world, office.author.client, "emergency")
    notify_pages(office.world, 100)
    page.received_topics()

    name = takeover(office)
    notify_pages(office.world, 110)
    begun = page.received_topics()
    confirm(office, screen, name)
    notify_pages(office.world, 120)

    assert begun == ["emergency"]
    assert page.received_topics() == ["emergency"]
    page.leave()
