"""Campaigns are marked 公益 by their author; reports by campaign have their share of all plays."""

from typing import Any

import pytest

from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.reporting.reports import report
from tests.support.reporting.rise_scenario import District, make_rise, open_district

pytestmark = pytest.mark.slow

DAY = {"from": "2026-11-26", "to": "2026-11-26"}


def district(world: World, **fields: Any) -> District:
    """k_1 has half of the plays on Thursday, k_9 and what is of no campaign the others."""
    made = open_district(world)
    made.publish(**fields)
    make_rise(made, made.screen())
    return made


def test_the_share_is_of_all_plays_that_were_shown(world: World) -> None:
    district(world, public_interest=True)
    person = sign_in(world, "publicity")
    found = report(person.client, group_by="campaign", **DAY)

    marked, whole = found["of_public_interest"], found["totals"]["confirmed"]
    mine = next(row for row in found["items"] if row["campaign_id"] == "k_1")
    assert (marked["confirmed"], marked["expected"]) == (mine["confirmed"], mine["expected"])
    assert marked["confirmed"] == 240
    assert marked["share_of_confirmed"] == round(240 / whole, 4) == 0.5
    page = person.client.get(
        "/reports?from=2026-11-26&to=2026-11-26&group_by=campaign&lang=zh"
    ).text
    assert "其中公益宣传" in page
    assert "占实播 50.0 %" in page


@pytest.mark.parametrize("mark", [False, None])
def test_what_is_not_marked_is_no_part_of_it(world: World, mark: bool | None) -> None:
    district(world, public_interest=mark)
    person = sign_in(world, "publicity")
    found = report(person.client, group_by="campaign", **DAY)

    assert found["of_public_interest"]["confirmed"] == 0
    page = person.client.get(
        "/reports?from=2026-11-26&to=2026-11-26&group_by=campaign&lang=zh"
    ).text
    assert "其中公益宣传" not in page


def test_other_groupings_have_no_such_figure(world: World) -> None:
    district(world, public_interest=True)

    assert report(sign_in(world).client, group_by="unit", **DAY)["of_public_interest"] is None


def test_the_mark_is_content_and_is_signed_with_it(world: World) -> None:
    made = open_district(world)
    campaign = made.publish(public_interest=True)
    author, reviewer = made.office.publicity, made.office.reviewer
    url = f"/api/v1/campaigns/{campaign}"
    assert author.client.get(url).json["public_interest"] is True
    assert author.client.patch(url, json={"public_interest": False}).status_code == 409

    made.office.drafts(campaign, public_interest=False)
    shown = author.client.get(f"/campaigns/{campaign}?lang=zh").text
    assert "<td>公益</td><td>公益宣传</td><td><strong>非公益</strong></td>" in shown
    assert author.client.get(url).json["public_interest"] is True
    made.office.signs_off(campaign)
    assert reviewer.client.get(url).json["public_interest"] is False


def test_the_sheet_to_be_sealed_names_it(world: World) -> None:
    made = open_district(world)
    campaign = made.publish(public_interest=True)
    sheet = made.office.reviewer.client.get(f"/campaigns/{campaign}/approval-sheet?lang=zh").text

    assert "（公益宣传）" in sheet


def test_an_offices_new_campaign_is_marked_unless_somebody_takes_it_off(world: World) -> None:
    made = open_district(world)
    page = made.office.publicity.client.get("/campaigns/new?lang=zh").text
    form = page.partition('name="public_interest"')[2].partition(">")[0]

    assert "checked" in form
