"""待办 shows who asks for what, with its picture, and for how long it has waited."""

import re

import pytest

from tests.support.app.campaigns import (
    EVERYWHERE,
    Office,
    act,
    bank,
    call,
    draft,
    make_playlist,
    open_office,
    picture,
)
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS
from tests.support.app.people import Person
from tests.support.app.world import World
from tests.support.browser.page_inventory import statements
from tests.support.factories.incidents import make_incident
from tests.support.reporting.spot_checks import make_check

pytestmark = pytest.mark.slow
LINE = re.compile(
    r'<li[^>]*>(?:<span class="todo-picture">.*?</span>)?<span class="todo-what">'
    r'<a href="[^"]*">([^<]*)</a>(?:<span[^>]*>[^<]*</span>)?</span>'
    r'(?:<time class="([^"]*)"[^>]*title="([^"]*)">([^<]*)</time>)?'
)
IN_MENU = re.compile(r'<span class="count"><span[^>]*>[^<]*</span>(\d+)</span>')


@pytest.fixture
def office(world: World) -> Office:
    bank(world)
    return open_office(world)


def later(office: Office, by_ms: int) -> None:
    office.world.clock.forward(by_ms)
    office.again()


def lines(person: Person, lang: str = "zh") -> dict[str, str]:
    """What waits for a person, with its age."""
    page = person.client.get("/todo", query_string={"lang": lang}).text
    return {text: age for text, _, _, age in LINE.findall(page)}


def test_a_campaign_waits_since_it_was_sent_last_and_not_since_it_was_made(office: Office) -> None:
    number = draft(office, name="岁末宣传")
    later(office, DAY_MS)
    act(office.author, number, "submit", include_assets=True)
    later(office, 2 * HOUR_MS)
    assert act(office.reviewer, number, "reject", reason="请改").status_code == 200
    later(office, HOUR_MS)
    assert act(office.author, number, "submit", include_assets=True).status_code == 200
    later(office, 3 * HOUR_MS + 59 * MINUTE_MS)

    assert lines(office.reviewer)["宣传任务待审批：岁末宣传"] == "已等 3 小时"
    assert lines(office.reviewer, "en")["Campaign to sign off: 岁末宣传"] == "waiting 3 h"


def test_a_takeover_shows_minutes_and_entries_older_than_a_day_are_highlighted(
    office: Office,
) -> None:
    body = {"asset_id": picture(office), "selector": EVERYWHERE, "label": "预警"}
    call(office.author, "POST", "/takeovers", **body)

    def shown() -> tuple[str, str]:
        page = office.reviewer.client.get("/", query_string={"lang": "zh"}).text
        ((_, css_class, since, age),) = [one for one in LINE.findall(page) if "预警" in one[0]]
        assert since == "2026-11-24 09:00"
        return css_class, age

    assert shown() == ("faint", "刚刚")
    later(office, 12 * MINUTE_MS)
    assert shown() == ("faint", "已等 12 分钟")
    later(office, DAY_MS)
    assert shown() == ("state wait", "已等 24 小时")
    later(office, DAY_MS)
    assert shown() == ("state wait", "已等 2 天")


def test_a_line_for_several_shows_the_oldest_of_them(office: Office) -> None:
    world, screen = office.world, bank(office.world)
    make_check(world, screen, answered_at=world.clock.now_ms())
    make_incident(world, screen)
    later(office, HOUR_MS)
    make_incident(world, screen, "failing")
    later(office, HOUR_MS)

    found = lines(office.reviewer)

    assert found["抽查画面待复核：1 次"] == "已等 2 小时"
    assert found["故障待接手：2 处"] == "最早的已等 2 小时"


def test_ages_of_many_are_read_at_once(office: Office) -> None:
    def asked(sent: int) -> int:
        office.reviewer.client.get("/todo")  # what is read once and kept
        with statements(office.world) as found:
            answer = office.reviewer.client.get("/todo")
        assert answer.text.count("宣传任务待审批") == sent
        return len(found)

    def send(count: int) -> None:
        for _ in range(count):
            act(office.author, draft(office), "submit", include_assets=True)

    send(1)
    one = asked(1)
    send(3)

    assert asked(4) == one


def test_pictures_that_wait_with_their_campaign_are_no_lines_of_their_own(office: Office) -> None:
    with_it = [picture(office, state="ready", name=f"随任务 {n}") for n in range(2)]
    alone = picture(office, state="ready", name="单独的")
    number = draft(
        office, playlist_id=make_playlist(office, *with_it, duration_s=15), name="岁末宣传"
    )
    act(office.author, number, "submit", include_assets=True)
    call(office.author, "POST", f"/assets/{alone}/submit")

    page = office.reviewer.client.get("/todo?lang=zh").text

    assert set(lines(office.reviewer)) == {"宣传任务待审批：岁末宣传", "素材待审批：单独的"}
    assert "含待审画面 2 幅" in page
    assert page.count('class="todo-picture"') == 2
    assert page.count(f">{office.author.username}") == 2


def test_the_menu_and_the_overview_count_what_the_list_has(office: Office) -> None:
    new = [picture(office, state="ready", name=f"随任务 {n}") for n in range(3)]
    alone = picture(office, state="ready", name="单独的")
    number = draft(office, playlist_id=make_playlist(office, *new, duration_s=15))
    act(office.author, number, "submit", include_assets=True)
    call(office.author, "POST", f"/assets/{alone}/submit")

    page = office.reviewer.client.get("/", query_string={"lang": "zh"}).text

    assert len(lines(office.reviewer)) == 2
    assert set(IN_MENU.findall(page)) == {"2"}
    assert IN_MENU.findall(office.reviewer.client.get("/waiting").text) == ["2", "2"]
    assert '待办</h2><span class="state wait">2</span>' in page


def test_the_overview_has_the_first_few_and_leads_to_the_others(office: Office) -> None:
    for _ in range(5):
        act(office.author, draft(office), "submit", include_assets=True)

    page = office.reviewer.client.get("/", query_string={"lang": "zh"}).text

    assert page.count("宣传任务待审批") == 4
    assert 'href="/todo">全部待办</a>' in page


def test_a_takeover_is_highlighted_against_what_is_not_urgent(office: Office) -> None:
    act(office.author, draft(office), "submit", include_assets=True)
    body = {"asset_id": picture(office), "selector": EVERYWHERE, "label": "预警"}
    call(office.author, "POST", "/takeovers", **body)

    page = office.reviewer.client.get("/todo?lang=zh").text

    assert page.count('<li class="is-urgent">') == 1
    assert page.index("预警") < page.index("宣传任务待审批")


def test_nothing_waits_and_the_page_shows_that(office: Office) -> None:
    assert "没有需要您处理的事项" in office.reviewer.client.get("/todo?lang=zh").text


def test_a_page_asks_once_whether_anything_waits_and_no_more_where_nothing_does(
    office: Office,
) -> None:
    office.reviewer.client.get("/waiting")
    with statements(office.world) as asked:
        assert office.reviewer.client.get("/waiting").status_code == 200
    of_tasks = [sql for sql in asked if "submitted" in sql or "EXISTS" in sql]

    assert len(of_tasks) == 1, of_tasks
