"""A screen's page offers what the person may do there: it depends on the venue's kind too."""

import pytest

from server.accounts.roles import Role
from tests.support.app.inventory import make_screen, make_venue
from tests.support.app.people import sign_in
from tests.support.app.world import World


@pytest.mark.parametrize(
    ("role", "kind", "may"),
    [
        ("publicity", "bank", True),
        ("transport", "bus_stop", True),
        ("transport", "bank", False),
        ("viewer", "bus_stop", False),
    ],
)
def test_buttons_and_the_code_of_the_phone_page_are_for_those_who_may_use_them(
    world: World, role: Role, kind: str, may: bool
) -> None:
    screen = make_screen(world, venue=make_venue(world, kind=kind))
    page = sign_in(world, role).client.get(f"/screens/{screen.public_id}").text
    offers = (f"/screens/{screen.public_id}/retire", "/v/", f"/{screen.public_id}/commands")

    assert {one: one in page for one in offers} == dict.fromkeys(offers, may)
