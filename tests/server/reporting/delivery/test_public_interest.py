"""Campaigns are marked 公益 by their author; reports by campaign have their share of all plays."""

import csv
import io
from typing import Any

import openpyxl
import pytest

from tests.support.app.people import Person, sign_in
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


@pytest.mark.parametrize(
    ("mark", "named"), [(True, "公益宣传"), (False, "非公益"), (None, "未说明")]
)
def test_files_by_campaign_have_the_mark_and_the_share_of_each(
    world: World, mark: bool | None, named: str
) -> None:
    district(world, public_interest=mark)
    lines = file_of(sign_in(world, "publicity"), "delivery", group_by="campaign")

    shown = {one: (lines[one]["公益"], lines[one]["占实播"]) for one in lines if lines[one]["实播"]}
    whole = {"（无任务）": ("", "25.00%"), "k_9": ("未说明", "25.00%"), "合计": ("", "100.00%")}
    marked = {"其中公益宣传": ("", "50.00%")} if mark else {}
    assert shown == {"反诈宣传": (named, "50.00%"), **whole, **marked}


def test_a_workbook_has_the_share_as_a_number(world: World) -> None:
    district(world, public_interest=True)
    client = sign_in(world, "publicity").client
    query = {**DAY, "group_by": "campaign", "lang": "en"}
    data = client.get("/api/v1/reports/delivery.xlsx", query_string=query).data
    head, *rows = openpyxl.load_workbook(io.BytesIO(data)).active.values

    assert head[-2:] == ("Public interest", "Share of confirmed")
    shown = {row[0]: row[-2:] for row in rows if row[1]}
    assert shown["反诈宣传"] == ("In the public interest", 0.5)
    assert shown["Of which in the public interest"] == (None, 0.5)
    assert shown["Total"] == (None, 1)


def test_files_of_other_groupings_have_no_such_column(world: World) -> None:
    district(world, public_interest=True)
    lines = file_of(sign_in(world, "publicity"), "delivery", group_by="unit")

    assert [one for line in lines.values() for one in line if one in ("公益", "占实播")] == []
    assert "其中公益宣传" not in lines


def test_the_comparison_before_and_since_has_the_mark_too(world: World) -> None:
    district(world, public_interest=True)
    person = sign_in(world, "publicity")
    lines = file_of(person, "uplift")

    assert next(iter(lines.values()))["公益"] == "公益宣传"
    row = person.client.get("/api/v1/reports/uplift").json["items"][0]
    assert row["public_interest"] is True


def file_of(person: Person, name: str, **query: str) -> dict[str, dict[str, str]]:
    """The lines of a csv by their first cell."""
    answer = person.client.get(f"/api/v1/reports/{name}.csv", query_string={**DAY, **query})
    lines = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))
    return {next(iter(one.values())): one for one in lines}


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
