"""The first steps on the overview are ticked off by what there is, and gone when all is done."""

import re
from pathlib import Path

import pytest

from server.accounts.audit_log.record import record
from server.accounts.auth.first_admin import ensure_admin
from server.accounts.roles import Role
from server.foundation.ip_networks import is_local
from server.foundation.jobs.service import enqueue
from tests.support.app.campaigns import Office, act, call, draft, signed
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.people import PASSWORD, Person, give_role, sign_in
from tests.support.app.world import World, make_world
from tests.support.factories.assets import make_asset

pytestmark = pytest.mark.slow
STEPS = 5
SETTINGS = "/api/v1/settings"


@pytest.fixture
def admin(world: World) -> Person:
    """The first administrator; the district has no name of its own yet."""
    return sign_in(world, "admin", username="admin")


def ticked(person: Person) -> list[bool] | None:
    """Which of the steps the overview has as done; None without any guide."""
    page = person.client.get("/").text
    if 'class="card guide"' not in page:
        return None
    marks = re.findall(r'<span class="guide-mark"[^>]*>([^<]+)</span>', page)
    assert len(marks) == STEPS
    return [mark == "✓" for mark in marks]


def names_the_district(admin: Person) -> None:
    named = call(admin, "PATCH", f"/units/u_{admin.unit_id}", name="江湾区")
    assert named.status_code == 200, named.json


def changes_the_password(admin: Person) -> None:
    body = {"current_password": PASSWORD, "password": "one of my own 7"}
    changed = call(admin, "PATCH", "/me", **body)
    assert changed.status_code == 200, changed.json


def test_each_step_is_ticked_off_when_it_is_there(world: World, admin: Person) -> None:
    make_asset(world, state="ready")
    seen = [ticked(admin)]
    names_the_district(admin)
    seen.append(ticked(admin))
    # It ends the session of the browser; the officer sees the same steps.
    officer = sign_in(world, "publicity")
    changes_the_password(admin)
    seen.append(ticked(officer))
    reviewer = sign_in(world, "reviewer")
    seen.append(ticked(officer))
    venue = make_venue(world)
    make_screen(world, venue=venue, enrolled_at=None)
    unbound = ticked(officer)
    make_screen(world, venue=venue)
    seen.append(ticked(officer))

    sent = call(officer, "POST", "/campaigns/starter")
    waiting = ticked(officer)
    assert act(reviewer, str(sent.get_json()["id"]), "approve").status_code == 200

    assert seen == [[place < done for place in range(STEPS)] for done in range(STEPS)]
    assert unbound == seen[3]
    assert waiting == seen[4]
    assert ticked(officer) is None


def test_what_goes_on_the_air_may_be_ones_own(world: World, admin: Person) -> None:
    office = Office(world, admin, sign_in(world, "reviewer"), admin)
    make_screen(world, venue=make_venue(world))

    signed(office, draft(office))

    assert (ticked(admin) or [])[4]


def test_a_profile_without_a_new_password_ticks_nothing(admin: Person) -> None:
    call(admin, "PATCH", "/me", name="林国栋")

    assert ticked(admin) == [False] * STEPS


def test_a_password_that_the_operator_chose_is_no_one_time_password(tmp_path: Path) -> None:
    world = make_world(tmp_path, admin_password="chosen-by-the-operator")
    ensure_admin(world.core, lambda _password: pytest.fail("none was made"))

    assert ticked(sign_in(world, "admin")) == [False, True, False, False, False]


def test_one_person_with_both_roles_is_not_two(world: World, admin: Person) -> None:
    both = sign_in(world, "publicity")
    give_role(world, both, "reviewer")

    assert ticked(admin) == [False] * STEPS
    sign_in(world, "reviewer")
    assert ticked(admin) == [False, False, True, False, False]


def test_it_is_put_away_for_all_and_comes_back_by_the_settings(world: World, admin: Person) -> None:
    officer = sign_in(world, "publicity")
    assert ticked(officer) is not None

    admin.client.patch(SETTINGS, json={"guide": {"hidden": True}})
    hidden = ticked(admin), ticked(officer)
    admin.client.patch(SETTINGS, json={"guide": {"hidden": False}})

    assert hidden == (None, None)
    assert ticked(admin) is not None


@pytest.mark.parametrize("role", ["reviewer", "transport", "viewer", "venue", "auditor"])
def test_those_who_set_nothing_up_are_not_bothered(world: World, role: Role) -> None:
    assert ticked(sign_in(world, role)) is None


def test_the_address_for_the_screen_is_shown_before_its_turn(admin: Person) -> None:
    page = admin.client.get("/").text
    current = page.partition('aria-current="step"')[2].partition("</li>")[0]

    assert "填写本区名称" in current
    assert re.search(r'<code id="guide-player">http://[^<]+/player/</code>', page)


def test_a_step_of_other_people_names_them(world: World, admin: Person) -> None:
    page = sign_in(world, "publicity").client.get("/").text

    assert page.count("由管理员来做。") == 3  # name, password, accounts
    assert 'id="f-guide-name"' not in page
    assert 'href="/settings#password"' not in page
    assert page.count('class="guide-mark"') == STEPS
    assert 'href="/venues/new?pair="' in page


def test_the_steps_are_where_they_are_taken(world: World, admin: Person) -> None:
    make_asset(world, state="ready")
    page = admin.client.get("/").text

    assert f'data-api="PATCH /api/v1/units/u_{admin.unit_id}"' in page
    assert 'href="/settings#password"' in page
    assert 'id="password"' in admin.client.get("/settings").text
    assert 'href="/settings/people#first-accounts"' in page
    assert 'id="first-accounts"' in admin.client.get("/settings/people").text
    assert 'data-api="POST /api/v1/campaigns/starter"' in page


def test_the_pack_has_no_button_while_it_is_being_made(world: World, admin: Person) -> None:
    with world.core.config.write() as session:
        enqueue(session, "make_starter", "pack", world.clock.now_ms())

    page = admin.client.get("/").text

    assert "两部短片正在制作" in page
    assert "/campaigns/starter" not in page


def test_a_first_venue_that_pairing_asked_for_leads_back_with_the_code(admin: Person) -> None:
    empty = admin.client.get("/pair?code=7K3M-9QXA").text
    form = admin.client.get("/venues/new?pair=7K3M-9QXA").text
    plain = admin.client.get("/venues/new").text

    assert 'href="/venues/new?pair=7K3M-9QXA"' in empty
    assert 'data-then="/pair?venue_id={id}&amp;code=7K3M-9QXA"' in form
    assert 'data-then="/venues/{id}"' in plain


def test_accounts_that_are_there_are_not_offered_again(world: World, admin: Person) -> None:
    sign_in(world, "publicity")
    half = admin.client.get("/settings/people").text
    sign_in(world, "reviewer")

    assert "建审批员账号" in half
    assert "建宣传员账号" not in half
    assert 'id="first-accounts"' not in admin.client.get("/settings/people").text


def test_a_streets_administrator_puts_nothing_away_for_the_district(world: World) -> None:
    page = sign_in(world, "admin", make_unit(world)).client.get("/").text

    assert 'class="card guide"' in page
    assert "不再显示" not in page


def test_an_address_is_asked_for_where_screens_cant_open_the_present_one(
    world: World, admin: Person
) -> None:
    early = admin.client.get("/").text
    names_the_district(admin)
    officer = sign_in(world, "publicity")
    sign_in(world, "reviewer")
    with world.core.config.write() as session:
        record(session, world.clock.now_ms(), None, "user.reset_password", admin.public_id)
    asked, officers = (person.client.get("/").text for person in (admin, officer))
    admin.client.patch(SETTINGS, json={"address": {"public_url": "http://10.1.2.3:8000"}})
    html = admin.client.get("/").text

    assert 'name="address.public_url"' not in early  # as the screen's turn is later
    assert 'name="address.public_url"' in asked
    assert 'name="address.public_url"' not in officers
    assert 'name="address.public_url"' not in html
    assert "http://10.1.2.3:8000/player/" in html


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
def test_an_address_of_this_machine_is_recognised_as_one(host: str, here: bool) -> None:
    assert is_local(host) is here
