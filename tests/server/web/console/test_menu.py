"""The menu has six groups, by what a person may open; his work begins on a page of its own."""

import re

import pytest

from server.accounts.roles import Role
from server.web.navigation import GROUPS, entry_of
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World

FIRST: dict[Role, str] = {
    "admin": "/",
    "publicity": "/",
    "reviewer": "/todo",
    "transport": "/uptime",
    "venue": "/screens",
    "viewer": "/",
    "auditor": "/reports",
}


def menu(person: Person, path: str = "/settings") -> str:
    return person.client.get(path).text.partition("<aside")[2].partition("</aside>")[0]


def links(person: Person) -> list[str]:
    return re.findall(r'<li><a href="([^"]*)"', menu(person))


def test_there_are_six_groups_each_with_an_icon() -> None:
    assert len(GROUPS) == 6
    assert len({group.icon for group in GROUPS}) == 6


def test_each_page_has_one_place() -> None:
    paths = [lead for g in GROUPS for one in g.entries for lead in (one.path, *one.beneath)]

    assert len(paths) == len(set(paths))


@pytest.mark.slow
@pytest.mark.parametrize("role", list(FIRST))
def test_every_entry_of_a_role_opens_and_its_work_begins_on_its_page(
    world: World, role: Role
) -> None:
    person = sign_in(world, role)
    opened = {path: person.client.get(path).status_code for path in links(person)}

    assert set(opened.values()) == {200}, opened
    assert person.client.get("/start").headers["Location"] == FIRST[role]
    assert person.client.get("/login").headers["Location"] == "/start"


def test_an_auditor_sees_no_group_that_is_empty(world: World) -> None:
    shown = menu(sign_in(world, "auditor"))

    assert 'id="menu-results"' in shown
    assert 'id="menu-publicity"' not in shown
    assert 'id="menu-screens"' not in shown


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        ("/", "/"),
        ("/campaigns/k_1/edit", "/campaigns"),
        ("/uptime/maintenance/w_1", "/uptime/maintenance"),
        ("/uptime/screens/s_1", "/uptime"),
        ("/reports/coverage/venues", "/reports/coverage"),
        ("/led-packs", "/campaigns"),
        ("/settings/audit", "/settings/audit"),
        ("/nowhere", None),
        ("/mapped", None),
    ],
)
def test_the_entry_that_is_lit_is_the_nearest_above_a_page(path: str, entry: str | None) -> None:
    found = entry_of(path)

    assert (found.path if found else None) == entry


def test_a_phone_has_the_overview_ones_own_work_and_search_at_its_foot(world: World) -> None:
    def foot(role: Role) -> list[str]:
        bar = menu(sign_in(world, role)).partition('class="foot-bar"')[2]
        return re.findall(r'<a href="([^"]*)"', bar)

    assert foot("publicity") == ["/", "/campaigns", "/search"]
    assert foot("reviewer") == ["/", "/todo", "/search"]
    assert foot("transport") == ["/", "/uptime", "/search"]


def test_a_person_is_called_by_name(world: World) -> None:
    person = sign_in(world, username="chenjing")

    assert re.search(r'title="chenjing">publicity\d+</a>', menu(person))


@pytest.mark.parametrize("path", ["/", "/search", "/campaigns"])
def test_one_place_is_lit_at_the_foot_of_a_phone(world: World, path: str) -> None:
    page = sign_in(world).client.get(path).text
    bar = page.partition('class="foot-bar"')[2].partition("</aside>")[0]

    assert re.findall(r'<a href="([^"]*)" aria-current="page"', bar) == [path]
