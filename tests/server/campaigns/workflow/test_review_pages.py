"""A campaign's page for the signer, and in print: steps, changes, screens, months."""

import re
from pathlib import Path

import pytest

from tests.support.app.campaigns import (
    Office,
    act,
    bank,
    call,
    draft,
    live,
    open_office,
    read,
    signed,
)
from tests.support.app.people import Person, give_role, sign_in
from tests.support.app.world import make_world

pytestmark = pytest.mark.slow


def page(person: Person, path: str) -> str:
    answer = person.client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def words(html: str) -> str:
    """The page's text without tags and needless space."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def part(html: str, name: str) -> str:
    """One section by its id, in words."""
    found = re.search(rf'<section[^>]* id="{name}".*?</section>', html, re.DOTALL)
    return "" if found is None else words(found.group())


@pytest.fixture
def three_steps(tmp_path: Path) -> Office:
    return open_office(make_world(tmp_path, review_steps=3))


def test_the_page_shows_who_did_which_step_and_whose_turn_it_is(three_steps: Office) -> None:
    office = three_steps
    second = sign_in(office.world, "reviewer", over=1)
    campaign_id = draft(office)
    path = f"/campaigns/{campaign_id}"
    assert part(page(office.author, path), "steps") == ""

    act(office.author, campaign_id, "submit")
    steps = part(page(office.reviewer, path), "steps")
    assert re.search(
        r"初审 等待审批 reviewer2、reviewer4 任一人即可 复审 尚未到这一步 终审 尚未到这一步", steps
    )

    act(office.reviewer, campaign_id, "approve", opinion="画面清楚")
    steps = part(page(second, path), "steps")
    assert re.search(
        r"初审 同意 reviewer2 2026-11-24 09:00 画面清楚 复审 等待审批 reviewer4", steps
    )


def test_the_verdict_is_offered_to_those_who_may_give_it_and_explained_to_others(
    three_steps: Office,
) -> None:
    office = three_steps
    campaign_id = draft(office)
    act(office.author, campaign_id, "submit")
    path, verdict = f"/campaigns/{campaign_id}", f"/api/v1/campaigns/{campaign_id}/approve"
    assert verdict in page(office.reviewer, path)
    assert verdict not in page(office.author, path)

    act(office.reviewer, campaign_id, "approve")
    after = page(office.reviewer, path)

    assert verdict not in after
    assert "您已审批过前一步" in after
    assert "没有可以审批这一步的人" in after
    give_role(office.world, office.author, "reviewer")
    assert "不能审批自己编写、修改或提交的内容" in page(office.author, path)


def test_a_rejected_campaign_shows_the_reason(three_steps: Office) -> None:
    office = three_steps
    campaign_id = draft(office)
    act(office.author, campaign_id, "submit")
    act(office.reviewer, campaign_id, "reject", reason="日期有误")

    html = page(office.author, f"/campaigns/{campaign_id}")

    assert re.search(r"初审 退回 reviewer2 2026-11-24 09:00 日期有误", part(html, "steps"))
    assert "送审" in html
    act(office.author, campaign_id, "submit")
    assert "等待审批" in part(page(office.author, f"/campaigns/{campaign_id}"), "steps")


def test_only_the_version_read_is_approved_from_the_page(office: Office) -> None:
    campaign_id = draft(office)
    act(office.author, campaign_id, "submit")
    html = page(office.reviewer, f"/campaigns/{campaign_id}")
    tag = re.search(r'/approve" data-match="(\w+)"', html)
    assert tag is not None
    call(office.author, "PATCH", f"/campaigns/{campaign_id}", name="改过的名称")
    act(office.author, campaign_id, "submit")

    late = office.reviewer.client.post(
        f"/api/v1/campaigns/{campaign_id}/approve", json={}, headers={"If-Match": f'"{tag[1]}"'}
    )

    assert late.status_code == 412
    assert read(office.author, campaign_id)["state"] == "submitted"


def test_the_changes_show_pictures_words_and_days(office: Office) -> None:
    bank(office.world)
    campaign_id = live(office, ends_on="2026-11-27")
    act(office.author, campaign_id, "revise")
    changed = {"name": "新的名称", "ends_on": "2026-11-25", "selector": {"venue_kinds": ["bank"]}}
    call(office.author, "PATCH", f"/campaigns/{campaign_id}", **changed)
    act(office.author, campaign_id, "submit")

    html = page(office.reviewer, f"/campaigns/{campaign_id}")
    changes = part(html, "changes")

    assert re.search(r"年末防骗宣传 新的名称", changes)
    assert re.search(r"全部显示屏 银行网点", changes)
    assert "由 4 天变为 2 天" in changes
    assert len(re.findall(r'class="run-removed[^"]*" title="2026-11-2[67] 不再播放', html)) == 2


def test_a_signed_off_campaign_has_nothing_to_compare(office: Office) -> None:
    assert part(page(office.reviewer, f"/campaigns/{live(office)}"), "changes") == ""


def test_a_count_of_screens_opens_into_the_list(office: Office) -> None:
    stays, goes = bank(office.world, name="城关支行"), bank(office.world, kind="hotel", name="旅馆")
    campaign_id = live(office)
    act(office.author, campaign_id, "revise")
    selector = {"venue_kinds": ["bank"]}
    call(office.author, "PATCH", f"/campaigns/{campaign_id}", selector=selector)

    every = page(office.author, f"/campaigns/{campaign_id}/screens")
    lost = page(office.author, f"/campaigns/{campaign_id}/screens?change=lost")

    assert "2 块显示屏，2 个点位" in words(every)
    assert "减少 1" in words(every)
    assert f"/screens/{goes.public_id}" in lost
    assert f"/screens/{stays.public_id}" not in lost


def test_screens_outside_the_scope_are_counted_and_not_named(office: Office) -> None:
    foreign = bank(office.world, name="别处的支行")
    campaign_id = live(office)
    near = sign_in(office.world, "viewer", office.author.unit_id)

    html = page(near, f"/campaigns/{campaign_id}/screens")

    assert "其中 1 块不在您的管辖范围内" in words(html)
    assert foreign.public_id not in html
    hidden = office.stranger.client.get(f"/campaigns/{campaign_id}/screens")
    assert hidden.status_code == 404


def test_the_sheet_has_scope_dates_content_opinions_and_room_for_seals(
    three_steps: Office,
) -> None:
    office = three_steps
    bank(office.world)
    campaign_id = draft(office, selector={"venue_kinds": ["bank"]}, floor=4)
    assert "还没有送审" in page(office.author, f"/campaigns/{campaign_id}/approval-sheet")
    act(office.author, campaign_id, "submit")
    act(office.reviewer, campaign_id, "approve", opinion="画面清楚")

    html = page(office.author, f"/campaigns/{campaign_id}/approval-sheet")
    sheet = words(html)

    for text in (
        "年末防骗宣传",
        "2026-11-24 – 2026-12-31 共 38 天",
        "银行网点 目前 1 块显示屏，1 个点位",
        "每小时 12 次 每小时最低 4 次",
        "图片 15 秒",
        "初审意见 同意 ：画面清楚",
        "审批人：reviewer2",
        "复审意见",
        "终审意见",
        "送审单位（盖章）",
        "审批单位（盖章）",
    ):
        assert text in sheet, text
    assert "<img src=" in html.partition("paper-content")[2]


def test_the_sheet_of_a_signed_campaign_keeps_its_own_opinions(office: Office) -> None:
    campaign_id = draft(office)
    act(office.author, campaign_id, "submit")
    act(office.reviewer, campaign_id, "reject", reason="日期有误")
    act(office.author, campaign_id, "submit")
    act(office.reviewer, campaign_id, "approve", opinion="可以播放")
    act(office.author, campaign_id, "revise")

    sheet = words(page(office.author, f"/campaigns/{campaign_id}/approval-sheet"))

    assert "审批意见 同意 ：可以播放" in sheet
    assert "日期有误" not in sheet
    assert sheet.index("已批准") < sheet.index("任务名称")


def test_the_sheet_has_an_opinion_once_and_the_priority_by_name(office: Office) -> None:
    campaign_id = draft(office, tier=1)
    act(office.author, campaign_id, "submit")
    act(office.reviewer, campaign_id, "approve", opinion="同意")

    sheet = words(page(office.author, f"/campaigns/{campaign_id}/approval-sheet"))

    assert "审批意见 同意 审批人" in sheet
    assert "优先级 1（最先保证）" in sheet
    assert f"编号 {campaign_id.partition('_')[2]}-1" in sheet


def test_months_show_campaigns_by_state_and_unit_on_their_days(office: Office) -> None:
    workdays = [{"days": [1, 2, 3, 4, 5], "from": "08:00", "to": "20:00", "calendar": "workdays"}]
    running = draft(office, name="工作日宣传", dayparts=workdays, starts_on="2026-11-26")
    assert signed(office, running)["state"] == "approved"
    waiting = draft(office, name="草稿任务", starts_on="2026-11-30", ends_on="2026-12-02")

    html = page(office.author, "/campaigns/calendar?month=2026-11")
    november, december = html.split('<h2 class="card-title">')[1:3]

    assert "2 个任务" in november
    # From Thursday the 26th: two days, a week-end, Monday the 30th.
    assert re.findall(
        r'class="run-bar run-approved" x="(\d+)" y="1.5" width="(\d+)"', november
    ) == [
        ("25", "2"),
        ("29", "1"),
    ]
    assert re.findall(r'class="run-bar run-draft" x="(\d+)" y="1.5" width="(\d+)"', december) == [
        ("0", "2")
    ]
    only = page(office.author, "/campaigns/calendar?month=2026-11&state=draft")
    assert (waiting in only, f'"/campaigns/{running}"' in only) == (True, False)
    assert "还没有宣传任务" in page(office.stranger, "/campaigns/calendar")


def test_the_line_of_today_is_at_this_time_of_day(office: Office) -> None:
    draft(office, name="草稿任务", starts_on="2026-11-30", ends_on="2026-12-02")

    html = page(office.author, "/campaigns/calendar?month=2026-11")

    at = {float(x) for x in re.findall(r'class="slot-now" x="([0-9.]+)"', html)}
    assert at == {23.38}, "the 24th, 9:00"


@pytest.mark.parametrize("month", ["", "2026-13", "x", "1899-01", "9999-12"])
def test_a_month_that_nobody_means_is_this_one_or_the_nearest(office: Office, month: str) -> None:
    assert "<h1>" in page(office.author, f"/campaigns/calendar?month={month}")


def test_public_holidays_are_free_days_and_make_up_workdays_are_not(office: Office) -> None:
    live(office, starts_on="2026-10-01")

    html = page(office.author, "/campaigns/calendar?month=2026-10")

    assert html.count('class="run-day free" title="国庆节"') == 7
    worked = re.search(r'class="run-day" title="国庆节调休上班"><span>(\d+)</span><small>班', html)
    assert worked is not None
    assert worked[1] == "10"


def test_the_campaigns_own_months_have_its_days_and_hours(office: Office) -> None:
    parts = [{"days": [6], "from": "09:00", "to": "12:00"}]
    html = page(office.author, f"/campaigns/{draft(office, dayparts=parts)}")

    saturdays = re.findall(r'class="run-kept[^"]*" title="(\S+) 播放 09:00–12:00"', html)
    assert saturdays == ["2026-11-28", "2026-12-05", "2026-12-12", "2026-12-19", "2026-12-26"]


def test_a_revision_and_a_draft_can_be_thrown_away_from_the_page(office: Office) -> None:
    kept, thrown = live(office), draft(office)
    act(office.author, kept, "revise")

    assert f"DELETE /api/v1/campaigns/{kept}/revision" in page(office.author, f"/campaigns/{kept}")
    assert f'"DELETE /api/v1/campaigns/{thrown}"' in page(office.author, f"/campaigns/{thrown}")
    assert signed(office, draft(office))["state"] == "live"


def test_the_priority_is_in_words(three_steps: Office) -> None:
    campaign_id = draft(three_steps, tier=1)

    assert "优先级 1（最先保证）" in words(page(three_steps.author, f"/campaigns/{campaign_id}"))


def test_who_signs_is_asked_to_check_the_content_and_after_that_nobody(office: Office) -> None:
    waiting, on_air = draft(office), live(office)
    act(office.author, waiting, "submit")

    def notices(campaign_id: str) -> list[str]:
        return re.findall(
            'data-notices="([^"]+)"', page(office.reviewer, f"/campaigns/{campaign_id}")
        )

    assert notices(waiting) == ["审批前请核对"]
    assert notices(on_air) == ["内容提示"]
