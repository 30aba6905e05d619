"""Texts for the reasons of quarantined or failed plays (rules: docs/algorithms/plays.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from server.foundation.i18n import Sentence


@dataclass(frozen=True, slots=True)
class Reason:
    """A short name, and an explanation or a remedy."""

    name: Sentence
    means: Sentence


REASONS: Final[Mapping[str, Reason]] = {
    "bad_value": Reason(
        Sentence("内容有误", "Impossible value"),
        Sentence(
            "记录中有无效数值，多为终端程序或存储损坏：请更新终端程序，仍出现就更换存储。",
            "The record holds a value that can't be: update the player, then replace its storage.",
        ),
    ),
    "clone_suspected": Reason(
        Sentence("疑似复制终端", "Possibly a copied disk"),
        Sentence(
            "同一身份曾在两台终端上同时在线，或记录由另一把密钥签名：请到现场确认后在上方认定。",
            "Two players used one identity at the same time, or another key than the screen's "
            "signed: look on site, then decide above.",
        ),
    ),
    "unsigned": Reason(
        Sentence("缺少签名", "Signature left out"),
        Sentence(
            "这台终端的记录带有自己的签名，这一批没有：可能有人复制了它的凭证，请到现场确认。",
            "This player signs what it hands in, and this wasn't signed: somebody may have copied "
            "its credential, so look on site.",
        ),
    ),
    "unknown_manifest": Reason(
        Sentence("节目单不存在", "Unknown plan"),
        Sentence(
            "本服务器没有编过这份节目单，可能来自别的服务器或旧备份。",
            "This server never made that plan; it may come from another server or an old backup.",
        ),
    ),
    "unknown_slot": Reason(
        Sentence("节目位不存在", "Unknown slot"),
        Sentence("节目单里没有这个位置。", "The plan has no such slot."),
    ),
    "wrong_asset": Reason(
        Sentence("素材不符", "Wrong file"),
        Sentence("播的不是这个位置应播的素材。", "What was shown isn't what the slot was to show."),
    ),
    "too_short": Reason(
        Sentence("时长不足", "Too short"),
        Sentence(
            "记为已播完，实际不到应播时长的九成。",
            "Said to be completed, shown for less than 90 % of its slot.",
        ),
    ),
    "over_maximum": Reason(
        Sentence("时长超出", "Too long"),
        Sentence(
            "比节目位长出 2 秒以上，或在紧急插播结束后仍继续，或超过一天，不可能属实。",
            "More than 2 s longer than the slot, beyond its takeover's end, or longer than a day.",
        ),
    ),
    "future": Reason(
        Sentence("时间在收到之后", "In the future"),
        Sentence(
            "记录的播完时间晚于服务器收到的时间：终端时钟不准。",
            "Said to end after the server had received it: the player's clock is wrong.",
        ),
    ),
    "before_enrolment": Reason(
        Sentence("早于绑定", "Before enrolment"),
        Sentence(
            "记录的播出时间早于绑定：终端时钟不准，或是以前使用者的记录。",
            "Said to be from before the screen was bound: a wrong clock, or somebody else's log.",
        ),
    ),
    "no_takeover": Reason(
        Sentence("没有该插播", "No such takeover"),
        Sentence("当时没有下达过这个紧急插播。", "No takeover of that file was ordered then."),
    ),
    "not_on_air": Reason(
        Sentence("节目单未生效", "Plan not on air"),
        Sentence("这块屏当时执行的不是这份节目单。", "The screen was following another plan then."),
    ),
    "wrong_time": Reason(
        Sentence("时间不符", "Wrong time"),
        Sentence(
            "播出时间与节目位相差太多，多为终端时钟不准。",
            "Too far from its slot's time, as with a wrong clock.",
        ),
    ),
    "overlap": Reason(
        Sentence("时间重叠", "Overlap"),
        Sentence(
            "同一块屏在这段时间已有另一条播放记录。",
            "The screen already has another play in that time.",
        ),
    ),
    "slot_taken": Reason(
        Sentence("节目位重复", "Slot taken"),
        Sentence(
            "这个节目位已计入一次，不能再计。", "The slot already has its play; it counts once."
        ),
    ),
}

FAILURES: Final[Mapping[str, Sentence]] = {
    "asset_failed": Sentence("素材无法播放", "The file couldn't be shown"),
    "decode_error": Sentence("素材无法解码", "The file couldn't be decoded"),
    "revoked": Sentence("素材已撤下", "The file had been withdrawn"),
    "asset_corrupt": Sentence("素材损坏，已重新下载", "The file was spoilt and is fetched again"),
    "hidden": Sentence("页面当时看不见", "The page wasn't visible"),
    "stalled": Sentence("画面停住", "The picture stood still"),
    "storage_full": Sentence("终端存储已满", "The player's storage was full"),
}


NOT_EXPECTED: Final = Reason(
    Sentence("不在应播之内", "Not expected"),
    Sentence(
        "播放完整，但这个节目位在本机换上该节目单（或开始营业）之前就已开始，不计入应播，也就不计为实播。",
        "Shown whole, but its slot began before the screen had that plan (or opened): it isn't "
        "expected, so the play counts in no figure.",
    ),
)
"""Why a completely shown play is partial; the only reason without quarantine."""


def reason_of(code: str) -> Reason:
    """The text of a reason's code; an unknown code is its own name."""
    if code == "not_expected":
        return NOT_EXPECTED
    named = FAILURES.get(code, Sentence(code, code))
    return REASONS.get(code, Reason(named, Sentence("", "")))
