"""Why this is on a screen at an instant, and why the others are not, as sentences for a page."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.campaigns import wording
from server.campaigns.documents import plain
from server.campaigns.models import CampaignVersion
from server.ids import number
from server.loops.hour_line import Names
from server.loops.now import clock
from server.texts import Sentence
from server.web.reading import say

STATES = {
    "on": (Sentence("正在播", "On"), "good"),
    "waits": (Sentence("在循环里，轮到别的节目", "In the loop; it is another's turn"), ""),
    "gave_way": (Sentence("这一小时全部让出", "Gave way for the whole hour"), "wait"),
    "not_begun": (Sentence("{starts_on} 才开始", "Begins on {starts_on}"), ""),
    "ended": (Sentence("{ends_on} 已结束", "Ended on {ends_on}"), ""),
    "closed": (Sentence("非营业时段", "The venue is closed"), ""),
    "outside_day_parts": (Sentence("不在它的时段内", "Outside its day parts"), ""),
    "starter_waits": (
        Sentence("有任务或自有内容时不播", "Waits while there is anything else"),
        "",
    ),
}
STARTER = Sentence("入门素材", "Starter pack")
BOOSTED = Sentence("，加播 ×{boost}", ", boosted ×{boost}")
NEXT = Sentence("，下次 {at}", ", next at {at}")
COVERED = Sentence("轮到它，被紧急插播盖住", "Its turn, covered by the takeover")
ON_TAKEOVER = Sentence(
    "紧急插播盖过了节目单；插播结束后回到下面的循环。",
    "A takeover covers the plan; the loop below runs on beneath it.",
)
ON_CAMPAIGN = Sentence(
    "这一刻轮到“{name}”：优先级 {tier}，{target}，{when}。",
    "It is the turn of “{name}”: tier {tier}, {target}, {when}.",
)
ON_OWN = Sentence(
    "宣传任务的节目位之间，由点位自有内容补足。",
    "Between the campaigns' places the venue's own content takes what is left.",
)
ON_OFF = Sentence(
    "这一刻点位不营业，屏幕按营业时段关闭。",
    "The venue is closed then, so the screen is off by its opening hours.",
)
ON_FALLBACK = Sentence(
    "这一刻不在已编排的节目单之内（通常编排到 30 天后），或没有可播内容，所以是垫播画面。",
    "No plan covers that instant (plans reach 30 days ahead), or nothing may be shown: the "
    "fallback picture stands.",
)


def why(session: Session, told: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """The answer of `explain_at` for people: one sentence, and a row for each campaign."""
    contents = _contents(session, [row["campaign"] for row in told["campaigns"]])
    rows = [_row(row, contents.get(row["campaign"]), names) for row in told["campaigns"]]
    if told["takeover"] is not None:
        for row in rows:
            if row["state"] == "on":
                row |= {"why": say(COVERED), "tone": "wait"}
    order = list(STATES)
    return {
        "sentence": _sentence(told, contents, names),
        "rows": sorted(rows, key=lambda row: (order.index(row["state"]), row["tier"])),
    }


def _contents(session: Session, campaigns: list[str]) -> dict[str, CampaignVersion]:
    """What is signed off, by public id."""
    numbers = {number("campaign", one): one for one in campaigns if one != "starter"}
    query = select(CampaignVersion).where(
        CampaignVersion.campaign_id.in_(numbers), CampaignVersion.standing == "signed"
    )
    return {numbers[row.campaign_id]: row for row in session.scalars(query)}


def _sentence(
    told: Mapping[str, Any], contents: Mapping[str, CampaignVersion], names: Names
) -> str:
    place = told["seat"]
    if told["takeover"] is not None:
        return say(ON_TAKEOVER)
    if place["state"] != "playing":
        return say(ON_OFF if place["state"] == "off" else ON_FALLBACK)
    content = contents.get(place["campaign"])
    if names.is_own(place["campaign"]) or content is None:
        return say(ON_OWN)
    return say(ON_CAMPAIGN).format(
        name=names.of(place["campaign"]),
        tier=content.tier,
        target=_target(content),
        when=wording.when_text(content.dayparts),
    )


def _row(row: Mapping[str, Any], content: CampaignVersion | None, names: Names) -> dict[str, Any]:
    campaign = row["campaign"]
    known = campaign in names.campaigns
    sentence, tone = STATES[row["state"]]
    text = say(sentence).format(starts_on=row["starts_on"], ends_on=row["ends_on"])
    if row["state"] == "waits" and row["next_start"] is not None:
        text += say(NEXT).format(at=clock(row["next_start"], seconds=True))
    if row.get("boost", 1) != 1:
        text += say(BOOSTED).format(boost=plain(row["boost"]))
    return {
        "id": campaign if known else None,
        "name": say(STARTER) if campaign == "starter" else names.of(campaign),
        "state": row["state"],
        "tone": tone,
        "why": text,
        "tier": row["tier"],
        "target": _target(content) if known and content is not None else "",
        "when": wording.when_text(content.dayparts) if known and content is not None else "",
        "plays": plain(row["plays_per_hour"]),
        "asked": plain(row.get("asked_per_hour")),
    }


def _target(content: CampaignVersion) -> str:
    value = plain(content.target_value)
    return wording.target_text({"kind": content.target_kind, "value": value})
