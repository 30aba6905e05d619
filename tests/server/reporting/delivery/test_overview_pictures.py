"""The overview's charts show the same as its figures, and link to the rows behind them."""

import re

import pytest
from sqlalchemy import select

from server.campaigns.models import Takeover
from server.campaigns.workflow.state_clock import advance
from server.content.models import Asset
from tests.support.app.clock import DAY_MS, HOUR_MS
from tests.support.app.inventory import BoundScreen
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in_all, put_on_air
from tests.support.reporting.rise_scenario import MIDNIGHT, SINCE, open_district

pytestmark = pytest.mark.slow

MORNING = MIDNIGHT + 2 * DAY_MS + 9 * HOUR_MS
"""240 plays of a campaign were expected by 11 o'clock; the last hour's aren't reported."""


@pytest.fixture
def screen(world: World) -> BoundScreen:
    district = open_district(world)
    district.publish()
    made = district.screen()
    put_on_air(world, made, SINCE, MIDNIGHT)
    world.clock.at_ms = MORNING + 2 * HOUR_MS
    hand_in_all(world, made, SINCE, SINCE.slots(MORNING, MORNING + HOUR_MS))
    advance(world.core)
    return made


def page(person: Person, path: str = "/", language: str = "zh") -> str:
    answer = person.client.get(path, query_string={"lang": language})
    assert answer.status_code == 200
    return answer.text


def figures(shown: str, name: str) -> list[list[str]]:
    """The rows of the table beside a drawing."""
    figure = next(one for one in shown.split("<figure")[1:] if f">{name}</h2>" in one)
    rows = re.findall(r"<tr>(.*?)</tr>", figure.partition("</figure>")[0])[1:]
    cells = (re.findall(r"<td[^>]*>(.*?)</td>", row) for row in rows)
    return [[re.sub(r"<[^>]+>", "", cell) for cell in row] for row in cells]


def test_the_hours_of_today_are_drawn_with_what_is_not_reported_yet(
    world: World, screen: BoundScreen
) -> None:
    shown = page(sign_in(world))

    hours = {row[0]: row[1:] for row in figures(shown, "今日各时段")}
    assert hours["09:00"][0] == hours["09:00"][1], "all was shown"
    assert hours["10:00"][1] == "0"
    assert hours["10:00"][0] == hours["10:00"][2], "all is awaited"
    assert 'class="t-pending"' in shown
    assert "group_by=hour&amp;campaigns_only=true#hour-9" in shown


def test_the_last_fourteen_days_are_beside_the_target(world: World, screen: BoundScreen) -> None:
    shown = page(sign_in(world))
    drawing = shown.partition(">近 14 天</h2>")[2].partition("</figure>")[0]

    assert drawing.count('class="hit"') == 14
    assert drawing.count('class="target"') == 2, "in the drawing, and in its key"
    assert "目标 95 %" in drawing


def test_what_is_shown_of_today_is_the_same_everywhere(world: World, screen: BoundScreen) -> None:
    shown = page(sign_in(world))
    count = re.search(r"<strong[^>]*>([\d,]+)</strong>今日宣传任务实播", shown)
    rate = re.search(r"<strong[^>]*>([\d.]+ %)</strong>宣传任务播放完成率", shown)
    assert count is not None
    assert rate is not None

    total = sum(int(row[-3].replace(",", "")) for row in figures(shown, "今日各时段"))
    sentence = re.search(r'id="report-sentence">([^<]*)<', shown)
    today = figures(shown, "近 14 天")[0]

    assert sentence is not None
    assert f"反诈宣传已播 {count[1]} 次，完成率 {rate[1]}。" in sentence[1]
    assert total == int(count[1].replace(",", ""))
    assert (today[-3], today[-1]) == (count[1], rate[1])


def test_a_report_of_campaigns_alone_has_the_overviews_figure(
    world: World, screen: BoundScreen
) -> None:
    person = sign_in(world)
    count = re.search(r"<strong[^>]*>([\d,]+)</strong>今日宣传任务实播", page(person))
    answer = person.client.get(
        "/api/v1/reports/delivery",
        query_string={"from": "2026-11-26", "to": "2026-11-26", "campaigns_only": "true"},
    )

    assert count is not None
    assert f"{answer.json['totals']['confirmed']:,}" == count[1]


def test_the_sentence_is_english_for_who_reads_english(world: World, screen: BoundScreen) -> None:
    shown = page(sign_in(world), language="en")

    assert re.search(
        r"Today at 11:00, 本区: .*plays against fraud, delivery rate [\d.]+ %\.", shown
    )


def test_a_takeover_is_a_band_behind_the_hours(world: World, screen: BoundScreen) -> None:
    person = sign_in(world)
    before = page(person).count('class="band"')
    add_takeover(world, person)

    assert before == 0
    assert "<title>紧急插播：雨夜提醒</title>" in page(person)


def add_takeover(world: World, person: Person) -> None:
    with world.core.config.write() as session:
        asset = session.scalars(select(Asset)).first()
        assert asset is not None
        session.add(
            Takeover(
                unit_id=asset.unit_id,
                author_id=person.user_id,
                asset_id=asset.id,
                state="ended",
                selector={"all": True},
                reach=[],
                label="雨夜提醒",
                reason="",
                emergency=False,
                drill=False,
                created_at=MORNING,
                from_at=MORNING,
                until_at=MORNING + HOUR_MS // 2,
                ended_at=None,
            )
        )


def test_days_are_counted_to_the_date_of_the_total(world: World, screen: BoundScreen) -> None:
    shown = page(sign_in(world))

    assert re.search(r'class="countdown-days"><strong>\d+</strong>', shown)


@pytest.mark.parametrize("role", ["viewer", "auditor", "venue", "transport", "reviewer", "admin"])
def test_each_role_has_its_overview_without_what_it_may_not_read(
    world: World, screen: BoundScreen, role: str
) -> None:
    shown = page(sign_in(world, role))  # type: ignore[arg-type] # one of the roles

    assert (">现在在播</h2>" in shown) is (role not in ("auditor", "venue"))
    assert "今日各时段" in shown


def test_without_screens_and_plays_nothing_is_claimed(world: World) -> None:
    shown = page(sign_in(world))

    assert "今天到现在没有应播的宣传任务" in shown
    assert "还没有可汇报的数据。" in shown
    assert "100.0 %" not in shown.partition("<main")[2].replace("目标", "")
