"""The unit in charge of the screens decides and reads; the approved text is the one shown."""

import re
from dataclasses import dataclass, field
from typing import Any

import pytest

from server.accounts.models import UserRole
from tests.support.app.clock import DAY_MS, HOUR_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue
from tests.support.app.people import Person, give_role, sign_in, sign_in_again
from tests.support.app.world import World
from tests.support.plays.on_air import put_on_air
from tests.support.reporting.exemptions import PROGRAMME, Street, page_of
from tests.support.reporting.reports import report

PATH = "/api/v1/exemptions"
BODY = {
    "from": "2026-11-24T09:30:00+08:00",
    "until": "2026-11-24T10:00:00+08:00",
    "code": "power_cut",
}


def on_air(world: World, unit: int, name: str, **fields: Any) -> BoundScreen:
    """A screen in a venue of its own that has a plan."""
    screen = make_screen(world, venue=make_venue(world, unit=unit, name=name, **fields))
    put_on_air(world, screen, PROGRAMME, START_MS)
    return screen


@dataclass
class TwoStreets:
    """A bank in each; a person who may ask for both, and a reviewer of each and of the district."""

    world: World
    east: int = field(init=False)
    west: int = field(init=False)

    def __post_init__(self) -> None:
        self.east, self.west = make_unit(self.world, "东街"), make_unit(self.world, "西街")
        self.banks = [
            on_air(self.world, self.east, "东街银行"),
            on_air(self.world, self.west, "西街银行"),
        ]
        self.world.clock.forward(HOUR_MS)
        self.of_east = sign_in(self.world, "reviewer", self.east)
        self.of_west = sign_in(self.world, "reviewer", self.west)
        self.of_all = sign_in(self.world, "reviewer")

    def asks(self, selector: dict[str, Any], **changes: Any) -> str:
        """The publicity office of both streets, at home in the eastern one."""
        person = sign_in(self.world, "publicity", self.east)
        with self.world.core.config.write() as session:
            session.add(UserRole(user_id=person.user_id, role="publicity", unit_id=self.west))
        body = {**BODY, "selector": selector, **changes}
        asked: str = person.client.post(PATH, json=body).json["id"]
        return asked


@pytest.fixture
def streets(world: World) -> TwoStreets:
    return TwoStreets(world)


def approves(person: Person, exemption: str, tag: str = "") -> Any:
    headers = {"If-Match": tag} if tag else {}
    return person.client.post(f"{PATH}/{exemption}/approve", json={}, headers=headers)


def reads(person: Person, exemption: str) -> int:
    status = person.client.get(f"{PATH}/{exemption}").status_code
    assert person.client.get(f"/settings/exemptions/{exemption}").status_code == status
    items = person.client.get(PATH).json["items"]
    assert (exemption in [one["id"] for one in items]) is (status == 200)
    return int(status)


def waits_for(person: Person, exemption: str) -> bool:
    return f"/settings/exemptions/{exemption}" in page_of(person, "/")


def excused(person: Person) -> int:
    count: int = report(person.client)["totals"]["excused"]
    return count


@pytest.mark.slow
def test_the_reviewer_of_one_street_excuses_no_screen_of_another(streets: TwoStreets) -> None:
    exemption = streets.asks({"all": True})

    refused = approves(streets.of_east, exemption)
    rejected = streets.of_east.client.post(f"{PATH}/{exemption}/reject", json={"reason": "不"})

    assert (refused.status_code, rejected.status_code) == (403, 403)
    assert "审批范围" in refused.json["detail"]
    assert "data-api" not in page_of(streets.of_east, f"/settings/exemptions/{exemption}")
    assert "/approve" not in page_of(streets.of_east, "/settings/exemptions")
    assert [waits_for(one, exemption) for one in (streets.of_east, streets.of_all)] == [False, True]
    assert approves(streets.of_all, exemption).json["screens"] == 2


@pytest.mark.slow
def test_whose_screens_all_are_decides_whatever_unit_it_was_asked_for(streets: TwoStreets) -> None:
    exemption = streets.asks({"screen_ids": [streets.banks[1].public_id]})

    assert approves(streets.of_east, exemption).status_code == 403
    assert [waits_for(one, exemption) for one in (streets.of_east, streets.of_west)] == [
        False,
        True,
    ]
    listed = page_of(streets.of_west, "/settings/exemptions")
    assert f'data-api="POST {PATH}/{exemption}/approve"' in listed
    assert approves(streets.of_west, exemption).status_code == 200
    assert excused(streets.of_west) == 120


@pytest.mark.slow
def test_who_is_in_charge_of_a_screen_reads_what_excuses_it(streets: TwoStreets) -> None:
    both = streets.asks({"all": True})
    only_east = streets.asks({"screen_ids": [streets.banks[0].public_id]})
    auditor = sign_in(streets.world, "auditor", streets.west)
    before = [reads(auditor, one) for one in (both, only_east)]

    approves(streets.of_all, both)
    approves(streets.of_all, only_east)

    assert before == [reads(streets.of_west, one) for one in (both, only_east)] == [200, 404]
    assert excused(streets.of_west) == 120


@pytest.mark.slow
def test_only_screens_in_scope_are_named(streets: TwoStreets) -> None:
    ids = [bank.public_id for bank in streets.banks]
    exemption = streets.asks({"screen_ids": ids})
    path = f"/settings/exemptions/{exemption}"
    for _ in range(2):
        page, listed = (
            page_of(streets.of_west, path),
            page_of(streets.of_west, "/settings/exemptions"),
        )
        assert "西街银行" in page
        assert "西街银行" in listed
        assert "东街银行" not in page + listed
        assert "另有 1 块" in page
        assert f'href="/screens/{ids[1]}"' in page
        assert f'href="/screens/{ids[0]}"' not in page
        approves(streets.of_all, exemption)


@pytest.mark.slow
def test_a_page_is_linked_to_only_for_who_may_open_it(streets: TwoStreets) -> None:
    exemption = streets.asks({"all": True})
    auditor = sign_in(streets.world, "auditor")

    page = page_of(auditor, f"/settings/exemptions/{exemption}")

    assert "东街银行" in page
    assert "/screens/" not in page


@pytest.mark.slow
def test_a_venue_contact_reads_those_of_his_venues_and_his_own_requests(world: World) -> None:
    contact, chen, lin = (sign_in(world, role) for role in ("venue", "publicity", "reviewer"))
    bank, shop = on_air(world, 1, "建行"), on_air(world, 1, "商铺")
    school = on_air(world, 1, "第二小学", contacts=(contact.user_id,))
    world.clock.forward(HOUR_MS)
    for person in (contact, chen, lin):
        sign_in_again(world, person)

    def asked(person: Person, *screens: BoundScreen) -> str:
        selector = {"screen_ids": [screen.public_id for screen in screens]}
        found: str = person.client.post(PATH, json={**BODY, "selector": selector}).json["id"]
        return found

    foreign, shared, mine = (
        asked(chen, bank, shop),
        asked(chen, bank, school),
        asked(contact, school),
    )

    for _ in range(2):
        assert [reads(contact, one) for one in (foreign, shared, mine)] == [404, 200, 200]
        page = page_of(contact, f"/settings/exemptions/{shared}")
        assert "第二小学" in page
        assert "建行" not in page
        for one in (foreign, shared, mine):
            approves(lin, one)


@pytest.mark.slow
def test_screens_added_since_the_page_was_read_are_not_approved_unseen(world: World) -> None:
    street = make_unit(world, "东街")
    first = on_air(world, street, "银行")
    world.clock.forward(HOUR_MS)
    chen, lin = sign_in(world, "publicity").client, sign_in(world, "reviewer")
    body = {**BODY, "selector": {"unit_ids": [f"u_{street}"]}}
    exemption = chen.post(PATH, json=body).json["id"]
    tag = lin.client.get(f"{PATH}/{exemption}").headers["ETag"]
    again = lin.client.get(f"{PATH}/{exemption}", headers={"If-None-Match": tag})
    pages = [
        page_of(lin, path) for path in ("/settings/exemptions", f"/settings/exemptions/{exemption}")
    ]
    world.clock.forward(1)
    same = lin.client.get(f"{PATH}/{exemption}").headers["ETag"]
    make_screen(world, venue=first.venue_id, name="没有排期")
    without_a_plan = lin.client.get(f"{PATH}/{exemption}").headers["ETag"]
    on_air(world, street, "超市")

    refused = [
        lin.client.post(f"{PATH}/{exemption}/{act}", json=words, headers={"If-Match": tag})
        for act, words in (("approve", {}), ("reject", {"reason": "不"}))
    ]

    assert again.status_code == 304
    assert tag == same == without_a_plan
    for page in pages:
        assert re.findall(r'/approve" data-match="(\w+)"', page) == [tag.strip('"')]
    assert re.findall(r'/reject" data-match="(\w+)"', pages[1]) == [tag.strip('"')]
    assert [one.status_code for one in refused] == [412, 412]
    now = lin.client.get(f"{PATH}/{exemption}").headers["ETag"]
    assert approves(lin, exemption, now).json["screens"] == 2


@pytest.mark.slow
def test_a_frozen_one_may_only_be_rejected(street: Street) -> None:
    exemption = street.asks().json["id"]
    street.world.clock.forward(60 * DAY_MS)
    lin, path = sign_in(street.world, "reviewer"), f"/settings/exemptions/{exemption}"

    waits, page, listed = (page_of(lin, one) for one in ("/", path, "/settings/exemptions"))
    answer = street.does(lin, "reject", exemption, reason="过期")

    assert path in waits
    assert "/approve" not in page + listed
    assert "只能退回" in page
    assert f"{exemption}/reject" in page
    assert (answer.status_code, answer.json["state"]) == (200, "rejected")
    assert path not in page_of(lin, "/")


@pytest.mark.slow
def test_ones_own_request_is_nothing_to_do(street: Street) -> None:
    both = sign_in(street.world, "publicity")
    give_role(street.world, both, "reviewer")
    exemption = street.asks(both).json["id"]

    assert [waits_for(one, exemption) for one in (both, street.lin)] == [False, True]
    assert "没有需要您处理的事项" in both.client.get("/").text
