"""The first steps on the overview are ticked off by what there is, and gone when all is done."""

import re
from pathlib import Path

import pytest

from server.accounts.roles import Role
from server.web.guide.local_hosts import is_local
from server.web.guide.steps import STEPS
from tests.support.app.campaigns import act, draft, open_office
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.people import Person, give_role, sign_in
from tests.support.app.world import World, make_world

SETTINGS = "/api/v1/settings"


def ticked(person: Person) -> list[bool] | None:
    """Which of the steps the overview has as done; None without any guide."""
    page = person.client.get("/").text
    if 'class="card guide"' not in page:
        return None
    marks = re.findall(r'<span class="guide-mark"[^>]*>([^<]+)</span>', page)
    assert len(marks) == len(STEPS)
    return [mark == "✓" for mark in marks]


@pytest.mark.slow
def test_each_step_is_ticked_off_when_it_is_there(world: World) -> None:
    admin = sign_in(world, "admin")
    seen = [ticked(admin)]
    admin.client.patch(SETTINGS, json={"address": {"public_url": "http://10.1.2.3:8000"}})
    seen.append(ticked(admin))
    office = open_office(world)
    seen.append(ticked(admin))
    venue = make_venue(world)
    seen.append(ticked(admin))
    make_screen(world, venue=venue, enrolled_at=None)
    unbound = ticked(admin)
    make_screen(world, venue=venue)
    seen.append(ticked(admin))
    campaign = draft(office)
    seen.append(ticked(admin))

    act(office.author, campaign, "submit", include_assets=True)
    assert act(office.reviewer, campaign, "approve").status_code == 200

    assert seen == [[place < done for place in range(6)] for done in range(6)]
    assert unbound == seen[3]
    assert ticked(admin) is None


@pytest.mark.slow
def test_one_person_with_both_roles_is_not_two(world: World) -> None:
    admin = sign_in(world, "admin")
    both = sign_in(world, "publicity")
    give_role(world, both, "reviewer")

    assert ticked(admin) == [False] * 6
    sign_in(world, "reviewer")
    assert ticked(admin) == [False, True, *[False] * 4]


@pytest.mark.slow
def test_it_is_put_away_for_all_and_comes_back_by_the_settings(world: World) -> None:
    admin, officer = sign_in(world, "admin"), sign_in(world, "publicity")
    assert ticked(officer) is not None

    admin.client.patch(SETTINGS, json={"guide": {"hidden": True}})
    hidden = ticked(admin), ticked(officer)
    admin.client.patch(SETTINGS, json={"guide": {"hidden": False}})

    assert hidden == (None, None)
    assert ticked(admin) is not None


@pytest.mark.parametrize("role", ["reviewer", "transport", "viewer", "venue", "auditor"])
def test_those_who_set_nothing_up_are_not_bothered(world: World, role: Role) -> None:
    assert ticked(sign_in(world, role)) is None


def test_a_step_of_other_people_names_them(world: World) -> None:
    page = sign_in(world, "publicity").client.get("/").text

    assert "由管理员来做。" in page
    assert 'name="address.public_url"' not in page
    assert 'href="/venues/new"' in page


def test_a_streets_administrator_puts_nothing_away_for_the_district(world: World) -> None:
    page = sign_in(world, "admin", make_unit(world)).client.get("/").text

    assert 'class="card guide"' in page
    assert "不再显示" not in page


def test_the_address_in_the_environment_is_a_step_done(tmp_path: Path) -> None:
    world = make_world(tmp_path, public_url="https://anping.example.cn")

    assert ticked(sign_in(world, "admin")) == [True, *[False] * 5]


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1:8000", True),
        ("localhost", True),
        ("[::1]:8000", True),
        ("10.1.2.3:8000", False),
        ("anping.example.cn", False),
    ],
)
def test_an_address_of_this_machine_is_known_as_one(host: str, here: bool) -> None:
    assert is_local(host) is here
