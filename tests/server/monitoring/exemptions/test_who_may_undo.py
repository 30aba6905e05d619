"""Taken back or cut short by who asked, or by those in charge; asked for where one may act."""

import pytest

from server.accounts.roles import Role
from server.inventory.venues.models import VenueContact
from tests.support.app.clock import START_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.plays.on_air import put_on_air
from tests.support.reporting.exemptions import PROGRAMME, Street, page_of

UNTIL = "2026-11-24T09:45:00+08:00"


def on_air(street: Street, venue: int) -> BoundScreen:
    """A screen of a venue that has a plan."""
    screen = make_screen(street.world, venue=venue)
    put_on_air(street.world, screen, PROGRAMME, START_MS)
    return screen


def is_contact_of(street: Street, person: Person, screen: BoundScreen) -> None:
    """The person is the contact of the screen's venue."""
    with street.world.core.config.write() as session:
        session.add(VenueContact(venue_id=screen.venue_id, user_id=person.user_id))


@pytest.mark.slow
@pytest.mark.parametrize("act", ["withdraw", "end"])
@pytest.mark.parametrize("role", ["transport", "venue"])
def test_nobody_of_the_unit_undoes_what_the_publicity_office_asked_for(
    street: Street, role: Role, act: str
) -> None:
    exemption = street.approved()
    other = sign_in(street.world, role)
    is_contact_of(street, other, street.dark)

    answer = street.does(other, act, exemption, until=UNTIL)

    assert answer.status_code == 403
    assert "申请人" in answer.json["detail"]
    assert answer.json["code"] == "forbidden"
    found = other.client.get(f"/api/v1/exemptions/{exemption}").json
    assert (found["state"], found["until"]) == ("approved", "2026-11-24T10:00:00+08:00")
    assert "data-api" not in page_of(other, f"/settings/exemptions/{exemption}")


@pytest.mark.slow
def test_transport_asks_for_buses_and_takes_that_back_and_nothing_else(street: Street) -> None:
    world = street.world
    bus = on_air(street, make_venue(world, kind="bus", name="1 路 0021"))
    transport, other = sign_in(world, "transport"), sign_in(world, "transport")

    bank = street.asks(transport)
    one = street.asks(transport, selector={"screen_ids": [bus.public_id]})
    every = street.asks(transport, selector={"all": True})
    approved = street.does(street.lin, "approve", every.json["id"])

    assert bank.json["errors"][0]["pointer"] == "/selector/screen_ids"
    assert (one.status_code, approved.json["screens"]) == (201, 1)
    assert street.does(other, "withdraw", one.json["id"]).status_code == 403
    assert street.does(transport, "withdraw", one.json["id"]).json["state"] == "withdrawn"
    ended = street.does(transport, "end", every.json["id"], until=UNTIL)
    assert ended.json["until"] == UNTIL


@pytest.mark.slow
def test_a_venue_contact_asks_for_his_own_venue_only(street: Street) -> None:
    contact = sign_in(street.world, "venue")
    own = make_venue(street.world, contacts=(contact.user_id,), name="第一小学")
    screen = on_air(street, own)

    foreign = street.asks(contact)
    every = street.asks(contact, selector={"all": True})
    named = street.asks(contact, selector={"venue_ids": [f"v_{own}"]})

    assert foreign.json["errors"][0]["pointer"] == "/selector/screen_ids"
    done = street.does(street.lin, "approve", every.json["id"])
    assert done.json["screens"] == 1
    assert street.does(contact, "withdraw", named.json["id"]).json["state"] == "withdrawn"
    assert screen.venue_id == own


@pytest.mark.slow
@pytest.mark.parametrize("role", ["admin", "publicity"])
def test_those_in_charge_undo_what_others_asked_for(street: Street, role: Role) -> None:
    bus = on_air(street, make_venue(street.world, kind="bus"))
    selector = {"screen_ids": [bus.public_id]}
    asked = street.asks(sign_in(street.world, "transport"), selector=selector).json["id"]

    answer = street.does(sign_in(street.world, role), "withdraw", asked)

    assert answer.json["state"] == "withdrawn"


@pytest.mark.slow
def test_the_form_offers_transport_what_it_may_ask_for(street: Street) -> None:
    make_screen(street.world, venue=make_venue(street.world, kind="bus", name="1 路 0021"))

    form = page_of(sign_in(street.world, "transport"), "/settings/exemptions/new")

    assert "1 路 0021" in form
    assert "公交车" in form
    assert "银行网点" not in form
    assert "建设银行城关支行" not in form
