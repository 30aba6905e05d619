"""Pages of somebody who reads figures alone lead him to nothing that is refused."""

import re

import pytest

from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World


@pytest.fixture
def auditor(world: World) -> Person:
    """Beside one screen of a unit."""
    make_screen(world, venue=make_venue(world, unit=make_unit(world, "交通运输分局")), name="前屏")
    return sign_in(world, "auditor")


def links(person: Person, path: str) -> set[str]:
    """The addresses of pages linked from a page."""
    answer = person.client.get(path)
    assert answer.status_code == 200, path
    main = answer.text.partition("<header")[2]
    found = {one.replace("&amp;", "&") for one in re.findall(r'href="(/[^"#]*)', main)}
    return {one for one in found if not one.startswith(("/api/", "/static/"))}


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", ["/", "/reports", "/plays", "/quarantine", "/uptime?by=unit", "/settings/player"]
)
def test_every_link_opens(auditor: Person, path: str) -> None:
    for link in links(auditor, path):
        assert auditor.client.get(link).status_code == 200, link


def test_uptime_narrowed_to_a_unit_opens(auditor: Person) -> None:
    assert auditor.client.get("/uptime?by=unit&unit_id=u_2").status_code == 200


def test_the_overview_leaves_out_screens_that_he_does_not_read(auditor: Person) -> None:
    page = auditor.client.get("/").text

    assert "还没有显示屏" not in page
    assert "/venues/new" not in page


@pytest.mark.slow
def test_a_contact_without_screens_is_not_asked_to_make_a_venue(world: World) -> None:
    page = sign_in(world, "venue").client.get("/").text

    assert "您的点位还没有联网的显示屏" in page
    assert "/venues/new" not in page
