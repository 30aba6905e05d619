"""What the district shows: pictures, a clip, slides, lists, and campaigns in every state."""

from pathlib import Path

import ffmpeg

from media.slides import engine
from server.foundation.jobs.kinds import Kind
from server.foundation.jobs.runner import run_ready
from server.operations.jobs_process.timetable import KINDS
from tests.support.district.inventory import District
from tests.support.district.office import Json
from tests.support.factories.sample_files import make

BULLETIN: Json = {
    "title": "刷单先垫钱，3.2 万元没有回来",
    "method": "对方以“做任务返佣金”为名，先返小额建立信任，再以“连单”“系统冻结”为由要求不断垫资。",
    "advice": ["所有刷单都是诈骗", "先垫钱的一律不做", "被骗立即拨打 110"],
    "publisher": "滨江区反诈中心",
    "date": "2026-11-20",
    "cleared": "已隐去当事人信息、不涉及侦查秘密",
}
NOTICE: Json = {
    "title": "谨防冒充“医保局”来电",
    "text": "近日有人冒充医保工作人员，称医保卡在外地异常使用，要求转接“公安”并核查资金。",
    "actions": ["立即挂断", "不转账、不共享屏幕"],
    "publisher": "滨江区反诈中心",
    "date": "2026-11-24",
}
# The starter pack's clips take minutes to encode and aren't used here.
QUICK = {**KINDS, "make_starter": Kind(lambda _core, _job: None)}
SLOGANS = (
    (
        "未知链接不点击",
        ["未知链接不点击", "陌生来电不轻信", "个人信息不透露", "转账汇款多核实"],
        "蓝色",
    ),
    ("全民反诈在行动", ["全民反诈在行动", "守住钱袋子", "幸福一辈子"], "红色"),
)


def prepare_media(here: District, folder: Path) -> None:
    """Uploads and slides; all but two are sent to sign-off and approved."""
    chen = here.chen
    for name, lines, colour in SLOGANS:
        fields = {"lines": lines, "colour": colour, "publisher": "滨江区宣传科"}
        here.assets[name] = chen.makes(
            "/slides", template="slogan", fields=fields, duration_s=10, name=name
        )
    for name, template, fields in (
        ("案情通报：刷单返利", "case_bulletin", BULLETIN),
        ("紧急提醒：冒充医保局", "emergency", NOTICE),
        ("常见诈骗类型", "common_scams", engine.example("common_scams")),
        ("遇到诈骗这样做", "hotlines", engine.example("hotlines")),
    ):
        here.assets[name] = chen.makes("/slides", template=template, fields=fields, name=name)
    poster = engine.render("weekly_tip", engine.example("weekly_tip"), 1600, 900)
    lobby = engine.render("hotlines", {"title": "银行大堂温馨提示"}, 1080, 1920)
    for name, content in (
        ("社区宣传栏海报.png", poster),
        ("大堂立屏海报.png", lobby),
        ("反诈短片.mp4", _short_film(folder).read_bytes()),
        ("活动现场照片.jpg", b"\xff\xd8\xff\xe0" + bytes(400)),
    ):
        here.assets[name] = chen.uploads(name, content)
    run_ready(here.world.core, QUICK)


def _short_film(folder: Path) -> Path:
    """A slide shown for six seconds, which takes a third of a moving picture's time to encode."""
    fields = {"lines": ["不听 不信 不转账", "守好自己的钱袋子"], "colour": "红色"}
    shown, path = folder / "film.png", folder / "clip.mp4"
    shown.write_bytes(engine.render("slogan", fields, 640, 360))
    picture = ffmpeg.input(str(shown), loop=1, framerate=25, t=6).video
    sound = ffmpeg.input("sine=frequency=440:duration=6", format="lavfi").audio
    options = {"vcodec": "libx264", "preset": "ultrafast", "pix_fmt": "yuv420p", "acodec": "aac"}
    make(ffmpeg.output(picture, sound, str(path), **options))
    return path


def sign_media(here: District) -> None:
    """A second person approves; one is left waiting, one isn't sent, one was taken back."""
    approved = (
        *(name for name, _, _ in SLOGANS),
        "案情通报：刷单返利",
        "紧急提醒：冒充医保局",
        "常见诈骗类型",
        "遇到诈骗这样做",
        "反诈短片.mp4",
        "大堂立屏海报.png",
    )
    for name in approved:
        here.chen.does("POST", f"/assets/{here.assets[name]}/submit")
        here.lin.does("POST", f"/assets/{here.assets[name]}/approve")
    here.chen.does("POST", f"/assets/{here.assets['大堂立屏海报.png']}/withdraw")
    old = here.chen.makes(
        "/slides", template="slogan", fields={"lines": ["冬季防骗提醒"]}, name="冬季防骗提醒"
    )
    here.chen.does("POST", f"/assets/{old}/submit")
    here.assets["冬季防骗提醒"] = old


LISTS: dict[str, tuple[tuple[str, float | None], ...]] = {
    "反诈主列表": (
        ("未知链接不点击", 10),
        ("案情通报：刷单返利", 15),
        ("常见诈骗类型", 20),
        ("反诈短片.mp4", None),
    ),
    "医院专用": (("遇到诈骗这样做", 12), ("紧急提醒：冒充医保局", 15)),
    "点位自有内容": (("全民反诈在行动", 10), ("遇到诈骗这样做", 12)),
}


def make_lists(here: District) -> None:
    """Three lists."""
    for name, items in LISTS.items():
        rows = [
            {"asset_id": here.assets[asset]} | ({"duration_s": seconds} if seconds else {})
            for asset, seconds in items
        ]
        here.playlists[name] = here.chen.makes("/playlists", name=name, items=rows)


def plan_campaigns(here: District) -> None:
    """One in each state; the live ones make up the screens' loops."""
    hour = {"kind": "plays_per_hour", "value": 12}
    for name, changes in (
        ("年末反诈集中宣传", {"target": hour, "floor": 6, "tier": 1}),
        (
            "医院窗口提醒",
            {
                "playlist_id": here.playlists["医院专用"],
                "target": {"kind": "longest_wait_s", "value": 300},
                "selector": {"venue_kinds": ["hospital"]},
                "tier": 2,
            },
        ),
        (
            "点位自有内容",
            {
                "playlist_id": here.playlists["点位自有内容"],
                "target": {"kind": "filler", "value": None},
            },
        ),
        (
            "十一月专题",
            {"target": hour, "ends_on": "2026-11-23", "selector": {"venue_kinds": ["market"]}},
        ),
        ("元旦春节宣传", {"target": hour, "starts_on": "2026-12-25", "ends_on": "2027-02-28"}),
        ("国庆宣传（试播）", {"target": hour, "selector": {"venue_kinds": ["school"]}}),
    ):
        _plan(here, name, **changes)
        _sign(here, name)
    here.chen.does("POST", f"/campaigns/{here.campaigns['国庆宣传（试播）']}/withdraw")
    night = {"kind": "plays_per_day", "value": 80}
    _plan(
        here,
        "公交车厢宣传",
        target=night,
        selector={"venue_kinds": ["bus", "bus_stop", "coach_station"]},
    )
    here.chen.does("POST", f"/campaigns/{here.campaigns['公交车厢宣传']}/submit")
    _plan(
        here,
        "银行网点强化宣传",
        target={"kind": "plays_per_hour", "value": 30},
        selector={"venue_kinds": ["bank"]},
    )


def _plan(here: District, name: str, **changes: object) -> None:
    body: Json = {
        "playlist_id": here.playlists["反诈主列表"],
        "starts_on": "2026-11-23",
        "ends_on": "2026-12-31",
        "selector": {"all": True},
        **changes,
    }
    here.campaigns[name] = here.chen.makes("/campaigns", name=name, **body)


def _sign(here: District, name: str) -> None:
    campaign = here.campaigns[name]
    here.chen.does("POST", f"/campaigns/{campaign}/submit", include_assets=True)
    here.lin.does("POST", f"/campaigns/{campaign}/approve", opinion="同意")
