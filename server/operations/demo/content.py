"""Content of the demo district: slides, playlists, campaigns in every state, a takeover."""

from datetime import date, timedelta
from typing import Any, Final

from server.operations.demo.desk import Json
from server.operations.demo.founding import Office

NOTICE: Final[Json] = {
    "title": "谨防冒充“医保局”来电",
    "text": "近日有人冒充医保工作人员，称医保卡在外地异常使用，要求转接“公安”并核查资金。",
    "actions": ["立即挂断", "不转账、不共享屏幕"],
    "publisher": "江湾区反诈中心",
}
MAIN, SHORT, OWN = "反诈主列表", "重点提醒", "点位自有内容"
ALL: Final[Json] = {"all": True}


def sign_slides(office: Office) -> None:
    """Submit the starter pack's slides in one action, and approve them one by one."""
    office.publicity.does("POST", "/starter/submit")
    items = office.reviewer.does("GET", "/assets?state=submitted&limit=100")["items"]
    for asset in reversed(items):
        office.reviewer.does("POST", f"/assets/{asset['id']}/approve")
        office.assets[asset["name"]] = asset["id"]


def make_lists(office: Office) -> None:
    """Create the main playlist, a short one, and the venues' own one."""
    assets = list(office.assets.values())
    for name, chosen, seconds in (
        (MAIN, assets, 15),
        (SHORT, assets[:2], 12),
        (OWN, assets[-2:], 60),
    ):
        items = [{"asset_id": one, "duration_s": seconds} for one in chosen]
        office.playlists[name] = office.publicity.makes("/playlists", name=name, items=items)


BASELINE: Final[Json] = {"value": 3, "source": "上年度点位自查表", "date": "2026-06-30"}
ON_AIR: Final[tuple[tuple[str, str, tuple[str, float | None], dict[str, Any]], ...]] = (
    (
        "年末反诈集中宣传",
        MAIN,
        ("plays_per_hour", 16),
        {"floor": 8, "tier": 1, "baseline": BASELINE},
    ),
    (
        "公交出行防骗提醒",
        SHORT,
        ("plays_per_hour", 12),
        {"selector": {"venue_kinds": ["bus", "taxi", "bus_stop", "coach_station"]}, "tier": 2},
    ),
    (
        "医院窗口提醒",
        SHORT,
        ("longest_wait_s", 300),
        {"selector": {"venue_kinds": ["hospital"]}, "tier": 2},
    ),
    (
        "银行网点防刷单",
        SHORT,
        ("plays_per_day", 120),
        {"selector": {"venue_kinds": ["bank"]}, "tier": 2},
    ),
    (
        "沿街大屏时段保障",
        SHORT,
        ("share_of_voice", 0.15),
        {
            "selector": {"venue_kinds": ["street", "road", "park"]},
            "dayparts": [{"days": [1, 2, 3, 4, 5, 6, 7], "from": "17:00", "to": "21:00"}],
        },
    ),
    (
        "校园反诈百日行动",
        SHORT,
        ("total_plays", 60_000),
        {"selector": {"venue_kinds": ["school"]}},
    ),
    (OWN, OWN, ("filler", None), {"tier": 5}),
)
"""Name, playlist, target and further fields: all kinds of frequency targets."""


def plan_campaigns(office: Office, today: date, days: int) -> None:
    """Create the campaigns since the beginning, and later states of others."""
    ends_on = last_day(today)
    for name, playlist, target, more in ON_AIR:
        if target[0] == "total_plays" and not _has_screens(office, more.get("selector", ALL)):
            continue  # a small district has nobody to share a total
        campaign = _plan(office, name, playlist, target, today, ends_on, **more)
        _sign(office, campaign)
    half = today + timedelta(days=max(0, days // 2 - 1))
    market: Json = {"selector": {"venue_kinds": ["market", "community", "shop"]}, "tier": 4}
    ended = _plan(office, "秋收时节防骗提醒", SHORT, ("plays_per_hour", 4), today, half, **market)
    _sign(office, ended)
    old: Json = {"selector": {"venue_kinds": ["office"]}, "tier": 5}
    hour = ("plays_per_hour", 2)
    _sign(office, _plan(office, "旧版短信提醒", SHORT, hour, today, ends_on, **old))
    lifts: Json = {"selector": {"venue_kinds": ["residential"]}}
    _plan(office, "电梯海报同步上屏", SHORT, hour, today, ends_on, **lifts)


def bring_up_to_date(office: Office, now_iso: str, today: date) -> None:
    """Create recent changes: a boost, a draft, a pending approval, a prepared takeover."""
    offset = now_iso[-6:]
    main = office.campaigns["年末反诈集中宣传"]
    begins = today + timedelta(days=1)
    office.publicity.does(
        "POST",
        f"/campaigns/{main}/boost",
        {
            "factor": 1.5,
            "from": f"{begins.isoformat()}T08:00:00{offset}",
            "until": f"{(begins + timedelta(days=6)).isoformat()}T20:00:00{offset}",
            "reason": "全民反诈宣传周",
        },
    )
    hour = ("plays_per_hour", 6)
    community = {"selector": {"venue_kinds": ["community", "residential"]}}
    ends_on = last_day(today)
    waiting = _plan(office, "社区养老防骗宣传", MAIN, hour, today, ends_on, **community)
    office.publicity.does("POST", f"/campaigns/{waiting}/submit", {"include_assets": True})
    spring = ends_on + timedelta(days=45)
    _plan(office, "元旦春节宣传（草稿）", MAIN, hour, ends_on + timedelta(days=1), spring)
    office.publicity.makes(
        "/takeovers",
        slide={"template": "emergency", "fields": {**NOTICE, "date": today.isoformat()}},
        selector=ALL,
        label="冒充医保局预警",
        reason="辖区连发警情",
        emergency=True,
    )


def last_day(today: date) -> date:
    """The last of December, of next year near the end of this one."""
    year = today.year if (today.month, today.day) < (12, 24) else today.year + 1
    return date(year, 12, 31)


def _plan(
    office: Office,
    name: str,
    playlist: str,
    target: tuple[str, float | None],
    starts_on: date,
    ends_on: date,
    **more: Any,
) -> str:
    kind, value = target
    body: Json = {
        "name": name,
        "playlist_id": office.playlists[playlist],
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
        "target": {"kind": kind, "value": value},
        "selector": ALL,
        **more,
    }
    office.campaigns[name] = office.publicity.makes("/campaigns", **body)
    return office.campaigns[name]


def _has_screens(office: Office, selector: Json) -> bool:
    found = [f"?venue_kind={kind}&limit=1" for kind in selector.get("venue_kinds", ())]
    desk = office.publicity
    return any(desk.does("GET", f"/screens{one}")["items"] for one in found or ["?limit=1"])


def _sign(office: Office, campaign: str) -> None:
    office.publicity.does("POST", f"/campaigns/{campaign}/submit", {"include_assets": True})
    office.reviewer.does("POST", f"/campaigns/{campaign}/approve", {"opinion": "同意"})
