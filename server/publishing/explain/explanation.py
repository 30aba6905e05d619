"""Explains a screen's content at an instant, and the other orders, as sentences for a page."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.campaigns import labels as wording
from server.campaigns.models import CampaignVersion, Takeover
from server.campaigns.workflow.serializers import plain
from server.foundation.i18n import Sentence
from server.foundation.public_ids import number
from server.foundation.rest.problems import language
from server.foundation.rest.request_language import translate
from server.publishing.explain.explanation_texts import Why, best_of_each
from server.publishing.explain.hour_timeline import Names
from server.publishing.explain.now_playing import clock

STATES = {
    "on": (Sentence("正在播", "On"), "good"),
    "waits": (Sentence("在循环里，轮到别的节目", "In the loop; it is another's turn"), ""),
    "gave_way": (
        Sentence(
            "这一小时排不下，要求的 {asked} 次全部让出",
            "The hour is too full: all {asked} asked were given up",
        ),
        "wait",
    ),
    "not_this_hour": (
        Sentence(
            "按总次数分到每小时不足一次，这一小时没有轮到",
            "Its total needs less than a play an hour; this hour has none",
        ),
        "",
    ),
    "nothing_to_show": (
        Sentence(
            "没有这块屏可用的画面：素材已撤下、到期，或还没有批准",
            "Nothing to show here: its media are withdrawn, expired or not signed off",
        ),
        "bad",
    ),
    "not_begun": (Sentence("{starts_on} 才开始", "Begins on {starts_on}"), ""),
    "ended": (Sentence("{ends_on} 已结束", "Ended on {ends_on}"), ""),
    "closed": (Sentence("非营业时段", "The venue is closed"), ""),
    "outside_day_parts": (Sentence("不在它的时段内", "Outside its day parts"), ""),
    "starter_waits": (
        Sentence("有任务或自有内容时不播", "Waits while there is anything else"),
        "",
    ),
}
# Campaigns without a guaranteed number of plays.
FREE = ("filler", "pace")
# A boost has no effect if the campaign has ended or hasn't begun.
PAST_OR_TO_COME = ("not_begun", "ended")
STARTER = Sentence("起步素材", "Starter pack")
BOOSTED = Sentence("，加播 ×{boost}", ", boosted ×{boost}")
NEXT = Sentence("，下次 {at}", ", next at {at}")
COVERED = Sentence("应播，被紧急插播占用", "Its turn, covered by the takeover")
FEWER = Sentence("，要求 {asked} 次，已让出一部分", ", of {asked} asked it gave way in part")
ON_TAKEOVER = Sentence(
    "这一刻在紧急插播“{label}”，到 {until} 结束；节目单在其下照常推进，结束后接着播下面的循环。",
    "The takeover “{label}” covers everything until {until}; the loop below runs on beneath it.",
)
ON_STOP = Sentence(
    "已被一键停播，整屏是安全画面或黑屏，恢复之前不播节目单。",
    "Stopped: the safe picture or black stands over the plan until it is lifted.",
)
ON_FORMER = Sentence(
    "这一刻播的是“{name}”，它后来已结束、撤下，或不再包括这块屏。",
    "“{name}” was on; it has ended, was withdrawn, or goes elsewhere since.",
)
ON_STARTER = Sentence(
    "这块屏还没有宣传任务和自有内容，播的是起步素材。",
    "There is neither a campaign nor own content here, so the starter pack plays.",
)
HELD = Sentence(
    "本时段就要结束，下一个画面放不完，所以停在最后一个画面。",
    "Its time is nearly over and nothing more fits, so the last picture stays.",
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


def why(
    session: Session, explained: Mapping[str, Any], names: Names, left_out: Sequence[Why] = ()
) -> dict[str, Any]:
    """The answer of `explain_within` for people: some sentences, and a row for each campaign.

    `left_out` are campaigns that select the screen and have nothing to show on it.
    """
    reasons = best_of_each([*explained["campaigns"], *left_out])
    contents = _contents(session, [row["campaign"] for row in reasons])
    rows = [_row(row, contents.get(row["campaign"]), names) for row in reasons]
    if explained["takeover"] is not None:
        for row in rows:
            if row["state"] == "on":
                row |= {"why": translate(COVERED), "tone": "wait"}
    order = list(STATES)
    return {
        "sentence": _sentence(session, explained, contents, names),
        "rows": sorted(rows, key=lambda row: (order.index(row["state"]), row["tier"])),
    }


def _contents(session: Session, campaigns: list[str]) -> dict[str, CampaignVersion]:
    """The signed versions, by public id."""
    numbers = {number("campaign", one): one for one in campaigns if one != "starter"}
    query = select(CampaignVersion).where(
        CampaignVersion.campaign_id.in_(numbers), CampaignVersion.standing == "signed"
    )
    return {numbers[row.campaign_id]: row for row in session.scalars(query)}


def _sentence(
    session: Session,
    explained: Mapping[str, Any],
    contents: Mapping[str, CampaignVersion],
    names: Names,
) -> str:
    place = explained["seat"]
    if explained["takeover"] is not None:
        return _over_all(session, explained["takeover"])
    if place["state"] != "playing":
        return translate(ON_OFF if place["state"] == "off" else ON_FALLBACK)
    turn = _turn(explained, contents, names)
    between = " " if language() == "en" else ""
    return between.join([turn, translate(HELD)]) if place.get("held") else turn


def _over_all(session: Session, takeover: Mapping[str, Any]) -> str:
    if str(takeover["id"]).startswith("x_"):
        return translate(ON_STOP)
    row = session.get(Takeover, number("takeover", takeover["id"]))
    label = takeover["id"] if row is None else row.label or takeover["id"]
    return translate(ON_TAKEOVER).format(label=label, until=clock(takeover["until"], seconds=True))


def _turn(
    explained: Mapping[str, Any], contents: Mapping[str, CampaignVersion], names: Names
) -> str:
    """The campaign whose turn it is."""
    campaign = explained["seat"]["campaign"]
    states = {row["campaign"]: row["state"] for row in explained["campaigns"]}
    if campaign is None and states.get("starter") == "on":
        return translate(ON_STARTER)
    if names.is_own(campaign):
        return translate(ON_OWN)
    content = contents.get(campaign)
    if content is None or campaign not in states:
        return translate(ON_FORMER).format(name=names.of(campaign))
    return translate(ON_CAMPAIGN).format(
        name=names.of(campaign),
        tier=content.tier,
        target=_target(content),
        when=wording.when_text(content.dayparts),
    )


def _row(row: Mapping[str, Any], content: CampaignVersion | None, names: Names) -> dict[str, Any]:
    campaign = row["campaign"]
    visible = campaign in names.campaigns
    sentence, tone = STATES[row["state"]]
    asked, given = row.get("asked_per_hour"), row.get("plays_per_hour", 0)
    closed = row["state"] == "closed"
    facts = {"starts_on": row.get("starts_on"), "ends_on": row.get("ends_on")}
    text = translate(sentence).format(**facts, asked=plain(asked))
    if row["state"] in ("on", "waits") and row["target"] not in FREE and given < (asked or 0):
        text += translate(FEWER).format(asked=plain(asked))
    if row["state"] == "waits" and row.get("next_start") is not None:
        text += translate(NEXT).format(at=clock(row["next_start"], seconds=True))
    if row["state"] not in PAST_OR_TO_COME and (row.get("boost") or 1) != 1:
        text += translate(BOOSTED).format(boost=plain(row["boost"]))
    return {
        "id": campaign if visible else None,
        "name": translate(STARTER) if campaign == "starter" else names.of(campaign),
        "state": row["state"],
        "tone": tone,
        "why": text,
        "tier": row["tier"],
        "target": _target(content) if visible and content is not None else "",
        "when": wording.when_text(content.dayparts) if visible and content is not None else "",
        "plays": "–" if closed else plain(given),
        "asked": "" if closed else plain(asked),
    }


def _target(content: CampaignVersion) -> str:
    value = plain(content.target_value)
    return wording.target_text({"kind": content.target_kind, "value": value})
