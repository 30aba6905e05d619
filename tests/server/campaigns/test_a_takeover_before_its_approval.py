"""Who approves a takeover sees what it would reach, and decides at the foot of the page."""

import re

import pytest

from server.campaigns.overrides.acknowledgements import note_receipt
from tests.support.app.campaigns import EVERYWHERE, Office, bank, call, picture
from tests.support.app.people import Person

pytestmark = pytest.mark.slow


def asked(office: Office) -> str:
    body = {"asset_id": picture(office), "selector": EVERYWHERE, "label": "台风预警"}
    return str(call(office.author, "POST", "/takeovers", **body).json["id"])


def words(person: Person, path: str) -> str:
    html = person.client.get(path).text
    main = html[html.index("<main") :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


@pytest.mark.parametrize("page", ["/takeovers/{}", "/approve/{}"])
def test_four_figures_are_shown_before_the_approval_and_no_receipts(
    office: Office, page: str
) -> None:
    bank(office.world), bank(office.world)
    bank(office.world, takeover_policy="never")

    found = words(office.reviewer, page.format(asked(office)))

    assert "2 将覆盖（块屏） 0 在线，立即上屏 2 离线，恢复联系后补播 1 所在点位不接受" in found
    assert "尚未确认" not in found


@pytest.mark.parametrize("page", ["/takeovers/{}", "/approve/{}"])
def test_who_may_decides_at_the_foot_with_the_number_of_screens(office: Office, page: str) -> None:
    bank(office.world)
    path = page.format(asked(office))

    foot = office.reviewer.client.get(path).text.partition('class="act-bar"')[2]

    assert "批准后立即在 1 块屏幕上播出。" in foot
    assert 'data-opens="reject"' in foot
    assert "act-bar" not in office.author.client.get(path).text


def test_of_many_that_have_not_confirmed_twenty_are_listed_and_all_on_request(
    office: Office,
) -> None:
    screens = [bank(office.world) for _ in range(25)]
    takeover = asked(office)
    call(office.reviewer, "POST", f"/takeovers/{takeover}/approve")
    note_receipt(office.world.core, screens[0].id, takeover, office.world.clock.now_ms())
    path = f"/takeovers/{takeover}"

    first, every = words(office.author, path), words(office.author, f"{path}?all=1")

    assert "1 / 25 已收到" in first
    assert first.count("建设银行城关支行") == 20 + 1
    assert "另有 4 块，先列出离线的。 全部" in first
    assert every.count("建设银行城关支行") == 25
