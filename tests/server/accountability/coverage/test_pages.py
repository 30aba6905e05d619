"""The ledger on pages: a line each, every figure opens into as many venues, whom to call."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from server.inventory.screens.models import Screen
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.people import sign_in
from tests.support.reporting.coverage import MIDNIGHT_MS, Town, day

PERIOD = f"from={day(0)}&to={day(4)}"


@pytest.fixture
def mixed(town: Town) -> Town:
    """A street and a village below it; venues of each access, with and without territory."""
    street = make_unit(town.world, "东街")
    village = make_unit(town.world, "东村", street)
    bank = town.opens("银行", unit=street, territory_unit_id=village)[0]
    town.opens("学校", unit=village, kind="school", contact_name="卫老师", contact_phone="0571-1")
    mall = town.manual("商场", unit=village, kind="mall")
    town.opens("商行", screens=0, unit=street, kind="shop", access="none")
    town.becomes(5)
    town.plays(bank, *[9] * 5)
    town.approved(mall)
    return town


def main(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text.partition("<main")[2]


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("group", ["unit", "territory", "venue_kind", "line", "day"])
def test_every_figure_opens_into_as_many_venues(mixed: Town, group: str) -> None:
    client = mixed.reader()
    page = main(client, f"/reports/coverage?{PERIOD}&group_by={group}")
    links = re.findall(r'<a href="(/reports/coverage/venues[^"]*)">(\d+)</a>', page)

    assert len(links) >= 6
    for href, figure in links:
        shown = main(client, href.replace("&amp;", "&"))
        assert len(re.findall(r'<td><a href="/venues/v_\d+">', shown)) == int(figure), href


@pytest.mark.slow
def test_a_line_shows_its_share_and_a_bar_of_it(mixed: Town) -> None:
    page = main(mixed.reader(), f"/reports/coverage?{PERIOD}")

    assert "东街 50.0 % 2 1 1 0 0 0 0 1" in plain(page)
    assert "东村 0.0 % 含人工上报 50.0 % 2 1 0 1 0 1 0 0" in plain(page)
    assert "合计 25.0 % 含人工上报 50.0 % 4 2 1 1 0 1 0 1" in plain(page)
    assert '<rect class="share-good" x="0.0" width="25.0"' in page
    assert '<rect class="share-said" x="25.0" width="25.0"' in page
    assert "style=" not in page


@pytest.mark.slow
def test_it_states_its_instant_pending_plays_and_rule(mixed: Town) -> None:
    answer = mixed.reader().get(f"/reports/coverage?{PERIOD}")

    assert "数据截至 2026-11-29 00:00 · 待回传 5 / 10 个点位日（50.0 %）" in plain(answer.text)
    assert "应播的 80 % 及以上计为达标日" in answer.text


@pytest.mark.slow
def test_venues_come_with_state_days_and_whom_to_call(mixed: Town) -> None:
    page = main(mixed.reader(), f"/reports/coverage/venues?{PERIOD}")

    assert "学校 东村 · 学校 待回传 达标天数 0 / 5 卫老师 0571-1 播放报表" in plain(page)
    assert "商场 东村 · 商场 人工上报 达标天数 5 / 5 人工上报" in plain(page)
    assert 'href="tel:0571-1"' in page
    assert f"/reports?from={day(0)}&amp;to={day(4)}&amp;group_by=campaign&amp;venue_id=v_2" in page


@pytest.mark.slow
def test_where_nothing_was_to_play_nobody_is_blamed(mixed: Town) -> None:
    mixed.opens("幼儿园", screens=0, kind="school")
    with_box = make_venue(mixed.world, name="小学", kind="school")
    make_screen(mixed.world, venue=with_box, name="门厅", enrolled_at=MIDNIGHT_MS)
    without = make_venue(mixed.world, name="中学", kind="school")
    screen = make_screen(mixed.world, venue=without, name="礼堂", enrolled_at=MIDNIGHT_MS)
    with mixed.world.core.config.write() as session:
        session.get_one(Screen, screen.id).enrolled_at = None
    path = f"/reports/coverage/venues?{PERIOD}&state=not_reached"

    page = mixed.reader().get(path).text
    shown = plain(page)

    assert "幼儿园 本区 · 学校 无应播 没有登记显示屏" in shown
    assert "小学 本区 · 学校 无应播 这段时间没有安排宣传任务" in shown
    assert "中学 本区 · 学校 无应播 显示屏还没有绑定终端" in shown
    assert f'<a href="/screens?venue_id=v_{without}">显示屏还没有绑定终端</a>' in page
    assert "未达标点位（3 个）" in shown


def names_in_order(town: Town) -> list[str]:
    page = main(town.reader(), f"/reports/coverage/venues?{PERIOD}")
    return re.findall(r'<td><a href="/venues/v_\d+">([^<]*)</a>', page)


@pytest.mark.slow
def test_who_is_to_be_called_comes_first_and_then_by_name(mixed: Town) -> None:
    mixed.opens("幼儿园", kind="school")
    mixed.opens("中学", kind="school")
    before = names_in_order(mixed)
    with mixed.world.core.config.write() as session:
        session.execute(text("UPDATE venues SET name = '一中' WHERE name = '幼儿园'"))

    assert before == ["学校", "幼儿园", "中学", "商行", "商场", "银行"]
    assert names_in_order(mixed) == ["学校", "一中", "中学", "商行", "商场", "银行"]


@pytest.mark.slow
def test_of_a_unit_above_only_its_own_venues_are_listed(mixed: Town) -> None:
    page = plain(main(mixed.reader(), f"/reports/coverage/venues?{PERIOD}&group_by=unit&of=u_2"))

    assert "银行" in page
    assert "东村" not in page


@pytest.mark.slow
def test_by_venue_it_goes_to_the_venues(mixed: Town) -> None:
    answer = mixed.reader().get(f"/reports/coverage?{PERIOD}&group_by=venue&unit_id=u_3")

    assert answer.status_code == 302
    shown = plain(main(mixed.reader(), answer.headers["Location"]))
    assert "学校" in shown
    assert "银行" not in shown


@pytest.mark.slow
def test_it_narrows_and_files_with_it(mixed: Town) -> None:
    page = main(mixed.reader(), f"/reports/coverage?{PERIOD}&unit_id=u_3")
    whole = mixed.reader().get(f"/reports/coverage?{PERIOD}&unit_id=u_3").text

    assert "东街" not in plain(page)
    assert f"coverage.xlsx?from={day(0)}&amp;to={day(4)}&amp;group_by=unit&amp;unit_id=u_3" in whole


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/reports/coverage", "没有应覆盖的点位"),
        ("/reports/coverage/venues?state=reached", "没有这样的点位"),
    ],
)
def test_without_venues_it_shows_what_to_do(town: Town, path: str, words: str) -> None:
    assert words in main(town.reader(), path)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/reports/coverage?from=2026-11-25&to=2026-11-24", 422),
        ("/reports/coverage?group_by=screen", 422),
        ("/reports/coverage/venues?group_by=campaign", 422),
        ("/reports/coverage?unit_id=u_99", 404),
        ("/reports/coverage?from=morgen", 422),
    ],
)
def test_a_wrong_question_is_answered_in_words(town: Town, path: str, status: int) -> None:
    answer = town.reader().get(path)

    assert answer.status_code == status
    assert answer.mimetype == "text/html"


@pytest.mark.slow
def test_a_venue_contact_sees_his_own_venue_on_it(mixed: Town) -> None:
    person = sign_in(mixed.world, "venue")
    mixed.opens("我的", screens=0, contacts=(person.user_id,))

    page: Any = main(person.client, f"/reports/coverage/venues?{PERIOD}")

    assert re.findall(r'<a href="/venues/(v_\d+)">', page) == ["v_5"]


@pytest.mark.parametrize("query", ["from=morgen", "group_by=x"])
def test_the_other_reports_answer_in_words_too(town: Town, query: str) -> None:
    assert town.reader().get(f"/reports?{query}").status_code == 422


def test_reports_lead_to_it(town: Town) -> None:
    assert 'href="/reports/coverage"' in town.reader().get("/reports").text


@pytest.mark.slow
def test_thresholds_are_set_by_the_districts_administrator(town: Town) -> None:
    admin = sign_in(town.world, "admin").client.get("/settings").text
    street = sign_in(town.world, "admin", make_unit(town.world)).client.get("/settings").text
    chen = sign_in(town.world, "publicity").client.get("/settings").text

    assert 'data-api="PATCH /api/v1/settings"' in admin
    assert '<option value="0.8" selected>80 %</option>' in admin
    assert "覆盖标准" in admin
    assert "覆盖标准" not in street + chen


@pytest.mark.slow
@pytest.mark.parametrize(
    "query",
    ["to=0001-01-03", "from=0001-01-01&to=0001-01-02", "from=9999-12-30&to=9999-12-31"],
)
@pytest.mark.parametrize(
    "path",
    [
        "/reports",
        "/reports/coverage",
        "/reports/coverage/venues",
        "/api/v1/reports/delivery",
        "/api/v1/reports/delivery.csv",
        "/api/v1/reports/coverage",
        "/api/v1/reports/coverage.csv",
        "/api/v1/reports/coverage.xlsx",
        "/api/v1/reports/uptime",
        "/api/v1/reports/uptime.csv",
        "/api/v1/reports/uptime.xlsx",
    ],
)
def test_days_that_nobody_can_mean_are_refused(town: Town, path: str, query: str) -> None:
    assert town.reader().get(f"{path}?{query}").status_code == 422


@pytest.mark.slow
def test_a_group_of_days_names_no_venues(mixed: Town) -> None:
    page = main(mixed.reader(), f"/reports/coverage/venues?{PERIOD}&group_by=day&of=x")

    assert "银行" in page


@pytest.mark.slow
@pytest.mark.parametrize("cursor", ["%C2%B2", "9" * 16, "x", "-1", ""])
@pytest.mark.parametrize("path", ["/attestations", "/spot-checks", "/settings/exemptions"])
def test_a_page_that_nobody_led_to_is_the_first(town: Town, path: str, cursor: str) -> None:
    answer = sign_in(town.world, "publicity").client.get(f"{path}?cursor={cursor}")

    assert answer.status_code == 200


@pytest.mark.slow
def test_an_auditor_is_led_only_to_where_he_may_go(mixed: Town) -> None:
    auditor = sign_in(mixed.world, "auditor").client
    shown = main(auditor, f"/reports/coverage/venues?{PERIOD}")

    links = re.findall(r'href="(/(?:venues|reports)[^"]+)"', shown)
    statuses = {link: auditor.get(link.replace("&amp;", "&")).status_code for link in links}

    assert "银行" in shown
    assert set(statuses.values()) == {200}, statuses
    assert 'href="/venues' not in main(auditor, f"/reports/coverage?{PERIOD}")


@pytest.mark.slow
def test_an_auditor_reads_the_ledger_of_one_venue(mixed: Town) -> None:
    auditor = sign_in(mixed.world, "auditor").client

    page = auditor.get(f"/reports/coverage?{PERIOD}&venue_id=v_1&unit_id=u_2")

    assert page.status_code == 200
    assert "东街；银行" in plain(page.text)
    assert auditor.get("/reports/coverage?venue_id=v_99").status_code == 404
