"""Sentences that explain a screen's content: those of `server.cli explain`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from server.foundation.i18n import Sentence

Why = Mapping[str, Any]
"""One campaign in the answer of `explain`: `campaign`, `state` and further facts."""

# A campaign whose assets expire one by one is several orders: the best state of them counts.
BEST_FIRST: Final = (
    "on",
    "waits",
    "gave_way",
    "not_this_hour",
    "outside_day_parts",
    "closed",
    "not_begun",
    "ended",
    "starter_waits",
    "elsewhere",
    "nothing_to_show",
)
NOTHING: Final = Sentence("", "")
ALWAYS_THE_SAME: Final[Mapping[str, Sentence]] = {
    "not_this_hour": Sentence(
        "按总次数的进度，每小时不到一次，这一小时没有",
        "its total needs less than a play an hour, and this hour has none",
    ),
    "starter_waits": Sentence(
        "已有宣传任务或点位自有内容，不再播放",
        "it gives way to campaigns and the venue's own content",
    ),
    "elsewhere": Sentence("播放范围不包括这块屏", "its selector doesn't include this screen"),
    "nothing_to_show": Sentence(
        "没有这块屏可用的已批准画面（素材已撤下或到期）",
        "none of its assets may be shown here: withdrawn or expired",
    ),
}
"""Reasons by state whose sentence has no figures of the campaign."""
HELD = Sentence(
    "（本时段就要结束，下一个画面放不完，最后一个画面停留到结束）",
    " (its time is nearly over and nothing more fits, so the last picture stays)",
)


@dataclass(frozen=True)
class ScreenExplanation:
    """The content of a screen at an instant (`at_ms`), with everything needed for its text.

    `explained`: the answer of the API; `names`: campaigns by public id.
    """

    screen_id: str
    screen_name: str
    timezone: str
    at_ms: int
    explained: Mapping[str, Any]
    names: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        about = {"screen": self.screen_id, "name": self.screen_name, "names": dict(self.names)}
        return {**about, **self.explained}


def in_words(explanation: ScreenExplanation) -> Iterator[Sentence]:
    """Place and time, the content, then each campaign with its reason."""
    clock = f"{_local(explanation, explanation.at_ms):%Y-%m-%d %H:%M:%S}"
    where = f"{explanation.screen_name} ({explanation.screen_id})"
    yield Sentence(
        f"{where}，{clock}，{explanation.timezone}", f"{where}, {clock}, {explanation.timezone}"
    )
    takeover = explanation.explained["takeover"]
    if takeover is not None:
        yield _over_all(explanation, takeover)
    yield _on(explanation, beneath=takeover is not None)
    for row in best_of_each(explanation.explained["campaigns"]):
        yield _reason(explanation, row)


def best_of_each(rows: Iterable[Why]) -> list[Why]:
    """One row for each campaign, in the order in which they came."""
    best: dict[str, Why] = {}
    for row in rows:
        previous = best.get(row["campaign"])
        if previous is None or _rank(row) < _rank(previous):
            best[row["campaign"]] = row
    return list(best.values())


def _rank(row: Why) -> int:
    return BEST_FIRST.index(row["state"])


def _over_all(explanation: ScreenExplanation, takeover: Mapping[str, Any]) -> Sentence:
    label, until = takeover.get("label") or takeover["id"], _clock(explanation, takeover["until"])
    if takeover["id"].startswith("x_"):
        return Sentence(
            f"正在停播（{takeover['id']}）：整屏为安全画面或黑屏，排期在其下照常推进。",
            f"Stopped ({takeover['id']}): the safe picture or black covers everything; the plan "
            "runs on beneath.",
        )
    return Sentence(
        f"正在紧急插播“{label}”（{takeover['id']}），至 {until}：盖住整屏，排期在其下照常推进。",
        f"A takeover “{label}” ({takeover['id']}) is on until {until}: it covers everything; the "
        "plan runs on beneath.",
    )


def _on(explanation: ScreenExplanation, *, beneath: bool) -> Sentence:
    seat, asset = explanation.explained["seat"], explanation.explained["asset_name"]
    if seat["state"] == "off":
        return Sentence(
            "点位此时不营业，屏幕按计划关闭。",
            "The venue is closed, so the screen is off as planned.",
        )
    if seat["state"] == "fallback":
        return Sentence(
            "此时没有排期，屏幕显示垫播画面。",
            "There is no plan for this time, so the fallback picture stands.",
        )
    begin = Sentence("插播之下轮到", "Beneath it: ") if beneath else Sentence("正在播放", "On: ")
    owner = _owner(explanation, seat["campaign"])
    held = HELD if seat["held"] else Sentence("", "")
    name = asset or str(seat["asset"])[:12]
    return Sentence(
        f"{begin.zh}“{name}”，{owner.zh}{held.zh}。", f"{begin.en}“{name}”, {owner.en}{held.en}."
    )


def _owner(explanation: ScreenExplanation, campaign: str | None) -> Sentence:
    if campaign is None:
        return Sentence(
            "不属于任何宣传任务：没有任务占用的时间由它补上",
            "of no campaign: it fills the time that none has taken",
        )
    name = explanation.names.get(campaign, campaign)
    listed = {row["campaign"] for row in explanation.explained["campaigns"]}
    if campaign not in listed:
        return Sentence(
            f"属于“{name}”（{campaign}），该任务后来已结束、撤下或改了范围",
            f"of “{name}” ({campaign}), which has ended, was withdrawn or goes elsewhere since",
        )
    return Sentence(f"属于“{name}”（{campaign}）", f"of “{name}” ({campaign})")


def _reason(explanation: ScreenExplanation, row: Why) -> Sentence:
    name = explanation.names.get(row["campaign"], row["campaign"])
    if row["campaign"] == "starter":
        begin = Sentence("起步素材", "The starter pack")
    else:
        begin = Sentence(f"“{name}”（{row['campaign']}）", f"“{name}” ({row['campaign']})")
    why, later = _why(row), _later(explanation, row)
    return Sentence(f"· {begin.zh}：{why.zh}{later.zh}。", f"- {begin.en}: {why.en}{later.en}.")


def _why(row: Why) -> Sentence:
    """The reason by its state; `asked` and `given` are plays per hour."""
    state = row["state"]
    if state in ALWAYS_THE_SAME:
        return ALWAYS_THE_SAME[state]
    given, asked = f"{row.get('plays_per_hour', 0):g}", f"{row.get('asked_per_hour') or 0:g}"
    plus, fewer = _boost_of(row), _shortfall_of(row, given, asked)
    return {
        "on": Sentence(
            f"这一刻轮到它，每小时 {given} 次{fewer.zh}{plus.zh}",
            f"its turn now, {given} plays an hour{fewer.en}{plus.en}",
        ),
        "waits": Sentence(
            f"在播，每小时 {given} 次{fewer.zh}{plus.zh}，这一刻轮到别的画面",
            f"running, {given} plays an hour{fewer.en}{plus.en}; another one has its turn now",
        ),
        "gave_way": Sentence(
            f"这一小时排不下，要求 {asked} 次{plus.zh}，优先级 {row.get('tier')}，全部让出",
            f"the hour is too full: {asked} asked{plus.en}, tier {row.get('tier')}, all given up",
        ),
        "outside_day_parts": Sentence(
            f"此时不在它的时段内{plus.zh}", f"outside its day parts{plus.en}"
        ),
        "closed": Sentence(f"点位此时不营业{plus.zh}", f"the venue is closed{plus.en}"),
        "not_begun": Sentence(
            f"尚未开始，从 {row.get('starts_on')} 起", f"it begins on {row.get('starts_on')}"
        ),
        "ended": Sentence(f"已于 {row.get('ends_on')} 结束", f"it ended on {row.get('ends_on')}"),
    }[state]


def _boost_of(row: Why) -> Sentence:
    """By how much more it is asked for at this time, if it is."""
    boosted = row.get("boost") or 1.0
    if boosted == 1.0:
        return NOTHING
    return Sentence(f"（加播 ×{boosted:g}）", f" (boost x{boosted:g})")


def _shortfall_of(row: Why, given: str, asked: str) -> Sentence:
    """That it has less than it asked for, if it has."""
    if row["target"] in ("filler", "pace") or float(given) >= float(asked):
        return NOTHING
    return Sentence(
        f"，要求 {asked} 次，已让出一部分", f" of {asked} asked, as it gave way in part"
    )


def _later(explanation: ScreenExplanation, row: Why) -> Sentence:
    """Its next time, if the plan has one."""
    at_ms = row.get("next_start")
    if at_ms is None:
        return NOTHING
    clock = _clock(explanation, at_ms)
    return Sentence(f"，下一次 {clock}", f"; next at {clock}")


def _clock(explanation: ScreenExplanation, at_ms: int) -> str:
    """A time of the same day, or with its date."""
    then = _local(explanation, at_ms)
    same = then.date() == _local(explanation, explanation.at_ms).date()
    return f"{then:%H:%M:%S}" if same else f"{then:%Y-%m-%d %H:%M:%S}"


def _local(explanation: ScreenExplanation, at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(explanation.timezone))
