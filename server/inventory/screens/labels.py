"""Labels of screen states, with their tones."""

from typing import Final

from server.foundation.i18n import Sentence

NUMBER: Final = Sentence("屏号 {}", "Screen no. {}")
"""A screen's number on its sticker, on itself when identified, and on its page."""

STATES: Final = {
    "online": (Sentence("在线", "Online"), "good"),
    "late": (Sentence("联系延迟", "Late"), "wait"),
    "offline": (Sentence("离线", "Offline"), "bad"),
    "dark": (Sentence("断联（应亮未联系）", "Dark: meant to run"), "bad"),
    "idle": (Sentence("离线（非运营时段）", "Offline, needn't run"), ""),
    "paused": (Sentence("暂停", "Paused"), "wait"),
    "never_seen": (Sentence("未绑定", "Not bound yet"), ""),
    "revoked": (Sentence("已吊销", "Revoked"), "bad"),
    "retired": (Sentence("已停用", "Retired"), ""),
}
BRIEFLY: Final = STATES | {
    "dark": (Sentence("断联", "Dark"), "bad"),
    "idle": (Sentence("非运营时段", "Needn't run now"), ""),
}
"""Short labels, beside a count."""
