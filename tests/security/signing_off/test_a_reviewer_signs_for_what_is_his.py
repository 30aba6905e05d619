"""A street's reviewer signs nothing that is shown beyond his street, today or later."""

from typing import Any

import pytest

from tests.support.app.campaigns import act, call
from tests.support.app.people import Person
from tests.support.app.town import Town, make_town
from tests.support.app.world import World

YES_AND_NO: dict[str, dict[str, Any]] = {"approve": {}, "reject": {"reason": "不符"}}


@pytest.fixture
def town(world: World) -> Town:
    return make_town(world)


@pytest.mark.slow
def test_he_gives_no_verdict_on_a_campaign_that_reaches_further(town: Town) -> None:
    for name, selector in town.beyond.items():
        campaign = town.submitted(selector)
        assert _verdicts(town.of_street, f"/campaigns/{campaign}") == [403, 403], name
        page = town.of_street.client.get(f"/campaigns/{campaign}").text
        assert f"{campaign}/approve" not in page, name
        assert "超出您的审批范围" in page, name

    assert "没有需要您处理的事项" in town.of_street.client.get("/").text


@pytest.mark.slow
def test_he_gives_no_verdict_on_a_takeover_that_reaches_further(town: Town) -> None:
    for name, selector in town.beyond.items():
        takeover = town.asked(selector)
        assert _verdicts(town.of_street, f"/takeovers/{takeover}") == [403, 403], name
        for page in ("takeovers", "approve"):
            text = town.of_street.client.get(f"/{page}/{takeover}").text
            assert f"{takeover}/approve" not in text.replace(f"/approve/{takeover}", ""), name


@pytest.mark.slow
def test_he_lifts_no_stop_that_reaches_further(town: Town) -> None:
    for name, selector in town.beyond.items():
        lifted = call(town.of_street, "DELETE", f"/stop/{town.stopped(selector)}")
        assert lifted.status_code == 403, name


def test_he_decides_on_no_exemption_of_screens_beyond(town: Town) -> None:
    """For any reader; a foreign one is answered as missing."""
    exemption = town.excused()

    assert _verdicts(town.of_street, f"/exemptions/{exemption}") == [403, 403]


@pytest.mark.slow
def test_he_signs_no_new_version_of_content_shown_beyond(town: Town) -> None:
    new = town.next_version()

    alone = _verdicts(town.of_street, f"/assets/{new}")
    along = town.submitted(town.within["his street"], new)

    assert alone == [403, 403]
    assert act(town.of_street, along, "approve").status_code == 403
    assert _verdicts(town.office.reviewer, f"/assets/{new}")[0] == 200


@pytest.mark.parametrize(
    "name", ["his street", "a kind there", "a venue of his", "a screen of his"]
)
def test_what_stays_in_his_street_he_signs(town: Town, name: str) -> None:
    selector = town.within[name]
    campaign, takeover = town.submitted(selector), town.asked(selector)

    assert act(town.of_street, campaign, "approve").status_code == 200
    answer = call(town.of_street, "POST", f"/takeovers/{takeover}/approve")
    assert answer.status_code == 200


def test_who_is_in_charge_of_all_is_the_one_who_is_asked(town: Town) -> None:
    campaign = town.submitted(town.beyond["everything"])

    page = town.office.reviewer.client.get(f"/campaigns/{campaign}").text

    assert f"{campaign}/approve" in page
    assert act(town.office.reviewer, campaign, "approve").status_code == 200


def _verdicts(person: Person, path: str) -> list[int]:
    return [
        call(person, "POST", f"{path}/{act}", **body).status_code
        for act, body in YES_AND_NO.items()
    ]
