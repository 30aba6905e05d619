"""Each person does what he is there for, in both languages, at a desk and on a phone.

Six people over one served district; nothing patched. What each page is held to on the way is
described in `tests/support/browser/walk.py`.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pypdfium2
import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from server.foundation.public_ids import number
from tests.support.browser.walk import Walk, Way, Words, walk_of
from tests.support.district.inventory import District
from tests.support.district.office import PASSWORDS
from tests.support.district.served import serving_district
from tests.support.district.story import ADMIN_PASSWORD, SILENT, make_district
from tests.support.factories.incidents import make_incident
from tests.support.factories.sample_files import photo
from tests.support.monitoring.fleet import Fleet, make_fleet
from tests.support.monitoring.heartbeats import at
from tests.support.patience import PATIENCE_MS

pytestmark = pytest.mark.browser

CAMPAIGN, SLIDE = "年末反诈集中宣传", "未知链接不点击"
MALL, HOTEL, HOTEL_SCREEN = "万象商场", "云来宾馆", "前台"
FIRST, LAST = "2026-11-17", "2026-11-23"
"""The seven days before the district's today."""
LONG: Final = "three plain words 7"
WAYS: Final[tuple[Way, ...]] = (
    ("zh", "desk"),
    ("zh", "phone"),
    ("en", "desk"),
    ("en", "phone"),
)

W: Final[dict[str, Words]] = {
    # in the menu
    "overview": ("总览", "Overview"),
    "screens": ("显示屏", "Screens"),
    "uptime": ("运行监测", "Uptime"),
    "campaigns": ("宣传任务", "Campaigns"),
    "reports": ("报表", "Reports"),
    "settings": ("设置", "Settings"),
    # publicity
    "from": ("从", "From"),
    "to": ("到（含）", "To (inclusive)"),
    "show": ("筛选", "Filter"),
    "more": ("更多", "More"),
    "all figures": ("明细表", "All figures"),
    "boost": ("加播", "Boost"),
    "factor": ("倍数", "Factor"),
    "begins": ("开始", "From"),
    "ends": ("结束", "Until"),
    "reason": ("原因", "Reason"),
    "boosts": ("加播记录", "Boosts"),
    "copy": ("复制", "Copy"),
    "draft": ("草稿", "Draft"),
    "pictures": ("下载图片（转发微信群）", "Download pictures (for WeChat groups)"),
    "picture": (f"下载图片 {SLIDE} 1:1", f"Download picture {SLIDE} 1:1"),
    # review
    "waits": ("宣传任务待审批：{}", "Campaign to sign off: {}"),
    "why not": ("退回原因", "Reason for rejecting"),
    "reject": ("退回", "Reject"),
    "opinion": ("审批意见（可不填）", "Opinion (optional)"),
    "approve": ("批准", "Approve"),
    "live": ("播放中", "Live"),
    "audit": ("审计日志", "Audit trail"),
    "who": ("操作人", "Who"),
    "about": ("事项", "About"),
    "a campaign": ("宣传任务", "Campaign"),
    "approved": ("批准了宣传任务", "approved campaign"),
    "rejected": ("退回了宣传任务", "rejected campaign"),
    # transport
    "dark": ("断联显示屏", "Dark screens"),
    "by line": ("按线路", "By line"),
    "dark line": ("3 路：3 辆车", "3 路: "),
    "take over": ("接手", "Take over"),
    "in hand": ("处理中", "Acknowledged"),
    "cause": ("原因", "Reason"),
    "save": ("保存", "Save"),
    "sheet": ("月报表（打印）", "Monthly sheet (print)"),
    "print": ("打印", "Print"),
    # a venue's contact
    "coverage": ("覆盖", "Coverage"),
    "by hand": ("人工上报", "Reported by hand"),
    "report": ("填报", "Report"),
    "days": ("其中播了几天", "Shown on how many of them"),
    "a day": ("每天大约几次", "About how often a day"),
    "submit": ("提交", "Submit"),
    "waiting": ("待审批", "Waiting for approval"),
    # administration
    "people": ("人员", "People"),
    "username": ("用户名", "User name"),
    "first password": ("初始密码", "First password"),
    "name": ("姓名", "Name"),
    "role": ("角色", "Role"),
    "viewer": ("查看员", "Viewer"),
    "new": ("新建", "New"),
    "too short": ("密码至少 8 位。", "Use 8 characters or more."),
    "reset": ("重置密码", "Reset password"),
    "new password": ("新密码", "New password"),
    "was reset": ("密码已重置", "The password is reset"),
    "keys": ("批量接入码", "Enrolment keys"),
    "uses": ("可用次数", "Uses"),
    "once": (
        "接入码只显示这一次，请立即复制或打印",
        "The key is shown this once: copy or print it now",
    ),
    # audit
    "export plays": ("导出", "Export"),
    "cancel": ("取消", "Cancel"),
    "my exports": ("我的导出", "My exports"),
}


@dataclass(frozen=True)
class Scene:
    """The district, its address, and the objects prepared for each of the four ways."""

    here: District
    base: str
    browser: Browser
    incidents: tuple[str, ...]
    line: str
    folder: Path

    @property
    def data(self) -> Path:
        """The server's folder."""
        return self.here.world.core.settings.data

    def walk(self, who: str, way: Way) -> Walk:
        """Somebody who has signed in."""
        password = ADMIN_PASSWORD if who == "admin" else PASSWORDS
        return walk_of(self.browser, self.base, self.data, (who, password), way)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("district")
    here = make_district(folder)
    here.again()
    for language, width in WAYS:
        for verdict in ("approve", "reject"):
            let_one_wait(here, waiting_name(verdict, language, width))
    employ_a_contact(here)
    fleet = make_fleet(here.world, number("unit", here.units["交通运输分局"]))
    dark = more_dark_buses(fleet)
    with serving_district(here, SILENT) as site:
        line = f"n_{fleet.lines['3 路']}"
        yield Scene(here, site.base, browser, dark, line, folder)


def waiting_name(verdict: str, language: str, width: str) -> str:
    return f"待审{verdict}{language}{width}"


def let_one_wait(here: District, name: str) -> None:
    """A campaign of a few screens, submitted."""
    made = here.chen.makes(
        "/campaigns",
        name=name,
        playlist_id=here.playlists["医院专用"],
        starts_on="2026-11-24",
        ends_on="2026-12-31",
        target={"kind": "plays_per_hour", "value": 2},
        selector={"venue_kinds": ["government_hall"]},
    )
    here.chen.does("POST", f"/campaigns/{made}/submit")


def employ_a_contact(here: District) -> None:
    """The contact of the mall, which reports by hand, and of the hotel, which has a screen."""
    unit = here.units["三产服务科"]
    zheng = here.admin.makes(
        "/users",
        username="zheng",
        password=PASSWORDS,
        name="郑洁",
        unit_id=unit,
        roles=[{"role": "venue", "unit_id": unit}],
    )
    for venue in (MALL, HOTEL):
        here.chen.does("PATCH", f"/venues/{here.venues[venue]}", contact_user_ids=[zheng])


def more_dark_buses(fleet: Fleet) -> tuple[str, ...]:
    """Two more silent screens, so that each of the four ways has one to handle."""
    fleet.bus("苏C·3021", "3 路", "前屏", "后屏", depot="东站")
    for screen in ("前屏", "后屏"):
        fleet.runs(f"苏C·3021 {screen}", "24 07:12")
        silent = fleet.screens[f"苏C·3021 {screen}"]
        make_incident(fleet.world, silent, since=at("24 13:12") * 1000)
    fleet.contacts.keep()
    return tuple(
        f"3 路 {bus} {screen}" for bus in ("苏C·3012", "苏C·3021") for screen in ("前屏", "后屏")
    )


def publicity_officer(scene: Scene, way: Way) -> Walk:
    """Last week's delivery of his campaign; a boost; a copy; a picture for a WeChat group."""
    chen, place = scene.walk("chen", way), WAYS.index(way)
    chen.goes_to(W["campaigns"])
    chen.follows(CAMPAIGN)
    campaign = chen.page.url
    chen.follows(W["reports"], chen.page.locator("main"))
    chen.fills(W["from"], FIRST)
    chen.fills(W["to"], LAST)
    chen.presses(W["show"])
    chen.checks_page()
    chen.unfolds(W["all figures"])
    chen.checks_page()
    total = chen.page.locator("tfoot th.num").nth(2).inner_text()
    key = scene.here.campaigns[CAMPAIGN]
    query = f"from={FIRST}&to={LAST}&group_by=screen&campaign_id={key}"
    counted = asked(chen, f"/api/v1/reports/delivery?{query}")["totals"]["confirmed"]
    assert (total, counted > 0) == (f"{counted:,}", True)

    chen.page.goto(campaign)
    chen.checks_page()
    chen.link(W["boost"]).click()
    form, day = chen.page.locator("form#boost"), date(2026, 12, 1) + timedelta(days=place)
    chen.fills(W["factor"], "1.2", form)
    chen.fills(W["begins"], f"{day}T09:00", form)
    chen.fills(W["ends"], f"{day}T18:00", form)
    chen.fills(W["reason"], f"加播 {way}", form)
    chen.enters(chen.button(W["boost"], form))
    chen.sees(f"加播 {way}", chen.page.locator("section", has_text=chen.word(W["boosts"])))
    chen.checks_page()

    chen.page.get_by_text(chen.word(W["pictures"])).click()
    with chen.page.expect_download() as coming:
        chen.presses(W["picture"])
    with Image.open(coming.value.path()) as picture:
        assert picture.width == picture.height

    chen.presses(W["copy"])
    chen.page.wait_for_url(lambda url: url != campaign)
    chen.checks_page()
    expect(chen.page.locator(".lead-line")).to_have_text(chen.word(W["draft"]))
    return chen


def reviewer(scene: Scene, way: Way) -> Walk:
    """From his tasks to two verdicts, each after he saw the changes; the trail has them."""
    lin = scene.walk("lin", way)
    for verdict in ("reject", "approve"):
        lin.page.locator('a[href="/todo"]:visible').first.click()
        lin.checks_page()
        waits = lin.word(W["waits"]).format(waiting_name(verdict, *way))
        lin.follows(waits)
        changes = lin.page.locator("#changes")
        expect(changes.locator(".change-added")).to_have_count(2)
        expect(changes.locator("[data-where-changes] a").first).to_be_visible()
        lin.checks_page()
        if verdict == "reject":
            lin.presses(W["reject"])
            assert lin.labelled(W["why not"]).evaluate("(field) => field.validationMessage")
            lin.fills(W["why not"], f"请换图 {way}")
            lin.enters(lin.button(W["reject"]))
            expect(lin.page.locator(".lead-line")).to_have_text(lin.word(W["draft"]))
        else:
            lin.fills(W["opinion"], f"同意 {way}")
            lin.enters(lin.button(W["approve"]))
            expect(lin.page.locator(".lead-line")).to_have_text(lin.word(W["live"]))
        lin.checks_page()

    lin.goes_to(W["settings"])
    lin.follows(W["audit"])
    lin.fills(W["who"], "lin")
    lin.chooses(W["about"], lin.word(W["a campaign"]))
    lin.presses(W["show"])
    lin.checks_page()
    rows = lin.page.locator("tbody tr")
    for act, verdict in (("rejected", "reject"), ("approved", "approve")):
        matching = rows.filter(has=lin.link(waiting_name(verdict, *way)))
        expect(matching.filter(has_text=lin.word(W[act]))).to_have_count(1)
    expect(rows.filter(has_text=f"请换图 {way}")).to_contain_text(lin.word(W["rejected"]))
    return lin


def transport_officer(scene: Scene, way: Way) -> Walk:
    """Which buses are dark and since when; one taken in hand with its cause; the month on paper."""
    zhao, where = scene.walk("zhao", way), scene.incidents[WAYS.index(way)]
    zhao.goes_to(W["overview"])
    zhao.page.get_by_role("link", name=zhao.word(W["dark"])).click()
    zhao.page.wait_for_url("**/uptime?**")
    zhao.checks_page()
    zhao.follows(W["by line"])
    zhao.page.get_by_role("link", name=zhao.word(W["dark line"])).click()
    zhao.page.wait_for_url("**line_id=**")
    zhao.checks_page()
    bus = zhao.page.locator(".dark-rows > li", has_text=where.split()[2])
    expect(bus).to_contain_text("07:12")
    expect(bus).to_contain_text(where.split()[3])

    zhao.goes_to(W["uptime"])
    zhao.enters(zhao.button(f"{zhao.word(W['take over'])} {where}"), most=200)
    row = zhao.page.locator(".incident", has_text=where)
    zhao.sees(W["in hand"], row)
    row.locator("summary").click()
    row.get_by_label(zhao.word(W["cause"])).select_option("power")
    zhao.presses(W["save"], row)
    expect(row.locator("select[name=cause]")).to_have_value("power")
    zhao.checks_page()

    zhao.unfolds(W["more"])
    zhao.follows(W["sheet"])
    # The district's own bus runs on a line of the same name.
    before = zhao.page.url
    zhao.page.locator(f'main a[href*="line_id={scene.line}"]', has_text="3 路").first.click()
    zhao.page.wait_for_url(lambda url: url != before)
    zhao.checks_page()
    with pypdfium2.PdfDocument(zhao.page.pdf(prefer_css_page_size=True)) as paper:
        width, height = paper[0].get_size()
        text = paper[0].get_textpage().get_text_range()
    assert width > height, "the sheet lies on its side"
    assert where.split()[2] in text
    zhao.enters(zhao.button(W["print"]))
    return zhao


def venue_contact(scene: Scene, way: Way) -> Walk:
    """Own venues alone; a report with a photo; neither others' screens nor settings."""
    zheng, day = scene.walk("zheng", way), f"2026-11-0{WAYS.index(way) + 1}"
    zheng.goes_to(W["screens"])
    main = zheng.page.locator("main")
    expect(main).to_contain_text(HOTEL)
    expect(main).not_to_contain_text("建设银行")
    zheng.refused(f"/screens/{scene.here.screens['门诊大厅']}")
    zheng.refused(f"/venues/{scene.here.venues['区人民医院']}")
    for path in ("/settings/people", "/settings/audit", "/settings/enrolment-keys"):
        zheng.refused(path, 403)

    zheng.goes_to(W["reports"])
    zheng.follows(W["coverage"])
    zheng.follows(W["by hand"])
    zheng.follows(W["report"])
    zheng.fills(W["from"], day)
    zheng.fills(W["to"], day)
    zheng.fills(W["days"], "1")
    zheng.fills(W["a day"], "37")
    zheng.page.set_input_files("#f-camera", photo(scene.folder / f"{'-'.join(way)}.jpg"))
    expect(zheng.page.locator("[data-shots] li")).to_have_count(1)
    zheng.checks_page()
    zheng.enters(zheng.button(W["submit"]))
    zheng.page.wait_for_url("**/attestations/m_*", timeout=PATIENCE_MS)
    zheng.checks_page()
    expect(zheng.page.locator(".lead-line")).to_have_text(zheng.word(W["waiting"]))
    expect(zheng.page.locator(".photos li")).to_have_count(1)
    return zheng


def administrator(scene: Scene, way: Way) -> Walk:
    """A new person, after a wrong field that lost nothing; a new password; enrolment keys."""
    admin, who = scene.walk("admin", way), f"new.{way[0]}.{way[1]}"
    admin.goes_to(W["settings"])
    admin.follows(W["people"])
    form = admin.page.locator('form[data-api="POST /api/v1/users"]')
    admin.fills(W["username"], who, form)
    admin.fills(W["first password"], "short", form)
    admin.fills(W["name"], "新来的人", form)
    admin.chooses(W["role"], admin.word(W["viewer"]), form)
    with admin.expecting(422):
        admin.presses(W["new"], form)
        admin.sees(W["too short"], form)
    admin.checks_page()
    expect(admin.labelled(W["username"], form)).to_have_value(who)
    expect(admin.labelled(W["role"], form)).to_have_value("viewer")
    admin.fills(W["first password"], LONG, form)
    admin.enters(admin.button(W["new"], form))
    row = admin.page.get_by_role("row").filter(has_text=who)
    expect(row).to_contain_text(admin.word(W["viewer"]))
    assert opens_a_session(scene, who, LONG) == 200

    row.locator("summary", has_text=admin.word(W["reset"])).click()
    admin.fills(W["new password"], f"{LONG} anew", row)
    admin.enters(admin.button(W["save"], row))
    admin.sees(W["was reset"], row)
    admin.checks_page()
    assert opens_a_session(scene, who, LONG) == 401
    assert opens_a_session(scene, who, f"{LONG} anew") == 200

    admin.goes_to(W["settings"])
    admin.follows(W["keys"])
    admin.fills(W["uses"], str(40 + WAYS.index(way)))
    admin.presses(W["new"])
    admin.sees(W["once"])
    expect(admin.page.locator("[data-key]")).to_have_text(re.compile("^ane_"))
    admin.checks_page()
    admin.page.reload()
    admin.sees(f"{40 + WAYS.index(way)} / {40 + WAYS.index(way)}")
    return admin


def auditor(scene: Scene, way: Way) -> Walk:
    """The trail of one person; a report down to a single play; an export; nothing to change."""
    qian = scene.walk("qian", way)
    qian.only_reads = True
    qian.goes_to(W["overview"])
    qian.goes_to(W["reports"])
    qian.unfolds(W["all figures"])
    qian.follows(CAMPAIGN)
    qian.unfolds(W["all figures"])
    qian.follows("建设银行城关支行 大堂东侧")
    qian.follows("10:00–11:00")
    plays = qian.page.locator("tbody tr")
    first = plays.first.inner_text()
    assert re.match(r"2026-11-24 10:\d\d:\d\d", first), first
    listed = plays.count()

    qian.only_reads = False  # an export is his own
    qian.follows(W["export plays"], qian.page.locator(".top-actions"))
    qian.enters(qian.button(W["export plays"], qian.page.locator("main")))
    qian.sees(W["my exports"])
    qian.checks_page()
    assert listed > 0
    assert len(asked(qian, "/api/v1/plays/exports")["items"]) == 1
    qian.presses(W["cancel"])  # nobody makes it here, and one may order three at once
    qian.checks_page()
    assert asked(qian, "/api/v1/plays/exports")["items"] == []

    qian.goes_to(W["settings"])
    qian.only_reads = True
    qian.follows(W["audit"])
    qian.fills(W["who"], "chen")
    qian.chooses(W["about"], qian.word(W["a campaign"]))
    qian.enters(qian.button(W["show"]))
    qian.page.wait_for_url("**who=chen**")
    qian.checks_page()
    person = qian.word(("陈静（chen）", "陈静 (chen)"))
    entries = qian.page.locator("tbody tr td.words").all_inner_texts()
    assert entries
    assert [one for one in entries if not one.startswith(person)] == []
    return qian


def asked(walk: Walk, path: str) -> Any:
    """A resource of the API with his session."""
    answer = walk.context.request.get(walk.base + path)
    assert answer.ok, (path, answer.status, answer.text())
    return answer.json()


def opens_a_session(scene: Scene, username: str, password: str) -> int:
    """What the server answers to somebody who signs in."""
    context = scene.browser.new_context()
    body = {"username": username, "password": password}
    answer = context.request.post(f"{scene.base}/api/v1/session", data=body)
    context.close()
    return answer.status


PEOPLE: Final = (
    (publicity_officer, ("en", "desk")),
    (reviewer, ("zh", "phone")),
    (transport_officer, ("zh", "desk")),
    (venue_contact, ("zh", "phone")),
    (administrator, ("zh", "desk")),
    (auditor, ("en", "phone")),
)
"""Each with the way that is walked every time; together all languages and widths."""


def walks() -> list[Any]:
    """All people in all ways."""
    return [
        pytest.param(
            person,
            way,
            id=f"{person.__name__}-{'-'.join(way)}",
            marks=() if way == usual else (pytest.mark.long,),
        )
        for person, usual in PEOPLE
        for way in WAYS
    ]


@pytest.mark.parametrize(("person", "way"), walks())
def test_each_person_does_what_he_is_there_for(
    scene: Scene, person: Callable[[Scene, Way], Walk], way: Way
) -> None:
    began = time.monotonic()
    walk = person(scene, way)
    walk.checks_page()
    print(
        f"{person.__name__} {'-'.join(way)}: {walk.seen} looks in {time.monotonic() - began:.1f} s"
    )
    walk.context.close()
