"""How often a campaign plays: the words on pages, and the fields of its form."""

import pytest

from tests.support.app.campaigns import Office, draft, open_office
from tests.support.app.world import World

pytestmark = pytest.mark.slow


@pytest.fixture
def office(world: World) -> Office:
    return open_office(world)


def page(office: Office, path: str, lang: str = "zh") -> str:
    return office.author.client.get(path, query_string={"lang": lang}).text


@pytest.mark.parametrize(
    ("target", "zh", "en"),
    [
        ({"kind": "share_of_voice", "value": 0.15}, "时长占比 15 %", "15 % of the time"),
        ({"kind": "share_of_voice", "value": 0.075}, "时长占比 7.5 %", "7.5 % of the time"),
        ({"kind": "total_plays", "value": 60_000}, "共 60,000 次", "60,000 in all"),
        ({"kind": "plays_per_hour", "value": 16}, "每小时 16 次", "16 an hour"),
        ({"kind": "longest_wait_s", "value": 300}, "最长间隔 5 分钟", "at least every 5 min"),
    ],
)
def test_a_list_shows_it_in_figures_that_people_use(
    office: Office, target: dict[str, object], zh: str, en: str
) -> None:
    draft(office, target=target)

    assert zh in page(office, "/campaigns")
    assert en in page(office, "/campaigns", "en")


def test_the_form_has_a_share_in_per_cent(office: Office) -> None:
    number = draft(office, target={"kind": "share_of_voice", "value": 0.29})

    form = page(office, f"/campaigns/{number}/edit")

    assert 'name="target.value" type="number" value="29"' in form
    assert 'data-as="percent"' in form
