"""Spot checks in words."""

import math
from typing import Final

from server.foundation.i18n import Sentence

WHYS: Final = {
    "random": Sentence("随机抽查", "Drawn by the server"),
    "sample": Sentence("临时随机抽查", "Drawn on request"),
    "by_hand": Sentence("指定屏", "Chosen by hand"),
}
KINDS: Final = {
    "screenshot": Sentence("截图", "Screenshot"),
    "photo": Sentence("现场拍照", "Photo on the spot"),
}
STATES: Final = {
    "asked": (Sentence("等待响应", "Waiting for an answer"), "wait"),
    "waiting": (Sentence("待复核", "To be judged"), "wait"),
    "no_answer": (Sentence("未响应", "No answer"), "bad"),
    "offline": (Sentence("未响应（离线）", "No answer (offline)"), "bad"),
    "good": (Sentence("正常", "Good"), "good"),
    "bad": (Sentence("异常", "Bad"), "bad"),
    "unclear": (Sentence("无法辨认", "Unclear"), ""),
}
"""The status of a check: its verdict if it has one, else its state."""
FIGURES: Final = {
    "good": Sentence("正常", "Good"),
    "bad": Sentence("异常", "Bad"),
    "unclear": Sentence("无法辨认", "Unclear"),
    "unanswered": Sentence("未响应", "No answer"),
    "waiting": Sentence("待复核", "To be judged"),
}
UNANSWERED: Final = Sentence("未响应（全部，含超时上传）", "No answer (all, with late photos)")
LATE: Final = Sentence("超时上传", "Late")
ON_SITE: Final = Sentence("点位人员（扫码）", "The venue, by its page")

_NONE: Final = Sentence(
    "这段时间还没有复核过的随机抽查。", "No random spot check of this time was judged yet."
)
_NO_FAULT: Final = Sentence(
    "抽查 {judged} 次，未发现异常，有 95 % 的把握认为异常率低于 {bound}",
    "{judged} spot checks without a fault: with 95 % confidence fewer than {bound} are bad",
)
_FAULTS: Final = Sentence(
    "抽查 {judged} 次，其中异常 {bad} 次，有 95 % 的把握认为异常率低于 {bound}",
    "{judged} spot checks, {bad} of them bad: with 95 % confidence fewer than {bound} are bad",
)
_ALL_BAD: Final = Sentence("抽查 {judged} 次，全部异常", "{judged} spot checks, all of them bad")
_ELSE: Final = Sentence(
    "；另有 {left} 次未响应、无法辨认或待复核，全部按异常计则低于 {worst}。",
    "; {left} more had no answer, were unclear or aren't judged yet: counted as bad, fewer than "
    "{worst}.",
)
_NOTHING_JUDGED: Final = Sentence(
    "这段时间随机抽查 {left} 次，都未响应、无法辨认或待复核，还不能得出结论。",
    "{left} random spot checks of this time had no answer, were unclear or aren't judged yet: "
    "nothing follows from them.",
)
_END: Final = Sentence("。", ".")
_PHOTOS: Final = Sentence(
    "计入结论的抽查中，现场拍照 {photos} 次。", " {photos} of those that count were photos."
)


def per_cent(share: float) -> str:
    """A bound as text: rounded up, so that it still holds; below 1 % to a tenth."""
    hundredths = share * 100
    if hundredths < 1:
        return f"{math.ceil(hundredths * 10) / 10:g} %"
    return f"{math.ceil(hundredths)} %"


def conclusion(
    judged: int, bad: int, left: int, bounds: tuple[float, float], photos: int = 0
) -> Sentence:
    """The conclusion from some checks.

    `judged` are those that are good or bad, `left` those that are neither; `bounds` are the upper
    bounds of the bad share without these, and with all of these counted as bad. Photos alone show
    that a panel is lit, so their number is given.
    """
    if judged == 0:
        return _NOTHING_JUDGED.filled(left=left) if left else _NONE
    first = _NO_FAULT if bad == 0 else _ALL_BAD if bad == judged else _FAULTS
    result = first.filled(judged=judged, bad=bad, bound=per_cent(bounds[0]))
    more = left > 0 and bad < judged
    rest = _ELSE.filled(left=left, worst=per_cent(bounds[1])) if more else _END
    taken = _PHOTOS.filled(photos=photos)
    return Sentence(result.zh + rest.zh + taken.zh, result.en + rest.en + taken.en)
