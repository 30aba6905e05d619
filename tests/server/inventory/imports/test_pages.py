"""The pages of imports: reached from the lists, for those who may write."""

import re

import pytest

from server.accounts.roles import Role
from tests.server.inventory.imports.conftest import Office
from tests.support.app.people import sign_in

PAGES = ("/venues/import", "/lines/import", "/vehicles/import", "/screens/import")
LISTS = (
    ("/venues", "/venues/import"),
    ("/lines", "/lines/import"),
    ("/screens", "/screens/import"),
)


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES)
def test_each_offers_its_template_and_the_present_rows(office: Office, path: str) -> None:
    page = office.wang.client.get(path).text

    for address in re.findall(r'href="(/api/v1/[^"]+)"', page):
        assert office.wang.client.get(address).status_code == 200
    noun = path.split("/")[1]
    assert f'href="/api/v1/{noun}/import/template.xlsx"' in page
    assert f'href="/api/v1/{noun}/export.xlsx"' in page
    assert f'data-import="/api/v1/{noun}/import"' in page


@pytest.mark.slow
@pytest.mark.parametrize(("above", "path"), LISTS)
def test_lists_lead_there_those_who_may(office: Office, above: str, path: str) -> None:
    viewer = sign_in(office.world, "viewer")

    assert f'href="{path}"' in office.wang.client.get(above).text
    assert f'href="{path}"' not in viewer.client.get(above).text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        ("transport", (200, 200, 200, 200)),
        ("venue", (200, 200, 200, 403)),
        ("viewer", (403, 403, 403, 403)),
    ],
)
def test_they_open_for_those_who_may_write(
    office: Office, role: Role, statuses: tuple[int, ...]
) -> None:
    person = sign_in(office.world, role)

    assert tuple(person.client.get(path).status_code for path in PAGES) == statuses


@pytest.mark.slow
def test_nobody_is_led_where_he_may_not_go(office: Office) -> None:
    contact = sign_in(office.world, "venue")

    assert 'href="/screens/import"' not in contact.client.get("/venues/import").text
    assert 'href="/screens/import"' in office.zhao.client.get("/lines/rosters/import").text


def test_rows_without_a_unit_belong_to_ones_own_unless_chosen_otherwise(office: Office) -> None:
    page = office.zhao.client.get("/vehicles/import").text

    assert f'<option value="u_{office.transport}" selected>' in page
